import { giveLink, type LinkPurpose, type Links } from '../../../cases/access/links';
import type { ComplaintRecord, OutboxRow } from '../../../db/records';
import type { Language } from '../../../domain/basics/types';
import { nameWords } from '../../../domain/basics/words';
import { fold } from '../../../domain/case/evolve';
import { maySee } from '../../../domain/case/permissions';
import type { CaseState } from '../../../domain/case/state';
import { toInstant } from '../../../domain/time/duration';
import { inLanguage } from '../../../render/words';
import type { MailData } from '../mail-data';
import type { MailStores } from '../stores';
import type { CaseReader } from './case-reader';

const isGiven = (value: string | undefined): boolean => value !== undefined && value !== '';

export interface MailDataNeeds {
  stores: Pick<MailStores, 'complaints' | 'links' | 'texts' | 'users'>;
  cases: CaseReader;
  links: Links;
  house: MailData['house'];
  /** Milliseconds since 1970; a link's life counts from when it is written out. */
  clock: () => number;
}

/** Reads from Postgres what mails are written from. */
export class MailDataReader {
  constructor(private readonly needs: MailDataNeeds) {}

  /** For a notice in a digest: reads complaint and state as well, as they are now. @throws as `of` */
  async fresh(row: OutboxRow, language: Language): Promise<MailData> {
    const complaint = await this.needs.cases.complaint(row.caseNo);
    return this.of(row, complaint, language, await this.needs.cases.state(row.caseNo));
  }

  /**
   * What a mail is written from.
   * @param state the case as it stands now; undefined: folded from its events
   * @throws Error when the case has no events
   */
  async of(
    row: OutboxRow,
    complaint: ComplaintRecord,
    language: Language,
    state: CaseState | undefined,
  ): Promise<MailData> {
    const { stores, cases, house } = this.needs;
    const { caseNo, mail, seq } = row;
    const events = await cases.ledger(caseNo, seq);
    const now = state ?? fold(caseNo, events);
    if (!now) throw new Error('a mail of a case without events');
    // The case may have been moved to another policy version before the event of this mail.
    const moved = events.findLast((item) => item.type === 'policyMoved' && item.seq <= seq);
    return {
      caseNo,
      mail,
      seq,
      events,
      now,
      policy: await cases.policy(moved?.type === 'policyMoved' ? moved.data.to : complaint.policyVersion),
      language,
      customerName: complaint.customer.name,
      wish: complaint.wantedRemedy,
      reach: {
        phone: isGiven(complaint.customer.phone),
        email: isGiven(complaint.customer.email),
        preferred: complaint.customer.preferredChannel,
      },
      ...(row.to.kind === 'user' && { userId: row.to.id, role: (await stores.users.byId(row.to.id))?.role }),
      house,
      text: async ({ textId }) => (await stores.texts.get([textId])).get(textId)?.body,
      userName: async (id) => {
        const user = await stores.users.byId(id);
        return user && inLanguage(nameWords(user), language);
      },
      maySee: (other) => this.maySee(row, other),
      sameCustomer: async (other) => (await stores.complaints.get(other))?.customer.id === complaint.customer.id,
      links: this.links(),
    };
  }

  /** Whether the one member of staff that a mail goes to may see the case `other`. */
  private async maySee({ to }: OutboxRow, other: string): Promise<boolean> {
    const { stores, cases } = this.needs;
    const [user, state] = await Promise.all([
      to.kind === 'user' ? stores.users.byId(to.id) : undefined,
      cases.state(other),
    ]);
    return user !== undefined && state !== undefined && maySee({ kind: 'staff', ...user }, state);
  }

  private links(): MailData['links'] {
    const { stores, links, clock } = this.needs;
    const give = async (purpose: LinkPurpose, caseNo: string, subject: string): Promise<string> =>
      (await giveLink({ store: stores.links, links }, purpose, caseNo, subject, toInstant(clock()))).url;
    return {
      accessCode: (no) => links.accessCode(no),
      progressUrl: (no) => links.progressUrl(no),
      proposalUrl: (no, proposalId) => give('proposal', no, proposalId),
      surveyUrl: (no, surveyId) => give('survey', no, surveyId),
      deskCaseUrl: (no, decision) => links.deskCaseUrl(no, decision),
    };
  }
}
