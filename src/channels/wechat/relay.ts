import type { Stores } from '../../db';
import { HOUR } from '../../domain/basics/milliseconds';
import type { MailKind } from '../../domain/policy/mail-kinds';
import { loadSmsTemplates, linkOf, type SmsTemplates } from '../sms/words';
import type { BreakerRules } from '../outbox/breaker';
import { createTelling, type Told, type TellingOptions, type TellingRelay } from '../telling/relay';
import type { WechatApi } from './api';

/** After somebody has written, the platform takes messages to them for so long, and so many. */
const WINDOW = 48 * HOUR;
const MOST = 5;
/** So many of them are kept for answers: what tells how a case moves on is left out then. */
const KEPT = 3;
const MOVES_ON: readonly MailKind[] = ['progress', 'extension', 'surveyReminder', 'solutionReminder'];

/** The platform limits how many there are, and one person's may come close together. */
const WECHAT_BREAKER: BreakerRules = { perAddress: 20, timesUsual: 5, floor: 2_000 };

export interface WechatRelayOptions extends TellingOptions {
  stores: TellingOptions['stores'] & Pick<Stores, 'wechat'>;
  api: Pick<WechatApi, 'say' | 'close'>;
  templates?: SmsTemplates;
}

/** The channel of messages to customers who came by an official account. */
export function createWechatRelay(options: WechatRelayOptions): TellingRelay {
  const { api, clock = Date.now } = options;
  const { wechat } = options.stores;
  const templates = options.templates ?? loadSmsTemplates();
  return createTelling(
    {
      way: 'wechat',
      name: 'WeChat message',
      logKey: 'wechat',
      refusedWords:
        'WeChat refuses an official account (secret, IP list, rights or quota): its messages wait for six hours',
      // A call of the platform has no key by which it would know a second one.
      knowsRepeats: false,
      breaker: WECHAT_BREAKER,
      noWords: 'no_words',
      async reach({ mail }, { wechatPerson }) {
        const person = wechatPerson === undefined ? undefined : await wechat.person(wechatPerson);
        const account = person && (await wechat.get(person.accountId));
        if (!person || account?.enabled !== true) return { fail: 'no_account' };
        if (clock() >= Date.parse(person.wroteAt) + WINDOW) return { fail: 'window' };
        const left = MOST - person.sent;
        if (left <= 0) return { fail: 'limit' };
        if (left <= KEPT && MOVES_ON.includes(mail)) return { skip: 'few_left' };
        return {
          address: person.id,
          write: (told) => ({
            segments: 1,
            async send() {
              const verdict = await api.say(account, person.openId, wechatWords(templates, told));
              // It counts there, whatever becomes of our own rows.
              if (verdict.kind === 'taken' || verdict.kind === 'unknown') await wechat.sentTo(person.id);
              if (verdict.kind === 'taken') await wechat.worked(account.id);
              if (verdict.kind === 'later' && verdict.ours) await wechat.failing(account.id, verdict.code);
              return verdict;
            },
          }),
        };
      },
      close: () => api.close(),
    },
    options,
  );
}

/** The platform takes 2,048 bytes; an answer that is longer stands in full behind the link. */
const MOST_BYTES = 1_600;

/** What somebody has written is told in their words; all else as by text message. */
export function wechatWords(templates: SmsTemplates, { template, context, language }: Told): string {
  const line = templates(template, language, { ...context, link: linkOf(template, context) });
  const words = template === 'response' || template === 'letter' ? context.words : undefined;
  return typeof words === 'string' && words !== '' ? `${bounded(words)}\n\n${line}` : line;
}

/** The beginning of a text that is too long. */
function bounded(text: string): string {
  if (Buffer.byteLength(text) <= MOST_BYTES) return text;
  const kept = Buffer.from(text)
    .subarray(0, MOST_BYTES)
    .toString()
    .replace(/\uFFFD+$/u, '');
  return `${kept.trimEnd()}…`;
}
