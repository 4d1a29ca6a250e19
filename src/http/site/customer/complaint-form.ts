import type { z } from 'zod';
import { isCutMobile, smsNumber } from '../../../contact';
import { type ComplaintBody, complaintSchema, MOST_TEXT, type ProgressView } from '../../../cases';
import { isCleanText } from '../../../domain/basics/free-text';
import type { Length } from '../../../domain/time/duration';
import type { Language, Words } from '../../../domain/basics/types';
import type { Context } from '../../../render/engine';
import { inFours, pageTime } from '../../../render/format';
import { span } from '../../../render/lengths';
import { inLanguage } from '../../../render/words';
import type { Wording } from '../kit/wording';
import type { Attached, TimeLimits } from './contract';
import { ownFiles } from './own-files';
import { waitingContext } from './waiting-context';
import type { Waiting } from './waiting-files';

/** The fields in the order of the page; each is also the id of its control. */
const FIELDS = ['text', 'product', 'order', 'name', 'phone', 'email'] as const;
/** A text field of the form. */
export type Field = (typeof FIELDS)[number];
/** What is wrong with which field; empty: nothing. */
export type Faults = Partial<Record<Field, Words>>;

/** What a customer may ask for, by ticking it. */
const WISHES = {
  repair: { zh: '维修', en: 'Repair' },
  replacement: { zh: '更换', en: 'Replacement' },
  refund: { zh: '退款', en: 'Refund' },
  compensation: { zh: '赔偿损失', en: 'Compensation' },
  apology: { zh: '说明和道歉', en: 'Explanation and apology' },
} as const satisfies Record<string, Words>;

/** How a customer may ask to be reached. Only ways that work: a channel is offered here once it is connected. */
const WAYS = {
  phone: { zh: '电话', en: 'Call' },
  mail: { zh: '邮件', en: 'E-mail' },
  sms: { zh: '短信', en: 'Text message' },
} as const satisfies Record<string, Words>;
type Way = keyof typeof WAYS;

/** What was typed and ticked in the form; it is shown again until the complaint has been stored. */
export interface Typed extends Record<Field, string> {
  wishes: readonly (keyof typeof WISHES)[];
  way?: Way;
}
/** The empty form. */
export const NOTHING_TYPED: Typed = { text: '', product: '', order: '', name: '', phone: '', email: '', wishes: [] };

/**
 * The form with what its address fills in: which product and order the page is about that leads to it. A value that could
 * not be sent is left out, as if it had not been given.
 */
export function givenTyped(product: string, order: string): Typed {
  const fits = (value: string, most: number): string =>
    value.length <= most && isCleanText(value) && !/\p{Cc}/u.test(value) ? value.trim() : '';
  return { ...NOTHING_TYPED, product: fits(product, 200), order: fits(order, 100) };
}

const isWish = (value: string): value is keyof typeof WISHES => Object.hasOwn(WISHES, value);
const isWay = (value: string): value is Way => Object.hasOwn(WAYS, value);

/** Reads what was typed from a form's fields. Unknown wishes and ways are ignored; all but the text is trimmed. */
export function typedIn(values: ReadonlyMap<string, readonly string[]>): Typed {
  const one = (name: string): string => values.get(name)?.[0] ?? '';
  const way = one('via');
  return {
    text: one('text'),
    product: one('product').trim(),
    order: one('order').trim(),
    name: one('name').trim(),
    phone: one('phone').trim(),
    email: one('email').trim(),
    wishes: [...new Set(values.get('wish') ?? [])].filter(isWish),
    ...(isWay(way) && { way }),
  };
}

const blankIsNone = (value: string): string | undefined => (value === '' ? undefined : value);

/** The complaint as the API takes it (`complaintSchema`). */
function bodyOf(typed: Typed, language: Language): unknown {
  const { text, product, order, name, phone, email, wishes, way } = typed;
  const say = (words: Words): string => inLanguage(words, language);
  return {
    channel: 'web',
    language,
    customer: { name, phone: blankIsNone(phone), email: blankIsNone(email), preferredChannel: way },
    product:
      product === '' && order === ''
        ? undefined
        : {
            // The API requires a product's name; a customer who gives only an order number need not.
            name: product === '' ? say({ zh: '未写明', en: 'not stated' }) : product,
            orderNo: blankIsNone(order),
          },
    text,
    wantedRemedy:
      wishes.length === 0
        ? undefined
        : wishes.map((wish) => say(WISHES[wish])).join(language === 'zh-CN' ? '、' : ', '),
  };
}

