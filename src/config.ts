/**
 * The configuration of all programs: each environment variable with its type, its default and what it is for.
 * docs/configuration.md is made from it (`npm run docs`).
 * @module
 */
import { z } from 'zod';
import type { Words } from './domain/basics/types';
import { isTimeZone } from './house';
import { readSmsGateway } from './sms-gateway';

/** An empty variable (`SMTP_URL=` in an .env file) means "not set". */
const blankIsUnset = (value: unknown) => (typeof value === 'string' && value.trim() === '' ? undefined : value);
const optional = <T extends z.ZodType>(type: T) => z.preprocess(blankIsUnset, type.optional());
const text = (fallback: string) => z.preprocess(blankIsUnset, z.string().default(fallback));
const whole = (fallback: number, min: number, max: number) =>
  z.preprocess(blankIsUnset, z.coerce.number().int().min(min).max(max).default(fallback));
const port = (fallback: number) => whole(fallback, 0, 65_535);
const url = (what: string, protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be ${what}`,
  });
const list = z.preprocess(
  blankIsUnset,
  z
    .string()
    .default('')
    .transform((value) =>
      value
        .split(',')
        .map((entry) => entry.trim())
        .filter(Boolean),
    ),
);
const known = (fallback: string, what: string, test: (value: string) => boolean) =>
  z.preprocess(
    blankIsUnset,
    z
      .string()
      .refine(test, { error: `must be ${what}` })
      .default(fallback),
  );
const isCurrency = (value: string): boolean => Intl.supportedValuesOf('currency').includes(value);
/** An https URL, or an http one of this machine. */
const isIssuer = (value: string): boolean => {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
};
/** `https://www.example.com`: scheme, host and port of a site, and nothing behind them. */
const isSite = (value: string): boolean => SITE.test(value) && URL.canParse(value);
const SITE = /^https?:\/\/(?:[\p{L}\p{N}.-]+|\[[\da-f:.]+\])(?::\d{1,5})?\/?$/iu;
const isMailbox = (value: string): boolean => {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  return ['imap:', 'imaps:'].includes(protocol) && hostname !== '' && username !== '' && password !== '';
};
const aesKey = z
  .string()
  .refine((value) => Buffer.from(value, 'base64').length === 32, { error: 'must be 32 bytes in base64' });

/** 17 characters beside the `*` at most: with a case and its key 64 may stand before the @ (RFC 5321). */
const REPLY_PATTERN = /^(?=[^@]{0,18}@)[A-Za-z0-9._+-]*\*[A-Za-z0-9._+-]*@[A-Za-z0-9.-]+$/;

/** A name or IPv4 address, or an IPv6 one in brackets, with or without a port; or a network. */
const ALLOWED = /^(?:(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?|[\da-f:.]+\/\d{1,3})$/i;

/** Words separated by spaces, each of which passes. */
const spaced = (what: string, test: (word: string) => boolean, most = 20) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(/\s+/u).filter(Boolean) : (value ?? [])),
    z.array(z.string().refine(test, { error: `must be ${what}, separated by spaces` })).max(most),
  );
const inSmallLetters = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (typeof value === 'string' ? value.toLowerCase() : value), type);

/** An address with or without a port, an IPv6 one in brackets where there is one; or that none is wanted. */
const isNameServer = (word: string): boolean => {
  const [, v6, v4] = /^(?:\[(.+)\]:\d{1,5}|(\d+\.\d+\.\d+\.\d+):\d{1,5})$/.exec(word) ?? [];
  return word === 'off' || z.union([z.ipv4(), z.ipv6()]).safeParse(v6 ?? v4 ?? word).success;
};

/** A key of P-256 of this many characters. */
const vapidKey = (length: number) =>
  z.string().regex(new RegExp(`^[\\w-]{${length}}$`), { error: `must be ${length} characters of base64url` });

/** What a variable is for. `unset`: what takes its place when it is not set, where that is no plain default. */
export interface About extends Words {
  unset?: Words;
}

/** What each variable is for. */
export const about = z.registry<About>();

