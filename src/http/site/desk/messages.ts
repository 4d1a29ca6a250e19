import type { Message } from '../kit/messages';

const HOME = { action: { zh: '回到我的一天', en: 'Back to My day' }, to: '/desk' };

/** What staff are told on pages that only say what happened and what to do now. */
export const DESK_MESSAGES = {
  unknown: {
    heading: { zh: '没有这个页面', en: 'There is no such page' },
    body: { zh: '没有这个页面，或者您没有权限。', en: 'There is no such page, or you may not open it.' },
    ...HOME,
  },
  nowhere: {
    heading: { zh: '没有这个页面', en: 'There is no such page' },
    body: { zh: '地址可能打错了，或者已经不用。', en: 'The address may be mistyped or out of use.' },
    ...HOME,
  },
  accepted: {
    heading: { zh: '已提交，通常几秒内完成', en: 'Submitted; this usually takes a few seconds' },
    body: {
      zh: '已经存好，不会丢，也不需要再提交。若没有办成，会发邮件告诉您。',
      en: 'It is stored and will not be lost; you need not send it again. If it cannot be done, a mail tells you.',
    },
    action: { zh: '看案件', en: 'See the case' },
  },
  signedOut: {
    heading: { zh: '您已退出登录', en: 'You are signed out' },
    body: {
      zh: '没有提交。请在另一个标签页登录，再回到上一页提交；写的内容还在那里。',
      en: 'Nothing was sent. Please sign in in another tab, then go back and send it; what you wrote is still there.',
    },
    action: { zh: '登录', en: 'Sign in' },
    to: '/desk/sign-in',
  },
  stale: {
    heading: { zh: '这一页太旧了', en: 'This page is too old' },
    body: {
      zh: '没有提交。请返回上一页，刷新以后再提交。',
      en: 'Nothing was sent. Please go back, load the page again and send it then.',
    },
    ...HOME,
  },
  linkOver: {
    heading: { zh: '这个链接不能用了', en: 'This link works no more' },
    body: {
      zh: '链接只能用一次，也有时限。请管理员再发一个。',
      en: 'A link works once, and for a limited time. Please ask an admin for another one.',
    },
    action: { zh: '去登录', en: 'Sign in' },
    to: '/desk/sign-in',
  },
  away: {
    heading: { zh: '现在打不开', en: 'This page cannot be opened now' },
    body: {
      zh: '没有保存新的内容；刚才写过的，返回上一页还在。请过一会儿再试。',
      en: 'Nothing new was saved; what you wrote is still there when you go back. Please try again in a moment.',
    },
    ...HOME,
  },
  failed: {
    heading: { zh: '这一页出了问题', en: 'Something went wrong on this page' },
    body: { zh: '问题已经记录。请过一会儿再试。', en: 'It has been recorded. Please try again in a moment.' },
    ...HOME,
  },
  malformed: {
    heading: { zh: '没有收到完整的内容', en: 'What arrived was not complete' },
    body: { zh: '请返回上一页再提交一次。', en: 'Please go back and send it again.' },
  },
  large: {
    heading: { zh: '内容太大，没有收到', en: 'This was too large to take' },
    body: {
      zh: '没有保存。请返回上一页，写短一些再提交。',
      en: 'Nothing was saved. Please go back and make it shorter.',
    },
  },
  elsewhere: {
    heading: { zh: '没有提交', en: 'Not submitted' },
    body: {
      zh: '这次提交不是从我们自己的页面来的，或者地址栏里的网址不是本系统的正式网址。请用正式网址打开，再提交。',
      en: 'This did not come from our own page, or the address bar does not show the address of this system. Please open it by its own address and send it there.',
    },
    ...HOME,
  },
  tooOften: {
    heading: { zh: '试得太频繁了', en: 'Too many tries' },
    body: { zh: '请一分钟后再试。', en: 'Please try again in a minute.' },
  },
} as const satisfies Record<string, Message>;
