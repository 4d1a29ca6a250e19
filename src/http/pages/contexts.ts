import type { OfferView, ProgressView, ProposalView, Scores, SurveyView, WayOn } from '../../cases';
import { toMs } from '../../domain/time/duration';
import type { Instant, Language, Words } from '../../domain/basics/types';
import type { Context } from '../../render/engine';
import { pageTime } from '../../render/format';
import { inLanguage, OUTCOME_WORDS, remedyText } from '../../render/words';

/** Turns views into what the templates are given: finished strings, in the reader's language. */
export interface Wording {
  language: Language;
  now: Instant;
}

const sayIn =
  (language: Language) =>
  (zh: string, en: string): string =>
    inLanguage({ zh, en }, language);

/** One sentence above the page: what the last submission came to. */
export interface Tell {
  tell: string | null;
  tellWarns: boolean;
}
export const NOTHING_TO_TELL: Tell = { tell: null, tellWarns: false };

export const tellWords = (words: Words, language: Language): Tell => ({
  tell: inLanguage(words, language),
  tellWarns: true,
});

/** A time by which something is to be: with the weekday, unless it is today. */
const planned = (instant: Instant, { language, now }: Wording): string => pageTime(instant, language, now, true);

/** What the customer had typed into a form of the progress page that could not be taken. */
export type TypedReasons = { reopen?: string; withdraw?: string };

/** It is the customer's turn: they are called by the name they gave. */
const offerReady = ({ customerName }: Pick<ProgressView, 'customerName'>, language: Language): string =>
  language === 'en'
    ? `${customerName}, the solution is ready, please tell us what you think`
    : `${customerName}，方案已经准备好，请您确认`;

/** Says what is expected of whom, and until when. */
function headingOf(view: ProgressView, wording: Wording): string {
  const { language, now } = wording;
  const say = sayIn(language);
  const by = (instant: Instant) => planned(instant, wording);
  if (view.stage === 'archived') {
    if (view.outcome === 'withdrawn') return say('您已撤回这件投诉', 'You have withdrawn this complaint');
    if (view.outcome === 'merged') return say('已并入另一件在办的投诉', 'Goes on together with another complaint');
    return say('这件投诉已办结', 'This complaint is closed');
  }
  if (view.offer) return offerReady(view, language);
  if (view.survey) return say('已办理完，请您评分', 'Your complaint has been dealt with; please rate us');
  if (view.paused) {
    const until = by(view.paused.until);
    switch (view.paused.reason) {
      case 'customer':
        return say(
          `在等您的消息，最晚 ${until} 继续办理`,
          `Waiting to hear from you; we continue by ${until} at the latest`,
        );
      case 'parts':
        return say(`在等配件，最晚 ${until} 继续办理`, `Waiting for parts; we continue by ${until} at the latest`);
      case 'third_party':
        return say(
          `在等第三方，最晚 ${until} 继续办理`,
          `Waiting for a third party; we continue by ${until} at the latest`,
        );
    }
  }
  switch (view.stage) {
    case 'feedback': {
      if (!view.followUp) return say('已办理完', 'Your complaint has been dealt with');
      const { byWords, dueAt } = view.followUp;
      const name = byWords ? inLanguage(byWords, language) : say('另一位同事', 'another colleague');
      return dueAt !== undefined && dueAt > now
        ? say(
            `您打的分偏低，${name}最晚 ${by(dueAt)} 联系您`,
            `Your rating was low: ${name} will contact you by ${by(dueAt)}`,
          )
        : say(`您打的分偏低，${name}会联系您`, `Your rating was low: ${name} will contact you`);
    }
    case 'revisit':
      return view.revisitBy && view.revisitBy > now
        ? say(
            `已办理完，最晚 ${by(view.revisitBy)} 回访您`,
            `Dealt with; we will contact you once more by ${by(view.revisitBy)}`,
          )
        : say('已办理完，接下来回访您', 'Dealt with; we will contact you once more');
    case 'review':
      return say('已办理完，我们在查根本原因', 'Dealt with; we are looking for the root cause');
    default:
      return inHand(view, now, by, say);
  }
}

