/**
 * What the pages of corrective actions show.
 * @module
 */
import {
  ACTION_KIND_WORDS,
  ACTION_STATUS_WORDS,
  effectWords,
  rateWords,
  type ActionBoard,
  type ActionCard,
  type ActionPage,
} from '../../../cases';
import { CAUSES, type Words } from '../../../domain/basics/types';
import { CAUSE_WORDS } from '../../../domain/basics/words';
import { toMs } from '../../../domain/time/duration';
import { houseDate } from '../../../house';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sayIn, type Wording } from '../kit/wording';

export const ACTIONS_PAGE = '/desk/actions';

const COLUMN_WORDS: Record<ActionCard['column'], { name: Words; about: Words }> = {
  plan: { name: { zh: '计划', en: 'Plan' }, about: { zh: '还没有开始', en: 'not started yet' } },
  do: { name: { zh: '实施', en: 'Do' }, about: { zh: '有任务没有做完', en: 'tasks are open' } },
  check: { name: { zh: '检查', en: 'Check' }, about: { zh: '等着验证效果', en: 'its effect is awaited' } },
  act: { name: { zh: '处置', en: 'Act' }, about: { zh: '已结束，或再来一轮', en: 'ended, or in another round' } },
};

type TextPart = 'problem' | 'containment' | 'rootCause' | 'plan' | 'prevention' | 'recognition';

/** The parts of the sheet that are texts, in the order of an 8D report. */
export const TEXT_PARTS: readonly { name: TextPart; words: Words }[] = [
  { name: 'problem', words: { zh: '问题描述（D2）', en: 'Problem (D2)' } },
  { name: 'containment', words: { zh: '临时遏制措施（D3）', en: 'Containment (D3)' } },
  { name: 'rootCause', words: { zh: '根本原因（D4）', en: 'Root cause (D4)' } },
  { name: 'plan', words: { zh: '措施的方案（D5）', en: 'Plan (D5)' } },
  { name: 'prevention', words: { zh: '预防再发（D7）', en: 'Preventing recurrence (D7)' } },
  { name: 'recognition', words: { zh: '致谢（D8）', en: 'Recognition (D8)' } },
];

/** The beginning of what is to be done; where that is not to be told, its cause. */
export const titleIn = ({ title, cause }: ActionCard, { language }: Wording): string =>
  title ?? inLanguage(CAUSE_WORDS[cause], language);

/** What happens next, with its moment. */
function nextIn({ dueAt, checkAt, endedAt, openTasks, round }: ActionCard, { language, now }: Wording): string {
  const say = sayIn(language);
  const at = (instant: string): string => pageTime(instant, language, now);
  const rounds = round > 1 ? say(`第 ${round} 轮 · `, `round ${round} · `) : '';
  if (endedAt !== undefined) return rounds + say(`${at(endedAt)} 结束`, `ended ${at(endedAt)}`);
  if (dueAt !== undefined) return say(`${at(dueAt)} 前开始`, `to start by ${at(dueAt)}`);
  const tasks =
    openTasks === 0
      ? ''
      : say(`${openTasks} 个任务未完成 · `, openTasks === 1 ? '1 task open · ' : `${openTasks} tasks open · `);
  return (
    rounds + tasks + (checkAt === undefined ? '' : say(`${at(checkAt)} 验证效果`, `effect checked ${at(checkAt)}`))
  );
}

function cardContext(card: ActionCard, wording: Wording): Context {
  const { language } = wording;
  const say = sayIn(language);
  return {
    href: `${ACTIONS_PAGE}/${card.id}`,
    title: titleIn(card, wording),
    about: [
      inLanguage(ACTION_KIND_WORDS[card.kind], language),
      inLanguage(CAUSE_WORDS[card.cause], language),
      ...(card.product === undefined ? [] : [card.product]),
    ].join(' · '),
    owner: card.owner.name,
    cases: say(`${card.cases} 件案件`, card.cases === 1 ? '1 case' : `${card.cases} cases`),
    next: nextIn(card, wording),
    isLate: card.isLate,
  };
}

