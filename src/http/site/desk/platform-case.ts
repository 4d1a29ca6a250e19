import type { Request, Response } from 'express';
import { isRefused, platformActWanted, type CasePlatformView } from '../../../cases';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import type { Words } from '../../../domain/basics/types';
import { PLATFORM_KINDS, type PlatformActName } from '../../../domain/case/platforms';
import type { Context } from '../../../render/engine';
import { duration, money, pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, param } from '../kit/request';
import { sayIn, tellWords, type Tell, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import { PLATFORM_CODES } from './platforms';
import { codeWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const PHASES: Record<NonNullable<CasePlatformView['phase']>, Words> = {
  waiting: { zh: '还没有回复', en: 'not replied to yet' },
  handling: { zh: '处理中', en: 'under way' },
  finished: { zh: '已办完', en: 'finished there' },
};
const DUE: Record<'reply' | 'finish', Words> = {
  reply: { zh: '首次回复', en: 'first reply' },
  finish: { zh: '处理完成', en: 'settled' },
};
const ACTS: Record<PlatformActName, Words> = {
  complete: { zh: '标记处理完成', en: 'reported as settled' },
  approveRefund: { zh: '同意退款', en: 'refund agreed to' },
  rejectRefund: { zh: '拒绝退款', en: 'refund refused' },
};
const PASSED: Record<'planned' | 'unsure' | 'done' | 'sent' | 'refused' | 'skipped', Words> = {
  planned: { zh: '正在告诉平台', en: 'being passed on' },
  unsure: { zh: '正在核对平台收到没有', en: 'being checked with the platform' },
  done: { zh: '平台已收下', en: 'taken by the platform' },
  sent: { zh: '已发到平台', en: 'sent' },
  refused: { zh: '平台没有收下', en: 'not taken by the platform' },
  skipped: { zh: '不用发', en: 'not needed' },
};
/** Replies and decisions that the case shows. */
const SHOWN = 4;

/** What a complaint at a platform looks like there, for the pane of facts; null: the case came another way. */
export function platformContext(view: CasePlatformView | undefined, { language, now }: Wording): Context | null {
  if (!view) return null;
  const say = sayIn(language);
  const words = (given: Words): string => inLanguage(given, language);
  const yuan = (amount: number | undefined): string | undefined =>
    amount === undefined ? undefined : money(amount / 100, language);
  const pairs: [string, string | undefined][] = [
    [say('订单金额', 'Order'), yuan(view.amount)],
    [say('申请退款', 'Wants back'), yuan(view.refundAmount)],
    [say('平台单号', 'Complaint no.'), view.complaintId],
    [say('平台订单号', 'Transaction'), view.transactionId],
  ];
  const rows = pairs.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
  return {
    name: `${inLanguage(PLATFORM_KINDS[view.kind], language)} · ${view.account}`,
    phase: view.phase === undefined ? say('正在读取', 'being read') : words(PHASES[view.phase]),
    rows,
    isHelped: view.isHelped,
    isRefunded: view.isRefunded,
    deadlines: view.deadlines.map(({ what, dueAt }) => {
      const left = Date.parse(dueAt) - Date.parse(now);
      return {
        what: words(DUE[what]),
        look: left < 0 ? 'v-breached' : left < 4 * 3_600_000 ? 'v-warned' : 'v-met',
        left:
          left < 0 ? say('已过', 'over') : say(`还剩 ${duration(left, language)}`, `${duration(left, language)} left`),
        due: pageTime(dueAt, language, now),
      };
    }),
    passed: view.passed.slice(0, SHOWN).map(({ what, state, at, code }) => ({
      what: what === 'reply' ? say('回复', 'reply') : words(ACTS[what]),
      is: words(PASSED[state]),
      look: state === 'refused' ? 'v-breached' : state === 'planned' || state === 'unsure' ? 'v-warned' : 'v-met',
      when: [
        pageTime(at, language, now),
        ...(state === 'refused' && code ? [codeWords(PLATFORM_CODES, code, language)] : []),
      ].join(' · '),
    })),
    waits: view.code === undefined ? null : codeWords(PLATFORM_CODES, view.code, language),
    mayComplete: view.acts.includes('complete'),
    mayRefund: view.acts.includes('approveRefund'),
  };
}

const INCOMPLETE: Words = {
  zh: '没有写清楚：拒绝退款要写原因（200 字以内）；同意退款要写几个工作日内退；请改好再按一次',
  en: 'It is not complete: a refusal needs its reason (200 characters at most), a refund the working days until it is made; put that right and press again',
};

/** Passes a person's decision on to the platform. @param showTold the case again, with what went wrong */
export const platformActRoute = (
  { cases, answers }: Pick<DeskNeeds, 'cases' | 'answers'>,
  showTold: (req: Request, res: Response, status: number, told: Tell) => Promise<void>,
): DeskRoute => ({
  method: 'post',
  path: '/desk/cases/:caseNo/platform',
  who: 'agent',
  about: {
    zh: '把“处理完成”或退款的决定告诉支付平台',
    en: 'tells the payment platform that it is settled, or what was decided of a refund',
  },
  form: true,
  async handle(req, res) {
    const caseNo = readCaseNumber(param(req, 'caseNo'));
    if (!isCaseNumber(caseNo)) return answers.message(req, res, 404, 'unknown');
    const [reason, days] = [field(req, 'reason').trim(), field(req, 'days').trim()];
    const act = field(req, 'act');
    const wanted = platformActWanted.safeParse({
      act,
      ...(act === 'rejectRefund' && { reason }),
      ...(act === 'approveRefund' && { days: /^\d{1,2}$/.test(days) ? Number(days) : days }),
    });
    const { language } = answers.wordingOf(req);
    if (!wanted.success) return showTold(req, res, 422, tellWords(INCOMPLETE, language));
    try {
      await cases.platformCases.act(caseNo, wanted.data, actorIn(res));
      res.redirect(303, `/desk/cases/${caseNo}#platform`);
    } catch (error) {
      if (!isRefused(error, 'conflict')) throw error;
      await showTold(req, res, 409, tellWords(error.words, language));
    }
  },
});