/** Each variable by its name. One that is not set, or empty, has the default given here. */
export const fields = {
  NODE_ENV: z
    .preprocess(blankIsUnset, z.enum(['development', 'test', 'production']).default('development'))
    .register(about, {
      en: '`production` asks for every address and secret explicitly; nothing is generated or guessed',
      zh: '`production` 要求明确给出每个地址和密钥，什么都不自动生成，也不猜',
    }),
  HOST: text('127.0.0.1').register(about, { en: 'address the server listens on', zh: 'server 监听的地址' }),
  PORT: port(3000).register(about, { en: 'its port', zh: '它的端口' }),
  PUBLIC_URL: optional(url('an http(s):// URL', ['http:', 'https:'])).register(about, {
    en: "where customers and staff reach us; every link in a mail starts with it, never with a request's Host header",
    zh: '客户和员工访问我们的地址；邮件里的链接都以它开头，从不取请求的 Host 头',
    unset: { en: 'from `HOST` and `PORT`', zh: '由 `HOST` 和 `PORT` 得出' },
  }),
  DATA_DIR: text('.data').register(about, {
    en: "folder of evidence files and, with `npm start`, of the embedded servers' data, secrets and logs",
    zh: '证据文件所在目录；用 `npm start` 时还有内置服务器的数据、密钥和日志',
  }),

  DATABASE_URL: optional(url('a postgres:// URL', ['postgres:', 'postgresql:'])).register(about, {
    en: 'our Postgres',
    zh: '我们的 Postgres',
    unset: { en: '`npm start` starts one', zh: '`npm start` 启动一个' },
  }),
  DATABASE_POOL: whole(10, 1, 500).register(about, {
    en: 'connections a process keeps to Postgres at most',
    zh: '每个进程最多保持的 Postgres 连接数',
  }),

  TEMPORAL_ADDRESS: optional(z.string().regex(/^[^\s/]+:\d{1,5}$/, { error: 'must be host:port' })).register(about, {
    en: 'Temporal frontend as host:port',
    zh: 'Temporal 前端，host:port',
    unset: { en: '`npm start` starts one; else `127.0.0.1:7233`', zh: '`npm start` 启动一个；否则 `127.0.0.1:7233`' },
  }),
  TEMPORAL_NAMESPACE: text('default').register(about, {
    en: 'namespace; it must exist on a Temporal of your own',
    zh: '命名空间；用自己的 Temporal 时要先建好',
  }),
  TEMPORAL_API_KEY: optional(z.string()).register(about, {
    en: 'API key of Temporal Cloud; turns TLS on',
    zh: 'Temporal Cloud 的 API 密钥；设了就用 TLS',
  }),
  TEMPORAL_TLS: z.preprocess(blankIsUnset, z.stringbool().default(false)).register(about, {
    en: '`true`: TLS to a server whose certificate a public authority signed; a key, certificate or authority below implies it',
    zh: '`true`：用 TLS 连接，服务器证书由公共机构签发；设了下面的证书、私钥或机构就不必再设',
  }),
  TEMPORAL_TLS_CERT: optional(z.string()).register(about, {
    en: 'path of the client certificate (PEM); with its key, or neither',
    zh: '客户端证书的路径（PEM）；和私钥一起设，或都不设',
  }),
  TEMPORAL_TLS_KEY: optional(z.string()).register(about, {
    en: "path of that certificate's key (PEM)",
    zh: '该证书私钥的路径（PEM）',
  }),
  TEMPORAL_TLS_CA: optional(z.string()).register(about, {
    en: "path of the certificate authority (PEM) that signed the server's certificate",
    zh: '签发服务器证书的机构的证书路径（PEM）',
  }),
  TEMPORAL_TASK_QUEUE: text('redress').register(about, { en: 'task queue of our workers', zh: 'worker 的任务队列' }),
  TEMPORAL_UI_URL: optional(url('an http(s):// URL', ['http:', 'https:'])).register(about, {
    en: 'Temporal UI; the codec server lets pages of this origin in',
    zh: 'Temporal UI 的地址；解码服务只放行来自这里的网页',
    unset: { en: '`npm start` starts one', zh: '`npm start` 启动一个' },
  }),
  TEMPORAL_CLI: text('temporal').register(about, {
    en: 'the `temporal` program of the embedded server',
    zh: '内置服务器用的 `temporal` 程序',
    unset: { en: 'found or built by `npm start`', zh: '`npm start` 自己找或构建' },
  }),

  SMTP_URL: optional(url('an smtp:// or smtps:// URL', ['smtp:', 'smtps:'])).register(about, {
    en: 'outgoing mail, `smtp://user:password@host:587` or `smtps://…`',
    zh: '发信，`smtp://user:password@host:587` 或 `smtps://…`',
    unset: {
      en: '`npm start` starts a mail catcher; else `smtp://127.0.0.1:1025`',
      zh: '`npm start` 启动收信箱；否则 `smtp://127.0.0.1:1025`',
    },
  }),
  MAIL_FROM: text('Redress <redress@localhost>').register(about, {
    en: 'sender of every mail',
    zh: '所有邮件的发件人',
  }),
  MAIL_IN_PORT: port(0).register(about, {
    en: 'port on which the server takes mail by SMTP, from your own mail server: complaints, and with `MAIL_REPLY_TO` answers to our mails; 0 is off. It listens on `HOST`, and asks nobody for a password',
    zh: 'server 用 SMTP 收信的端口，由本单位的邮件服务器转来：投诉，设了 `MAIL_REPLY_TO` 还有客户的回信；0 为关闭。监听在 `HOST` 上，不要求登录',
  }),
  MAIL_IN_IMAP: spaced('imap(s)://user:password@host URLs', isMailbox, 5).register(about, {
    en: 'mailboxes that the server reads by IMAP, five at most, separated by spaces: `imaps://user:password@host/INBOX`. A special character of user or password is percent-encoded; `imap://` goes on in TLS (STARTTLS)',
    zh: 'server 用 IMAP 读取的邮箱，至多五个，用空格隔开：`imaps://用户:密码@主机/INBOX`。用户名和密码里的特殊字符写成百分号编码；`imap://` 会转为 TLS（STARTTLS）',
    unset: { en: 'none', zh: '无' },
  }),
  MAIL_REPLY_TO: optional(
    z.string().regex(REPLY_PATTERN, { error: 'must be an address with one * before its @, as help+*@example.com' }),
  ).register(about, {
    en: "address for customers' answers, with a `*` in which their case and a key stand: `help+*@example.com`. Mail to all such addresses has to come to `MAIL_IN_PORT` or a mailbox of `MAIL_IN_IMAP`",
    zh: '客户回信的地址，`*` 处放单号和密钥：`help+*@example.com`。发到这些地址的邮件都要转到 `MAIL_IN_PORT`，或收进 `MAIL_IN_IMAP` 的邮箱',
    unset: { en: 'answers are read by nobody', zh: '客户的回信没有人看' },
  }),
  MAIL_IN_MAX_BYTES: whole(35 * 1024 * 1024, 64 * 1024, 200 * 1024 * 1024).register(about, {
    en: 'largest mail that is taken',
    zh: '收信的最大字节数',
  }),
  MAIL_IN_DNS: inSmallLetters(
    spaced('addresses of name servers, with or without a port, or off', isNameServer),
  ).register(about, {
    en: 'name servers that are asked whether a mail is from whom it says (SPF, DKIM, DMARC), separated by spaces; `off`: nobody is asked',
    zh: '核实来信发件人（SPF、DKIM、DMARC）时查询的 DNS 服务器，用空格隔开；`off`：不核实',
    unset: { en: 'those of the machine', zh: '本机所用的' },
  }),
  MAIL_IN_TRUSTED: inSmallLetters(spaced('names of mail servers', (word) => /^[\w.-]+$/.test(word))).register(about, {
    en: 'mail servers of yours whose `Authentication-Results` are believed, by the name that stands first in them, separated by spaces',
    zh: '采信哪些自己的邮件服务器写的 `Authentication-Results`：填其中最前面的服务器名，用空格隔开',
    unset: { en: 'none', zh: '无' },
  }),

  LINK_SECRET: optional(z.string().min(32, { error: 'must have at least 32 characters' })).register(about, {
    en: "signs access codes, customers' links and decisions on their way to Temporal; 32 random characters or more. Changing it invalidates every link",
    zh: '给查询码、客户的链接和发往 Temporal 的决定签名；32 个以上随机字符。改了它，所有链接失效',
    unset: { en: '`npm start` generates one', zh: '`npm start` 生成一个' },
  }),
  PAYLOAD_KEY: optional(aesKey).register(about, {
    en: 'encrypts what Temporal stores: 32 bytes in base64 (`openssl rand -base64 32`). Without it payloads are plain; they hold ids, never names',
    zh: '加密 Temporal 存储的载荷：base64 的 32 字节（`openssl rand -base64 32`）。不设则为明文，其中只有编号，没有姓名',
  }),
  PAYLOAD_KEY_ID: text('k1').register(about, {
    en: 'name of `PAYLOAD_KEY`, written beside each ciphertext; change both together',
    zh: '`PAYLOAD_KEY` 的名字，写在每段密文旁；两者一起换',
  }),
  PAYLOAD_OLD_KEYS: z
    .preprocess(
      blankIsUnset,
      z
        .string()
        .default('')
        .transform((value) =>
          value
            .split(',')
            .filter(Boolean)
            .map((entry) => ({ id: entry.split(':', 1)[0] ?? '', key: entry.slice(entry.indexOf(':') + 1) })),
        )
        .pipe(z.array(z.object({ id: z.string().min(1), key: aesKey }))),
    )
    .register(about, {
      en: 'retired keys, `id:base64,id:base64`: running cases still hold payloads written with them',
      zh: '退役的密钥，`id:base64,id:base64`：在办案件里还有用它们写的载荷',
    }),

  OIDC_ISSUER: optional(
    z.string().refine(isIssuer, { error: 'must be an https:// URL; http:// for a provider on this machine only' }),
  ).register(about, {
    en: 'identity provider by which staff may sign in (OpenID Connect): its issuer, which says the rest at `/.well-known/openid-configuration`. There, `PUBLIC_URL` + `/desk/sso/callback` is to be allowed',
    zh: '员工可用来登录的企业身份系统（OpenID Connect）的 issuer，其余信息从 `/.well-known/openid-configuration` 读取。要在那里登记回调地址：`PUBLIC_URL` 加 `/desk/sso/callback`',
    unset: { en: 'no single sign-on', zh: '没有企业账号登录' },
  }),
  OIDC_CLIENT_ID: optional(z.string()).register(about, { en: 'our client id there', zh: '我们在那里的 client id' }),
  OIDC_CLIENT_SECRET: optional(z.string()).register(about, {
    en: 'its secret',
    zh: '对应的 client secret',
  }),

  VAPID_PUBLIC_KEY: optional(vapidKey(87)).register(about, {
    en: 'public key by which push services know the house (VAPID, base64url), for notices on the devices of staff; `npx web-push generate-vapid-keys` makes both. Changing it ends all that were allowed',
    zh: '推送服务认出本单位的公钥（VAPID，base64url），用于员工设备上的提醒；`npx web-push generate-vapid-keys` 生成一对。改了它，已允许的设备都失效',
    unset: { en: '`npm start` generates a pair; else no pushes', zh: '`npm start` 生成一对；否则不推送' },
  }),
  VAPID_PRIVATE_KEY: optional(vapidKey(43)).register(about, {
    en: 'its private key (base64url); the worker signs pushes with it',
    zh: '对应的私钥（base64url）；worker 用它给推送签名',
  }),
  PUSH_TRUSTED_HOSTS: list.register(about, {
    en: 'push services inside the house, `host:port` separated by commas: they may have private addresses and be reached by http. All others must be public and https',
    zh: '内网的推送服务，`host:port`，逗号分隔：可以是私有地址，可用 http。其余必须是公开的 https 地址',
    unset: { en: 'none', zh: '没有' },
  }),
  OUTGOING_ALLOWED: list
    .refine((entries) => entries.every((entry) => ALLOWED.test(entry)), {
      error: 'must be host, host:port or a network as 10.1.0.0/16, separated by commas',
    })
    .register(about, {
      en: 'addresses inside the house that webhooks and messages to group chats may be sent to, separated by commas: `host:port` (also by http) or networks as `10.1.0.0/16`. All others must be public and https',
      zh: 'webhook 和群通知可以发往的内网地址，逗号分隔：`host:port`（可用 http）或网段，如 `10.1.0.0/16`。其余必须是公开的 https 地址',
      unset: { en: 'none', zh: '没有' },
    }),

  EMBED_SITES: list
    .refine((entries) => entries.every(isSite), {
      error: 'must be sites as https://www.example.com, without a path, separated by commas',
    })
    .transform((entries) => [...new Set(entries.map((entry) => new URL(entry).origin))])
    .register(about, {
      en: 'sites of the house whose pages may show the complaint form, as `https://www.example.com`, separated by commas. `/desk/site-form` has what is to be put into their pages',
      zh: '可以在网页里放投诉表单的本单位网站，如 `https://www.example.com`，逗号分隔。放进网页的代码在 `/desk/site-form`',
      unset: { en: 'none', zh: '没有' },
    }),

  SMS_GATEWAY: optional(
    z.string().transform((path, context) => {
      const read = readSmsGateway(path);
      if ('gateway' in read) return read.gateway;
      context.addIssue({ code: 'custom', message: read.faults.join('; ') });
      return z.NEVER;
    }),
  ).register(about, {
    en: 'path of a JSON file that says how the SMS gateway is called: [docs/channels/sms.md](channels/sms.md). Server and worker need it; its address must be public and https, or be named by `OUTGOING_ALLOWED`',
    zh: '说明怎样调用短信网关的 JSON 文件的路径：[docs/channels/sms.zh-CN.md](channels/sms.zh-CN.md)。server 和 worker 都要设；地址须是公开的 https，或写进 `OUTGOING_ALLOWED`',
    unset: { en: 'no text messages', zh: '不发短信' },
  }),
  SMS_REPORT_KEY: optional(
    z.string().regex(/^[\w-]{24,200}$/, { error: 'must be 24 to 200 letters, figures, - and _' }),
  ).register(about, {
    en: 'key in the address to which a gateway that cannot sign reports what became of messages: `PUBLIC_URL` + `/hooks/sms/` + the key; 24 random characters or more',
    zh: '不会签名的短信网关回报送达情况的地址里的密钥：`PUBLIC_URL` 加 `/hooks/sms/` 加密钥；24 个以上随机字符',
    unset: { en: 'reports have to be signed', zh: '回报必须签名' },
  }),
  SMS_SECRET: optional(z.string()).register(about, {
    en: "the gateway's key: `{{secret}}` in that file, and what requests are signed with",
    zh: '短信网关的密钥：文件里的 `{{secret}}`，也用来给请求签名',
  }),

  LOG_LEVEL: z
    .preprocess(blankIsUnset, z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'))
    .register(about, { en: 'least severe level that is logged', zh: '记录的最低日志级别' }),
  COMPLAINT_RATE_LIMIT: whole(600, 1, 1_000_000).register(about, {
    en: 'complaints one address may file a minute',
    zh: '一个地址每分钟可提交的投诉数',
  }),
  TRUST_PROXY: optional(z.string()).register(about, {
    en: 'addresses or subnets of our reverse proxies, separated by commas; without it X-Forwarded-For is ignored',
    zh: '反向代理的地址或网段，逗号分隔；不设则忽略 X-Forwarded-For',
  }),
  EVIDENCE_MAX_BYTES: whole(20 * 1024 * 1024, 1024, 1024 * 1024 * 1024).register(about, {
    en: 'largest evidence file',
    zh: '证据文件的最大字节数',
  }),
  FORM_FILES_MAX_BYTES: whole(1024 * 1024 * 1024, 1024 * 1024, 1024 ** 4).register(about, {
    en: 'room for the files of all forms that are being read at the moment, one address gets half of it; a quarter may be of customers’ forms that were refused, whose files wait half an hour',
    zh: '正在接收的所有表单，其文件合计的上限，一个地址最多占一半；客户没提交成功的表单，文件等半小时，最多占四分之一',
  }),
  CUSTOMER_CONTACT: text('').register(about, {
    en: 'how customers reach us, on their pages and in letters, e.g. `400-000-0000 · care@example.com`',
    zh: '客户怎样找到我们，写在页面和信里，例如 `400-000-0000 · care@example.com`',
    unset: { en: 'the mailbox of `MAIL_FROM`', zh: '`MAIL_FROM` 的邮箱' },
  }),
  ORG_NAME: text('Redress').register(about, {
    en: 'name of the house, in letters and page titles',
    zh: '单位名称，用于信件和页面标题',
  }),
  HOUSE_ZONE: known('Asia/Shanghai', 'a time zone by its IANA name, as Asia/Shanghai', isTimeZone).register(about, {
    en: "the house's time zone, by its IANA name: whose days reports, daily limits and case numbers count, and whose clock people read",
    zh: '单位所在时区（IANA 名称）：报表、每日限次和单号按它的日期算，人看到的时间也是它的',
  }),
  HOUSE_CURRENCY: known('CNY', 'a currency by its ISO code, as CNY', isCurrency).register(about, {
    en: "the one currency of every sum (ISO 4217); sums in a complaint's words are read in yuan only",
    zh: '所有金额的货币（ISO 4217）；投诉文字里的金额只按人民币识别',
  }),
  METRICS_PORT: port(0).register(about, {
    en: "port of the worker's `/metrics` and `/healthz`; 0 is off",
    zh: 'worker 的 `/metrics`、`/healthz` 端口；0 为关闭',
  }),
  NOTICE_GATHER_MS: whole(60_000, 0, 3_600_000).register(about, {
    en: 'a member of staff who has just had a reminder or an escalation gets the next ones this many milliseconds later, all in one mail',
    zh: '刚收到提醒或升级通知的员工，之后的在这么多毫秒后合并成一封',
  }),
  ALLOW_UNSIGNED_DECISIONS: z.preprocess(blankIsUnset, z.stringbool().optional()).register(about, {
    en: 'whether decisions are taken that reach a case through Temporal without our signature; who sent them, nobody knows',
    zh: '是否接受经 Temporal 直接发来、没有系统签名的决定；是谁发的无从知道',
    unset: {
      en: '`true` with the Temporal of `npm start`, else `false`',
      zh: '用 `npm start` 自带的 Temporal 时 `true`，否则 `false`',
    },
  }),
  WORKER_PLAIN_SDK: z.preprocess(blankIsUnset, z.stringbool().default(false)).register(about, {
    en: "`true`: a worker runs Temporal's SDK as it comes, without what we change in it for speed; then Temporal UI shows stack traces, and a case costs more than half as much work again, and 2 MB",
    zh: '`true`：worker 按原样运行 Temporal SDK，不带为提速所做的改动；Temporal UI 能看到调用栈，但每件投诉的处理开销多出一半以上，另占 2 MB 内存',
  }),
  DECISION_TIMEOUT_MS: whole(4000, 100, 60_000).register(about, {
    en: "milliseconds the API waits for a worker's answer to a decision before it sends the signal instead and answers 202",
    zh: 'API 等 worker 答复决定的毫秒数；超过就改发信号，答 202',
  }),

  TEMPORAL_PORT: port(7233).register(about, {
    en: 'wanted port of the embedded Temporal; like the ports below, a taken one is replaced by a free one, and said',
    zh: '内置 Temporal 想用的端口；和下面的端口一样，被占用时换一个空闲的并说明',
  }),
  TEMPORAL_UI_PORT: port(8233).register(about, { en: 'wanted port of its web page', zh: '其网页想用的端口' }),
  POSTGRES_PORT: port(5433).register(about, {
    en: 'wanted port of the embedded Postgres',
    zh: '内置 Postgres 想用的端口',
  }),
  SMTP_PORT: port(1025).register(about, { en: 'wanted port of the mail catcher', zh: '收信箱想用的端口' }),
  MAIL_UI_PORT: port(1080).register(about, { en: 'wanted port of its web page', zh: '其网页想用的端口' }),
};

const schema = z.object(fields);
type Values = z.infer<typeof schema>;

/** The configuration of `npm start`, which starts or generates what is not set. */
export type StartConfig = Values;
type Addresses = 'DATABASE_URL' | 'LINK_SECRET' | 'TEMPORAL_ADDRESS' | 'SMTP_URL' | 'PUBLIC_URL';
/** The configuration of a server, worker or command: every address and secret is set. */
export type Config = Omit<Values, Addresses> & Record<Addresses, string>;

/**
 * What is wrong with the environment, a line a variable. No message holds a value, because many of them are secrets.
 */
export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(readonly faults: string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/**
 * Reads and checks all variables at once, so that a rollout does not find its faults one restart at a time. What must
 * be set is checked on the raw environment, because zod skips checks across fields as soon as one field is wrong.
 * @throws ConfigError
 */
function parse(env: NodeJS.ProcessEnv, required: string[]): Values {
  const unset = (name: string) => blankIsUnset(env[name]) === undefined;
  const faults = new Map<string, string>();
  const fault = (name: string, message: string) => {
    if (!faults.has(name)) faults.set(name, `${name}: ${message}`);
  };

  for (const name of required) if (unset(name)) fault(name, 'is not set');
  for (const [one, other] of PAIRS) {
    if (unset(one) && !unset(other)) fault(one, `is not set, but ${other} is: they go together`);
  }
  if (!unset('MAIL_REPLY_TO') && unset('MAIL_IN_PORT') && unset('MAIL_IN_IMAP')) {
    fault('MAIL_REPLY_TO', 'is set, but neither MAIL_IN_PORT nor MAIL_IN_IMAP is: nobody would read the answers');
  }
  const result = schema.safeParse(env);
  for (const issue of result.error?.issues ?? []) fault(String(issue.path[0] ?? 'environment'), issue.message);
  if (!result.success || faults.size > 0) throw new ConfigError([...faults.values()]);
  return result.data;
}

/** The first is needed when the second is set. */
const PAIRS = [
  ['TEMPORAL_TLS_CERT', 'TEMPORAL_TLS_KEY'],
  ['TEMPORAL_TLS_KEY', 'TEMPORAL_TLS_CERT'],
  ['OIDC_ISSUER', 'OIDC_CLIENT_ID'],
  ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
  ['OIDC_CLIENT_SECRET', 'OIDC_ISSUER'],
  ['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY'],
  ['VAPID_PRIVATE_KEY', 'VAPID_PUBLIC_KEY'],
] as const;

/** Needed by every program. `npm start` makes them itself, in production all but `LINK_SECRET`. */
export const REQUIRED: readonly string[] = ['DATABASE_URL', 'LINK_SECRET'];
/** Needed in production only: elsewhere they have defaults for the machine of a developer. */
export const REQUIRED_IN_PRODUCTION: readonly string[] = ['TEMPORAL_ADDRESS', 'SMTP_URL', 'PUBLIC_URL'];

/**
 * The configuration of a server, worker or command.
 * @throws ConfigError that names every fault
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const production = env.NODE_ENV === 'production';
  const values = parse(env, [...REQUIRED, ...(production ? REQUIRED_IN_PRODUCTION : [])]);
  return {
    ...values,
    DATABASE_URL: values.DATABASE_URL ?? '',
    LINK_SECRET: values.LINK_SECRET ?? '',
    TEMPORAL_ADDRESS: values.TEMPORAL_ADDRESS ?? '127.0.0.1:7233',
    SMTP_URL: values.SMTP_URL ?? 'smtp://127.0.0.1:1025',
    // A receipt has to say how we can be reached: at least by the mailbox it comes from.
    CUSTOMER_CONTACT: values.CUSTOMER_CONTACT || mailboxOf(values.MAIL_FROM),
    PUBLIC_URL: (values.PUBLIC_URL ?? `http://${values.HOST}:${values.PORT}`).replace(/\/+$/, ''),
  };
}

/**
 * The configuration of `npm start`. In production `LINK_SECRET` has to be set, because it must outlive the machine.
 * @throws ConfigError that names every fault
 */
export function loadStartConfig(env: NodeJS.ProcessEnv = process.env): StartConfig {
  return parse(env, env.NODE_ENV === 'production' ? ['LINK_SECRET'] : []);
}

/**
 * Loads the configuration in the main file of a program. On a ConfigError it prints the faults and ends the process
 * with 78 (EX_CONFIG), without a stack.
 */
export function loadOrExit<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78);
  }
}

/** The environment of a child process: ours with some changes; undefined takes a variable away. */
export function childEnvironment(changes: Record<string, string | undefined>): NodeJS.ProcessEnv {
  return { ...process.env, ...changes };
}

/** The domain of the sender, for Message-IDs, which have to be of a domain that is ours; `localhost` if it has none. */
export const mailDomain = (from: string): string => /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'localhost';

/** The mailbox of the sender, without a name; empty if it has none. */
export const mailboxOf = (from: string): string => /[^<\s]+@[^>\s]+/.exec(from)?.[0] ?? '';
