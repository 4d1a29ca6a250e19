import type { OfferView, ProgressView, ProposalView, Scores, SurveyView } from '../../cases/customer';
import { toMs } from '../../domain/time';
import type { Instant, Language, Words } from '../../domain/types';
import type { Context } from '../../render/engine';
import { dateTime, plannedTime } from '../../render/format';
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

/** Says what is expected of whom, and until when. */
function headingOf(view: ProgressView, { language, now }: Wording): string {
  const say = sayIn(language);
  const by = (instant: Instant) => plannedTime(instant, language, now);
  if (view.stage === 'archived') {
    if (view.outcome === 'withdrawn') return say('您已撤回这件投诉', 'You have withdrawn this complaint');
    if (view.outcome === 'merged') return say('已并入另一件在办的投诉', 'Goes on together with another complaint');
    return say('这件投诉已办结', 'This complaint is closed');
  }
  if (view.offer) return say('方案已经准备好，请您确认', 'The solution is ready, please tell us what you think');
  if (view.survey) return say('已办理完，请您评分', 'It is done; please rate us');
  if (view.paused) {
    const until = by(view.paused.until);
    switch (view.paused.reason) {
      case 'customer':
        return say(`在等您的消息，最晚 ${until} 继续办理`, `We are waiting to hear from you; we go on by ${until}`);
      case 'parts':
        return say(`在等配件，最晚 ${until} 继续办理`, `We are waiting for parts; we go on by ${until}`);
      case 'third_party':
        return say(`在等第三方，最晚 ${until} 继续办理`, `We are waiting for a third party; we go on by ${until}`);
    }
  }
  switch (view.stage) {
    case 'feedback':
      return say('已办理完', 'It is done');
    case 'revisit':
      return view.revisitBy && view.revisitBy > now
        ? say(`已办理完，最晚 ${by(view.revisitBy)} 回访您`, `It is done; we get in touch by ${by(view.revisitBy)}`)
        : say('已办理完，接下来回访您', 'It is done; we will get in touch');
    case 'review':
      return say('正在复盘，您不需要做什么', 'We are reviewing it; you need not do anything');
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
  if (view.answerBy && !view.respondedAt) {
    return view.answerBy > now
      ? say(`正在核实，最晚 ${by(view.answerBy)} 答复您`, `We are looking into it and answer by ${by(view.answerBy)}`)
      : say('答复晚了，主管已经知道', 'Our answer is late; a supervisor knows');
  }
  if (view.resolveBy) {
    return view.resolveBy > now
      ? say(`正在办理，最晚 ${by(view.resolveBy)} 解决`, `We are working on it and solve it by ${by(view.resolveBy)}`)
      : say('解决晚了，主管已经知道', 'Our solution is late; a supervisor knows');
  }
  return say('正在办理', 'We are working on it');
}

function stepNote(view: ProgressView, step: string, status: string, { language, now }: Wording): string | null {
  const say = sayIn(language);
  const by = (instant: Instant | undefined, zh: string, en: string) =>
    instant === undefined || instant <= now ? null : say(zh, en).replace('{}', plannedTime(instant, language, now));
  if (status === 'done') return null;
  switch (step) {
    case 'resolving':
      return view.offer
        ? say('等您确认方案', 'Waiting for your answer to the solution')
        : by(view.resolveBy, '最晚 {} 解决', 'solved by {}');
    case 'revisit':
      return by(view.revisitBy, '最晚 {}', 'by {}');
    case 'received':
      return view.respondedAt ? null : by(view.answerBy, '最晚 {} 答复您', 'answered by {}');
    default:
      return null;
  }
}

export function offerContext(offer: OfferView, url: string, { language, now }: Wording): Context {
  return {
    solution: offer.solution,
    remedies: offer.remedies.map((remedy) => remedyText(remedy, language)),
    answerBy: offer.answerBy ? plannedTime(offer.answerBy, language, now) : null,
    late: offer.answerBy !== undefined && offer.answerBy <= now,
    url,
    declineUrl: `${url}?lang=${language}&decline=1`,
  };
}

export function progressContext(view: ProgressView, code: string, wording: Wording, reason = ''): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const at = (instant: Instant) => dateTime(instant, language, now);
  return {
    narrow: false,
    caseNo: view.caseNo,
    heading: headingOf(view, wording),
    code,
    offer: view.offer ? offerContext(view.offer, `/a/${view.offer.token}`, wording) : null,
    result: view.result ?? null,
    outcome: view.outcome ? inLanguage(OUTCOME_WORDS[view.outcome], language) : null,
    surveyUrl: view.survey ? `/s/${view.survey.token}?lang=${language}` : null,
    surveyUntil: view.survey?.until ? plannedTime(view.survey.until, language, now) : null,
    steps: view.steps.map(({ step, words, status, at: reached }) => ({
      words: inLanguage(words, language),
      mark: { done: 'done', current: 'cur', future: 'todo' }[status],
      current: status === 'current',
      at: reached ? at(reached) : null,
      iso: reached ?? null,
      note: stepNote(view, step, status, wording),
    })),
    handler: view.handler ?? null,
    initial: Array.from(view.handler ?? '')[0] ?? null,
    chase: view.chase ? chaseContext(view.chase) : null,
    reopen: view.reopen
      ? {
          url: `/p/${view.caseNo}/reopen`,
          until: view.reopen.until ? plannedTime(view.reopen.until, language, now) : null,
          reason,
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
          ? say('今天的催办次数用完了，明天可以再催', 'You have chased as often as possible today; try again tomorrow')
          : waits && nextAt !== undefined
            ? say(
                `刚刚催办过，负责人和主管已经看到，${at(nextAt)} 后可以再催`,
                `Just chased; your handler and their lead have seen it. Possible again after ${at(nextAt)}`,
              )
            : say(
                `今天还可以催办 ${left} 次，负责人和主管会看到`,
                `You can chase ${left === 1 ? 'once more' : `${left} more times`} today; your handler and their lead see it`,
              ),
    };
  }
}

export function proposalContext(
  view: ProposalView,
  url: string,
  wording: Wording,
  input: { declining: boolean; reason: string },
): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const when = view.answeredAt ? dateTime(view.answeredAt, language, now) : '';
  const heading = {
    open: input.declining
      ? say('不接受这个方案', 'Decline this solution')
      : say('方案已经准备好，请您确认', 'The solution is ready, please tell us what you think'),
    accepted: say(`您已接受方案 · ${when}`, `You have accepted this solution · ${when}`),
    declined: say(`您没有接受方案 · ${when}`, `You have declined this solution · ${when}`),
    over: say('这个方案已不再有效', 'This solution no longer stands'),
  }[view.status];
  return {
    narrow: true,
    caseNo: view.caseNo,
    heading,
    handler: view.handler ?? null,
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
  view: SurveyView,
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
    handler: view.handler ?? null,
    until: view.until ? plannedTime(view.until, language, now) : null,
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