/** What the board is narrowed by, as its form has it. */
export type BoardFilter = Partial<Record<'owner' | 'cause' | 'product' | 'late' | 'ended', string>>;

export function boardContext(board: ActionBoard, filter: BoardFilter, wording: Wording): Context {
  const { language } = wording;
  const say = sayIn(language);
  const chosen = (value: string, name: string, of?: string) => ({ value, name, isOn: value === of });
  return {
    heading: say('纠正措施', 'Corrective actions'),
    path: ACTIONS_PAGE,
    columns: board.columns.map(({ column, cards }) => ({
      name: inLanguage(COLUMN_WORDS[column].name, language),
      about: inLanguage(COLUMN_WORDS[column].about, language),
      count: cards.length,
      cards: cards.map((card) => cardContext(card, wording)),
    })),
    owners: [
      chosen('me', say('我', 'me'), filter.owner),
      ...board.owners.map(({ id, name }) => chosen(id, name, filter.owner)),
    ],
    causes: CAUSES.map((cause) => chosen(cause, inLanguage(CAUSE_WORDS[cause], language), filter.cause)),
    products: board.products.map((product) => chosen(product, product, filter.product)),
    isLate: filter.late === 'yes',
    isAll: filter.ended === 'all',
    isNarrowed: Object.values(filter).some((value) => value !== undefined),
  };
}

/** The cases that a number was counted from. */
function casesHref(of: Record<string, string | undefined>): string {
  const named = Object.entries(of).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return `/desk/figures/received/cases?${new URLSearchParams(Object.fromEntries(named)).toString()}`;
}

function effectContext({ cause, effect }: ActionPage, wording: Wording, linksCases: boolean): Context | null {
  if (!effect) return null;
  const { language } = wording;
  const say = sayIn(language);
  const { from, middle, to, product, region, before, after, unknown, told } = effect;
  const day = (instant: string): string => houseDate(toMs(instant));
  const row = (name: string, first: string, last: string, of: typeof before) => ({
    name,
    span: `${day(first)} – ${day(last)}`,
    hits: String(of.hits),
    of: String(of.of),
    rate: rateWords(of),
    href: linksCases ? casesHref({ from: day(first), to: day(last), cause, product, region }) : null,
  });
  return {
    rows: [row(say('之前', 'Before'), from, middle, before), row(say('之后', 'After'), middle, to, after)],
    words: effectWords(effect, language),
    isGood: told === 'fewer',
    isBad: told === 'more',
    scope: [product, region].filter((one) => one !== undefined).join(' · ') || say('所有产品', 'all products'),
    unknown:
      unknown === 0
        ? null
        : say(
            `之后有 ${unknown} 件的原因还没有定，不算在里面。`,
            `${unknown} complaints after have no cause yet and are not counted.`,
          ),
  };
}

function historyContext({ history }: ActionPage, { language, now }: Wording): Context[] {
  const say = sayIn(language);
  const words = (one: ActionPage['history'][number]): string => {
    switch (one.what) {
      case 'planned':
        return say('制定', 'planned');
      case 'started':
        return say('开始', 'started');
      case 'late':
        return say('没有按时开始', 'not started in time');
      case 'ended':
        return say('结束', 'ended');
      case 'measured':
        return one.reached === true
          ? say(
              `第 ${one.round} 轮检查：同类投诉 ${one.before} 件 → ${one.after} 件，达到目标`,
              `check ${one.round}: complaints of the cause ${one.before} → ${one.after}, target reached`,
            )
          : say(
              `第 ${one.round} 轮检查：同类投诉 ${one.before} 件 → ${one.after} 件，没有达到，再来一轮`,
              `check ${one.round}: complaints of the cause ${one.before} → ${one.after}, not reached: another round`,
            );
      case 'judged':
        return one.reached === true
          ? say(`${one.by?.name ?? ''}认定有效`, `${one.by?.name ?? ''} judged it effective`)
          : say(`${one.by?.name ?? ''}认定还没有效果`, `${one.by?.name ?? ''} judged it not effective yet`);
    }
  };
  return history.map((one) => ({
    at: pageTime(one.at, language, now),
    words: words(one),
    report: one.report ?? null,
  }));
}

