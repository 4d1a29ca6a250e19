import type { ListedCase } from '../../../cases';
import type { Language, Words } from '../../../domain/basics/types';
import { CHANNEL_WORDS, OUTCOME_NAMES } from '../../../domain/basics/words';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import type { Wording } from '../kit/wording';

/** What the row of a case may say beside what every row says: its promise, grade, title, number, stage and chases. */
export const COLUMNS = ['customer', 'product', 'channel', 'owner', 'round', 'received', 'updated', 'outcome'] as const;
export type Column = (typeof COLUMNS)[number];

/** What rows say until their reader chooses. */
export const USUAL_COLUMNS: readonly Column[] = ['customer', 'product', 'channel', 'owner'];

export const COLUMN_WORDS: Record<Column, Words> = {
  customer: { zh: '客户', en: 'Customer' },
  product: { zh: '产品', en: 'Product' },
  channel: { zh: '渠道', en: 'Channel' },
  owner: { zh: '负责人', en: 'Owner' },
  round: { zh: '轮次', en: 'Round' },
  received: { zh: '受理时间', en: 'Received' },
  updated: { zh: '更新时间', en: 'Changed' },
  outcome: { zh: '结果', en: 'Outcome' },
};

/** Those that were chosen, in their own order; words that are no columns are left out. */
export const columnsOf = (names: readonly string[]): Column[] => COLUMNS.filter((column) => names.includes(column));

/** What a row says of its case in one column; undefined: nothing. The owner stands elsewhere in the row. */
type Told = (item: ListedCase, wording: Wording) => string | undefined;

const TOLD: Record<Exclude<Column, 'owner'>, Told> = {
  customer: ({ customerName }) => customerName || undefined,
  product: ({ product }) => product,
  channel: ({ channel }, { language }) => inLanguage(CHANNEL_WORDS[channel], language),
  round: ({ round }, { language }) => inLanguage({ zh: `第 ${round} 轮`, en: `round ${round}` }, language),
  received: ({ receivedAt }, wording) => timeTold({ zh: '受理', en: 'received' }, receivedAt, wording),
  updated: ({ updatedAt }, wording) => timeTold({ zh: '更新', en: 'changed' }, updatedAt, wording),
  outcome: ({ outcome }, { language }) => outcome && inLanguage(OUTCOME_NAMES[outcome], language),
};

/** 受理 11月22日 15:04 · received 22 Nov, 15:04 */
const timeTold = (what: Words, at: string, { language, now }: Wording): string =>
  `${inLanguage(what, language)} ${pageTime(at, language, now)}`;

/** What the line below a row's title says, in the order of the columns. */
export const toldIn = (item: ListedCase, columns: readonly Column[], wording: Wording): { text: string }[] =>
  columns.flatMap((column) => {
    const text = column === 'owner' ? undefined : TOLD[column](item, wording);
    return text === undefined ? [] : [{ text }];
  });

/** The choice of columns, as the menu of the list shows it. */
export const columnsContext = (chosen: readonly Column[], language: Language) =>
  COLUMNS.map((column) => ({
    field: columnField(column),
    name: inLanguage(COLUMN_WORDS[column], language),
    chosen: chosen.includes(column),
  }));

/** The name of a column's tick in the form of the menu. */
export const columnField = (column: Column): string => `column-${column}`;
