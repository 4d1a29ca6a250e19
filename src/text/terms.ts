/**
 * The terms of a complaint: words of both languages and pairs of neighbouring words, without names, numbers and addresses.
 * @module
 */
import { simplified } from './normalise';
import { COMMON } from './common-words';

interface Segmenter {
  cut(text: string, hmm?: boolean): string[];
}
let segmenter: Promise<Segmenter> | undefined;
/** Loaded at the first use: its dictionary takes a third of a second and 100 MB, and most programs need no terms. */
const loaded = (): Promise<Segmenter> =>
  (segmenter ??= Promise.all([import('@node-rs/jieba'), import('@node-rs/jieba/dict.js')]).then(
    ([{ Jieba }, { dict }]) => Jieba.withDict(dict),
  ));

/** The commonest family names. */
export const FAMILY =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤';
/** Mail and web addresses, whatever has a digit, and people called by their family name. */
const PERSONAL = new RegExp(
  [
    String.raw`[\w.+-]+@[\w.-]+`,
    String.raw`https?:[\x21-\x7e]+|www\.[\x21-\x7e]+`,
    String.raw`[a-z\d_-]*\d[a-z\d_-]*`,
    `[${FAMILY}](?:女士|先生|小姐|师傅|经理|老师|主管)`,
  ].join('|'),
  'g',
);
const HAN = /^\p{Script=Han}{2,8}$/u;
const LATIN = /^[a-z][a-z'-]{2,20}$/;
/** Longer texts say what they are about before. */
const READ = 4_000;

/** What the terms of a text are made with. */
export interface Terms {
  /**
   * The terms of a text, each once. A pair of neighbours is one term, written as in the text.
   * @param names of people, which are left out with all their parts
   */
  of(text: string, names: readonly string[]): Set<string>;
}

const isTerm = (word: string): boolean => (HAN.test(word) || LATIN.test(word)) && !COMMON.has(word);

/** Makes `Terms`; the first call loads a dictionary. */
export async function createTerms(): Promise<Terms> {
  const jieba = await loaded();
  return {
    of(text, names) {
      let plain = simplified(text.slice(0, READ).normalize('NFKC')).toLowerCase();
      for (const name of names) {
        const whole = simplified(name.normalize('NFKC')).toLowerCase().trim();
        if (whole.length > 1) plain = plain.replaceAll(whole, '\n');
      }
      const words = jieba.cut(plain.replace(PERSONAL, '\n'), true);
      const terms = new Set<string>();
      let before: string | undefined;
      for (const word of words) {
        // English words have a space between them.
        if (word === ' ' && before !== undefined && LATIN.test(before)) continue;
        if (!isTerm(word)) {
          before = undefined;
          continue;
        }
        terms.add(word);
        const gap = [before ?? '', word].some((one) => LATIN.test(one)) ? ' ' : '';
        if (before !== undefined && before !== word) terms.add(before + gap + word);
        before = word;
      }
      return terms;
    },
  };
}