function containmentIn({ containment, kind }: ActionPage, { language, now }: Wording): Context | null {
  if (!containment) return null;
  const say = sayIn(language);
  const at = (instant: string): string => pageTime(instant, language, now);
  const { dueAt, stoppedAt, state } = containment;
  return {
    name: kind === 'urgent' ? say('遏制时限', 'Containment') : say('开始时限', 'To be started'),
    words:
      stoppedAt === undefined
        ? say(`${at(dueAt)} 前`, `by ${at(dueAt)}`)
        : say(`${at(dueAt)} 前；${at(stoppedAt)} 已开始`, `by ${at(dueAt)}; started ${at(stoppedAt)}`),
    state: {
      running: null,
      late: say('超时', 'late'),
      kept: say('按时', 'in time'),
      broken: say('超时', 'late'),
    }[state],
    isLate: state === 'late' || state === 'broken',
  };
}

/** One action. @param linksCases whether the reader may see the cases behind its numbers */
export function actionContext(page: ActionPage, wording: Wording, linksCases: boolean): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const at = (instant: string): string => pageTime(instant, language, now);
  const { id, sheet, tasks, decisions } = page;
  const may = (what: ActionPage['may'][number]): boolean => page.may.includes(what);
  return {
    ...cardContext(page, wording),
    heading: titleIn(page, wording),
    id,
    status: inLanguage(ACTION_STATUS_WORDS[page.status], language),
    description: page.description,
    isHidden: page.description === null,
    containment: containmentIn(page, wording),
    decisions:
      decisions?.names.map((name) => ({
        words: name === 'startAction' ? say('开始措施', 'Start the action') : say('验证效果', 'Judge the effect'),
        href: `/desk/cases/${decisions.caseNo}?do=${name}#dock`,
      })) ?? [],
    reports: [
      { name: say('8D 报告（中文）', '8D report (Chinese)'), href: `${ACTIONS_PAGE}/${id}/report?lang=zh` },
      { name: say('8D 报告（英文）', '8D report (English)'), href: `${ACTIONS_PAGE}/${id}/report?lang=en` },
    ],
    effect: effectContext(page, wording, linksCases),
    history: historyContext(page, wording),
    version: sheet.version,
    parts: TEXT_PARTS.map(({ name, words }) => ({
      name,
      words: inLanguage(words, language),
      text: sheet[name] ?? null,
    })),
    changed:
      sheet.changedBy && sheet.changedAt !== undefined
        ? say(
            `${sheet.changedBy.name} 改于 ${at(sheet.changedAt)}`,
            `changed by ${sheet.changedBy.name}, ${at(sheet.changedAt)}`,
          )
        : null,
    tasks: tasks.map((task) => ({
      id: task.id,
      text: task.text,
      owner: task.owner.name,
      due: say(`${task.dueOn} 前`, `by ${task.dueOn}`),
      isLate: task.isLate,
      done: task.doneAt === undefined ? null : say(`${at(task.doneAt)} 完成`, `done ${at(task.doneAt)}`),
      result: task.result ?? null,
      mayFinish: task.mayFinish,
      mayDrop: task.doneAt === undefined && may('change'),
    })),
    gathers: page.gathers.map(({ caseNo, planned, addedBy, toldAt }) => ({
      caseNo,
      href: `/desk/cases/${caseNo}`,
      why: planned
        ? say('由本案制定', 'planned in it')
        : say(`${addedBy?.name ?? ''} 并入`, `gathered by ${addedBy?.name ?? ''}`),
      told: toldAt === undefined ? null : say(`${at(toldAt)} 已告知结束`, `told of the end ${at(toldAt)}`),
      mayRelease: !planned && may('gather'),
    })),
    hidden:
      page.hidden === 0 ? null : say(`另有 ${page.hidden} 件您无权查看`, `${page.hidden} more that you may not see`),
    toTell:
      page.toTell === 0
        ? null
        : say(
            `${page.toTell} 件并入的案件还没有告知措施已结束`,
            `${page.toTell} gathered cases are not told that it ended`,
          ),
    mayChange: may('change'),
    mayGather: may('gather'),
    mayTell: may('tell'),
  };
}