function inHand(
  view: ProgressView,
  now: Instant,
  by: (instant: Instant) => string,
  say: (zh: string, en: string) => string,
): string {
  const again = view.round > 1 ? `第 ${view.round} 轮，` : '';
  const againEn = view.round > 1 ? `Taken up again (round ${view.round}), ` : 'In progress, ';
  if (view.answerBy && !view.respondedAt) {
    return view.answerBy > now
      ? say(
          `正在核实，最晚 ${by(view.answerBy)} 答复您`,
          `We are looking into it; you will hear from us by ${by(view.answerBy)}`,
        )
      : say(
          `没能按时答复您，我们向您道歉。${inCharge(view, 'zh')}${stillBy(view, now, (date) => `，最晚 ${by(date)} 解决`)}`,
          `We are sorry: our answer is late. ${inCharge(view, 'en')}${stillBy(view, now, (date) => `; solved by ${by(date)}`)}`,
        );
  }
  if (view.resolveBy) {
    return view.resolveBy > now
      ? say(`${again}正在办理，最晚 ${by(view.resolveBy)} 解决`, `${againEn}to be solved by ${by(view.resolveBy)}`)
      : say(
          `没能按时解决，我们向您道歉。${inCharge(view, 'zh')}`,
          `We are sorry: the solution is late. ${inCharge(view, 'en')}`,
        );
  }
  return say(`${again}正在办理`, view.round > 1 ? `Taken up again (round ${view.round}), in progress` : 'In progress');
}

/** Who has the case, and what stands in the round mark beside the name. */
function handlerContext({ handlerWords }: Pick<ProgressView, 'handlerWords'>, language: Language): Context {
  const handler = handlerWords ? inLanguage(handlerWords, language) : null;
  return { handler, initial: Array.from(handler ?? '')[0] ?? null };
}

/** Who sees to it that a late promise is kept after all. Whoever has been told is somebody beside them. */
function inCharge({ handlerWords, alerted }: ProgressView, language: 'zh' | 'en'): string {
  const handler = handlerWords?.[language];
  if (language === 'zh') {
    const told = alerted && `，${alerted === 'manager' ? '经理' : '主管'}已收到提醒`;
    return `${handler ?? '我们'}正在加紧办理${told ?? ''}`;
  }
  const told = alerted && `, and a ${alerted} has been alerted`;
  return `${handler ?? 'We'} ${handler === undefined ? 'are' : 'is'} on it${told ?? ''}`;
}

/** A late answer leaves the customer with another date: that of the solution. */
const stillBy = (view: ProgressView, now: Instant, text: (date: Instant) => string): string =>
  view.resolveBy !== undefined && view.resolveBy > now ? text(view.resolveBy) : '';

function stepNote(view: ProgressView, step: string, status: string, wording: Wording): string | null {
  const { language, now } = wording;
  const say = sayIn(language);
  const by = (instant: Instant | undefined, zh: string, en: string) =>
    instant === undefined ? null : instant > now ? say(zh, en).replace('{}', planned(instant, wording)) : null;
  if (status === 'done') return null;
  switch (step) {
    case 'contacted':
      return view.answerBy !== undefined && view.answerBy <= now
        ? say(`原定 ${planned(view.answerBy, wording)} 前，迟了`, `was due by ${planned(view.answerBy, wording)}, late`)
        : by(view.answerBy, '最晚 {}', 'by {}');
    case 'agreed':
      return view.offer ? say('等您确认方案', 'Waiting for your answer') : null;
    case 'carriedOut':
      if (view.onHold) {
        return say(
          '解决时间已停，恢复办理后顺延',
          'The time for the solution stands still and is given back when we continue',
        );
      }
      return view.resolveBy !== undefined && view.resolveBy <= now
        ? say(
            `原定 ${planned(view.resolveBy, wording)} 前，迟了`,
            `was due by ${planned(view.resolveBy, wording)}, late`,
          )
        : by(view.resolveBy, '最晚 {} 解决', 'solved by {}');
    case 'revisit':
      return by(view.revisitBy, '最晚 {}', 'by {}');
    default:
      return null;
  }
}

export function offerContext(offer: OfferView, url: string, wording: Wording): Context {
  const { language, now } = wording;
  return {
    solution: offer.solution,
    remedies: offer.remedies.map((remedy) => remedyText(remedy, language)),
    answerBy: offer.answerBy ? planned(offer.answerBy, wording) : null,
    late: offer.answerBy !== undefined && offer.answerBy <= now,
    url,
    declineUrl: `${url}?lang=${language}&decline=1`,
  };
}

