import type { Stores } from '../../db';
import { randomUUID } from 'node:crypto';
import type { CasePlatform, Evidence, PlatformAct, PlatformReply } from '../../db';
import type { ContentFiles } from '../../content-files';
import type { Fault } from '../../domain/basics/faults';
import type { Instant } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import { given } from '../../domain/basics/given';
import {
  ACT_WORDS,
  MOST_PICTURE_BYTES,
  PICTURE_TYPES,
  platformAbout,
  platformActs,
  platformDeadlines,
  type ActNeeds,
  type PlatformActName,
  type PlatformKind,
} from '../../domain/case/platforms';
import { conflict, invalid, Refused } from '../refused';
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

/** An end of a platform's own time. */
export interface PlatformDeadlineShown {
  kind: PlatformKind;
  what: 'reply' | 'finish';
  dueAt: Instant;
}

/** A picture of a case's evidence, as it goes with a decision. */
export interface EvidencePicture {
  fileName: string;
  type: string;
  content: Buffer;
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
   * By when platforms wait for what, of cases that the caller has been shown: the first end of each, by case; those of which a
   * platform waits for nothing are left out.
   */
  firstDeadlines(caseNos: readonly string[]): Promise<Map<string, PlatformDeadlineShown>>;
  /**
   * Notes what a person has decided, and passes it on within seconds. Nothing is decided by itself, and no money moves by this.
   * @throws Refused `notFound`; `conflict` (`not_for_platform`) for what is not possible there now, is under way already, or is not
   *   for this person to decide; `invalid`, naming the field, for what this platform needs with it and what it does not take
   */
  act(caseNo: string, wanted: PlatformActWanted, actor: Staff): Promise<void>;
  /** For the channel alone: pictures of a case's evidence; those that are not there (any more) are left out. */
  picturesOf(caseNo: string, evidenceIds: readonly string[]): Promise<EvidencePicture[]>;
}

const NOT_NOW = conflict({
  code: 'not_for_platform',
  words: {
    zh: '现在不能把这个决定告诉平台：那边已办完、没有申请退款、上一个决定还在路上，或这件案件不由您办理；请看案件里平台的情况',
    en: 'this cannot be passed on to the platform now: it is finished there, no refund is asked for, another decision is under way, or the case is not yours; see how it stands there in the case',
  },
});

interface Needs {
  visible: Pick<VisibleCases, 'see'>;
  stores: Pick<Stores, 'cases' | 'complaints' | 'platforms' | 'evidence'>;
  deciding: Pick<Deciding, 'take'>;
  /** Those of the evidence. */
  files: Pick<ContentFiles, 'read'>;
}

const isPicture = ({ mediaType, bytes }: Evidence): boolean =>
  PICTURE_TYPES.includes(mediaType) && bytes <= MOST_PICTURE_BYTES;

