/**
 * WeChat Store (微信小店), 纠纷单. It has no list: the push `channels_ec_complaint_update` is the only way in, and is kept before it is
 * answered. Read: developers.weixin.qq.com/doc/store: getcomplaintorder (with its later `media_infos`), addcomplaintmaterial (500
 * characters, codes 10021500 to 10021503), addcomplaintproof (10021504), the push and its states, and the guide "纠纷管理" (which
 * call fits which state, which states are the last). Times are seconds. It does not say how long a step lasts, nor the amount.
 * @module
 */
import type { PlatformPhase } from '../../../domain/case/platforms';
import type { ActPicture, PlatformAdapter, SeenComplaint, There } from '../adapter';
import { PlatformFault } from '../fault';
import { photo } from './photo';
import { must, object, text, type Json } from './reading';
import { asked, greet, pushed, reach } from './wechat-call';
import { historyOf } from './wechat-history';

const HERE = '/channels/ec/aftersale';
/** No dispute has this number. */
const GONE = [10021500];

const WAITS: readonly string[] = ['100'];
const PROOF: readonly string[] = ['106', '108'];
const FINISHED: readonly string[] = ['102', '112', '115', '116'];
const phaseOf = (status: string): PlatformPhase =>
  WAITS.includes(status) ? 'waiting' : FINISHED.includes(status) ? 'finished' : 'handling';

function seenOf(said: Json, complaintId: string, merchantId: string): SeenComplaint {
  const status = must(text(said.status));
  const { entries, first, isRefunded } = historyOf(said.history);
  const phase = phaseOf(status);
  const start =
    first && entries.find(({ kind, at, text: words }) => kind === 'said' && at === first.at && words === first.text);
  const [phone, orderNo] = [first?.phone ?? '', text(said.order_id)];
  return {
    complaintId,
    at: first?.at ?? must(entries[0]?.at ?? ''),
    text: first?.text ?? '',
    merchantId,
    phase,
    status,
    acts: PROOF.includes(status) ? ['prove'] : [],
    done: status === '107' ? ['prove'] : [],
    isRefunded,
    // Every dispute is before the platform's own people.
    isHelped: phase === 'handling',
    pictures: start?.pictures ?? [],
    entries: entries.filter((entry) => entry !== start),
    ...(phone !== '' && { phone }),
    ...(orderNo !== '' && { orderNo }),
  };
}

/** Hands in pictures. @returns their ids */
async function mediaOf(there: There, pictures: readonly ActPicture[]): Promise<string[]> {
  const ids: string[] = [];
  for (const picture of pictures) {
    const query = { upload_type: '0', resp_type: '0' };
    const said = await asked(there, { method: 'POST', path: '/channels/ec/basics/img/upload', query, picture });
    ids.push(must(text(object(said.pic_file).media_id)));
  }
  return ids;
}

const post = (there: There, what: string, body: object): Promise<Json> =>
  asked(there, { method: 'POST', path: `${HERE}/${what}`, json: JSON.stringify(body), gone: GONE });

export const wechatStore: PlatformAdapter = {
  reach,

  async look(there, complaintId) {
    const said = await post(there, 'getcomplaintorder', { complaint_id: complaintId });
    return seenOf(said, complaintId, there.account.merchantId);
  },

  picture: photo,

  async reply(there, { complaintId }, words) {
    await post(there, 'addcomplaintmaterial', { complaint_id: complaintId, content: words });
  },

  async act(there, { complaintId }, { act, reason = '', pictures }) {
    if (act !== 'prove') throw new PlatformFault('unfit', 'not_offered');
    const media = await mediaOf(there, pictures);
    const body = { complaint_id: complaintId, content: reason, ...(media.length > 0 && { media_id_list: media }) };
    await post(there, 'addcomplaintproof', body);
  },

  notices: {
    heard: 'success',
    greet,
    read: (account, given, now) =>
      pushed(account, given, now, {
        event: 'channels_ec_complaint_update',
        id: ['finder_shop_complaint/complaint_id'],
        state: ['finder_shop_complaint/complaint_status'],
      }),
  },
};
