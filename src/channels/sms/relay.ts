import type { Links } from '../../cases/access/links';
import { smsNumber } from '../../contact';
import type { CustomerMessage, OutboxRow, Stores } from '../../db';
import { HOUR } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { OutgoingClient } from '../../outgoing';
import type { SmsGateway } from '../../sms-gateway';
import { quietUntil } from '../choices';
import type { Log } from '../log';
import { mailContent } from '../mail/content';
import { CaseReader } from '../mail/delivery/case-reader';
import { Holding } from '../mail/delivery/holding';
import { MailDataReader } from '../mail/delivery/mail-data-reader';
import type { MailStores } from '../mail/stores';
import { createAttempts } from '../outbox/attempts';
import type { BreakerRules } from '../outbox/breaker';
import type { Channel, Delivery, Job, Parcel } from '../outbox/channel';
import { createPump, type Pump } from '../outbox/pump';
import { smsRequest, smsVerdict, type SmsVerdict } from './gateway';
import { loadSmsTemplates, segmentsOf, smsWords, type SmsTemplates } from './words';

/** As `onPermanentFailure` of mails, said of a text message. */
export type OnUndelivered = (
  message: Pick<CustomerMessage, 'caseNo' | 'mail' | 'seq'>,
  how: { unsure: boolean },
) => Promise<void>;

export interface SmsRelayOptions {
  stores: Pick<MailStores, 'cases' | 'complaints' | 'ledger' | 'links' | 'policies' | 'texts' | 'users'> &
    Pick<Stores, 'customerMessages'>;
  gateway: SmsGateway;
  /** `SMS_SECRET`. */
  secret: string;
  /** Reads as much of an answer as its codes take. */
  out: OutgoingClient;
  links: Links;
  config: { ORG_NAME: string; CUSTOMER_CONTACT: string };
  /** Tells the case of a message that did not arrive, or of which nobody knows, and in whose place no mail goes. */
  onUndelivered: OnUndelivered;
  log: Log;
  /** Milliseconds since 1970. */
  clock?: () => number;
  templates?: SmsTemplates;
  breaker?: BreakerRules;
  idleMs?: number;
  backOffMs?: readonly number[];
}

export interface SmsRelay extends Pump {
  /** The code with which the gateway refuses whatever we send; undefined while it takes it. */
  refused(): string | undefined;
}

/** Text messages cost money: fewer than mails. */
const SMS_BREAKER: BreakerRules = { perAddress: 8, timesUsual: 5, floor: 2_000 };
/** What has not left by then goes by mail, or somebody calls. Hours of quiet are no fault and do not count. */
const GIVE_UP_AFTER = 6 * HOUR;

/** A message as the parts that are shared with mails see it. */
const asMail = (message: CustomerMessage): OutboxRow => ({
  id: message.id,
  caseNo: message.caseNo,
  seq: message.seq,
  mail: message.mail,
  to: { kind: 'customer' },
  messageId: message.key,
  state: message.state === 'unknown' || message.state === 'delivered' ? 'sent' : message.state,
  attempts: message.attempts,
  ambiguous: message.called ? 1 : 0,
  plannedAt: message.plannedAt,
  nextAttemptAt: message.nextAttemptAt,
});

