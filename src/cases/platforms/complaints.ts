import type { Stores } from '../../db';
import { randomUUID } from 'node:crypto';
import type { CasePlatform, PlatformAct, PlatformReply } from '../../db';
import type { Words } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import { given } from '../../domain/basics/given';
import { PLATFORM_KINDS, platformActs, platformDeadlines, type PlatformActName } from '../../domain/case/platforms';
import { conflict, Refused } from '../refused';
import type { Deciding } from '../case/decide';
import type { VisibleCases } from '../case/visible';
import type { CasePlatformView, PlatformActWanted } from './answers';

/** What is noted in a case of what has happened at its platform. */
export interface PlatformNote {
  caseNo: string;
  /** A repeat says the same. */
  text: string;
  decisionId: string;
  /** Whether the owner is told; `owned`: and it waits until there is one. */
  isPressing: boolean | 'owned';
}

/** Complaints of platforms in their cases. */
export interface PlatformCases {
  /**
   * For the channel alone: notes what has happened there, under the name of the system.
   * @returns `later`: no worker has begun the case, or nobody owns it yet; `refused`: the case does not take it
   * @throws Refused `away` when Temporal is away
   */
  note(note: PlatformNote): Promise<'taken' | 'later' | 'refused'>;
  /** What the complaint of a case is at its platform; undefined: it came another way. @throws Refused `notFound` if they may not see it */
  ofCase(caseNo: string, actor: Staff): Promise<CasePlatformView | undefined>;
  /**
   * Notes what a person has decided, and passes it on within seconds. Nothing is decided by itself, and no money moves by this.
   * @throws Refused `notFound`; `conflict` (`not_for_platform`) for what is not possible there now, is under way already, or is not
   *   for this person to decide
   */
  act(caseNo: string, wanted: PlatformActWanted, actor: Staff): Promise<void>;
}

const NOT_NOW = conflict({
  code: 'not_for_platform',
  words: {
    zh: '现在不能把这个决定告诉平台：那边已办完、没有申请退款、上一个决定还在路上，或这件案件不由您办理；请看案件里平台的情况',
    en: 'this cannot be passed on to the platform now: it is finished there, no refund is asked for, another decision is under way, or the case is not yours; see how it stands there in the case',
  },
});

/** What is noted in the case, under the name of whoever decided. */
const ACT_NOTES: Record<PlatformActWanted['act'], (where: Words) => string> = {
  complete: ({ zh }) => `在${zh}上标记处理完成`,
  approveRefund: ({ zh }) => `在${zh}上同意退款`,
  rejectRefund: ({ zh }) => `在${zh}上拒绝退款`,
};

interface Needs {
  visible: Pick<VisibleCases, 'see'>;
  stores: Pick<Stores, 'cases' | 'complaints' | 'platforms'>;
  deciding: Pick<Deciding, 'take'>;
}

/** Builds `PlatformCases`. */
export function createPlatformCases({ stores, visible, deciding }: Needs): PlatformCases {
  const { cases, complaints, platforms } = stores;
  return {
    async ofCase(caseNo, actor) {
      const { state } = await visible.see(caseNo, actor);
      const [there] = await platforms.ofCase(caseNo);
      if (!there) return undefined;
      const [acts, replies] = await Promise.all([platforms.actsOf(there.id), platforms.repliesOf(there.id)]);
      return shown(there, acts, replies, platformActs(actor, state, there));
    },

    async act(caseNo, wanted, actor) {
      const { state, record } = await visible.see(caseNo, actor);
      const [there] = await platforms.ofCase(caseNo);
      if (!there || !platformActs(actor, state, there).includes(wanted.act)) throw NOT_NOW;
      const id = randomUUID();
      const reason = wanted.act === 'rejectRefund' ? wanted.reason : null;
      const days = wanted.act === 'approveRefund' ? wanted.days : null;
      const made = await platforms.planAct({
        id,
        platformComplaintId: there.id,
        act: wanted.act,
        reason,
        days,
        by: actor.id,
      });
      if (!made) throw NOT_NOW;
      const said = [
        ACT_NOTES[wanted.act](PLATFORM_KINDS[there.kind]),
        ...(days === null ? [] : [`，${days} 个工作日内退`]),
        ...(reason === null ? [] : [`：${reason.replaceAll(/[@＠]/gu, '(at)')}`]),
      ].join('');
      await deciding.take({ record, state }, 'note', { text: said }, actor, { decisionId: `pact-${id}` });
    },

    async note({ caseNo, text, decisionId, isPressing }) {
      const [stored, record] = await Promise.all([cases.get(caseNo), complaints.get(caseNo)]);
      if (!stored || !record) return 'later';
      const { state } = stored;
      const owner = state.owner?.id;
      if (isPressing === 'owned' && owner === undefined) return 'later';
      const mentions = isPressing !== false && owner !== undefined ? { mentions: [owner] } : {};
      // What somebody has written there names nobody here.
      const input = { text: text.replaceAll(/[@＠]/gu, '(at)') };
      const take = async (said: object): Promise<'taken' | 'refused'> => {
        try {
          await deciding.take({ record, state }, 'note', { ...said }, { kind: 'system' }, { decisionId });
          return 'taken';
        } catch (error) {
          if (!(error instanceof Refused) || error.kind === 'away') throw error;
          return 'refused';
        }
      };
      const became = await take({ ...input, ...mentions });
      // An owner who works here no more is told of nothing; the case says it all the same.
      return became === 'refused' && owner !== undefined ? take(input) : became;
    },
  };
}

function shown(
  there: CasePlatform,
  acts: readonly PlatformAct[],
  replies: readonly PlatformReply[],
  possible: PlatformActName[],
): CasePlatformView {
  const { account, kind, complaintId, phase, since, repliedAt, isRefunded, isHelped } = there;
  const { status, transactionId, orderNo, amount, refundAmount, code, lookedAt } = there;
  const deadlines =
    phase === undefined || since === undefined
      ? []
      : platformDeadlines({ kind, phase, since, ...given({ repliedAt }) });
  const passed = [
    ...acts.map(({ act, state, at, code: why }) => ({ what: act, state, at, ...given({ code: why }) })),
    ...replies.map(({ state, plannedAt, code: why }) => ({
      what: 'reply' as const,
      state,
      at: plannedAt,
      ...given({ code: why }),
    })),
  ].toSorted((one, other) => (one.at < other.at ? 1 : -1));
  return {
    account,
    kind,
    complaintId,
    isRefunded,
    isHelped,
    ...given({ phase, status, transactionId, orderNo, amount, refundAmount, code, lookedAt }),
    deadlines: deadlines.map(({ what, dueAt }) => ({ what, dueAt })),
    passed,
    acts: acts.some(({ state }) => state === 'planned' || state === 'unsure') ? [] : possible,
  };
}
