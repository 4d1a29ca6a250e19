import { createHash, timingSafeEqual } from 'node:crypto';
import { invalid, Refused, type Cases } from '../../cases';
import type { Stores } from '../../db';
import type { SmsGateway } from '../../sms-gateway';
import { createAdmission } from '../webhook-in/admission';
import type { Post } from '../webhook-in/signature';
import { at, codeOf, isOneOf } from './gateway';

/** What one post reports at most. */
const MOST = 1_000;

type Reports = NonNullable<SmsGateway['reports']>;
/** What is reported of one message. */
export interface Report {
  key?: string;
  gatewayId?: string;
  /** Undefined: neither; it is still under way. */
  delivered: boolean | undefined;
  code: string;
}

interface Needs {
  reports: Reports;
  /** `SMS_REPORT_KEY`; undefined: reports have to be signed. */
  key: string | undefined;
  hooks: Pick<Stores['inboundHooks'], 'get'>;
  secretOf: (hookId: string, generation: number) => string;
  messages: Pick<Cases['messages'], 'reported'>;
  clock?: () => number;
}

/** The gateway, as it tells what became of messages. */
export interface SmsReports {
  /**
   * Takes a post that is signed as one of a hook. Once it resolves, all it says is written down.
   * @returns what the gateway wants to hear
   * @throws Refused `unauthenticated`; `invalid` for what holds no reports; `away`, and the same may come again
   */
  signed(post: Post): Promise<unknown>;
  /** The same of a gateway that cannot sign: the key stands in the address. */
  keyed(key: string, raw: Buffer): Promise<unknown>;
}

/** Builds `SmsReports`. */
export function createSmsReports({ reports, key, hooks, secretOf, messages, clock = Date.now }: Needs): SmsReports {
  const admitted = createAdmission({ hooks, secretOf, clock });

  async function take(raw: Buffer): Promise<unknown> {
    const found = readReports(reports, raw);
    if (!found) throw noReports();
    for (const { delivered, ...report } of found) {
      if (delivered !== undefined) await messages.reported({ ...report, delivered });
    }
    return reports.answer;
  }

  return {
    async signed(post) {
      await admitted(post);
      return take(post.raw);
    },
    async keyed(given, raw) {
      if (!isSame(given, key ?? '') || key === undefined) throw wrongKey();
      return take(raw);
    },
  };
}

/** What stands in a body, in JSON or as a form; undefined: it holds no reports. */
export function readReports(reports: Reports, raw: Buffer): Report[] | undefined {
  const body = parsed(raw.toString('utf8'));
  const list = at(body, reports.list);
  const items: unknown[] = Array.isArray(list) ? list : [list];
  if (items.length > MOST || items.some((item) => typeof item !== 'object' || item === null)) return undefined;
  return items.map((item) => {
    const state = at(item, reports.state);
    const [key, gatewayId] = [idAt(item, reports.id), idAt(item, reports.gatewayId)];
    return {
      ...(key !== undefined && { key }),
      ...(gatewayId !== undefined && { gatewayId }),
      delivered: isOneOf(state, reports.delivered)
        ? true
        : reports.failed.length === 0 || isOneOf(state, reports.failed)
          ? false
          : undefined,
      code: codeOf(state),
    };
  });
}

const idAt = (item: unknown, pointer: string | undefined): string | undefined => {
  const value = at(item, pointer);
  return (typeof value === 'string' || typeof value === 'number') && `${value}` !== ''
    ? `${value}`.slice(0, 200)
    : undefined;
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.includes('=') ? Object.fromEntries(new URLSearchParams(text)) : undefined;
  }
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (one: string, other: string): boolean => timingSafeEqual(hash(one), hash(other));

const wrongKey = (): Refused =>
  new Refused('unauthenticated', 'wrong_key', {
    zh: '地址里的密钥不对；请核对 SMS_REPORT_KEY',
    en: 'the key in the address is wrong; check SMS_REPORT_KEY',
  });
const noReports = (): Refused =>
  invalid([
    {
      path: '',
      words: {
        zh: '读不出短信回执，请核对 SMS_GATEWAY 文件里的 reports',
        en: 'holds no reports; check `reports` in the file of SMS_GATEWAY',
      },
    },
  ]);
