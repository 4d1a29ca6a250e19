import { z } from 'zod';
import { isTimeZone } from './house';

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
const known = (fallback: string, what: string, test: (value: string) => boolean) =>
  z.preprocess(
    blankIsUnset,
    z
      .string()
      .refine(test, { error: `must be ${what}` })
      .default(fallback),
  );
const isCurrency = (value: string): boolean => Intl.supportedValuesOf('currency').includes(value);
const aesKey = z
  .string()
  .refine((value) => Buffer.from(value, 'base64').length === 32, { error: 'must be 32 bytes in base64' });

/** Each variable, by its name; what is unset has the default that its reader gives. */
export const fields = {
  /** `production` asks for every address and secret explicitly; nothing is generated or guessed. */
  NODE_ENV: z.preprocess(blankIsUnset, z.enum(['development', 'test', 'production']).default('development')),
  /** Address the API and desk listen on. */
  HOST: text('127.0.0.1'),
  /** Port of the API and desk. */
  PORT: port(3000),
  /** Where customers and staff reach us. Every link in a mail starts with it, never with a request's Host header. */
  PUBLIC_URL: optional(url('an http(s):// URL', ['http:', 'https:'])),
  /** Folder of evidence files and, with `npm start`, of the embedded servers' data, secrets and logs. */
  DATA_DIR: text('.data'),

  /** Our Postgres. Unset with `npm start`: an embedded one is started. */
  DATABASE_URL: optional(url('a postgres:// URL', ['postgres:', 'postgresql:'])),
  /** Connections a process keeps to Postgres at most. */
  DATABASE_POOL: whole(10, 1, 500),

  /** Temporal frontend as host:port. Unset with `npm start`: an embedded one is started. */
  TEMPORAL_ADDRESS: optional(z.string().regex(/^[^\s/]+:\d{1,5}$/, { error: 'must be host:port' })),
  /** Namespace; it must exist on an external Temporal. */
  TEMPORAL_NAMESPACE: text('default'),
  /** API key of Temporal Cloud; turns TLS on. */
  TEMPORAL_API_KEY: optional(z.string()),
  /** `true`: TLS to a server whose certificate a public authority signed. A key, certificate or CA below implies it. */
  TEMPORAL_TLS: z.preprocess(blankIsUnset, z.stringbool().default(false)),
  /** Path of the client certificate (PEM) for mutual TLS. */
  TEMPORAL_TLS_CERT: optional(z.string()),
  /** Path of the client certificate's key (PEM). */
  TEMPORAL_TLS_KEY: optional(z.string()),
  /** Path of the certificate authority (PEM) that signed the server's certificate. */
  TEMPORAL_TLS_CA: optional(z.string()),
  /** Task queue of our workers. */
  TEMPORAL_TASK_QUEUE: text('redress'),
  /** Temporal UI, linked from the desk's case page. */
  TEMPORAL_UI_URL: optional(url('an http(s):// URL', ['http:', 'https:'])),
  /** The `temporal` program for the embedded server; scripts/start.mjs finds or builds it. */
  TEMPORAL_CLI: text('temporal'),

  /** Outgoing mail, `smtp://user:password@host:587` or `smtps://…`. Unset with `npm start`: a mail catcher is started. */
  SMTP_URL: optional(url('an smtp:// or smtps:// URL', ['smtp:', 'smtps:'])),
  /** Sender of every mail. */
  MAIL_FROM: text('Redress <redress@localhost>'),

  /** Signs links, sessions and thread tokens; at least 32 characters from a random source. `npm start` generates one. */
  LINK_SECRET: optional(z.string().min(32, { error: 'must have at least 32 characters' })),
  /** Encrypts what Temporal stores: 32 bytes in base64 (`openssl rand -base64 32`). Unset: payloads (ids, never names) are plain. */
  PAYLOAD_KEY: optional(aesKey),
  /** Name of PAYLOAD_KEY, written beside each ciphertext. Change both together. */
  PAYLOAD_KEY_ID: text('k1'),
  /** Retired keys, `id:base64,id:base64`: running cases still hold payloads written with them. */
  PAYLOAD_OLD_KEYS: z.preprocess(
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
  ),

  /** Least severe level that is logged. */
  LOG_LEVEL: z.preprocess(
    blankIsUnset,
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  ),
  /** Complaints one address may file a minute. */
  COMPLAINT_RATE_LIMIT: whole(600, 1, 1_000_000),
  /** Express' `trust proxy`: addresses or subnets of our reverse proxies, separated by commas. None: X-Forwarded-For is ignored. */
  TRUST_PROXY: optional(z.string()),
  /** Largest evidence file. */
  EVIDENCE_MAX_BYTES: whole(20 * 1024 * 1024, 1024, 1024 * 1024 * 1024),
  /** Room for the files of all forms that are being read at the moment; one address gets half of it. */
  FORM_FILES_MAX_BYTES: whole(1024 * 1024 * 1024, 1024 * 1024, 1024 ** 4),
  /** How customers reach the desk, on their pages and in letters, e.g. `400-000-0000 · care@example.com`. Unset: MAIL_FROM's mailbox. */
  CUSTOMER_CONTACT: text(''),
  /** Name of the house, in letters and page titles. */
  ORG_NAME: text('Redress'),
  /** The house's time zone: whose days reports, limits a day and case numbers count, and whose clock people read. */
  HOUSE_ZONE: known('Asia/Shanghai', 'a time zone by its IANA name, as Asia/Shanghai', isTimeZone),
  /** The one currency of every sum (ISO 4217). */
  HOUSE_CURRENCY: known('CNY', 'a currency by its ISO code, as CNY', isCurrency),
  /** Port of the worker's /metrics; 0 = off. */
  METRICS_PORT: port(0),
  /** A member of staff who has just had a reminder or an escalation gets the next ones this much later, all in one mail. */
  NOTICE_GATHER_MS: whole(60_000, 0, 3_600_000),
  /** Whether decisions are taken that reach a case through Temporal without our signature; who sent them, nobody knows. */
  ALLOW_UNSIGNED_DECISIONS: z.preprocess(blankIsUnset, z.stringbool().optional()),
  /** How long the API waits for a worker's answer to a decision before it falls back to the signal and says 202. */
  DECISION_TIMEOUT_MS: whole(4000, 100, 60_000),

  /** Wanted ports of the embedded parts of `npm start`; a taken one is replaced by a free one, and said. */
  TEMPORAL_PORT: port(7233),
  TEMPORAL_UI_PORT: port(8233),
  POSTGRES_PORT: port(5433),
  SMTP_PORT: port(1025),
  MAIL_UI_PORT: port(1080),
};

