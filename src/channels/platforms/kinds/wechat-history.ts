/**
 * The history of complaints at mini-programs and of disputes at stores, whose numbers are the same (item_type). Read: repository
 * binarywang/WxJava and its ports (`ComplaintItemType`); the documents of mini-programs name some of them (31, 32) alike.
 * @module
 */
import type { Words } from '../../../domain/basics/types';
import type { PlatformActName } from '../../../domain/case/platforms';
import type { Entry, Picture } from '../adapter';
import { inOrder, list, mustBe, object, seconds, text, type Json } from './reading';

interface ItemAbout extends Words {
  kind: Entry['kind'];
  act?: PlatformActName;
  isPressing?: true;
}
const told = (zh: string, en: string, more: Pick<ItemAbout, 'act' | 'isPressing'> = {}): ItemAbout => ({
  kind: 'told',
  zh,
  en,
  ...more,
});
const pressing = (zh: string, en: string): ItemAbout => told(zh, en, { isPressing: true });

/** What the entries are. `null`: left out, since the state says it. */
const ITEMS: Readonly<Record<string, ItemAbout | null>> = {
  1: { kind: 'said', zh: '用户申请平台介入', en: 'the customer asks the platform for help', isPressing: true },
  2: { kind: 'said', zh: '用户留言', en: 'the customer writes' },
  3: { kind: 'ours', zh: '商家留言', en: 'the merchant writes' },
  4: null,
  5: pressing('投诉已取消', 'the complaint was cancelled'),
  6: pressing('商家已超时', "the merchant's time is over"),
  7: { kind: 'said', zh: '用户补充凭证', en: 'the customer hands in evidence' },
  8: { kind: 'ours', zh: '商家补充凭证', en: 'the merchant hands in evidence', act: 'prove' },
  10: null,
  11: null,
  12: told('取消平台介入', 'the platform is not asked for help any more'),
  13: null,
  14: told('待用户补充凭证', 'evidence of the customer is waited for'),
  16: pressing('待商家补充凭证', 'evidence of the merchant is waited for'),
  18: pressing('待双方补充凭证', 'evidence of both sides is waited for'),
  20: pressing('待商家确认', 'the merchant has to confirm'),
  21: told('商家申诉中', 'the merchant appeals', { act: 'appeal' }),
  22: told('调解完成', 'mediation is done'),
  23: null,
  24: told('重新退款中', 'the refund is made again'),
  26: told('调解关闭', 'mediation was closed'),
  30: pressing('平台判定用户责任', 'the platform holds the customer responsible'),
  31: pressing('平台判定商家责任', 'the platform holds the merchant responsible'),
  32: pressing('平台判定双方责任', 'the platform holds both sides responsible'),
  33: pressing('平台判定无责任', 'the platform holds nobody responsible'),
  34: pressing('平台判定申诉无效', 'the appeal was turned down'),
  35: pressing('平台判定申诉生效', 'the appeal was granted'),
  36: pressing('平台判定退款有效', 'the platform holds the refund to be good'),
  37: pressing('平台判定退款无效', 'the platform holds the refund to be none'),
  50: told('用户发起退款', 'the customer asks for a refund'),
  51: told('商家拒绝退款', 'the merchant refuses the refund'),
  52: told('用户取消申请', 'the customer takes the request back'),
  56: told('待买家退货', 'the customer has to send it back'),
  57: told('退货退款关闭', 'return and refund were closed'),
  58: pressing('待商家收货', 'the merchant has to receive what was sent back'),
  59: pressing('商家逾期未退款', 'the merchant has not refunded in time'),
  60: told('退款完成', 'the refund is done'),
  61: told('退货退款完成', 'return and refund are done'),
  62: pressing('平台退款中', 'the platform refunds'),
  63: pressing('平台退款失败', 'the refund by the platform has failed'),
  64: null,
  111: told('用户补充材料超时', "the customer's time for evidence is over"),
  112: pressing('商家补充材料超时', "the merchant's time for evidence is over"),
  113: pressing('双方补充材料超时', 'the time for evidence is over for both sides'),
};
/** With these it begins; these the customer writes later. */
const [BEGINS, SAID] = [
  ['1', '4'],
  ['2', '7'],
];
/** Money has gone back. */
const REFUNDED: readonly string[] = ['60', '61'];

/** An entry as it came, whose fields are named by either contract. */
interface Item {
  type: string;
  at: string;
  text: string;
  phone: string;
  pictures: string[];
}

const itemOf = (one: Json): Item => ({
  type: text(one.itemType) || text(one.item_type),
  at: mustBe(seconds(one.time)),
  text: text(one.content),
  phone: text(one.phoneNumber) || text(one.phone_number),
  pictures: [
    ...list(one.mediaIdList).map(text),
    ...list(one.media_infos).map((media) => text(object(object(media).picture).ticket_url)),
  ].filter((url) => url.startsWith('http')),
});

const picturesOf = (id: string, urls: readonly string[]): Picture[] => urls.map((at, n) => ({ id: `${id}/${n}`, at }));

function entryOf({ type, at, text: words, pictures }: Item, id: string): Entry | undefined {
  const about = ITEMS[type];
  if (about === null) return undefined;
  if (!about) {
    // Not known: it is told, unless it is what we have said ourselves.
    const label = { zh: `进展（类型 ${type}）`, en: `news (type ${type})` };
    return {
      id,
      at,
      kind: words === '' ? 'told' : 'ours',
      label,
      text: words,
      pictures: [],
      isAgain: false,
      isPressing: false,
    };
  }
  const { kind, zh, en, act, isPressing = false } = about;
  const isSaid = kind === 'said' && (words !== '' || pictures.length > 0);
  return {
    id,
    at,
    kind: kind === 'said' && !isSaid ? 'told' : kind,
    text: words,
    pictures: isSaid ? picturesOf(id, pictures) : [],
    isAgain: false,
    isPressing,
    ...(!isSaid && { label: { zh, en } }),
    ...(act && { act }),
  };
}

/** The history from its oldest entry on; `first`: what the customer has written first. */
export function historyOf(given: unknown): { entries: Entry[]; first: Item | undefined; isRefunded: boolean } {
  // An object by the documents, a list by their example.
  const items = inOrder(
    (Array.isArray(given) ? given : [given])
      .map(object)
      .filter(({ time }) => time !== undefined)
      .map(itemOf),
  );
  const seen = new Map<string, number>();
  const entries = items.flatMap((item) => {
    const key = `${item.type}/${item.at}`;
    const n = seen.get(key) ?? 0;
    seen.set(key, n + 1);
    return entryOf(item, `${key}/${n}`) ?? [];
  });
  const written = items.filter(({ text: words }) => words !== '');
  // What it began with: of several of one second the order is not known.
  const began = written.find(({ type }) => BEGINS.includes(type)) ?? written.find(({ type }) => SAID.includes(type));
  return { entries, first: began, isRefunded: items.some(({ type }) => REFUNDED.includes(type)) };
}
