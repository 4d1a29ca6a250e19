/**
 * What the writer of an answer has written themselves, without the mail below it that they answer.
 * @module
 */

/** The line of ours (`REPLY_ABOVE`), with whatever a program puts before it to quote. */
const OURS = /^[>\s|]*(?:——|--|—)?\s*(?:请在此行上方回复|please reply above this line)/iu;

/**
 * How programs begin what they quote: 在 2026年…写道： of Apple, 于2026年…写道： and On … wrote: of Gmail, At … wrote: of
 * 163, QQ's and Outlook's lines of hyphens.
 */
const QUOTES: readonly RegExp[] = [
  /^[>\s]*在\s?.{4,200}写道[：:]\s*$/u,
  /^[>\s]*.{0,120}\s于\s?\d{4}年.{4,80}写道[：:]\s*$/u,
  /^[>\s]*On\s.{4,200}\swrote:\s*$/u,
  /^[>\s]*At\s\d{4}-\d{2}-\d{2}.{4,200}\swrote:\s*$/u,
  /^\s*-{2,}\s*(?:原始邮件|原邮件|回复的原邮件|转发邮件信息|Original Message|Original|Forwarded message)\s*-{0,}\s*$/iu,
];
const SENDER = /^\s*\**(?:发件人|寄件者|寄件人|From)\**\s?[：:]/iu;
const BESIDE_SENDER = /^\s*\**(?:发送时间|日期|时间|收件人|主题|收件者|主旨|Sent|Date|To|Subject)\**\s?[：:]/iu;

/**
 * The text above what is quoted. A mail that begins with what it quotes, or is nothing else, comes back whole: better too
 * much than nothing.
 */
export function ownWords(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex(
    (line, index) =>
      OURS.test(line) || QUOTES.some((quote) => quote.test(joined(lines, index))) || isHead(lines, index),
  );
  const own = lines
    .slice(0, end === -1 ? lines.length : end)
    .join('\n')
    .trim();
  return own === '' ? text.trim() : own;
}

/** A line as its writer's program made it: long ones are broken in two. */
const joined = (lines: readonly string[], index: number): string => {
  const line = lines[index] ?? '';
  return /^[>\s]*(?:在|On|At)\s?/u.test(line) && !/(?:写道[：:]|wrote:)\s*$/u.test(line)
    ? `${line} ${(lines[index + 1] ?? '').replace(/^[>\s]+/u, '')}`
    : line;
};

/** The head of a quoted mail: its sender, and in the next three lines when or to whom. */
const isHead = (lines: readonly string[], index: number): boolean =>
  SENDER.test(lines[index] ?? '') && lines.slice(index + 1, index + 4).some((line) => BESIDE_SENDER.test(line));