const schema = z.object(fields);
type Values = z.infer<typeof schema>;

/** Configuration of `npm start`: what is not set is started or generated here. */
export type StartConfig = Values;
type Addresses = 'DATABASE_URL' | 'LINK_SECRET' | 'TEMPORAL_ADDRESS' | 'SMTP_URL' | 'PUBLIC_URL';
/** Configuration of a server, worker or command: every address and secret is there. */
export type Config = Omit<Values, Addresses> & Record<Addresses, string>;

export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(readonly faults: string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/**
 * One line a variable, all of them at once: a rollout should not find its faults one restart at a time. What must be set
 * is checked on the raw environment, because zod skips checks across fields as soon as one field is wrong.
 * Values are left out of the messages: half of them are secrets.
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
  const result = schema.safeParse(env);
  for (const issue of result.error?.issues ?? []) fault(String(issue.path[0] ?? 'environment'), issue.message);
  if (!result.success || faults.size > 0) throw new ConfigError([...faults.values()]);
  return result.data;
}

const PAIRS = [
  ['TEMPORAL_TLS_CERT', 'TEMPORAL_TLS_KEY'],
  ['TEMPORAL_TLS_KEY', 'TEMPORAL_TLS_CERT'],
] as const;

/** The one reader of the environment. Throws a ConfigError that names every fault. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const production = env.NODE_ENV === 'production';
  const values = parse(env, [
    'DATABASE_URL',
    'LINK_SECRET',
    ...(production ? ['TEMPORAL_ADDRESS', 'SMTP_URL', 'PUBLIC_URL'] : []),
  ]);
  return {
    ...values,
    DATABASE_URL: values.DATABASE_URL ?? '',
    LINK_SECRET: values.LINK_SECRET ?? '',
    TEMPORAL_ADDRESS: values.TEMPORAL_ADDRESS ?? '127.0.0.1:7233',
    SMTP_URL: values.SMTP_URL ?? 'smtp://127.0.0.1:1025',
    // A receipt without a way to reach us would be none: at least the mailbox it came from.
    CUSTOMER_CONTACT: values.CUSTOMER_CONTACT || (/[^<\s]+@[^>\s]+/.exec(values.MAIL_FROM)?.[0] ?? ''),
    PUBLIC_URL: (values.PUBLIC_URL ?? `http://${values.HOST}:${values.PORT}`).replace(/\/+$/, ''),
  };
}

/** For `npm start`; in production it generates nothing that must outlive the machine. */
export function loadStartConfig(env: NodeJS.ProcessEnv = process.env): StartConfig {
  return parse(env, env.NODE_ENV === 'production' ? ['LINK_SECRET'] : []);
}

/** For a program's main file: prints the faults and exits with 78 (EX_CONFIG) instead of showing a stack. */
export function loadOrExit<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78);
  }
}

/** The environment for a child process: ours, changed by what the child must be told. */
export function childEnvironment(changes: Record<string, string | undefined>): NodeJS.ProcessEnv {
  return { ...process.env, ...changes };
}

/** The domain of Message-IDs: that of the sender, which is ours to name. */
export const mailDomain = (from: string): string => /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'localhost';