/** The form's field for a path of `complaintSchema`. */
const WHERE: Record<string, Field> = {
  text: 'text',
  'product.name': 'product',
  'product.orderNo': 'order',
  'customer.name': 'name',
  'customer.phone': 'phone',
  'customer.email': 'email',
};

/** What is said of a field that was left empty. */
const MISSING: Partial<Record<Field, Words>> = {
  text: { zh: '请写下发生了什么', en: 'Tell us what happened' },
  name: { zh: '请写下怎样称呼您', en: 'Tell us your name' },
  phone: {
    zh: '请留电话或邮箱，好让我们答复您',
    en: 'Give a telephone number or an e-mail address, so that we can answer',
  },
};
/** What is said of a field in any other case but "too long", unless the rule brings words of its own (`special`). */
const UNREADABLE: Record<Field, Words> = {
  text: {
    zh: '有不能保存的字符，请删掉后再提交',
    en: 'There are characters that cannot be stored; please remove them',
  },
  product: { zh: '产品名称有不能保存的字符', en: 'The product has characters that cannot be stored' },
  order: { zh: '单号有不能保存的字符', en: 'The number has characters that cannot be stored' },
  name: { zh: '称呼有不能保存的字符', en: 'The name has characters that cannot be stored' },
  phone: {
    zh: '电话号码不对，请写数字，例如 138 0000 0000',
    en: 'This is not a telephone number; write it like 138 0000 0000',
  },
  email: { zh: '邮箱不对，应像 name@example.com', en: 'This is not an e-mail address; write it like name@example.com' },
};
/** The names of the fields, to begin a sentence with. */
const NAMES: Record<Field, Words> = {
  text: { zh: '经过', en: 'What happened' },
  product: { zh: '产品名称', en: 'The product' },
  order: { zh: '单号', en: 'The number' },
  name: { zh: '称呼', en: 'The name' },
  phone: { zh: '电话号码', en: 'The telephone number' },
  email: { zh: '邮箱', en: 'The e-mail address' },
};

/** What is said of one fault that the schema found. */
function wordsOf(field: Field, issue: z.core.$ZodIssue, typed: Typed): Words {
  const missing = MISSING[field];
  if (missing && typed[field].trim() === '') return missing;
  if (issue.code === 'too_big') {
    const now = typed[field].length;
    const name = NAMES[field];
    return {
      zh: `${name.zh}最多 ${issue.maximum} 字，现在是 ${now} 字`,
      en: `${name.en} may have ${issue.maximum} characters and has ${now}`,
    };
  }
  const { words, special } = (issue.code === 'custom' ? (issue.params ?? {}) : {}) as {
    words?: Words;
    special?: boolean;
  };
  return words && special ? about(field, words) : UNREADABLE[field];
}

/** The rule's own words; the English ones need the name of the field before them. */
const about = (field: Field, { zh, en }: Words): Words => ({ zh, en: `${NAMES[field].en} ${en}` });

/**
 * Checks what was typed by the API's rules, with words for customers, and by the form's own: a way to be reached has to
 * be given, namely the one that was asked for, and a mobile number has 11 digits.
 * @returns the complaint to file, or the faults
 * @throws Error for a fault in what the form itself has made: a bug
 */
export function readComplaint(
  typed: Typed,
  language: Language,
): { body: ComplaintBody; faults?: undefined } | { body?: undefined; faults: Faults } {
  const faults: Faults = {};
  const parsed = complaintSchema.safeParse(bodyOf(typed, language));
  for (const issue of parsed.error?.issues ?? []) {
    const field = WHERE[issue.path.join('.')];
    if (field) faults[field] ??= wordsOf(field, issue, typed);
    else throw new Error(`the form built a complaint that is wrong in ${issue.path.join('.')}`);
  }
  if (typed.phone === '' && typed.email === '') faults.phone ??= MISSING.phone;
  else if (typed.way === 'mail' && typed.email === '') {
    faults.email ??= { zh: '您希望用邮件联系，请写下邮箱', en: 'You asked for e-mail; please give the address' };
  } else if (typed.way === 'phone' && typed.phone === '') {
    faults.phone ??= { zh: '您希望用电话联系，请写下号码', en: 'You asked for a call; please give the number' };
  }
  if (typed.way === 'sms' && typed.phone === '') {
    faults.phone ??= {
      zh: '您希望用短信联系，请写下手机号码',
      en: 'You asked for text messages; please give a mobile number',
    };
  }
  if (isCutMobile(typed.phone)) {
    faults.phone ??= { zh: '手机号码应为 11 位数字', en: 'A mobile number has 11 digits' };
  }
  if (typed.way === 'sms' && smsNumber(typed.phone) === undefined) {
    faults.phone ??= {
      zh: '这个号码收不了短信，请写手机号码，或换一种联系方式',
      en: 'This number takes no text messages; give a mobile number, or choose another way',
    };
  }
  return parsed.success && Object.keys(faults).length === 0 ? { body: parsed.data } : { faults };
}

