import type { Request, Response } from 'express';
import { isRefused, platformActWanted, type CasePlatformView } from '../../../cases';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import type { Language, Words } from '../../../domain/basics/types';
import { ACT_WORDS, PLATFORM_KINDS, platformAbout, type PlatformActName } from '../../../domain/case/platforms';
import type { Context } from '../../../render/engine';
import { duration, money, pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { choices, field, param } from '../kit/request';
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
/** What a button says that passes it on. */
const BUTTONS: Record<PlatformActName, Words> = {
  complete: { zh: '处理完成', en: 'It is settled' },
  approveRefund: { zh: '同意退款', en: 'Agree to the refund' },
  rejectRefund: { zh: '拒绝退款', en: 'Refuse the refund' },
  settle: { zh: '同意和解', en: 'Agree to settle' },
  refuse: { zh: '拒绝和解', en: 'Refuse to settle' },
  prove: { zh: '提交举证', en: 'Hand in evidence' },
  proveRefund: { zh: '提交退款凭证', en: 'Hand in proof of the refund' },
  appeal: { zh: '提出申诉', en: 'Appeal' },
};
/** What is asked for beside it. */
const SAYS: Partial<Record<PlatformActName, Words>> = {
  rejectRefund: { zh: '拒绝退款的原因，客户会看到', en: 'Why it is refused, as the customer reads it' },
  settle: { zh: '怎样和解，客户会看到', en: 'How it is to be settled, as the customer reads it' },
  refuse: { zh: '为什么不和解，客户和平台会看到', en: 'Why not, as the customer and the platform read it' },
};
const SAYS_SO: Words = { zh: '说明，平台会看到', en: 'What the platform is to read' };
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

/** An end of a platform's own time. */
export function deadlineContext(
  { what, dueAt }: CasePlatformView['deadlines'][number],
  { language, now }: Pick<Wording, 'language' | 'now'>,
): Context {
  const say = sayIn(language);
  const left = Date.parse(dueAt) - Date.parse(now);
  return {
    what: inLanguage(DUE[what], language),
    look: left < 0 ? 'v-breached' : left < 4 * 3_600_000 ? 'v-warned' : 'v-met',
    left: left < 0 ? say('已过', 'over') : say(`还剩 ${duration(left, language)}`, `${duration(left, language)} left`),
    due: pageTime(dueAt, language, now),
  };
}

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
    deadlines: view.deadlines.map((one) => deadlineContext(one, { language, now })),
    passed: view.passed.slice(0, SHOWN).map(({ what, state, at, code }) => ({
      what: what === 'reply' ? say('回复', 'reply') : words(ACT_WORDS[what]),
      is: words(PASSED[state]),
      look: state === 'refused' ? 'v-breached' : state === 'planned' || state === 'unsure' ? 'v-warned' : 'v-met',
      when: [
        pageTime(at, language, now),
        ...(state === 'refused' && code ? [codeWords(PLATFORM_CODES, code, language)] : []),
      ].join(' · '),
    })),
    waits: view.code === undefined ? null : codeWords(PLATFORM_CODES, view.code, language),
    acts: view.acts.map((act) => actContext(view, act, language)),
  };
}

/** The form of a decision. */
function actContext({ kind, pictures }: CasePlatformView, act: PlatformActName, language: Language): Context {
  const words = (given: Words): string => inLanguage(given, language);
  const needs = platformAbout(kind).acts[act] ?? {};
  const results = Object.entries(needs.results ?? {}).map(([value, about]) => ({ value, words: words(about) }));
  return {
    act,
    button: words(BUTTONS[act]),
    needsDays: needs.days === true,
    says: needs.words ? words(SAYS[act] ?? SAYS_SO) : null,
    results: results.length > 0 ? results : null,
    pictures: needs.pictures && pictures.length > 0 ? pictures : null,
  };
}

const INCOMPLETE: Words = {
  zh: '没有写清楚：说明要写（200 字以内），同意退款要写几个工作日内退，图片最多 4 张；请改好再按一次',
  en: 'It is not complete: words are needed (200 characters at most), of a refund the working days until it is made, and 4 pictures at most; put that right and press again',
};

/** What was typed, without fields that were left empty. */
function wantedIn(req: Request): object {
  const [act, reason, result, days] = ['act', 'reason', 'result', 'days'].map((name) => field(req, name).trim());
  const pictures = choices(req, 'pictures');
  return {
    act,
    ...(reason !== '' && { reason }),
    ...(result !== '' && { result }),
    ...(days !== '' && { days: /^\d{1,2}$/.test(days ?? '') ? Number(days) : days }),
    ...(pictures.length > 0 && { pictures }),
  };
}

/** Passes a person's decision on to the platform. @param showTold the case again, with what went wrong */
export const platformActRoute = (
  { cases, answers }: Pick<DeskNeeds, 'cases' | 'answers'>,
  showTold: (req: Request, res: Response, status: number, told: Tell) => Promise<void>,
): DeskRoute => ({
  method: 'post',
  path: '/desk/cases/:caseNo/platform',
  who: 'agent',
  about: {
    zh: '把“处理完成”、退款或和解的决定、举证告诉平台',
    en: 'tells the platform that it is settled, what was decided of a refund or a settlement, or hands in evidence',
  },
  form: true,
  async handle(req, res) {
    const caseNo = readCaseNumber(param(req, 'caseNo'));
    if (!isCaseNumber(caseNo)) return answers.message(req, res, 404, 'unknown');
    const wanted = platformActWanted.safeParse(wantedIn(req));
    const { language } = answers.wordingOf(req);
    if (!wanted.success) return showTold(req, res, 422, tellWords(INCOMPLETE, language));
    try {
      await cases.platformCases.act(caseNo, wanted.data, actorIn(res));
      res.redirect(303, `/desk/cases/${caseNo}#platform`);
    } catch (error) {
      if (!isRefused(error, 'conflict') && !isRefused(error, 'invalid')) throw error;
      await showTold(req, res, error.kind === 'invalid' ? 422 : 409, tellWords(error.words, language));
    }
  },
});
