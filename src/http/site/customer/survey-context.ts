import type { Scores, SurveyView, WayOn } from '../../../cases';
import type { Words } from '../../../domain/basics/types';
import { SCORE_WORDS } from '../../../domain/basics/words';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { planned, sayIn, type Wording } from '../kit/wording';
import { handlerContext, wayOn } from './words';

const DIMENSIONS = ['speed', 'solution', 'attitude', 'total'] as const;
/** One of the four questions of every survey. */
export type Dimension = (typeof DIMENSIONS)[number];
/** The scores chosen so far, 1 to 5. */
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

/** The questions without a score, in the order of the page. */
export const missingScores = (chosen: Chosen): Dimension[] =>
  DIMENSIONS.filter((dimension) => chosen[dimension] === undefined);

/** One line on what is being rated: whoever has several complaints, or waited long, need not look it up. */
function recapOf({ receivedAt, product, handlerWords }: SurveyView, { language, now }: Wording): string {
  const at = pageTime(receivedAt, language, now);
  const handler = handlerWords && inLanguage(handlerWords, language);
  if (language === 'en') {
    const about = product === undefined ? 'What you told us' : `What you told us about “${product}”`;
    return `${about}, ${at}${handler === undefined ? '' : `; handled by ${handler}`}.`;
  }
  const about = product === undefined ? '反映的情况' : `反映的“${product}”的情况`;
  return `您 ${at} ${about}${handler === undefined ? '' : `，由${handler}办理`}。`;
}

/**
 * What the template `survey` is given.
 * @param url the page itself
 * @param input what was chosen and typed; `missing`: questions left out; `more`: scores of the policy's own questions
 */
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
    recap: recapOf(view, wording),
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

  /** The sentence after a survey. After a low score it says who will get in touch, and by when. */
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
