import type { Attempts } from '../../outbox/attempts';
import type { Parcel } from '../../outbox/channel';
import type { MailTransport, OutgoingMail } from '../transport';

/** Sends mails by the outbox's rules of retrying: each call makes one attempt and writes down its result. */
export class Post {
  constructor(
    private readonly attempts: Pick<Attempts, 'giveUp' | 'send'>,
    private readonly transport: Pick<MailTransport, 'send'>,
  ) {}

  /**
   * @param customers addresses of customers, each of which the breaker limits by itself; empty for staff
   * @param write writes the mail out; not called while the breaker holds it back
   * @throws as `Attempts.send`
   */
  send(parcel: Parcel, customers: string[], write: () => Promise<OutgoingMail>): Promise<void> {
    return this.attempts.send(parcel, customers, async () => this.transport.send(await write()));
  }

  /** Ends a mail as undeliverable without an attempt. @param code why: `no_recipient` */
  giveUp(parcel: Parcel, code: string): Promise<void> {
    return this.attempts.giveUp(parcel, code);
  }
}
