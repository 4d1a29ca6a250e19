import type { OutboxRow } from '../../../db/records';
import { SECOND } from '../../../domain/basics/milliseconds';
import type { CaseEvent } from '../../../domain/case/events';
import type { CaseState } from '../../../domain/case/state';
import { isRevocable, UNDO_HELD_MS } from '../../../domain/decisions/undo';
import { toInstant } from '../../../domain/time/duration';
import { isMoot } from '../../moot';
import { areAsTold, isNoNews } from '../news';
import type { MailStores } from '../stores';
import type { CaseReader } from './case-reader';

/** Milliseconds that the mail "being assigned" waits for the assignment, which usually follows at once. */
const SETTLING = 3 * SECOND;

export interface HoldingNeeds {
  outbox: Pick<MailStores['outbox'], 'list' | 'putOff' | 'skipped'>;
  cases: CaseReader;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** Keeps back mails that are out of date, tell their reader nothing new, or are sent too early. */
export class Holding {
  constructor(private readonly needs: HoldingNeeds) {}

  /**
   * Whether this mail must not be sent now. If so, the result has been written: it is skipped for good (`overtaken`,
   * `no news`) or planned for later (`settling`).
   * @param state the case as it stands now
   */
  async holds(row: OutboxRow, state: CaseState | undefined): Promise<boolean> {
    const { outbox, cases } = this.needs;
    const events = await cases.ledger(row.caseNo, row.seq);
    const cause = events.find((item) => item.seq === row.seq);
    if (!cause || row.mail === 'lostLink') return false;
    if (cause.type === 'stageEntered' && cause.data.stage === 'assign') return this.passesThrough(row, state);
    if (state && isMoot(cause, row.to, state)) {
      await outbox.skipped(row.id, 'overtaken');
      return true;
    }
    const open = isRevocable(cause) ? Date.parse(cause.at) + UNDO_HELD_MS : 0;
    if (this.needs.clock() < open) {
      await outbox.putOff(row.id, 'settling', toInstant(open));
      return true;
    }
    if (await this.tellsNoDate(row, events, cause)) {
      await outbox.skipped(row.id, 'no news');
      return true;
    }
    if (row.mail !== 'progress' && row.mail !== 'assigned') return false;
    if (!isNoNews(row.caseNo, events, cause, row.to)) return false;
    await outbox.skipped(row.id, 'no news');
    return true;
  }

  /** Whether this mail only moves dates back to those that its reader was told, since the mails in between have not left. */
  private async tellsNoDate(row: OutboxRow, events: readonly CaseEvent[], cause: CaseEvent): Promise<boolean> {
    if (cause.type !== 'datesMoved') return false;
    const mails = (await this.needs.outbox.list(row.caseNo)).filter(({ mail }) => mail === row.mail);
    return areAsTold(events, cause, (seq) => {
      const about = mails.filter((mail) => mail.seq === seq);
      const stayed = ({ state, ambiguous }: OutboxRow): boolean =>
        ambiguous === 0 && (state === 'planned' || state === 'skipped');
      return about.length === 0 || !about.every(stayed);
    });
  }

  /**
   * Holds the mail that the case is being assigned. When a handler is free, the case is assigned and in work within a
   * second, and the mail about that is on its way: so this one waits `SETTLING` and is skipped if the case has moved
   * on, and the customer gets one mail instead of two.
   */
  private async passesThrough(row: OutboxRow, state: CaseState | undefined): Promise<boolean> {
    const { outbox, clock } = this.needs;
    if (state?.stage !== 'assign') {
      await outbox.skipped(row.id, 'overtaken');
      return true;
    }
    const settled = Date.parse(row.plannedAt) + SETTLING;
    if (clock() >= settled) return false;
    await outbox.putOff(row.id, 'settling', toInstant(settled));
    return true;
  }
}