/** The channel of text messages to customers on its pump: `start` it, and `stop` it before the program ends. */
export function createSmsRelay(options: SmsRelayOptions): SmsRelay {
  const { stores, gateway, secret, out, links, config, log, clock = Date.now, idleMs, backOffMs } = options;
  const { customerMessages: messages } = stores;
  const templates = options.templates ?? loadSmsTemplates();
  const attempts = createAttempts({
    name: 'text message',
    refusedWords:
      'the SMS gateway refuses the house (key, account, money or address): text messages wait for six hours',
    log,
    clock,
    breaker: options.breaker ?? SMS_BREAKER,
    giveUpAfterMs: GIVE_UP_AFTER,
    ...(backOffMs && { backOffMs }),
  });
  const cases = new CaseReader(stores);
  const house = { name: config.ORG_NAME, contact: config.CUSTOMER_CONTACT };
  const mailData = new MailDataReader({ stores, cases, links, house, clock });
  const holding = new Holding({
    outbox: {
      list: async (caseNo) => (await messages.list(caseNo)).map(asMail),
      putOff: (id, why, until) => messages.putOff(id, why, until),
      skipped: (id, why) => messages.skipped(id, why),
    },
    cases,
    clock,
  });

  /** Ends a message that did not arrive for all we know: its mail goes in its place, or the case is told. */
  async function failed(message: CustomerMessage, state: 'failed' | 'unknown', code: string): Promise<void> {
    const { customer } = await cases.complaint(message.caseNo);
    const fallBack = customer.email !== undefined && customer.email !== '';
    // Told first: ended first, a message whose case was not told would never be told.
    if (!fallBack) await options.onUndelivered(message, { unsure: state === 'unknown' });
    await messages.ended(message.id, { state, code, fallBack });
  }

  async function deliver(message: CustomerMessage, parcel: Parcel, said: Said): Promise<void> {
    // Left by a relay that died while it called.
    if (message.called && !gateway.knowsRepeats) return failed(message, 'unknown', 'left');
    const complaint = await cases.complaint(message.caseNo);
    const to = smsNumber(complaint.customer.phone);
    // As it would have been without text messages: by mail, or by somebody who calls.
    const byMail = (code: string) => messages.ended(message.id, { state: 'skipped', code, fallBack: true });
    if (!to) return byMail('no_mobile');
    const row = asMail(message);
    const state = await cases.state(message.caseNo);
    if (await holding.holds(row, state)) return;
    const { quiet } = gateway;
    const quietEnd =
      quiet === false || message.mail === 'receipt' ? clock() : quietUntil({ kind: 'hours', ...quiet }, clock());
    if (quietEnd > clock()) return messages.putOff(message.id, 'quiet', toInstant(quietEnd));
    const { language } = complaint;
    const { template, context } = await mailContent(await mailData.of(row, complaint, language, state));
    const words = smsWords(gateway, templates, { template, context, language, org: config.ORG_NAME });
    if (!words) return byMail('no_template');
    const request = smsRequest(gateway, { ...words, to, key: message.key }, secret, clock());
    await attempts.send(parcel, [to.e164], async () => {
      await messages.calling(message.id, segmentsOf(words.text));
      const verdict = smsVerdict(gateway, await out.call(request));
      said.verdict = verdict;
      return deliveryOf(verdict, gateway);
    });
  }

  function jobOf(message: CustomerMessage): Job {
    const { id, caseNo, mail, attempts: tries } = message;
    const said: Said = {};
    const notBefore = (nextAt: string): string => {
      const wait = said.verdict?.kind === 'later' ? said.verdict.afterMs : undefined;
      return toInstant(Math.max(Date.parse(nextAt), clock() + (wait ?? 0)));
    };
    const parcel: Parcel = {
      logFields: { sms: id, caseNo, mail },
      plannedAt: message.plannedAt,
      // Hours of quiet that it has waited for are no fault.
      failingSince: message.failingSince ?? toInstant(clock()),
      attempts: tries,
      exemptFromBreaker: false,
      sent: () => messages.sent(id, said.verdict?.kind === 'taken' ? said.verdict.gatewayId : undefined),
      retry: (code, nextAt) => messages.retry(id, code, notBefore(nextAt)),
      ambiguous: (code, nextAt) => messages.ambiguous(id, code, nextAt),
      giveUp: (code) => failed(message, said.verdict?.kind === 'unknown' ? 'unknown' : 'failed', code),
    };
    return { line: `${caseNo}/sms`, parcel, deliver: () => deliver(message, parcel, said) };
  }

  const source = {
    claim: async (limit: number, leaseMs: number): Promise<Job[]> =>
      (await messages.claim('sms', limit, leaseMs)).map(jobOf),
  };
  const channel: Channel = { name: 'text message', sources: [source], close: () => out.close() };
  const pump = createPump({ channel, attempts, log, clock, ...(idleMs !== undefined && { idleMs }) });
  return { ...pump, refused: () => attempts.refused() };
}

/** What the gateway has answered to the attempt. */
interface Said {
  verdict?: SmsVerdict;
}

function deliveryOf(verdict: SmsVerdict, { knowsRepeats }: SmsGateway): Delivery {
  switch (verdict.kind) {
    case 'taken':
      return { kind: 'sent' };
    case 'later':
      return { kind: 'temporary', code: verdict.code, ...(verdict.ours && { ours: true }) };
    case 'never':
      return { kind: 'permanent', code: verdict.code };
    case 'unknown':
      // Sent again it might arrive twice, where the gateway does not know it again.
      return { kind: knowsRepeats ? 'ambiguous' : 'permanent', code: verdict.code };
  }
}
