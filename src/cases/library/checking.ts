import { LIBRARY_TEXTS, type LibraryContent, type LibraryText } from '../../db/records';
import type { Fault } from '../../domain/basics/faults';
import type { Words } from '../../domain/basics/types';
import { unknownVariables } from '../../domain/policy/replies';
import { IDENTITIES, identitiesIn, TAKEN_OUT, type Identity, type KnownIdentities } from '../../text/personal';

/** What is found, in words. */
export const IDENTITY_WORDS: Record<Identity, Words> = {
  customer: { zh: '客户姓名', en: "the customer's name" },
  colleague: { zh: '同事姓名', en: "a colleague's name" },
  person: { zh: '姓名或称呼', en: 'a name' },
  phone: { zh: '电话', en: 'a phone number' },
  email: { zh: '邮箱', en: 'a mail address' },
  order: { zh: '订单号', en: 'an order number' },
  serial: { zh: '序列号', en: 'a serial number' },
  number: { zh: '长号码', en: 'a long number' },
  case: { zh: '投诉单号', en: 'a case number' },
  address: { zh: '地址', en: 'an address' },
};

/** What is sent to customers as it stands. */
const SENT: readonly LibraryText[] = ['reply', 'question', 'answer'];

const EMPTY: Words = { zh: '不能为空', en: 'must not be empty' };

/** Where in an entry somebody can be recognised. */
export const identitiesOf = (content: LibraryContent, known: KnownIdentities) =>
  LIBRARY_TEXTS.flatMap((name) => identitiesIn(content[name], known).map((find) => ({ in: name, ...find })));

/** What stands against publishing an entry, field by field; the words repeat nothing that was typed. */
export function faultsIn(content: LibraryContent, known: KnownIdentities): Fault[] {
  const needed: LibraryText[] = [
    'title',
    'problem',
    'solution',
    ...(content.isPublic ? (['question', 'answer'] as const) : []),
  ];
  const faults: Fault[] = needed
    .filter((name) => content[name].trim() === '')
    .map((name) => ({ path: name, words: EMPTY }));
  for (const name of LIBRARY_TEXTS) {
    const sure = identitiesIn(content[name], known).filter((find) => find.sure);
    const found = IDENTITIES.filter((identity) => sure.some((find) => find.identity === identity));
    if (found.length > 0) {
      faults.push({
        path: name,
        words: {
          zh: `里面还有${found.map((one) => IDENTITY_WORDS[one].zh).join('、')}；请删去或换成〔…〕`,
          en: `still holds ${found.map((one) => IDENTITY_WORDS[one].en).join(', ')}; take it out or put a mark in its place`,
        },
      });
    }
    if (SENT.includes(name) && content[name].search(TAKEN_OUT) >= 0) {
      faults.push({
        path: name,
        words: {
          zh: '里面还有〔…〕，客户会照样看到；请改写，回复里的客户姓名用 {客户}',
          en: 'still holds a mark in brackets, which customers would see; write it otherwise, and {name} for their name in a reply',
        },
      });
    }
  }
  if (unknownVariables(content.reply).length > 0) {
    faults.push({
      path: 'reply',
      words: {
        zh: '里面有不认识的变量；可用 {客户}、{单号}、{负责人}、{我}、{产品}、{期限}',
        en: 'holds a variable that there is not; there are {name}, {caseNo}, {handler}, {writer}, {product}, {dueAt}',
      },
    });
  }
  return faults;
}
