import type { Links } from '../../cases/access/links';
import type { ComplaintRecord, CustomerMessage, OutboxRow, Stores } from '../../db';
import { HOUR } from '../../domain/basics/milliseconds';
import type { Language } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import type { Log } from '../log';
import { mailContent } from '../mail/content';
import { CaseReader } from '../mail/delivery/case-reader';
import { Holding } from '../mail/delivery/holding';
import { MailDataReader } from '../mail/delivery/mail-data-reader';
import type { MailContent } from '../mail/kinds/facts';
import type { MailStores } from '../mail/stores';
import { createAttempts } from '../outbox/attempts';
import type { BreakerRules } from '../outbox/breaker';
import type { Channel, Delivery, Job, Parcel } from '../outbox/channel';
import { createPump, type Pump } from '../outbox/pump';

/**
 * What an answer to a message means.
 * - `taken`, with the other side's own id if it gives one.
 * - `later`: certainly not taken. `ours`: nothing is taken until somebody has put it right.
 * - `never`: this message is never taken.
 * - `unknown`: it may have been taken.
 *
 * `code` is an error code, never a number or a name of somebody.
 */
export type Verdict =
  | { kind: 'taken'; gatewayId?: string }
  | { kind: 'later'; code: string; ours?: true; afterMs?: number }
  | { kind: 'never' | 'unknown'; code: string };

/** What a message is written from, and when: as its mail (src/channels/mail/content.ts). */
export interface Told extends Pick<MailContent, 'template' | 'context'> {
  language: Language;
}

/** Where a message goes. */
export interface Reached {
  /** By what the breaker knows whom it is for. */
  address: string;
  /** It is not to be sent before, in ms since 1970, for what `why` names; left out: now. */
  notBefore?: { at: number; why: string } | undefined;
  /** Writes it. Undefined: nothing may be said this way of this. */
  write(told: Told): Written | undefined;
}
/** A message, ready to be sent. */
export interface Written {
  segments: number;
  send(): Promise<Verdict>;
}

/** One way by which customers are told what their mails would tell. */
export interface Way {
  way: CustomerMessage['way'];
  /** As log lines call a message of it. */
  name: string;
  /** The alert when nothing is taken until somebody has put something right. */
  refusedWords: string;
  /** Its log lines name a message by this. */
  logKey: string;
  /** The other side sends a second call under the same key only once. */
  knowsRepeats: boolean;
  breaker: BreakerRules;
  /**
   * Where a message goes.
   * - `skip`: it cannot, or need not, go this way, and goes as it would have without: by mail, or by somebody who calls.
   * - `fail`: it ought to have gone this way: its mail goes, or the case is told.
   */
  reach(
    message: CustomerMessage,
    complaint: ComplaintRecord,
  ): Promise<Reached | { skip: string } | { fail: string }> | Reached | { skip: string } | { fail: string };
  /** The code for what has no words this way. */
  noWords: string;
  close(): void;
}

/** As `onPermanentFailure` of mails, said of a message of another way. */
export type OnUndelivered = (
  message: Pick<CustomerMessage, 'caseNo' | 'mail' | 'seq'>,
  how: { unsure: boolean },
) => Promise<void>;

export interface TellingOptions {
  stores: Pick<MailStores, 'cases' | 'complaints' | 'ledger' | 'links' | 'policies' | 'texts' | 'users'> &
    Pick<Stores, 'customerMessages'>;
  links: Links;
  config: { ORG_NAME: string; CUSTOMER_CONTACT: string };
  /** Tells the case of a message that did not arrive, or of which nobody knows, and in whose place no mail goes. */
  onUndelivered: OnUndelivered;
  log: Log;
  /** Milliseconds since 1970. */
  clock?: () => number;
  idleMs?: number;
  backOffMs?: readonly number[];
}

export interface TellingRelay extends Pump {
  /** The code with which the other side refuses whatever we send; undefined while it takes it. */
  refused(): string | undefined;
}

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

/**
 * Tells customers by one way what their mails would tell, on its pump: `start` it, and `stop` it before the program ends. When it
 * goes, what it is written from, the fall-back to mail and what becomes of an unknown outcome are the same for every way.
 */
export function createTelling(way: Way, options: TellingOptions): TellingRelay {
  const { stores, links, config, log, clock = Date.now, idleMs, backOffMs } = options;
  const { customerMessages: messages } = stores;
  const attempts = createAttempts({
    name: way.name,
    refusedWords: way.refusedWords,
    log,
    clock,
    breaker: way.breaker,
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
    if (message.called && !way.knowsRepeats) return failed(message, 'unknown', 'left');
    const complaint = await cases.complaint(message.caseNo);
    const to = await way.reach(message, complaint);
    // As it would have been without this way: by mail, or by somebody who calls.
    const byMail = (code: string) => messages.ended(message.id, { state: 'skipped', code, fallBack: true });
    if ('skip' in to) return byMail(to.skip);
    const row = asMail(message);
    const state = await cases.state(message.caseNo);
    if (await holding.holds(row, state)) return;
    if ('fail' in to) return failed(message, 'failed', to.fail);
    if (to.notBefore && to.notBefore.at > clock()) {
      return messages.putOff(message.id, to.notBefore.why, toInstant(to.notBefore.at));
    }
    const { language } = complaint;
    const { template, context } = await mailContent(await mailData.of(row, complaint, language, state));
    const written = to.write({ template, context, language });
    if (!written) return byMail(way.noWords);
    await attempts.send(parcel, [to.address], async () => {
      await messages.calling(message.id, written.segments);
      const verdict = await written.send();
      said.verdict = verdict;
      return deliveryOf(verdict, way.knowsRepeats);
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
      logFields: { [way.logKey]: id, caseNo, mail },
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
    return { line: `${caseNo}/${way.way}`, parcel, deliver: () => deliver(message, parcel, said) };
  }

  const source = {
    claim: async (limit: number, leaseMs: number): Promise<Job[]> =>
      (await messages.claim(way.way, limit, leaseMs)).map(jobOf),
  };
  const channel: Channel = { name: way.name, sources: [source], close: () => way.close() };
  const pump = createPump({ channel, attempts, log, clock, ...(idleMs !== undefined && { idleMs }) });
  return { ...pump, refused: () => attempts.refused() };
}

/** What was answered to the attempt. */
interface Said {
  verdict?: Verdict;
}

function deliveryOf(verdict: Verdict, knowsRepeats: boolean): Delivery {
  switch (verdict.kind) {
    case 'taken':
      return { kind: 'sent' };
    case 'later':
      return { kind: 'temporary', code: verdict.code, ...(verdict.ours && { ours: true }) };
    case 'never':
      return { kind: 'permanent', code: verdict.code };
    case 'unknown':
      // Sent again it might arrive twice, where the other side does not know it again.
      return { kind: knowsRepeats ? 'ambiguous' : 'permanent', code: verdict.code };
  }
}