/** Builds `PlatformCases`. */
export function createPlatformCases({ stores, visible, deciding, files }: Needs): PlatformCases {
  const { cases, complaints, platforms, evidence } = stores;
  const picturesIn = async (caseNo: string): Promise<Evidence[]> => (await evidence.list(caseNo)).filter(isPicture);
  return {
    async ofCase(caseNo, actor) {
      const { state } = await visible.see(caseNo, actor);
      const [there] = await platforms.ofCase(caseNo);
      if (!there) return undefined;
      const [acts, replies] = await Promise.all([platforms.actsOf(there.id), platforms.repliesOf(there.id)]);
      const possible = platformActs(actor, state, there);
      const takesPictures = possible.some((act) => platformAbout(there.kind).acts[act]?.pictures);
      return shown(there, { acts, replies, possible, pictures: takesPictures ? await picturesIn(caseNo) : [] });
    },

    async firstDeadlines(caseNos) {
      const clocks = await platforms.clocksOf(caseNos);
      const first = clocks.flatMap(({ caseNo, kind, phase, since, repliedAt, expiresAt }) => {
        if (caseNo === undefined || phase === undefined || since === undefined) return [];
        const [next] = platformDeadlines({ kind, phase, since, ...given({ repliedAt, expiresAt }) });
        return next ? [[caseNo, { kind, what: next.what, dueAt: next.dueAt }] as const] : [];
      });
      return new Map(first);
    },

    async act(caseNo, wanted, actor) {
      const { state, record } = await visible.see(caseNo, actor);
      const [there] = await platforms.ofCase(caseNo);
      if (!there || !platformActs(actor, state, there).includes(wanted.act)) throw NOT_NOW;
      const { act, reason, result, days, pictures = [] } = said(wanted);
      const about = platformAbout(there.kind);
      const faults = faultsIn(about.acts[act] ?? {}, wanted);
      if (faults.length > 0) throw invalid(faults);
      const ours =
        pictures.length > 0 ? new Set((await picturesIn(caseNo)).map(({ evidenceId }) => evidenceId)) : undefined;
      if (ours && pictures.some((id) => !ours.has(id))) throw invalid([NO_PICTURE]);
      const id = randomUUID();
      const made = await platforms.planAct({
        id,
        platformComplaintId: there.id,
        act,
        reason: reason ?? null,
        result: result ?? null,
        files: [...new Set(pictures)],
        days: days ?? null,
        by: actor.id,
      });
      if (!made) throw NOT_NOW;
      const code = result === undefined ? undefined : about.acts[act]?.results?.[result];
      const noted = [
        `在${about.zh}上${ACT_WORDS[act].zh}`,
        ...(code === undefined ? [] : [`（${code.zh}）`]),
        ...(days === undefined ? [] : [`，${days} 个工作日内退`]),
        ...(reason === undefined ? [] : [`：${reason.replaceAll(/[@＠]/gu, '(at)')}`]),
      ].join('');
      await deciding.take({ record, state }, 'note', { text: noted }, actor, { decisionId: `pact-${id}` });
    },

    async picturesOf(caseNo, evidenceIds) {
      const found: EvidencePicture[] = [];
      for (const [n, evidenceId] of evidenceIds.entries()) {
        const file = await evidence.get(caseNo, evidenceId);
        const stream = file && isPicture(file) ? await files.read(file.sha256) : undefined;
        if (!file || !stream) continue;
        const parts: Buffer[] = [];
        for await (const part of stream as AsyncIterable<Buffer>) parts.push(part);
        const ending = file.mediaType === 'image/png' ? 'png' : 'jpg';
        // Whatever its name is here is nobody's there.
        found.push({ fileName: `picture-${n + 1}.${ending}`, type: file.mediaType, content: Buffer.concat(parts) });
      }
      return found;
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

/** What may be said with a decision, whichever it is. */
interface Said {
  act: PlatformActName;
  reason?: string | undefined;
  result?: string | undefined;
  days?: number | undefined;
  pictures?: string[] | undefined;
}
const said = (wanted: PlatformActWanted): Said => wanted;

const NO_PICTURE: Fault = {
  path: 'pictures',
  words: {
    zh: '只能附本案证据里的 JPG 或 PNG 图片，每张不超过 5 MB；请重新选择',
    en: 'only JPG or PNG pictures of this case’s evidence, 5 MB each at most, can go with it; choose again',
  },
};

/** What this platform needs with a decision and was not given, and what it does not take. */
function faultsIn({ words, results, pictures: takes }: ActNeeds, wanted: PlatformActWanted): Fault[] {
  const { reason, result, pictures = [] } = said(wanted);
  const fault = (path: string, zh: string, en: string): Fault => ({ path, words: { zh, en } });
  const codes = Object.keys(results ?? {});
  return [
    ...(words && reason === undefined ? [fault('reason', '要写说明', 'has to be said')] : []),
    ...(!words && reason !== undefined
      ? [fault('reason', '这个平台不收说明；请去掉', 'this platform takes none; leave it out')]
      : []),
    ...(results && (result === undefined || !codes.includes(result))
      ? [fault('result', `要选处理结果，可选：${codes.join('、')}`, `has to be one of ${codes.join(', ')}`)]
      : []),
    ...(!results && result !== undefined
      ? [fault('result', '这个平台不收处理结果；请去掉', 'this platform takes none; leave it out')]
      : []),
    ...(!takes && pictures.length > 0
      ? [fault('pictures', '这个平台不收图片；请去掉', 'this platform takes none; leave them out')]
      : []),
  ];
}

function shown(
  there: CasePlatform,
  {
    acts,
    replies,
    possible,
    pictures,
  }: {
    acts: readonly PlatformAct[];
    replies: readonly PlatformReply[];
    possible: PlatformActName[];
    pictures: readonly Evidence[];
  },
): CasePlatformView {
  const { account, kind, complaintId, phase, since, repliedAt, expiresAt, isRefunded, isHelped } = there;
  const { status, transactionId, orderNo, amount, refundAmount, code, lookedAt } = there;
  const deadlines =
    phase === undefined || since === undefined
      ? []
      : platformDeadlines({ kind, phase, since, ...given({ repliedAt, expiresAt }) });
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
    pictures: pictures.map(({ evidenceId, fileName }) => ({ evidenceId, fileName })),
  };
}
