import type { SourceTraffic, Traffic } from '../../db';
import { MINUTE } from '../../domain/basics/milliseconds';
import type { Words } from '../../domain/basics/types';
import type { ConnectionName } from '../../domain/case/connections';
import type { Connection } from './answers';

/** The part of the configuration that says what is connected. */
export interface ConnectionConfig {
  SMTP_URL?: string | undefined;
  MAIL_IN_PORT?: number | undefined;
  MAIL_IN_IMAP?: readonly string[] | undefined;
  SMS_GATEWAY?: object | undefined;
  VAPID_PUBLIC_KEY?: string | undefined;
  EMBED_SITES?: readonly string[] | undefined;
}

/** What is known of everything that is connected. */
export interface Known {
  config: ConnectionConfig;
  traffic: Record<Exclude<ConnectionName, 'mailIn'>, Traffic>;
  sources: readonly SourceTraffic[];
  /** Milliseconds since 1970. */
  now: number;
}

/** What one line says of itself; the rest is the same for all. */
type Line = Pick<Connection, 'about'> &
  Partial<Pick<Connection, 'part' | 'lookedAt' | 'stuckSince'>> & {
    isOn: boolean;
    /** Its figures do not say so, but it does not work. */
    isStuck?: boolean;
    figures: Omit<Traffic, 'parts' | 'on'>;
  };

interface Entry {
  title: Words;
  /** Its page in docs/channels, without the language. */
  docs: string;
  /** On the desk. */
  page?: string;
  test?: true;
  lines(known: Known): Line[];
}

/** A mailbox that nobody has found read for so long is not read. */
const UNREAD = 5 * MINUTE;
const NO_FIGURES = { waiting: 0, stuck: 0 };

/** The host of an address, and its port where it is an unusual one; never its login. */
export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '');

/** How messages of a mailbox name their source. */
export const mailboxSource = (url: string): string => {
  const at = new URL(url);
  const path = decodeURIComponent(at.pathname.slice(1)) || 'INBOX';
  return `imap:${decodeURIComponent(at.username)}@${at.hostname}/${path}`;
};

/** The ways by which mail comes in, as their messages name them. */
export const mailSources = ({ MAIL_IN_PORT = 0, MAIL_IN_IMAP = [] }: ConnectionConfig): string[] => [
  ...(MAIL_IN_PORT > 0 ? ['smtp'] : []),
  ...MAIL_IN_IMAP.map(mailboxSource),
];

/** Of something that is there once it was made. @param none what to do first @param some how many there are */
const counted =
  (name: Exclude<ConnectionName, 'mailIn'>, none: Words, some: (traffic: Traffic) => Words) =>
  ({ traffic }: Known): Line[] => {
    const { [name]: figures } = traffic;
    return [{ isOn: figures.on > 0, about: figures.parts === 0 ? none : some(figures), figures }];
  };

const ofThem =
  (zh: string, one: string, several: string) =>
  (figures: Traffic): Words => ({
    zh: figures.on === figures.parts ? `${figures.parts} 个${zh}` : `${figures.parts} 个${zh}，启用 ${figures.on} 个`,
    en: `${figures.parts} ${figures.parts === 1 ? one : several}${figures.on === figures.parts ? '' : `, ${figures.on} on`}`,
  });

function mailLines({ config: { MAIL_IN_PORT = 0 }, sources, now }: Known): Line[] {
  if (sources.length === 0) {
    const about = {
      zh: '没有接上：请运维设 MAIL_IN_PORT 或 MAIL_IN_IMAP',
      en: 'not connected: have MAIL_IN_PORT or MAIL_IN_IMAP set',
    };
    return [{ isOn: false, about, figures: NO_FIGURES }];
  }
  return sources.map(({ source, lookedAt, ...figures }): Line => {
    if (source === 'smtp') {
      const about = { zh: `在端口 ${MAIL_IN_PORT} 收信`, en: `takes mail at port ${MAIL_IN_PORT}` };
      return { isOn: true, part: 'SMTP', about, figures };
    }
    const isRead = lookedAt !== undefined && now - Date.parse(lookedAt) < UNREAD;
    return {
      isOn: true,
      part: source.replace(/^imap:/, ''),
      about: isRead
        ? { zh: '用 IMAP 读取', en: 'read by IMAP' }
        : {
            zh: '现在没有读到：请看 server 的日志，多半是登录、网络或证书',
            en: 'not read now: look at the log of the server; mostly it is the login, the network or a certificate',
          },
      isStuck: !isRead,
      figures,
      ...(lookedAt !== undefined && { lookedAt }),
    };
  });
}