/** Whether both are the same length, by number and unit. */
export const same = (one: Length, other: Length): boolean => one.value === other.value && one.unit === other.unit;

/** The promised times as the form's side column shows them, one row a step. */
function limitRows(limits: TimeLimits, language: Language): Context[] {
  const say = (zh: string, en: string): string => (language === 'zh-CN' ? zh : en);
  const [respond, respondMajor, resolve, resolveMajor] = [
    span(limits.respond, language),
    span(limits.respondMajor, language),
    span(limits.resolve, language),
    span(limits.resolveMajor, language),
  ];
  return [
    { when: say('马上', 'At once'), what: say('给您单号和查询码', 'your case number and access code') },
    {
      when: say(`${respond}内`, `Within ${respond}`),
      what: same(limits.respond, limits.respondMajor)
        ? say('有人答复您', 'a person gets back to you')
        : say(
            `有人答复您，涉及安全 ${respondMajor}`,
            `a person gets back to you; ${respondMajor} where safety is at stake`,
          ),
    },
    {
      when: say(`${resolve}内`, `Within ${resolve}`),
      what: same(limits.resolve, limits.resolveMajor)
        ? say('解决', 'your complaint is solved')
        : say(`解决，复杂情况 ${resolveMajor}`, `your complaint is solved; complex ones within ${resolveMajor}`),
    },
    {
      when: say('办完以后', 'Afterwards'),
      what: say('请您评分，不满意继续办', 'you rate us; if you are not satisfied, we continue'),
    },
  ];
}

/** A size as people read it, rounded down: 20 MB. */
export const megabytes = (bytes: number): string =>
  bytes >= 1024 * 1024 ? `${Math.floor(bytes / 1024 / 1024)} MB` : `${Math.floor(bytes / 1024)} KB`;

/** What the form is shown with. */
export interface FormNeeds {
  typed: Typed;
  faults: Faults;
  /**
   * Files that came with a form that was not filed have to be chosen again, since browsers do not fill a file input.
   */
  filesLost: boolean;
  /** Those of its files that wait for it to be sent again. */
  waiting?: Waiting | undefined;
  /** The sender is being told that they sent the same before; if they send it once more, it is another complaint. */
  twin?: boolean;
  /** The promised times; undefined when they could not be read: they are then not shown. */
  limits: TimeLimits | undefined;
  /** Customers can be told by text message. */
  sms: boolean;
  /** How many files, and how many bytes each. */
  most: { files: number; fileBytes: number };
}

/** What the template `complain` is given. */
export function formContext(needs: FormNeeds, wording: Wording): Context {
  const { language } = wording;
  const { typed, faults, limits, most } = needs;
  const say = (words: Words): string => inLanguage(words, language);
  const listed = FIELDS.flatMap((field) => {
    const words = faults[field];
    return words ? [{ field, words: say(words) }] : [];
  });
  const heading = say({ zh: '告诉我们哪里不满意', en: 'Tell us what went wrong' });
  const count = listed.length;
  return {
    narrow: false,
    heading,
    title:
      count > 0
        ? say({ zh: `错误：${heading}`, en: `Error: ${heading}` })
        : say({ zh: '投诉', en: 'Make a complaint' }),
    faults: listed,
    faultsHeading: say({
      zh: `有 ${count} 处要改，改好就能提交`,
      en:
        count === 1
          ? 'One thing needs your attention; then you can send it'
          : `${count} things need your attention; then you can send it`,
    }),
    fault: Object.fromEntries(FIELDS.map((field) => [field, faults[field] ? say(faults[field]) : null])),
    typed: Object.fromEntries(FIELDS.map((field) => [field, typed[field]])),
    filesLost: needs.filesLost,
    waiting: waitingContext(needs.waiting, wording),
    twin: needs.twin ?? false,
    mostText: MOST_TEXT,
    mostFiles: most.files,
    mostBytes: megabytes(most.fileBytes),
    wishes: Object.entries(WISHES).map(([value, words]) => ({
      value,
      words: say(words),
      chosen: isWish(value) && typed.wishes.includes(value),
    })),
    ways: Object.entries(WAYS)
      .filter(([value]) => value !== 'sms' || needs.sms)
      .map(([value, words]) => ({ value, words: say(words), chosen: typed.way === value })),
    limits: limits ? limitRows(limits, language) : null,
  };
}