export function progressContext(view: ProgressView, code: string, wording: Wording, typed: TypedReasons = {}): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const at = (instant: Instant) => pageTime(instant, language, now);
  const working = ['receive', 'grade', 'assign', 'resolve'].includes(view.stage);
  return {
    narrow: false,
    caseNo: view.caseNo,
    heading: headingOf(view, wording),
    code,
    offer: view.offer ? offerContext(view.offer, `/a/${view.offer.token}`, wording) : null,
    mergedInto: view.mergedInto ?? null,
    agreed: view.agreed
      ? {
          solution: view.agreed.solution,
          remedies: view.agreed.remedies.map((remedy) => remedyText(remedy, language)),
          at: say(`${at(view.agreed.at)} 您已接受`, `You accepted it ${at(view.agreed.at)}`),
          done: view.agreed.carriedOutAt
            ? say(`${at(view.agreed.carriedOutAt)} 已办理`, `Carried out ${at(view.agreed.carriedOutAt)}`)
            : null,
        }
      : null,
    result: view.result ?? null,
    outcome: view.outcome ? inLanguage(OUTCOME_WORDS[view.outcome], language) : null,
    surveyUrl: view.survey ? `/s/${view.survey.token}?lang=${language}` : null,
    surveyUntil: view.survey?.until ? planned(view.survey.until, wording) : null,
    steps: view.steps.map(({ step, words, status, at: reached, text }) => ({
      words: inLanguage(words, language),
      mark: { done: 'done', current: 'cur', future: 'todo' }[status],
      current: status === 'current',
      at: reached ? at(reached) : null,
      iso: reached ?? null,
      note: stepNote(view, step, status, wording) ?? text ?? null,
    })),
    ...handlerContext(view, language),
    // Nothing to ask for once the result is out.
    chase: view.chase && working ? chaseContext(view.chase) : null,
    filesUrl:
      view.stage === 'archived'
        ? null
        : `/complain/${view.caseNo}?code=${encodeURIComponent(code)}&lang=${language}#add`,
    withdraw: working ? { url: `/p/${view.caseNo}/withdraw`, reason: typed.withdraw ?? null } : null,
    reopen: view.reopen
      ? {
          url: `/p/${view.caseNo}/reopen`,
          until: view.reopen.until ? planned(view.reopen.until, wording) : null,
          reason: typed.reopen ?? '',
        }
      : null,
  };

  function chaseContext({ left, nextAt }: NonNullable<ProgressView['chase']>): Context {
    const waits = nextAt !== undefined && toMs(nextAt) > toMs(now);
    return {
      url: `/p/${view.caseNo}/chase`,
      possible: left > 0 && !waits,
      note:
        left <= 0
          ? say('今天的催办次数用完了，明天可以再催', 'That was the last request for today; you can ask again tomorrow')
          : waits && nextAt !== undefined
            ? say(
                `刚刚催办过，已送到负责人和主管，${at(nextAt)} 后可以再催`,
                `Your handler and their lead have your request. You can ask again after ${at(nextAt)}`,
              )
            : say(
                `今天还可以催办 ${left} 次，负责人和主管会看到`,
                `You can ask ${left === 1 ? 'once more' : `${left} more times`} today; your handler and their lead see it`,
              ),
    };
  }
}

/** With the code after an answer; else to the form that asks for it. */
const wayOn = ({ caseNo, progressUrl }: { caseNo: string } & WayOn, language: Language): string =>
  progressUrl === undefined ? `/p/${caseNo}?lang=${language}` : `${progressUrl}&lang=${language}`;

export function proposalContext(
  view: ProposalView & WayOn,
  url: string,
  wording: Wording,
  input: { declining: boolean; reason: string },
): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const when = view.answeredAt ? pageTime(view.answeredAt, language, now) : '';
  const heading = {
    open: input.declining ? say('不接受这个方案', 'Decline this solution') : offerReady(view, language),
    accepted: say(`您已接受方案 · ${when}`, `You have accepted this solution · ${when}`),
    declined: say(`您没有接受方案 · ${when}`, `You have declined this solution · ${when}`),
    over: say('这个方案已不再有效', 'This solution no longer stands'),
  }[view.status];
  return {
    narrow: true,
    caseNo: view.caseNo,
    heading,
    ...handlerContext(view, language),
    next: {
      open: null,
      accepted: say(
        '接下来我们按方案办理，办完给您处理结果，再请您评分。办到哪一步，进展页上随时可以看。',
        'We now carry the solution out, tell you the result and ask you to rate us. The progress page shows each step.',
      ),
      declined: say(
        '负责人会看您的想法，联系您并再提一个方案。办到哪一步，进展页上随时可以看。',
        'Your handler reads what you wrote, contacts you and offers something else. The progress page shows each step.',
      ),
      over: say('现在办到哪一步，请看进展页。', 'The progress page shows how your complaint stands now.'),
    }[view.status],
    findUrl: wayOn(view, language),
    open: view.status === 'open',
    declining: input.declining,
    reason: input.reason,
    offer: offerContext(view, url, wording),
  };
}

const DIMENSIONS = ['speed', 'solution', 'attitude', 'total'] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export type Chosen = Partial<Record<Dimension, number>>;

