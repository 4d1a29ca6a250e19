import { smsNumber } from '../../contact';
import type { OutgoingClient } from '../../outgoing';
import type { SmsGateway } from '../../sms-gateway';
import { quietUntil } from '../choices';
import type { BreakerRules } from '../outbox/breaker';
import { createTelling, type TellingOptions, type TellingRelay } from '../telling/relay';
import { smsRequest, smsVerdict } from './gateway';
import { loadSmsTemplates, segmentsOf, smsWords, type SmsTemplates } from './words';

export interface SmsRelayOptions extends TellingOptions {
  gateway: SmsGateway;
  /** `SMS_SECRET`. */
  secret: string;
  /** Reads as much of an answer as its codes take. */
  out: OutgoingClient;
  templates?: SmsTemplates;
  breaker?: BreakerRules;
}

export type SmsRelay = TellingRelay;

/** Text messages cost money: fewer than mails. */
const SMS_BREAKER: BreakerRules = { perAddress: 8, timesUsual: 5, floor: 2_000 };

/** The channel of text messages to customers. */
export function createSmsRelay(options: SmsRelayOptions): SmsRelay {
  const { gateway, secret, out, config, clock = Date.now } = options;
  const templates = options.templates ?? loadSmsTemplates();
  const { quiet, knowsRepeats } = gateway;
  return createTelling(
    {
      way: 'sms',
      name: 'text message',
      logKey: 'sms',
      refusedWords:
        'the SMS gateway refuses the house (key, account, money or address): text messages wait for six hours',
      knowsRepeats,
      breaker: options.breaker ?? SMS_BREAKER,
      noWords: 'no_template',
      reach({ mail, key }, { customer }) {
        const to = smsNumber(customer.phone);
        if (!to) return { skip: 'no_mobile' };
        return {
          address: to.e164,
          ...(quiet !== false &&
            mail !== 'receipt' && {
              notBefore: { at: quietUntil({ kind: 'hours', ...quiet }, clock()), why: 'quiet' },
            }),
          write(told) {
            const words = smsWords(gateway, templates, { ...told, org: config.ORG_NAME });
            if (!words) return undefined;
            return {
              segments: segmentsOf(words.text),
              send: async () =>
                smsVerdict(gateway, await out.call(smsRequest(gateway, { ...words, to, key }, secret, clock()))),
            };
          },
        };
      },
      close: () => out.close(),
    },
    options,
  );
}
