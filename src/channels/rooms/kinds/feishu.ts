/**
 * 飞书自定义机器人 · custom bots of Feishu (Lark) groups.
 *
 * Contract: open.feishu.cn/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN, "自定义机器人使用指南" (a stored copy of 2026), cards as
 * of JSON 1.0.
 * - POST to `…/open-apis/bot/v2/hook/…`. With a secret: `timestamp` (seconds, as text) and `sign` in the body, the sign being
 *   base64(HMAC-SHA256(`timestamp + "\n" + secret`, "")): the text is the key. An hour of difference is allowed.
 * - 100 messages a minute and 5 a second for a bot; 20 KB at most. At full and half hours 11232 (too many) may come early.
 * - Answers 200 with `code`: 0 taken; 11232 too many; 9499 a bad body, or too many by its words; 19001 no such bot;
 *   19021 sign or time; 19022 address; 19024 words. Not found in writing: any id by which a repeat would be known as one.
 * - `<at id=…></at>` in the text of a card calls somebody by open_id or user_id.
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

const REFUSED: readonly number[] = [19001, 19021, 19022, 19024];

const plain = (text: string): string => text.replace(/[[\]<>*`~]/g, ' ');

const text = ({ facts, lines, more, called }: RoomMessage): string =>
  [
    ...facts.map(({ name, value }) => `**${plain(name)}**  ${plain(value)}`),
    ...lines.map((line) => `[${plain(line.text)}](${line.url})`),
    ...(more === undefined ? [] : [plain(more)]),
    ...called.map(({ chatId }) => `<at id=${chatId}></at>`),
  ].join('\n');

const card = (message: RoomMessage): object => ({
  config: { wide_screen_mode: true },
  header: { template: message.isLoud ? 'red' : 'blue', title: { tag: 'plain_text', content: message.title } },
  elements: [
    { tag: 'div', text: { tag: 'lark_md', content: text(message) } },
    {
      tag: 'action',
      actions: [
        {
          tag: 'button',
          type: 'primary',
          text: { tag: 'plain_text', content: message.button.words },
          url: message.button.url,
        },
      ],
    },
    { tag: 'note', elements: [{ tag: 'plain_text', content: message.from }] },
  ],
});

function signature(secret: string | undefined, at: number): object {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(at / 1_000));
  return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64') };
}

function meaning(answer: Answer): Verdict {
  const result = resultIn(answer.text, 'code', 'msg') ?? resultIn(answer.text, 'StatusCode', 'StatusMessage');
  if (!result) return withoutResult(answer);
  const code = `feishu_${result.code}`;
  if (result.code === 0) return byStatus(answer);
  if (result.code === 11232 || (result.code === 9499 && /too many|frequency/i.test(result.words))) {
    return { kind: 'later', code, afterMs: MINUTE };
  }
  return { kind: REFUSED.includes(result.code) ? 'refused' : 'unfit', code };
}

export const feishu: RoomAdapter = {
  request: (message, { url, secret }, at) => ({
    url,
    body: { ...signature(secret, at), msg_type: 'interactive', card: card(message) },
  }),
  meaning,
};