const DIMENSION_WORDS: Record<Dimension, { label: Words; hint?: Words }> = {
  speed: {
    label: { zh: '处理速度', en: 'Speed' },
    hint: { zh: '从您投诉到问题解决', en: 'From your complaint to the solution' },
  },
  solution: {
    label: { zh: '解决方案', en: 'Solution' },
    hint: { zh: '结果是否公平、管用', en: 'Was the result fair, and does it help?' },
  },
  attitude: {
    label: { zh: '服务态度', en: 'Attitude' },
    hint: { zh: '是否尊重您、说得清楚', en: 'Were we respectful and clear?' },
  },
  total: { label: { zh: '总的来说', en: 'All in all' } },
};

const SCORE_WORDS: readonly Words[] = [
  { zh: '很不满意', en: 'very bad' },
  { zh: '不满意', en: 'bad' },
  { zh: '一般', en: 'fair' },
  { zh: '满意', en: 'good' },
  { zh: '很满意', en: 'very good' },
];

export const missingScores = (chosen: Chosen): Dimension[] =>
  DIMENSIONS.filter((dimension) => chosen[dimension] === undefined);

export function surveyContext(
  view: SurveyView & WayOn,
  url: string,
  wording: Wording,
  input: { chosen: Chosen; comment: string; missing: readonly Dimension[]; more?: Record<string, number> },
): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const label = (dimension: Dimension) => inLanguage(DIMENSION_WORDS[dimension].label, language);
  const scoreWords = (value: number) => {
    const words = SCORE_WORDS[value - 1];
    return words ? inLanguage(words, language) : '';
  };
  return {
    narrow: true,
    caseNo: view.caseNo,
    heading: {
      open: say('这次办得怎么样？', 'How did we do?'),
      answered: say('谢谢，您的评价已收到', 'Thank you, we have your rating'),
      over: say('评价已经结束', 'The survey has ended'),
    }[view.status],
    open: view.status === 'open',
    url,
    ...handlerContext(view, language),
    until: view.until ? planned(view.until, wording) : null,
    title: input.missing.length > 0 ? say('错误：这次办得怎么样？', 'Error: How did we do?') : null,
    thanks: thanks(),
    findUrl: wayOn(view, language),
    missing: input.missing.map((dimension) => ({ question: dimension, label: label(dimension) })),
    comment: view.answers ? (view.answers.comment ?? null) : input.comment,
    questions: DIMENSIONS.map((dimension) => ({
      question: dimension,
      label: label(dimension),
      hint: DIMENSION_WORDS[dimension].hint ? inLanguage(DIMENSION_WORDS[dimension].hint, language) : null,
      wrong: input.missing.includes(dimension),
      optional: false,
      options: scale(input.chosen[dimension]),
    })),
    count: DIMENSIONS.length + view.questions.length,
    more: view.questions.map(({ id, name }) => ({
      question: `q-${id}`,
      label: inLanguage(name, language),
      hint: null,
      wrong: false,
      optional: true,
      options: scale(input.more?.[id]),
    })),
    scores: view.answers ? scoreRows(view.answers) : [],
  };

  /** Only whoever gave a low score is told that somebody calls, and who and when. */
  function thanks(): string {
    if (view.status === 'over') return say('评价已经结束，不再收分数。', 'Scores are no longer taken.');
    const { followUp } = view;
    if (!followUp) return say('您的分数会用来改进我们的工作。', 'Your scores decide what we change.');
    const name = followUp.byWords
      ? inLanguage(followUp.byWords, language)
      : say('另一位没有参与办理的同事', 'a colleague who had no part in it');
    return followUp.dueAt !== undefined && followUp.dueAt > now
      ? say(
          `很抱歉没有让您满意。${name}会在 ${planned(followUp.dueAt, wording)} 前联系您。`,
          `We are sorry. By ${planned(followUp.dueAt, wording)} you will hear from ${name}.`,
        )
      : say(`很抱歉没有让您满意。${name}会联系您。`, `We are sorry. You will hear from ${name}.`);
  }

  function scale(picked: number | undefined): Context[] {
    return [1, 2, 3, 4, 5].map((value) => ({
      value,
      words: scoreWords(value),
      spoken: say(`${value} 分，${scoreWords(value)}`, `${value}, ${scoreWords(value)}`),
      chosen: picked === value,
    }));
  }

  function scoreRows(answers: Scores): Context[] {
    const row = (title: string, value: number) => ({ label: title, value: `${value} / 5 · ${scoreWords(value)}` });
    const own = view.questions.flatMap(({ id, name }) => {
      const value = answers.answers?.[id];
      return value === undefined ? [] : [row(inLanguage(name, language), value)];
    });
    return [...DIMENSIONS.map((dimension) => row(label(dimension), answers[dimension])), ...own];
  }
}