/** What is said of each connection. One more is an entry here. */
export const CONNECTIONS: Record<ConnectionName, Entry> = {
  mailOut: {
    title: { zh: '发邮件', en: 'Mail out' },
    docs: 'mail',
    test: true,
    lines: ({ config: { SMTP_URL = '' }, traffic: { mailOut: figures } }) => [
      {
        isOn: SMTP_URL !== '',
        about:
          SMTP_URL === ''
            ? { zh: '没有接上：请运维设 SMTP_URL', en: 'not connected: have SMTP_URL set' }
            : { zh: `经 ${hostOf(SMTP_URL)} 发出`, en: `leaves by ${hostOf(SMTP_URL)}` },
        figures,
      },
    ],
  },
  mailIn: { title: { zh: '收邮件', en: 'Mail in' }, docs: 'mail', page: '/desk/inbox', lines: mailLines },
  sms: {
    title: { zh: '短信', en: 'Text messages' },
    docs: 'sms',
    lines: ({ config: { SMS_GATEWAY }, traffic: { sms: figures } }) => [
      {
        isOn: SMS_GATEWAY !== undefined,
        about:
          SMS_GATEWAY === undefined
            ? { zh: '没有接上：请运维设 SMS_GATEWAY', en: 'not connected: have SMS_GATEWAY set' }
            : { zh: '经本单位的短信网关发出', en: 'leaves by the gateway of the house' },
        figures,
      },
    ],
  },
  wechat: {
    title: { zh: '微信公众号和微信客服', en: 'WeChat' },
    docs: 'wechat',
    page: '/desk/wechat',
    lines: counted(
      'wechat',
      { zh: '还没有接上公众号或微信客服', en: 'no account is connected yet' },
      ofThem('账号', 'account', 'accounts'),
    ),
  },
  form: {
    title: { zh: '网站表单', en: 'Form on your site' },
    docs: 'form',
    page: '/desk/site-form',
    lines: counted(
      'form',
      {
        zh: '没有网站可以显示表单：请运维设 EMBED_SITES；/complain 一直开着',
        en: 'no site may show the form: have EMBED_SITES set; /complain is always open',
      },
      ofThem('网站', 'site', 'sites'),
    ),
  },
  chat: {
    title: { zh: '在线客服', en: 'Chat' },
    docs: 'chat',
    page: '/desk/chats',
    lines: ({ traffic: { chat: figures } }) => [
      { isOn: true, about: { zh: '在本单位的页面上，一直开着', en: 'on our own pages, always open' }, figures },
    ],
  },
  hooks: {
    title: { zh: '对接系统', en: 'Systems that post' },
    docs: 'webhook-in',
    page: '/desk/hooks',
    lines: counted(
      'hooks',
      { zh: '还没有让任何系统发来投诉', en: 'no system may post complaints yet' },
      ofThem('对接口', 'hook', 'hooks'),
    ),
  },
  telephone: {
    title: { zh: '电话系统', en: 'Telephone system' },
    docs: 'cti',
    page: '/desk/hooks',
    lines: counted(
      'telephone',
      {
        zh: '没有员工登记分机，来电不会显示给任何人',
        en: 'nobody has an extension, so calls are shown to nobody',
      },
      ({ parts }) => ({
        zh: `${parts} 位员工有分机`,
        en: parts === 1 ? '1 person has an extension' : `${parts} people have an extension`,
      }),
    ),
  },
  imports: {
    title: { zh: '导入旧投诉', en: 'Import of old complaints' },
    docs: 'import',
    page: '/desk/imports',
    lines: counted('imports', { zh: '还没有导入过', en: 'nothing was imported yet' }, ({ parts }) => ({
      zh: `${parts} 个文件`,
      en: parts === 1 ? '1 file' : `${parts} files`,
    })),
  },
  webhooks: {
    title: { zh: 'Webhook', en: 'Webhooks' },
    docs: 'webhooks',
    page: '/desk/webhooks',
    lines: counted(
      'webhooks',
      { zh: '还没有把动态告诉任何系统', en: 'no system is told what happens yet' },
      ofThem('接收地址', 'receiver', 'receivers'),
    ),
  },
  rooms: {
    title: { zh: '群通知', en: 'Group chats' },
    docs: 'staff',
    page: '/desk/rooms',
    lines: counted('rooms', { zh: '还没有接上任何群', en: 'no chat is connected yet' }, ofThem('群', 'chat', 'chats')),
  },
  trackers: {
    title: { zh: '其他部门的工单系统', en: 'Trackers of other departments' },
    docs: 'trackers',
    lines: counted(
      'trackers',
      { zh: '还没有接上任何工单系统', en: 'no tracker is connected yet' },
      ofThem('工单系统', 'tracker', 'trackers'),
    ),
  },
  platforms: {
    title: { zh: '平台上的投诉', en: 'Complaints at platforms' },
    docs: 'platforms',
    page: '/desk/platforms',
    lines: counted(
      'platforms',
      { zh: '还没有接上任何平台账号', en: 'no account is connected yet' },
      ofThem('平台账号', 'account', 'accounts'),
    ),
  },
  push: {
    title: { zh: '设备提醒', en: 'Notices on devices' },
    docs: 'staff',
    lines: ({ config: { VAPID_PUBLIC_KEY }, traffic: { push: figures } }) => [
      {
        isOn: VAPID_PUBLIC_KEY !== undefined,
        about:
          VAPID_PUBLIC_KEY === undefined
            ? { zh: '没有开通：请运维设 VAPID_PUBLIC_KEY', en: 'not set up: have VAPID_PUBLIC_KEY set' }
            : {
                zh: `${figures.parts} 个浏览器收提醒`,
                en: figures.parts === 1 ? '1 browser takes notices' : `${figures.parts} browsers take notices`,
              },
        figures,
      },
    ],
  },
};
