/**
 * 企业微信群机器人 · robots of WeCom groups.
 *
 * Contract: developer.work.weixin.qq.com/document/path/91770 and 99110 (as retold in public clients of 2023 to 2026; the
 * page itself was not to be had).
 * - POST to `…/cgi-bin/webhook/send?key=…`. No signature: the key in the address is all there is.
 * - 20 messages a minute for a robot. Markdown has 4,096 bytes at most.
 * - Answers 200 with `errcode`: 0 taken; 45009 too many; 93000 "invalid webhook url" for a key that there is not, but also
 *   for a body that is too long; -1 busy. Not found in writing: what it answers when the robot was removed from its group
 *   (clients report 93000), and any id by which a repeat would be known as one.
 * - `<@userid>` calls somebody in text and Markdown, not in a card: a message that calls somebody has a link in place of a
 *   button.
 * @module
 */
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

/** Signs that Markdown reads; none of our words has them, but names of teams may. */
const plain = (text: string): string => text.replace(/[[\]<>*`]/g, ' ');

function markdown(message: RoomMessage): string {
  const { title, isLoud, facts, lines, more, button, called, from } = message;
  return [
    isLoud ? `**<font color="warning">${plain(title)}</font>**` : `**${plain(title)}**`,
    ...facts.map(({ name, value }) => `> ${plain(name)}：${plain(value)}`),
    ...lines.map(({ text, url }) => `> [${plain(text)}](${url})`),
    ...(more === undefined ? [] : [`> ${plain(more)}`]),
    `[${button.words}](${button.url})`,
    [...called.map(({ chatId }) => `<@${chatId}>`), `<font color="comment">${plain(from)}</font>`].join(' '),
  ].join('\n');
}

const card = ({ title, isLoud, facts, button, from }: RoomMessage): object => ({
  card_type: 'text_notice',
  source: { desc: from, desc_color: isLoud ? 2 : 0 },
  main_title: { title },
  horizontal_content_list: facts.slice(0, 6).map(({ name, value }) => ({ keyname: name, value })),
  jump_list: [{ type: 1, title: button.words, url: button.url }],
  card_action: { type: 1, url: button.url },
});

function meaning(answer: Answer): Verdict {
  const result = resultIn(answer.text, 'errcode', 'errmsg');
  if (!result) return withoutResult(answer);
  const code = `wecom_${result.code}`;
  switch (result.code) {
    case 0:
      return byStatus(answer);
    case -1:
      return { kind: 'later', code };
    case 45009:
      return { kind: 'later', code, afterMs: MINUTE };
    case 93000:
      return { kind: /invalid webhook url/i.test(result.words) ? 'refused' : 'unfit', code };
    default:
      return { kind: 'unfit', code };
  }
}

export const wecom: RoomAdapter = {
  request(message, { url }) {
    const isCard = message.lines.length === 0 && message.called.length === 0;
    const body = isCard
      ? { msgtype: 'template_card', template_card: card(message) }
      : { msgtype: 'markdown', markdown: { content: markdown(message) } };
    return { url, body };
  },
  meaning,
};
