/**
 * 钉钉自定义机器人 · custom robots of DingTalk groups.
 *
 * Contract: open.dingtalk.com/document/robots/custom-robot-access and …/customize-robot-security-settings (read in stored
 * copies of 2020 to 2025).
 * - POST to `…/robot/send?access_token=…`. With a secret (`SEC…`): `timestamp` (ms) and `sign` in the query, the sign being
 *   base64(HMAC-SHA256(secret, `timestamp + "\n" + secret`)); an hour of difference is allowed.
 * - 20 messages a minute for a robot; whoever sends more is held back for ten minutes.
 * - Answers 200 with `errcode`: 0 taken; 130101 and 660026 too many; 310000 the security settings refuse it (sign, words,
 *   address, or a time that is off); 300001 and 300005 no such token; 400102 and 400106 robot stopped or gone; 400013 group
 *   gone; -1 busy. Not found in writing: any id by which a repeat would be known as one.
 * - `at` calls somebody in text and Markdown, by mobile number or userId, whose `@` must stand in the text; for cards it
 *   was not found. A message that calls somebody has a link in place of a button.
 * @module
 */
import { createHmac } from 'node:crypto';
import { MINUTE } from '../../../domain/basics/milliseconds';
import {
  byStatus,
  resultIn,
  withoutResult,
  type Answer,
  type RoomAdapter,
  type RoomMessage,
  type Verdict,
} from '../adapter';

const REFUSED: readonly number[] = [300001, 300005, 400013, 400101, 400102, 400106];
const TOO_MANY: readonly number[] = [130101, 410100, 660026];
/** For so long a robot that has sent too many is held back. */
const HELD_BACK = 10 * MINUTE;

const plain = (text: string): string => text.replace(/[[\]<>*`#]/g, ' ');
const isMobile = (chatId: string): boolean => /^(?:1\d{10}|\+\d{1,4}-\d+)$/.test(chatId);

function signed(url: string, secret: string | undefined, at: number): string {
  if (secret === undefined) return url;
  const sign = createHmac('sha256', secret).update(`${at}\n${secret}`).digest('base64');
  const address = new URL(url);
  address.searchParams.set('timestamp', String(at));
  address.searchParams.set('sign', sign);
  return address.href;
}

const text = ({ title, facts, lines, more, from }: RoomMessage, ...rest: string[]): string =>
  [
    `### ${plain(title)}`,
    ...facts.map(({ name, value }) => `- ${plain(name)}：${plain(value)}`),
    ...lines.map((line) => `- [${plain(line.text)}](${line.url})`),
    ...(more === undefined ? [] : [`- ${plain(more)}`]),
    '',
    ...rest,
    plain(from),
  ].join('\n');

function meaning(answer: Answer): Verdict {
  const result = resultIn(answer.text, 'errcode', 'errmsg');
  if (!result) return withoutResult(answer);
  const code = `dingtalk_${result.code}`;
  if (result.code === 0) return byStatus(answer);
  if (result.code === -1) return { kind: 'later', code };
  if (TOO_MANY.includes(result.code)) return { kind: 'later', code, afterMs: HELD_BACK };
  if (REFUSED.includes(result.code)) return { kind: 'refused', code };
  // A clock that is off is put right by nobody here, but may be by itself.
  if (result.code === 310000) return { kind: /timestamp/i.test(result.words) ? 'later' : 'refused', code };
  return { kind: 'unfit', code };
}

export const dingtalk: RoomAdapter = {
  request(message, { url, secret }, at) {
    const { title, button, called } = message;
    const address = signed(url, secret, at);
    if (called.length === 0) {
      const actionCard = { title, text: text(message), singleTitle: button.words, singleURL: button.url };
      return { url: address, body: { msgtype: 'actionCard', actionCard } };
    }
    const ids = called.map(({ chatId }) => chatId);
    const link = `[${button.words}](${button.url})`;
    return {
      url: address,
      body: {
        msgtype: 'markdown',
        markdown: { title, text: text(message, link, '', ids.map((id) => `@${id}`).join(' '), '') },
        at: {
          atMobiles: ids.filter(isMobile),
          atUserIds: ids.filter((id) => !isMobile(id)),
          isAtAll: false,
        },
      },
    };
  },
  meaning,
};
