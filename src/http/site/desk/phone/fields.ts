/**
 * The fields of phone entry, in the order in which people talk. The name of each is the path of its value in the complaint
 * (`complaintSchema`).
 * @module
 */
import { complaintSchema, type ComplaintBody } from '../../../../cases';
import { faultsOf, type Fault } from '../../../../domain/basics/faults';
import { CHANNELS, LANGUAGES, type Channel, type Language, type Words } from '../../../../domain/basics/types';
import { CHANNEL_WORDS } from '../../../../domain/basics/words';
import { houseLocal, houseMoment } from '../../../../house';
import { inLanguage } from '../../../../render/words';
import { toMs } from '../../../../domain/time/duration';
import type { Wording } from '../../kit/wording';
import { control, type Control } from '../forms/control';
import type { Typed } from '../forms/read';

/** The address of the page. */
export const HERE = '/desk/phone';

interface FieldAbout {
  label: Words;
  kind: 'textarea' | 'text' | 'date' | 'datetime' | 'radios';
  help?: Words;
  max?: number;
  lines?: number;
  required?: true;
  inputType?: 'tel' | 'email';
  options?: readonly { value: string; label: Words }[];
  /** The value before anything is chosen. */
  usual?: string;
}

const LANGUAGE_WORDS: Record<Language, Words> = {
  'zh-CN': { zh: '中文', en: 'Chinese' },
  en: { zh: '英文', en: 'English' },
};

/** What comes in by itself. */
const BY_ITSELF: readonly Channel[] = ['web', 'mail', 'webhook'];
/** Ways of taking a complaint down that are offered here. */
const TAKEN_BY: readonly Channel[] = CHANNELS.filter((channel) => !BY_ITSELF.includes(channel));

const FIELDS = {
  text: {
    label: { zh: '发生了什么', en: 'What happened' },
    help: { zh: '按客户的原话写', en: "In the customer's own words" },
    kind: 'textarea',
    lines: 6,
    max: 8_000,
    required: true,
  },
  'product.name': { label: { zh: '产品', en: 'Product' }, kind: 'text', max: 200 },
  'product.model': { label: { zh: '型号', en: 'Model' }, kind: 'text', max: 100 },
  'product.orderNo': { label: { zh: '订单号', en: 'Order number' }, kind: 'text', max: 100 },
  'product.serialNo': { label: { zh: '序列号', en: 'Serial number' }, kind: 'text', max: 100 },
  'product.purchasedOn': { label: { zh: '购买日期', en: 'Bought on' }, kind: 'date' },
  occurredAt: { label: { zh: '什么时候', en: 'When' }, kind: 'datetime' },
  place: { label: { zh: '在哪里', en: 'Where' }, kind: 'text', max: 200 },
  wantedRemedy: {
    label: { zh: '希望怎样解决', en: 'What they ask for' },
    kind: 'textarea',
    lines: 2,
    max: 2_000,
  },
  'customer.name': { label: { zh: '怎样称呼', en: 'Name' }, kind: 'text', max: 80 },
  'customer.phone': { label: { zh: '电话', en: 'Phone' }, kind: 'text', inputType: 'tel', max: 60 },
  'customer.email': { label: { zh: '邮箱', en: 'E-mail' }, kind: 'text', inputType: 'email', max: 254 },
  channel: {
    label: { zh: '怎样来的', en: 'How it came' },
    kind: 'radios',
    usual: 'phone',
    options: TAKEN_BY.map((value) => ({ value, label: CHANNEL_WORDS[value] })),
  },
  language: {
    label: { zh: '用什么语言写给客户', en: 'Language of our letters' },
    kind: 'radios',
    usual: 'zh-CN',
    options: LANGUAGES.map((value) => ({ value, label: LANGUAGE_WORDS[value] })),
  },
} as const satisfies Record<string, FieldAbout>;

export type PhoneField = keyof typeof FIELDS;

/** The groups of the page, each with its question. */
const GROUPS: readonly { title: Words; fields: readonly PhoneField[] }[] = [
  { title: { zh: '发生了什么', en: 'What happened' }, fields: ['text'] },
  {
    title: { zh: '哪件产品', en: 'Which product' },
    fields: ['product.name', 'product.model', 'product.orderNo', 'product.serialNo', 'product.purchasedOn'],
  },
  { title: { zh: '何时何地', en: 'When and where' }, fields: ['occurredAt', 'place'] },
  { title: { zh: '希望怎样', en: 'What they ask for' }, fields: ['wantedRemedy'] },
  {
    title: { zh: '怎么联系', en: 'How to reach them' },
    fields: ['customer.name', 'customer.phone', 'customer.email', 'channel', 'language'],
  },
];

