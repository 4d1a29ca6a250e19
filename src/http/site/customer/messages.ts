import type { Message } from '../kit/messages';

const FIND = { action: { zh: '用单号和查询码查', en: 'Use number and code' }, to: '/p' };

/** What customers are told on pages that only say what happened and what to do now. */
export const CUSTOMER_MESSAGES = {
  unknown: {
    heading: { zh: '没有这个页面', en: 'There is no such page' },
    body: {
      zh: '链接可能不完整，或者单号、查询码不对。请从邮件里重新打开链接。',
      en: 'The link may be incomplete, or the number or code is not right. Please open the link from our mail again.',
    },
    ...FIND,
  },
  nowhere: {
    heading: { zh: '没有这个页面', en: 'There is no such page' },
    body: {
      zh: '地址可能打错了，或者已经不用。要查投诉的进展，请用单号和查询码；邮件里的链接也能打开。',
      en: 'The address may be mistyped or out of use. To see where a complaint stands, use its number and code, or the link in our mail.',
    },
    ...FIND,
  },
  notHere: {
    heading: { zh: '这个网站还不能放投诉表单', en: 'This site may not show the complaint form yet' },
    body: {
      zh: '请打开我们自己的投诉页面，内容一样。网站管理员请把网站的地址加进 EMBED_SITES。',
      en: 'Please open our own page, which has the same form. For the site’s administrator: its address is missing in EMBED_SITES.',
    },
    action: { zh: '打开投诉页面', en: 'Open the complaint page' },
    to: '/complain',
  },
  linkSent: {
    heading: { zh: '请查收邮件', en: 'Please look into your mail' },
    body: {
      zh: '如果单号和联系方式一致，查询链接几分钟内发到登记的邮箱；一小时内只发一次。登记时没有留邮箱的，请直接联系我们。',
      en: 'If the number and the contact fit together, the link reaches the mail address on record within minutes, at most once an hour. If no mail address was given, please contact us.',
    },
  },
  submitted: {
    heading: { zh: '已提交，通常几秒内完成', en: 'Submitted; this usually takes a few seconds' },
    body: { zh: '您不需要再提交一次。', en: 'You need not send it again.' },
    action: { zh: '看结果', en: 'See the result' },
  },
  away: {
    heading: { zh: '现在打不开', en: 'This page cannot be opened now' },
    body: {
      zh: '没有保存新的内容。请过一会儿再试；刚才写过的，返回上一页还在。',
      en: 'Nothing new was saved. Please try again in a moment; what you wrote is still there when you go back.',
    },
  },
  failed: {
    heading: { zh: '这一页出了问题', en: 'Something went wrong on this page' },
    body: {
      zh: '问题已经记录。请过一会儿再试，或直接联系我们。',
      en: 'It has been recorded. Please try again in a moment, or contact us.',
    },
  },
  malformed: {
    heading: { zh: '没有收到完整的内容', en: 'What arrived was not complete' },
    body: { zh: '请返回上一页再提交一次。', en: 'Please go back and send it again.' },
  },
  large: {
    heading: { zh: '内容太大，没有收到', en: 'This was too large to take' },
    body: {
      zh: '没有保存。请返回上一页，减少照片或文字后再提交一次。',
      en: 'Nothing was saved. Please go back and send it again with fewer or smaller files.',
    },
  },
  elsewhere: {
    heading: { zh: '没有提交', en: 'Not submitted' },
    body: {
      zh: '请直接打开我们的页面再提交，例如从邮件里的链接。',
      en: 'Please open our own page, for example by the link in our mail, and send it there.',
    },
  },
  tooOften: {
    heading: { zh: '试得太频繁了', en: 'Too many tries' },
    body: {
      zh: '请一分钟后再试；刚才写过的，返回上一页还在。',
      en: 'Please try again in a minute; what you wrote is still there when you go back.',
    },
  },
} as const satisfies Record<string, Message>;
