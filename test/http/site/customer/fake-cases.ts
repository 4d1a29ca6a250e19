import type { CustomerPages, WayOn } from '../../../../src/cases';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../../src/paths';
import { STAGES, type Language, type Stage } from '../../../../src/domain/basics/types';
import type { ComplaintBody } from '../../../../src/cases/filing/complaint-input';
import type { ProgressView, ProposalView, SurveyView } from '../../../../src/cases/customer/answers';
import type { Submitted } from '../../../../src/cases/customer/contract';
import type { SiteNeeds } from '../../../../src/http/site';
import type { Attached, FileOutcome, Intake, TimeLimits } from '../../../../src/http/site/customer/contract';

/** The time at which pages are served, in milliseconds since 1970. */
export const NOW = Date.parse('2026-11-25T06:26:00.000Z');
/** The one case that the fake knows, its access code, and the token of its proposal or survey. */
export const CASE_NO = 'C261122-9DFT2R';
export const CODE = '7KQ4MX2RSD7G9DFT2R7KQ4MX2R';
export const TOKEN = 'a'.repeat(43);

/** In place of what the desk needs, where nobody opens it. */
export const NO_STAFF = { inbound: {}, chats: {} } as SiteNeeds['staff'];

/** In place of the chat, where nobody opens it. */
export const NO_CHAT = {} as SiteNeeds['chat'];

/** One article for customers, which is found by every question but `nothing`. */
export const ARTICLE = '5f0b6a0e-4c65-4d0e-9c43-0f2a4c1a7b11';
const article = {
  id: ARTICLE,
  question: '洗衣机漏水怎么办？',
  answer: '先关上水龙头。\n排水管我们免费换新。',
};
export const ARTICLES: SiteNeeds['articles'] = {
  find: (question) => Promise.resolve(question === 'nothing' ? [] : [article]),
  get: (id) => Promise.resolve(id === ARTICLE ? { ...article, language: 'zh-CN' } : undefined),
};

/** The steps of the progress page in order: id, words, when it was reached, and the stage in which it is over. */
const STEPS = [
  ['received', '已收到', 'Received', '2026-11-22T09:30:00.000Z', 'receive'],
  ['assigned', '安排负责人', 'Handler named', '2026-11-22T09:38:00.000Z', 'grade'],
  ['contacted', '联系您', 'A person speaks to you', '2026-11-22T09:41:00.000Z', 'assign'],
  ['verified', '核实情况', 'What happened is established', '2026-11-23T03:05:00.000Z', 'resolve'],
  ['agreed', '您已接受方案', 'You accepted the solution', '2026-11-23T05:00:00.000Z', 'feedback'],
  ['carriedOut', '办理方案', 'The solution is carried out', '2026-11-24T05:00:00.000Z', 'feedback'],
  ['feedback', '结果与评价', 'Result and your rating', '2026-11-24T08:00:00.000Z', 'revisit'],
  ['revisit', '回访', 'We get in touch again', '2026-11-24T09:00:00.000Z', 'review'],
  ['closed', '已办结', 'Closed', '2026-11-25T01:00:00.000Z', 'archived'],
] as const;

/** The steps as the progress page shows them in a stage. */
function stepsAt(stage: Stage): ProgressView['steps'] {
  const reached = STAGES.indexOf(stage);
  const first = STEPS.findIndex(([, , , , by]) => STAGES.indexOf(by) > reached);
  return STEPS.map(([step, zh, en, at], index) => ({
    step,
    words:
      step === 'agreed' && index >= first && first >= 0
        ? { zh: '请您确认方案', en: 'You agree to a solution' }
        : { zh, en },
    ...(first < 0 || index < first ? { status: 'done', at } : { status: index === first ? 'current' : 'future' }),
  }));
}

export const handledBy = (zh: string, en = zh) => ({ handler: zh, handlerWords: { zh, en } });
const HANDLER = handledBy('李娜', 'Li Na');

/** A picture, whatever it shows. */
export const PICTURE = join(PROJECT_ROOT, 'src', 'http', 'public', 'icon-192.png');

/** What the customer has sent: a picture that is shown, one that is too large for that, and files that are no pictures. */
export const FILES: NonNullable<ProgressView['files']> = [
  { fileName: '铭牌.png', mediaType: 'image/png', bytes: 6_063 },
  { fileName: '一张很大的照片，名字也很长，长到一行放不下.jpg', mediaType: 'image/jpeg', bytes: 7_654_321 },
  { fileName: '异响.m4a', mediaType: 'audio/mp4', bytes: 412_000 },
  { fileName: '发票.pdf', mediaType: 'application/pdf', bytes: 88_000 },
].map((file, index) => ({
  ...file,
  evidenceId: `0000000${index}-0000-4000-8000-000000000000`,
  addedAt: '2026-11-22T09:31:00.000Z',
}));

/** What the progress page is told of a case in a stage. */
export function progressView(stage: Stage, more: Partial<ProgressView> = {}): ProgressView {
  return {
    caseNo: CASE_NO,
    language: 'zh-CN',
    stage,
    round: 1,
    receivedAt: '2026-11-22T09:30:00.000Z',
    steps: stepsAt(stage),
    customerName: '林晓梅',
    ...HANDLER,
    ...more,
  };
}

const TEXTS: Record<Language, { solution: string; result: string }> = {
  'zh-CN': {
    solution:
      '为换货两次出错，我们向您道歉。\n正确的滤芯型号 QH-RO8-F3，今天 18:00 前发出，运费我们承担；两次的错件不用寄回。',
    result: '正确的滤芯已送达，补偿 260 元已原路退回。我们已改了发货前的核对办法。',
  },
  en: {
    solution:
      'We apologise for sending the wrong filter twice.\nThe right one, QH-RO8-F3, leaves today before 18:00 at our cost. You need not return the wrong parts.',
    result: 'The right filter has arrived and CN¥260 have been paid back. We have changed how parcels are checked.',
  },
};

