import type { Words } from '../../../domain/basics/types';
import type { Reach } from '../mail-data';

/** Ways of being reached that a customer can ask for, by the channel's name; others are not mentioned. */
const PREFERRED: Record<string, Words> = {
  phone: { zh: '电话', en: 'a call' },
  mail: { zh: '邮件', en: 'e-mail' },
  sms: { zh: '短信', en: 'text message' },
  wechat: { zh: '微信', en: 'WeChat' },
  wecom: { zh: '企业微信', en: 'WeCom' },
  chat: { zh: '在线客服', en: 'chat' },
  visit: { zh: '上门', en: 'a visit' },
};

/** How the customer can be reached. Number and address stay in the case, where access is checked. */
export function reachWords({ phone, email, preferred }: Reach): Words {
  const ways = {
    zh: phone
      ? email
        ? '电话、邮箱'
        : '只有电话，没有邮箱，信发不到，请打电话告诉客户'
      : email
        ? '只有邮箱'
        : '没有留电话和邮箱',
    en: phone
      ? email
        ? 'phone and e-mail'
        : 'phone only; no letter of ours arrives, so tell the customer by phone'
      : email
        ? 'e-mail only'
        : 'neither phone nor e-mail',
  };
  const wish = preferred === undefined ? undefined : PREFERRED[preferred];
  const kept =
    phone || email ? { zh: '（号码、地址见案件）', en: ' (number and address are in the case)' } : { zh: '', en: '' };
  return {
    zh: `${ways.zh}${wish ? `；客户希望用${wish.zh}` : ''}${kept.zh}`,
    en: `${ways.en}${wish ? `; prefers ${wish.en}` : ''}${kept.en}`,
  };
}
