import {
  IDENTITY_WORDS,
  topicWords,
  type LibraryEntry,
  type LibraryItem,
  type TrainingPack,
  type TrainingQuery,
} from '../../../cases';
import { CATEGORIES, LANGUAGES, type Words } from '../../../domain/basics/types';
import { CATEGORY_WORDS } from '../../../domain/basics/words';
import type { Fault } from '../../../domain/basics/faults';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sayIn, type Wording } from '../kit/wording';

export const LIBRARY_PAGE = '/desk/library';

export const STATE_WORDS: Record<LibraryEntry['state'], Words> = {
  draft: { zh: '草稿', en: 'draft' },
  review: { zh: '待审核', en: 'in review' },
  published: { zh: '已发布', en: 'published' },
  withdrawn: { zh: '已撤下', en: 'withdrawn' },
};

const ACT_WORDS: Record<LibraryEntry['acts'][number]['act'], Words> = {
  written: { zh: '写了草稿', en: 'wrote it' },
  changed: { zh: '修改', en: 'changed it' },
  submitted: { zh: '送审', en: 'sent it to the review' },
  returned: { zh: '退回修改', en: 'sent it back' },
  published: { zh: '发布', en: 'published it' },
  withdrawn: { zh: '撤下', en: 'withdrew it' },
};

const LANGUAGE_NAMES = { 'zh-CN': '中文', en: 'English' } as const;

/** The texts of an entry in the order of its page, with how they are asked for. */
export const TEXTS = [
  {
    name: 'problem',
    rows: 5,
    label: { zh: '发生了什么', en: 'What happened' },
    hint: {
      zh: '像客户会说的那样写；办案件时就凭它找到这条。',
      en: 'As customers tell it; by this it is found while a case is handled.',
    },
  },
  { name: 'cause', rows: 2, label: { zh: '原因', en: 'Why' }, hint: null },
  { name: 'solution', rows: 4, label: { zh: '怎样解决', en: 'What helped' }, hint: null },
  {
    name: 'reply',
    rows: 5,
    label: { zh: '可以直接用的回复', en: 'A reply to use' },
    hint: {
      zh: '可用 {客户}、{单号}、{负责人}、{我}、{产品}、{期限}，发送前自动填好。',
      en: '{name}, {caseNo}, {handler}, {writer}, {product} and {dueAt} are filled in before it is sent.',
    },
  },
  {
    name: 'question',
    rows: 1,
    label: { zh: '问题（给客户看）', en: 'Question, for customers' },
    hint: { zh: '按客户会问的写。', en: 'As they would ask.' },
  },
  { name: 'answer', rows: 6, label: { zh: '回答（给客户看）', en: 'Answer, for customers' }, hint: null },
] as const;
export type TextName = (typeof TEXTS)[number]['name'];

/** How often it was used, and how that went. */
export function usesWords({ uses, cases, judged, succeeded }: LibraryItem['uses'], { language }: Wording): string {
  const say = sayIn(language);
  if (uses === 0) return say('还没用过', 'not used yet');
  const used = say(`用过 ${uses} 次，${cases} 件投诉`, `used ${uses} times, in ${cases} cases`);
  return judged === 0
    ? `${used}${say('；客户还没有表态', '; no customer has judged yet')}`
    : `${used}${say(`；客户满意 ${succeeded} / ${judged} 件`, `; customer content in ${succeeded} of ${judged}`)}`;
}

/** A row of the list. */
export function itemContext(item: LibraryItem, wording: Wording): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const isWorkedOn = item.isOffered && item.state !== 'published';
  return {
    href: `${LIBRARY_PAGE}/${item.id}`,
    title: item.title,
    state: isWorkedOn
      ? say(
          `已发布，有修改${inLanguage(STATE_WORDS[item.state], language)}`,
          `published, a change is ${item.state === 'review' ? 'in review' : 'a draft'}`,
        )
      : inLanguage(STATE_WORDS[item.state], language),
    waits: item.state === 'review',
    about: [
      ...(item.category === undefined ? [] : [inLanguage(CATEGORY_WORDS[item.category], language)]),
      ...(item.product === '' ? [] : [item.product]),
      ...(item.language === language ? [] : [LANGUAGE_NAMES[item.language]]),
      ...(item.isPublic ? [say('给客户看', 'for customers')] : []),
    ].join(' · '),
    uses: usesWords(item.uses, wording),
    when: `${item.writtenBy.name} · ${pageTime(item.changedAt, language, now)}`,
  };
}

