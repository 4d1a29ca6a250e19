import { ownWords } from '../../../src/channels/mail-in/own-words';
import { REPLY_ABOVE } from '../../../src/channels/replies/reply-above';

const OWN = '水还在漏。\n\n请今天派人来。\n王小明';
const BELOW = '您好，我们已安排。\n单号 C261127-7KQ4MX';

test.each([
  ['our own line', `${REPLY_ABOVE['zh-CN']}\n${BELOW}`],
  ['our own line, quoted', `> ${REPLY_ABOVE['zh-CN']}\n> ${BELOW}`],
  ['our own line in English', `>> ${REPLY_ABOVE.en}\n${BELOW}`],
  ['Apple', `在 2026年11月27日，上午10:00，投诉中心 <help@example.com> 写道：\n> ${BELOW}`],
  ['Apple, broken in two', `在 2026年11月27日，上午10:00，投诉中心\n<help@example.com> 写道：\n> ${BELOW}`],
  ['163', `At 2026-11-27 10:00:00, "投诉中心" <help@example.com> wrote:\n>${BELOW}`],
  ['Gmail', `投诉中心 <help@example.com> 于2026年11月27日周五 10:00写道：\n\n> ${BELOW}`],
  ['Gmail in English', `On Fri, Nov 27, 2026 at 10:00 AM Help <help@example.com> wrote:\n> ${BELOW}`],
  ['QQ', `------------------ 原始邮件 ------------------\n发件人: "投诉中心"\n${BELOW}`],
  [
    'Outlook',
    `发件人: 投诉中心 <help@example.com>\n发送时间: 2026年11月27日 10:00\n收件人: 王小明\n主题: 受理\n\n${BELOW}`,
  ],
  ['Outlook in English', `-----Original Message-----\nFrom: Help\nSent: Friday\n\n${BELOW}`],
  ['Outlook without hyphens', `From: Help <help@example.com>\nSent: Friday, November 27, 2026\nTo: Wang\n\n${BELOW}`],
])('%s', (_program, quoted) => {
  expect(ownWords(`${OWN}\n\n${quoted}`)).toBe(OWN);
});

test('a mail that quotes nothing stays whole, also where it speaks of who wrote what', () => {
  for (const text of [
    OWN,
    '发件人：我\n我写道：请处理。',
    '在店里买的，店员写道：包修。后来不认。',
    'From: the shop I got this note.\nIt leaks.',
    '-- \n王小明',
  ]) {
    expect(ownWords(text)).toBe(text.trim());
  }
});

test('what begins with what it quotes comes back whole: better too much than nothing', () => {
  const text = `在 2026年11月27日，投诉中心 <help@example.com> 写道：\n> ${BELOW}\n\n还没有来人。`;
  expect(ownWords(text)).toBe(text);
});