const NO_NAME: Words = { zh: '未留姓名', en: 'no name given' };

/** Whether a name only says that none was given. */
export const isNoName = (name: string): boolean => Object.values(NO_NAME).includes(name);

const valueOf = (typed: Typed, name: PhoneField): string => typed.get(name)?.[0]?.trim() ?? '';

/** A time as it was typed, as the complaint takes it; what is no time goes on as typed, and is refused by its name. */
function momentOf(local: string): string {
  const ms = houseMoment(local);
  return ms === undefined ? local : new Date(ms).toISOString();
}

/** What was typed, as a complaint; or what is wrong, field by field. */
export function readComplaint(typed: Typed): { body: ComplaintBody } | { faults: Fault[] } {
  const given = (name: PhoneField): string | undefined => valueOf(typed, name) || undefined;
  const language: Language = given('language') === 'en' ? 'en' : 'zh-CN';
  const product = {
    name: given('product.name'),
    model: given('product.model'),
    serialNo: given('product.serialNo'),
    orderNo: given('product.orderNo'),
    purchasedOn: given('product.purchasedOn'),
  };
  const hasProduct = Object.values(product).some((value) => value !== undefined);
  const occurredAt = given('occurredAt');
  const parsed = complaintSchema.safeParse(
    {
      channel: given('channel') ?? 'phone',
      language,
      customer: {
        // Nobody has to say their name to complain.
        name: given('customer.name') ?? inLanguage(NO_NAME, language),
        phone: given('customer.phone'),
        email: given('customer.email'),
      },
      product: hasProduct ? { ...product, name: product.name ?? NOT_STATED[language] } : undefined,
      occurredAt: occurredAt === undefined ? undefined : momentOf(occurredAt),
      place: given('place'),
      text: typed.get('text')?.[0] ?? '',
      wantedRemedy: given('wantedRemedy'),
    },
    { reportInput: true },
  );
  return parsed.success ? { body: parsed.data } : { faults: faultsOf(parsed.error) };
}

/** What stands for a product of which only a number is known. */
const NOT_STATED: Record<Language, string> = { 'zh-CN': '未写明', en: 'not stated' };

/** Whether the page has a field of this name. */
export const isField = (path: string): path is PhoneField => Object.hasOwn(FIELDS, path);
const idOf = (name: string): string => `call-${name.replaceAll('.', '-')}`;

/** A group of controls with its question, and its number. */
export type PhoneGroup = { number: number; title: string; isOne: boolean; controls: Control[] };

/** The form with what was typed, and what is wrong with it. */
export function phoneForm(
  typed: Typed,
  faults: readonly Fault[],
  { language, now }: Wording,
): { groups: PhoneGroup[]; errors: { href: string | null; words: string }[] } {
  const say = (words: Words): string => inLanguage(words, language);
  const faultOf = (name: string): string | null => {
    const fault = faults.find(({ path }) => path === name);
    return fault ? say(fault.words) : null;
  };
  const made = (name: PhoneField): Control => {
    const about: FieldAbout = FIELDS[name];
    const value = valueOf(typed, name) || (about.usual ?? '');
    return control({
      kind: about.kind,
      name,
      id: idOf(name),
      label: say(about.label),
      help: about.help ? say(about.help) : null,
      error: faultOf(name),
      required: about.required === true,
      value: name === 'text' ? (typed.get('text')?.[0] ?? '') : value,
      lines: about.lines ?? 3,
      maxLength: about.max ?? null,
      ...(about.inputType && { inputType: about.inputType }),
      ...(about.kind === 'date' || about.kind === 'datetime'
        ? { max: houseLocal(toMs(now)).slice(0, about.kind === 'date' ? 10 : 16) }
        : {}),
      groups: about.options
        ? [
            {
              label: null,
              options: about.options.map((option) => ({
                value: option.value,
                label: say(option.label),
                chosen: option.value === value,
              })),
            },
          ]
        : [],
    });
  };
  return {
    groups: GROUPS.map(({ title, fields }, index) => ({
      number: index + 1,
      title: say(title),
      isOne: fields.length === 1,
      controls: fields.map(made),
    })),
    errors: faults.map(({ path, words }) =>
      isField(path)
        ? { href: `#${idOf(path)}`, words: `${say(FIELDS[path].label)}${say({ zh: '：', en: ': ' })}${say(words)}` }
        : { href: null, words: say(words) },
    ),
  };
}
