import type { Attempts } from '../../outbox/attempts';
import type { Parcel } from '../../outbox/channel';
import type { MailTransport, OutgoingMail } from '../transport';

/** Hands mails to the server, one attempt each. */
export class Post {
  constructor(
    private readonly attempts: Pick<Attempts, 'giveUp' | 'send'>,
    private readonly transport: Pick<MailTransport, 'send'>,
  ) {}

  /**
   * @param customers addresses of people outside, which the breaker counts one by one
   * @param write called only when the mail may go now
   */
  send(parcel: Parcel, customers: string[], write: () => Promise<OutgoingMail>): Promise<void> {
    return this.attempts.send(parcel, customers, async () => this.transport.send(await write()));
  }

  giveUp(parcel: Parcel, code: string): Promise<void> {
    return this.attempts.giveUp(parcel, code);
  }
}
