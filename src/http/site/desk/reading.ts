import type { Request, Response } from 'express';
import { isRefused, type OwnModelShown, type ReadingFigures } from '../../../cases';
import { CATEGORIES, GRADES } from '../../../domain/basics/types';
import { CATEGORY_WORDS, GRADE_WORDS } from '../../../domain/basics/words';
import { localDate } from '../../../domain/time/house-day';
import { atLeast } from '../../../domain/case/permissions';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sayIn, tellWords, type Tell, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import { toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

export const READING_PAGE = '/desk/reading';

const LABELS = { ...GRADE_WORDS, ...CATEGORY_WORDS };

const labelIn = (label: string, { language }: Wording): string =>
  Object.hasOwn(LABELS, label) ? inLanguage(LABELS[label as keyof typeof LABELS], language) : label;

/** “87% (13 of 15)”; of nothing a dash. */
const shareIn = (part: number, of: number, { language }: Wording): string => {
  if (of === 0) return '–';
  const percent = `${Math.round((100 * part) / of)}%`;
  return sayIn(language)(`${percent}（${of} 件中 ${part} 件）`, `${percent} (${part} of ${of})`);
};

/** How good suggestions are, each as a name and a figure. */
function goodness({ confirmed, grade, category, major }: ReadingFigures, wording: Wording): Context[] {
  const say = sayIn(wording.language);
  const line = (name: string, part: number, of: number): Context => ({ name, share: shareIn(part, of, wording) });
  return [
    line(say('严重程度照建议定', 'Severity kept as suggested'), grade.agreed, confirmed),
    line(say('类别照建议定', 'Category kept as suggested'), category.agreed, confirmed),
    line(say('人定为重大的，建议也是重大', 'Called major by people, and suggested so'), major.both, major.decided),
    line(say('建议为重大的，人也定为重大', 'Suggested as major, and called so by people'), major.both, major.suggested),
  ];
}

/** One own model: when it was made, what it is used for, and how well it reads what it has not learnt from. */
function modelContext(model: OwnModelShown, wording: Wording): Context {
  const { version, madeAt, used, figures } = model;
  const { heldOut, learnt, grade, category, majors, majorsRead } = figures;
  const { language, now } = wording;
  const say = sayIn(language);
  const both = ({ rules, own }: { rules: number; own: number }, of: number): string =>
    of === 0 ? '–' : `${Math.round((100 * rules) / of)}% → ${Math.round((100 * own) / of)}%`;
  return {
    version,
    when: pageTime(madeAt, language, now),
    used:
      used.length === 0
        ? say('不用：没有一项比规则更准', 'not used: it reads nothing better than the rules')
        : used.map((label) => labelIn(label, wording)).join(say('、', ', ')),
    learnt,
    heldOut,
    grade: both(grade, heldOut),
    category: both(category, heldOut),
    majors: both(majorsRead, majors),
  };
}

/** Which model reads now, in a sentence. */
function readBy({ models: [newest], confirmed, needed }: ReadingFigures, wording: Wording): string {
  const say = sayIn(wording.language);
  if (!newest) {
    return say(
      `还没有学过：至少要有 ${needed} 件由人定级、内容不同的投诉（最近 90 天有 ${confirmed} 件）。现在只按规则读。`,
      `Nothing has been learnt yet: it takes ${needed} different complaints graded by people (${confirmed} in the last 90 days). They are read by the rules alone.`,
    );
  }
  const labels = newest.used.map((label) => labelIn(label, wording));
  return labels.length === 0
    ? say(
        '学过了，但没有一项比规则更准，所以现在只按规则读。',
        'It has learnt, but reads nothing better than the rules; complaints are read by the rules alone.',
      )
    : say(
        `新投诉在这几项上按本部门的做法读：${labels.join('、')}。其余按规则。`,
        `New complaints are read the way your department decides for: ${labels.join(', ')}. All else is read by the rules.`,
      );
}

/** Suggested down, decided across. */
function matrixContext(
  { matrix }: ReadingFigures['grade'],
  labels: readonly string[],
  name: string,
  wording: Wording,
): Context {
  const count = (suggested: string, decided: string): number =>
    matrix.find((cell) => cell.suggested === suggested && cell.decided === decided)?.count ?? 0;
  return {
    name,
    columns: labels.map((label) => labelIn(label, wording)),
    rows: labels.map((suggested) => ({
      label: labelIn(suggested, wording),
      cells: labels.map((decided) => ({ count: count(suggested, decided), isKept: suggested === decided })),
    })),
  };
}

function figuresContext(figures: ReadingFigures, wording: Wording): Context {
  const { language } = wording;
  const say = sayIn(language);
  return {
    some: figures.confirmed > 0,
    goodness: goodness(figures, wording),
    readBy: readBy(figures, wording),
    models: figures.models.map((model) => modelContext(model, wording)),
    weeks: figures.weeks
      .filter(({ confirmed }) => confirmed > 0)
      .map((week) => ({
        from: localDate(week.from),
        confirmed: week.confirmed,
        grade: shareIn(week.grade, week.confirmed, wording),
        category: shareIn(week.category, week.confirmed, wording),
        majors: shareIn(week.majorsRead, week.majors, wording),
      })),
    changed: figures.changed.map(({ kind, from, to, count, words }) => ({
      kind: kind === 'grade' ? say('严重程度', 'Severity') : say('类别', 'Category'),
      change: `${labelIn(from, wording)} → ${labelIn(to, wording)}`,
      count,
      words: words.map(({ word }) => say(`“${word}”`, `“${word}”`)).join(say('', ' ')),
    })),
    matrices: [
      matrixContext(figures.grade, GRADES, say('严重程度', 'Severity'), wording),
      matrixContext(figures.category, CATEGORIES, say('类别', 'Category'), wording),
    ],
  };
}

const DONE: DoneWords = {
  started: {
    zh: '开始学了，一两分钟后刷新本页看结果。',
    en: 'It is learning; load this page again in a minute or two.',
  },
};

/** How well complaints are read, and what was learnt from those that people graded. */
export function readingPage({ cases: { reading }, answers }: DeskNeeds): DeskRoute[] {
  async function show(req: Request, res: Response, status: number, tell?: Tell): Promise<void> {
    const wording = answers.wordingOf(req);
    const actor = actorIn(res);
    answers.page(
      res,
      status,
      'reading',
      wording,
      {
        heading: sayIn(wording.language)('定级建议准不准', 'How good grade suggestions are'),
        ...(tell ?? toldIn(req, DONE, wording.language)),
        mayTrain: atLeast(actor, 'admin'),
        ...figuresContext(await reading.figures(actor), wording),
      },
      READING_PAGE,
    );
  }

  return [
    {
      method: 'get',
      path: READING_PAGE,
      who: 'supervisor',
      about: {
        zh: '定级建议准不准：人照建议定了多少，改得最多的是什么，从本部门的投诉里学到了什么',
        en: 'how good suggestions are: what people kept, what they changed most, what was learnt from their cases',
      },
      nav: { name: { zh: '定级建议', en: 'Grade suggestions' }, icon: 'i-eye', isOfHouse: true },
      handle: (req, res) => show(req, res, 200),
    },
    {
      method: 'post',
      path: `${READING_PAGE}/train`,
      who: 'admin',
      about: { zh: '现在就从本部门的投诉里学，不等夜里', en: 'has it learn from own cases now instead of at night' },
      form: true,
      async handle(req, res) {
        try {
          await reading.train(actorIn(res));
        } catch (error) {
          if (!isRefused(error, 'away')) throw error;
          return show(req, res, 503, tellWords(error.words, answers.wordingOf(req).language));
        }
        res.redirect(303, `${READING_PAGE}?done=started`);
      },
    },
  ];
}
