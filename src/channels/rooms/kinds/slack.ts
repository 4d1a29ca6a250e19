/**
 * Incoming webhooks of Slack.
 *
 * Contract: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, docs.slack.dev/apis/web-api/rate-limits, and
 * the changes to their errors of 2016-05-17 (stored copies of 2025 and 2026).
 * - POST to `https://hooks.slack.com/services/…`. No signature: the address is the secret.
 * - One message a second, short bursts more; over it 429 with `Retry-After` in seconds.
 * - Answers 200 with `ok`; else a status and one word: 400 `invalid_payload`, `no_text`; 403 `invalid_token`,
 *   `action_prohibited`; 404 `channel_not_found`, `no_service`, `no_team`; 410 `channel_is_archived`; 500 `rollup_error`. There is
 *   no id by which a repeat would be known as one.
 * - `<@U…>` calls somebody. `&`, `<` and `>` are escaped.
 * - A button with an address opens it, and also tells the app that it was pressed, which nobody here listens to: some
 *   clients show a small warning sign for that.
 * @module
 */
import { byStatus, type Answer, type RoomAdapter, type RoomMessage, type Verdict } from '../adapter';

const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
/** In a link its words end at a vertical bar. */
const linked = ({ text, url }: { text: string; url: string }): string => `<${url}|${plain(text.replaceAll('|', '/'))}>`;
/** The most that a section takes is 3,000 characters. */
const sections = (lines: readonly string[]): object[] => {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length < 2_900) texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } }));
};

function blocks({ title, facts, lines, more, button, called, from }: RoomMessage): object[] {
  return [
    ...sections([
      `*${plain(title)}*`,
      ...facts.map(({ name, value }) => `${plain(name)}: ${plain(value)}`),
      ...lines.map((line) => `• ${linked(line)}`),
      ...(more === undefined ? [] : [plain(more)]),
      ...(called.length === 0 ? [] : [called.map(({ chatId }) => `<@${chatId}>`).join(' ')]),
    ]),
    {
      type: 'actions',
      elements: [{ type: 'button', text: { type: 'plain_text', text: button.words }, url: button.url }],
    },
    { type: 'context', elements: [{ type: 'plain_text', text: from }] },
  ];
}

function meaning(answer: Answer): Verdict {
  const { status } = answer;
  const verdict = byStatus(answer);
  const said = answer.text.trim();
  if (verdict.kind === 'taken') return said === 'ok' ? verdict : { kind: 'unknown', code: 'no_result' };
  // One word; anything else is not repeated.
  return /^[a-z_]{3,40}$/.test(said) && status < 500 ? { ...verdict, code: `slack_${said}` } : verdict;
}

export const slack: RoomAdapter = {
  request: (message, { url }) => ({
    url,
    body: {
      text: [message.title, ...message.facts.map(({ value }) => value)].map(plain).join(' · '),
      blocks: blocks(message),
    },
  }),
  meaning,
};