export const offer = (language: Language) => ({
  token: TOKEN,
  url: `/a/${TOKEN}`,
  solution: TEXTS[language].solution,
  remedies: [
    { kind: 'replacement' as const, amount: 0 },
    { kind: 'compensation' as const, amount: 260 },
    { kind: 'apology' as const, amount: 0 },
  ],
  answerBy: '2026-11-26T09:30:00.000Z',
});

export const proposalView = (status: ProposalView['status'], language: Language = 'zh-CN'): ProposalView => {
  const { token: _token, url: _url, ...view } = offer(language);
  const answeredAt = status === 'accepted' || status === 'declined' ? '2026-11-25T06:10:00.000Z' : undefined;
  return { caseNo: CASE_NO, language, customerName: '林晓梅', ...HANDLER, status, answeredAt, ...view };
};

export const surveyView = (status: SurveyView['status'], language: Language = 'zh-CN'): SurveyView => ({
  caseNo: CASE_NO,
  language,
  receivedAt: '2026-11-22T09:30:00.000Z',
  product: '净水器滤芯',
  ...HANDLER,
  status,
  until: '2026-12-09T06:00:00.000Z',
  questions: [{ id: 'fairness', name: { zh: '处理是否公平', en: 'Was it fair?' } }],
  answers:
    status === 'answered'
      ? { speed: 4, solution: 5, attitude: 5, total: 5, comment: '还可以更快些', answers: { fairness: 4 } }
      : undefined,
});

export const resultText = (language: Language) => TEXTS[language].result;

/**
 * A fake of what the pages ask: it answers what the test gives, for `CASE_NO` with `CODE` and for `TOKEN`, and
 * remembers what was submitted.
 */
export function fakeCases(
  given: {
    progress?: ProgressView;
    proposal?: ProposalView & WayOn;
    survey?: SurveyView & WayOn;
    outcome?: Submitted;
    away?: boolean;
  } = {},
) {
  const submitted: { what: string; input: Record<string, unknown> }[] = [];
  const look = <T>(known: boolean, view: T | undefined): Promise<T | undefined> => {
    if (given.away) return Promise.reject(new Error('away'));
    return Promise.resolve(known ? view : undefined);
  };
  const take = (what: string, known: boolean, input: object): Promise<Submitted> => {
    submitted.push({ what, input: { ...input } });
    return Promise.resolve(known ? (given.outcome ?? { kind: 'taken' }) : { kind: 'unknown' });
  };
  const cases: CustomerPages = {
    progress: (caseNo, code) => look(caseNo === CASE_NO && code === CODE, given.progress),
    proposal: (token) => look(token === TOKEN, given.proposal),
    survey: (token) => look(token === TOKEN, given.survey),
    answer: (token, input) => take('answer', token === TOKEN, input),
    rate: (token, input) => take('rate', token === TOKEN, input),
    write: (caseNo, code, input) => take('write', caseNo === CASE_NO && code === CODE, input),
    callBack: (caseNo, code, input) => take('callBack', caseNo === CASE_NO && code === CODE, input),
    isCare: (token) => token === TOKEN,
    stopCare: (token) => take('stopCare', token === TOKEN, {}),
    suggest: (caseNo, code, input) => take('suggest', caseNo === CASE_NO && code === CODE, input),
    chase: (caseNo, code, input) => take('chase', caseNo === CASE_NO && code === CODE, input),
    withdraw: (caseNo, code, input) => take('withdraw', caseNo === CASE_NO && code === CODE, input),
    reopen: (caseNo, code, input) => take('reopen', caseNo === CASE_NO && code === CODE, input),
    sendLink: (caseNo, contact) => take('sendLink', true, { caseNo, contact }).then(() => undefined),
    isAway: (error) => error instanceof Error && error.message === 'away',
  };
  return { cases, submitted, given };
}

/**
 * A fake of the intake behind the form: it takes everything, or answers what the test gives, and remembers its input.
 */
export function fakeIntake(
  given: {
    outcome?: FileOutcome;
    attached?: Attached[];
    away?: boolean;
    hours?: Pick<TimeLimits, 'hours'>;
  } = {},
) {
  const filed: { body: ComplaintBody; key: string; again?: true; source?: string }[] = [];
  const attached: { fileName: string; content: string }[] = [];
  const answers = [...(given.attached ?? [])];
  const intake: Intake = {
    limits: () =>
      given.away
        ? Promise.reject(new Error('away'))
        : Promise.resolve({
            respond: { value: 15, unit: 'minutes' },
            respondMajor: { value: 5, unit: 'minutes' },
            resolve: { value: 24, unit: 'hours' },
            resolveMajor: { value: 48, unit: 'hours' },
            reopenWithin: { value: 15, unit: 'days' },
            ...given.hours,
          }),
    file(body, key, { again, source }) {
      filed.push({ body, key, ...(again && { again }), ...(source !== undefined && { source }) });
      return Promise.resolve(given.outcome ?? { kind: 'filed', caseNo: CASE_NO, accessCode: CODE });
    },
    attach(_caseNo, _code, { fileName, path }) {
      attached.push({ fileName, content: readFileSync(path, 'utf8') });
      return Promise.resolve(answers.shift() ?? 'kept');
    },
    open(_caseNo, _code, evidenceId) {
      const own = FILES.find((file) => file.evidenceId === evidenceId);
      if (!own) return Promise.resolve(undefined);
      return Promise.resolve({ file: { ...own, bytes: statSync(PICTURE).size }, content: createReadStream(PICTURE) });
    },
  };
  return { intake, filed, attached };
}