/** The page that people learn from: what happened can be read first, and what helped is opened after a thought. */
export function trainingContext(
  pack: TrainingPack,
  { category, language: wanted }: TrainingQuery,
  wording: Wording,
): Context {
  const { language } = wording;
  const query = new URLSearchParams({ language: wanted, ...(category !== undefined && { category }) });
  return {
    heading: inLanguage({ zh: '培训材料', en: 'Training pack' }, language),
    lang: pack.language,
    languages: LANGUAGES.map((one) => ({ value: one, words: LANGUAGE_NAMES[one], isOn: one === wanted })),
    categories: CATEGORIES.map((one) => ({
      value: one,
      words: inLanguage(CATEGORY_WORDS[one], language),
      isOn: one === category,
    })),
    lessons: pack.lessons,
    left: pack.left,
    fileHref: `${LIBRARY_PAGE}/training/export?${query.toString()}`,
    topics: pack.topics.map((topic) => ({
      name: topicWords(topic.category, language),
      lessons: topic.lessons.map(({ id, uses, ...lesson }) => ({
        ...lesson,
        href: `${LIBRARY_PAGE}/${id}`,
        uses: usesWords(uses, wording),
      })),
    })),
  };
}

/** A text in pieces: what may tell who somebody is, and marks that stand for it, whole in a piece of their own. */
function piecesOf(text: string, finds: LibraryEntry['identities'], wording: Wording): Context[] {
  const say = sayIn(wording.language);
  const marks = [...text.matchAll(/〔[^〔〕\n]{1,20}〕/g)].map(({ 0: mark, index }) => ({
    from: index,
    to: index + mark.length,
    look: 'category',
    title: say('已去掉', 'taken out'),
  }));
  const found = finds.map(({ from, to, identity, sure }) => ({
    from,
    to,
    look: sure ? 'major' : 'important',
    title: sure
      ? say(
          `${IDENTITY_WORDS[identity].zh}：不能发布`,
          `${IDENTITY_WORDS[identity].en}: it cannot be published with this`,
        )
      : say(`可能是${IDENTITY_WORDS[identity].zh}，请看一眼`, `maybe ${IDENTITY_WORDS[identity].en}: please look`),
  }));
  const pieces: Context[] = [];
  let at = 0;
  for (const { from, to, look, title } of [...marks, ...found].toSorted((a, b) => a.from - b.from)) {
    if (from < at) continue;
    pieces.push({ text: text.slice(at, from), look: null, title: '', ended: null });
    pieces.push({ text: text.slice(from, to), look, title, ended: say(`（${title}）`, ` (${title})`) });
    at = to;
  }
  return [...pieces, { text: text.slice(at), look: null, title: '', ended: null }];
}

/** What kinds of identities are found, in words; null: none. */
function kindsOf({ identities }: LibraryEntry, isSure: boolean, { language }: Wording): string | null {
  const kinds = [...new Set(identities.flatMap(({ sure, identity }) => (sure === isSure ? [identity] : [])))];
  return kinds.length === 0
    ? null
    : kinds.map((kind) => inLanguage(IDENTITY_WORDS[kind], language)).join(sayIn(language)('、', ', '));
}