/** Why files were not taken, in the order in which they are told; `{}` stands for the largest size of a file. */
const NOT_KEPT: Record<Exclude<Attached, 'kept' | 'unknown'> | 'many', Words> = {
  type: {
    zh: '有文件的格式不收。可以传图片、视频、录音、PDF、文本和办公文档。',
    en: 'A file is of a kind we do not take. Images, video, audio, PDF, text and office documents are fine.',
  },
  large: { zh: '有文件超过 {}，没有收到。', en: 'A file is larger than {} and was not taken.' },
  empty: { zh: '有文件是空的，没有收到。', en: 'A file is empty and was not taken.' },
  many: { zh: '一次的文件太多，多出的没有收到。', en: 'There were too many files at once; the rest was not taken.' },
  closed: { zh: '这件投诉现在不能再加文件。', en: 'No more files can be added to this complaint now.' },
  away: { zh: '有文件暂时没有存好，请过一会儿再传。', en: 'A file was not stored; please send it again in a moment.' },
};
/** A reason why a file was not taken. */
export type NotKept = keyof typeof NOT_KEPT;

/** The reasons in an address of the receipt (`type,large`); others are ignored. */
export const readNotKept = (listed: string): NotKept[] =>
  Object.keys(NOT_KEPT).filter((reason): reason is NotKept => listed.split(',').includes(reason));

/** What is said of a form's files: how many were kept, and why the others were not. */
export function filesTold(kept: number, notKept: readonly NotKept[], fileBytes: number, language: Language): string[] {
  const count = {
    zh: `${kept} 个文件已收到。`,
    en: kept === 1 ? 'One file was stored.' : `${kept} files were stored.`,
  };
  return [
    ...(kept > 0 ? [inLanguage(count, language)] : []),
    ...notKept.map((reason) => inLanguage(NOT_KEPT[reason], language).replace('{}', megabytes(fileBytes))),
  ];
}

/**
 * What the template `receipt` is given.
 * @param files what became of the form's files
 */
export function receiptContext(
  view: ProgressView,
  code: string,
  wording: Wording,
  files: {
    kept: number;
    notKept: readonly NotKept[];
    most: { files: number; fileBytes: number };
    /** Where further ones are sent. */
    to: string;
  },
): Context {
  const { language, now } = wording;
  const say = (zh: string, en: string): string => (language === 'zh-CN' ? zh : en);
  /** A promised time. It stays on the receipt when it is over, with the remark that we are late. */
  const by = (instant: string | undefined): string | null => {
    if (instant === undefined) return null;
    const time = pageTime(instant, language, now, true);
    return instant > now ? time : say(`${time}（已过，我们迟了）`, `${time} (over; we are late)`);
  };
  const { kept, notKept, most } = files;
  const answerBy = view.respondedAt
    ? say(
        `已于 ${pageTime(view.respondedAt, language, now)} 联系您`,
        `done, ${pageTime(view.respondedAt, language, now)}`,
      )
    : by(view.answerBy);
  const told = filesTold(kept, notKept, most.fileBytes, language);
  const steps = [
    {
      words: say('有人答复您', 'A person gets back to you'),
      note: answerBy && (view.respondedAt ? answerBy : say(`最晚 ${answerBy}`, `by ${answerBy}`)),
    },
    {
      words: say('提出方案，您接受后执行', 'We offer a solution; you accept, we carry it out'),
      note: by(view.resolveBy) && say(`最晚 ${by(view.resolveBy)} 解决`, `solved by ${by(view.resolveBy)}`),
    },
    { words: say('给您处理结果，请您评分', 'You get the result and rate us'), note: null },
    { words: say('回访；没解决，继续办', 'We contact you once more; if it is not solved, we continue'), note: null },
  ];
  return {
    narrow: false,
    caseNo: view.caseNo,
    code: inFours(code),
    heading: say('已收到您的投诉', 'We have your complaint'),
    at: pageTime(view.receivedAt, language, now),
    iso: view.receivedAt,
    tell: told.length > 0 ? told.join(language === 'zh-CN' ? '' : ' ') : null,
    tellWarns: notKept.length > 0,
    danger: view.danger === true,
    handler: view.handler ?? null,
    answerBy,
    resolveBy: by(view.resolveBy),
    progressUrl: `/p/${view.caseNo}?code=${encodeURIComponent(code)}&lang=${language}`,
    files: ownFiles(view, code, wording),
    ownUrl: `/complain/${view.caseNo}?code=${encodeURIComponent(code)}&lang=${language}`,
    filesUrl: files.to,
    filesOpen: notKept.length > 0,
    secret: code,
    mostFiles: most.files,
    mostBytes: megabytes(most.fileBytes),
    steps: steps.map((step, index) => ({ ...step, number: index + 1 })),
  };
}
