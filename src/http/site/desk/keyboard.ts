/**
 * The keys of the desk, in one table: its script answers them from the sheet that is made of it, so what the sheet says is
 * what the keys do. Keys are known by their place (`KeyboardEvent.code`), which an input method does not change.
 * @module
 */
import type { Language, Words } from '../../../domain/basics/types';
import { DECISIONS } from '../../../domain/decisions/catalogue';
import type { Context } from '../../../render/engine';
import { inLanguage } from '../../../render/words';
import { DECISION_KEYS } from './forms/keys';

/**
 * What a key does. `press`: clicks, or goes into, the element that names it in `data-key`; `alt`: likewise in `data-alt`,
 * with Alt, also while somebody types. They stand in the sheet on the pages alone that have such an element, and so do the
 * others whose element or list is not on every page.
 */
type Does =
  | 'press'
  | 'alt'
  | 'sheet'
  | 'palette'
  | 'leave'
  | 'next'
  | 'previous'
  | 'open'
  | 'tick'
  | 'range'
  | 'entry'
  | 'promise'
  | 'choose'
  | 'send'
  | 'pane';

interface Key {
  does: Does;
  /** As they stand in the sheet: those of one combination, or several that do the same. */
  shown: readonly string[];
  codes: readonly string[];
  words: Words;
}

const EVERYWHERE: readonly Key[] = [
  {
    does: 'palette',
    shown: ['Ctrl', 'K'],
    codes: ['KeyK'],
    words: { zh: '去哪里、找什么', en: 'Go somewhere, or search' },
  },
  { does: 'press', shown: ['/'], codes: ['Slash'], words: { zh: '搜索案件', en: 'Search the cases' } },
  { does: 'sheet', shown: ['?'], codes: ['Slash'], words: { zh: '这张键盘表', en: 'This sheet of keys' } },
  { does: 'leave', shown: ['Esc'], codes: ['Escape'], words: { zh: '关上打开的一层', en: 'Close what is open' } },
];

const HERE: readonly Key[] = [
  { does: 'press', shown: ['T'], codes: ['KeyT'], words: { zh: '接下一单', en: 'Take the next' } },
  { does: 'press', shown: ['C'], codes: ['KeyC'], words: { zh: '登记新投诉', en: 'Enter a new complaint' } },
  { does: 'alt', shown: ['Alt', 'C'], codes: ['KeyC'], words: { zh: '打开来电登记', en: 'Write down the call' } },
  { does: 'alt', shown: ['Alt', 'M'], codes: ['KeyM'], words: { zh: '并入这件', en: 'Add to the open case' } },
  { does: 'alt', shown: ['Alt', 'I'], codes: ['KeyI'], words: { zh: '填入原话里提到的', en: 'Put in what was found' } },
  { does: 'press', shown: ['['], codes: ['BracketLeft'], words: { zh: '我的上一件', en: 'My previous case' } },
  { does: 'press', shown: [']'], codes: ['BracketRight'], words: { zh: '我的下一件', en: 'My next case' } },
  { does: 'press', shown: ['Y'], codes: ['KeyY'], words: { zh: '按建议定级', en: 'Grade as suggested' } },
  { does: 'press', shown: ['.'], codes: ['Period'], words: { zh: '可以做的全部决定', en: 'All decisions' } },
  { does: 'press', shown: ['E'], codes: ['KeyE'], words: { zh: '证据文件', en: 'Files of evidence' } },
  { does: 'promise', shown: ['O'], codes: ['KeyO'], words: { zh: '下一个承诺', en: 'Next promise' } },
  {
    does: 'entry',
    shown: ['Alt', '↑', '↓'],
    codes: ['ArrowUp', 'ArrowDown'],
    words: { zh: '时间线上一条、下一条', en: 'Entry of the timeline before, after' },
  },
  {
    does: 'pane',
    shown: ['Ctrl', 'B'],
    codes: ['KeyB'],
    words: { zh: '收起或打开我的在办', en: 'Fold or show my cases' },
  },
  {
    does: 'choose',
    shown: ['1', '2', '3'],
    codes: ['Digit1', 'Digit2', 'Digit3'],
    words: { zh: '在表单里选第几项', en: 'Choose in the form by number' },
  },
  { does: 'send', shown: ['Ctrl', 'Enter'], codes: ['Enter'], words: { zh: '提交表单', en: 'Send the form' } },
];

const ROWS: readonly Key[] = [
  { does: 'next', shown: ['J', '↓'], codes: ['KeyJ', 'ArrowDown'], words: { zh: '下一件', en: 'Next case' } },
  { does: 'previous', shown: ['K', '↑'], codes: ['KeyK', 'ArrowUp'], words: { zh: '上一件', en: 'Previous case' } },
  { does: 'open', shown: ['Enter'], codes: ['Enter'], words: { zh: '打开这件', en: 'Open the case' } },
  { does: 'tick', shown: ['X'], codes: ['KeyX'], words: { zh: '勾选或不选', en: 'Tick it, or not' } },
  {
    does: 'range',
    shown: ['Shift', 'X'],
    codes: ['KeyX'],
    words: { zh: '勾选到这件为止', en: 'Tick all from the last one to this' },
  },
];

/** The keys of decisions; which of them answer depends on what is possible in the case. */
const OF_CASE: readonly Key[] = DECISION_KEYS.map(({ key, code, decisions }) => ({
  does: 'press',
  shown: [key],
  codes: [code],
  words: {
    zh: decisions.map((name) => DECISIONS[name].label.zh).join('、'),
    en: decisions.map((name) => DECISIONS[name].label.en).join(', '),
  },
}));

/** After G: the letters of places, by their address. */
const GOES: Readonly<Record<string, string>> = {
  '/desk': 'D',
  '/desk/cases': 'C',
  '/desk/phone': 'P',
  '/desk/waiting': 'W',
};

/** Keys that go to a place at once, by its address: the links of the navigation have them. */
export const PLACE_KEYS: Readonly<Record<string, string>> = { '/desk/phone': 'KeyC' };

/** Every `data-key` and `data-alt` that a page may have. */
export const PAGE_KEYS: readonly string[] = [...EVERYWHERE, ...HERE, ...OF_CASE]
  .filter(({ does }) => does === 'press' || does === 'alt')
  .flatMap(({ codes }) => codes);

/** The sheet of keys. @param places those of the navigation that the reader may go to */
export function keysContext(places: readonly { href: string; name: string }[], language: Language): Context[] {
  const say = (words: Words): string => inLanguage(words, language);
  const group = (id: string, name: Words, keys: readonly Key[]): Context => ({
    id,
    name: say(name),
    keys: keys.map(({ does, shown, codes, words }) => ({
      does,
      shown,
      codes: codes.join(' '),
      words: say(words),
      to: null,
    })),
  });
  return [
    group('rows', { zh: '列表', en: 'Lists' }, ROWS),
    group('here', { zh: '这一页', en: 'This page' }, [...OF_CASE, ...HERE]),
    group('everywhere', { zh: '到处', en: 'Everywhere' }, EVERYWHERE),
    {
      id: 'go',
      name: say({ zh: '去别处', en: 'Go to' }),
      keys: places.flatMap(({ href, name }) => {
        const letter = GOES[href];
        return letter === undefined
          ? []
          : [{ does: 'go', shown: ['G', letter], codes: `Key${letter}`, words: name, to: href }];
      }),
    },
  ];
}