/** One entry. */
export function entryContext(entry: LibraryEntry, wording: Wording): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const time = (at: string): string => pageTime(at, language, now);
  const in_ = (name: string) => entry.identities.filter((find) => find.in === name);
  const has = (act: LibraryEntry['may'][number]): boolean => entry.may.includes(act);
  const isReviewed = entry.reviewedBy !== undefined && entry.reviewedAt !== undefined;
  return {
    heading: entry.title,
    titlePieces: piecesOf(entry.title, in_('title'), wording),
    id: entry.id,
    version: entry.version,
    lang: entry.language,
    state: inLanguage(STATE_WORDS[entry.state], language),
    isOffered: entry.publishedVersion !== undefined && entry.state !== 'published',
    about: [
      ...(entry.category === undefined ? [] : [inLanguage(CATEGORY_WORDS[entry.category], language)]),
      ...(entry.product === '' ? [] : [entry.product]),
      LANGUAGE_NAMES[entry.language],
      entry.isPublic ? say('给客户看', 'for customers') : say('只给同事看', 'for colleagues only'),
    ].join(' · '),
    by: say(
      `${entry.writtenBy.name} 写于 ${time(entry.writtenAt)}`,
      `written by ${entry.writtenBy.name}, ${time(entry.writtenAt)}`,
    ),
    reviewed: isReviewed
      ? say(
          `${entry.reviewedBy?.name ?? ''} 审核发布于 ${time(entry.reviewedAt ?? '')}`,
          `published by ${entry.reviewedBy?.name ?? ''}, ${time(entry.reviewedAt ?? '')}`,
        )
      : null,
    uses: usesWords(entry.uses, wording),
    caseNo: entry.caseNo ?? null,
    texts: TEXTS.filter(({ name }) => entry[name] !== '').map(({ name, label }) => ({
      label: inLanguage(label, language),
      pieces: piecesOf(entry[name], in_(name), wording),
    })),
    sure: kindsOf(entry, true, wording),
    maybe: kindsOf(entry, false, wording),
    may: {
      change: has('change'),
      submit: has('submit'),
      return: has('return'),
      publish: has('publish'),
      withdraw: has('withdraw'),
      remove: has('remove'),
    },
    // Somebody who leads wrote a part of it: the button is missing, and the page says why.
    own: entry.state === 'review' && has('return') && !has('publish'),
    acts: entry.acts.map(({ act, by, at, note, version }) => ({
      at,
      when: time(at),
      by: by.name,
      what: say(`${ACT_WORDS[act].zh}（第 ${version} 版）`, `${ACT_WORDS[act].en} (version ${version})`),
      note: note ?? null,
    })),
  };
}

/** What somebody has typed of an entry. */
export type TypedEntry = Record<TextName | 'title' | 'product' | 'category' | 'language' | 'caseNo', string> & {
  isPublic: boolean;
};

/** The fields of the form. @param version of the entry that is changed; undefined: a new one */
export function formContext(
  typed: TypedEntry,
  { faults, version, id }: { faults: readonly Fault[]; version?: number | undefined; id?: string | undefined },
  { language }: Wording,
): Context {
  const say = (words: Words): string => inLanguage(words, language);
  const fault = (path: string): string | null => {
    const found = faults.find((one) => one.path === path);
    return found ? say(found.words) : null;
  };
  const named = ['title', 'product', 'language', 'category', ...TEXTS.map(({ name }) => name)];
  return {
    action: id === undefined ? LIBRARY_PAGE : `${LIBRARY_PAGE}/${id}`,
    cancel: id === undefined ? LIBRARY_PAGE : `${LIBRARY_PAGE}/${id}`,
    version: version ?? null,
    caseNo: typed.caseNo === '' ? null : typed.caseNo,
    title: typed.title,
    titleFault: fault('title'),
    product: typed.product,
    productFault: fault('product'),
    wholeFault: faults.flatMap((one) => (named.includes(one.path) ? [] : [say(one.words)]))[0] ?? null,
    languages: LANGUAGES.map((one) => ({ value: one, words: LANGUAGE_NAMES[one], isOn: one === typed.language })),
    categories: CATEGORIES.map((one) => ({
      value: one,
      words: say(CATEGORY_WORDS[one]),
      isOn: one === typed.category,
    })),
    isPublic: typed.isPublic,
    texts: TEXTS.map(({ name, label, hint, rows }) => ({
      name,
      rows,
      label: say(label),
      hint: hint && say(hint),
      value: typed[name],
      fault: fault(name),
      isForCustomers: name === 'question',
    })),
  };
}
