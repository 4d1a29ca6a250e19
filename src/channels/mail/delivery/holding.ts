import type { OutboxRow } from '../../../db/records';
import { SECOND } from '../../../domain/basics/milliseconds';
import type { CaseState } from '../../../domain/case/state';
import { toInstant } from '../../../domain/time/duration';
import { isMoot, isNoNews } from '../news';
import type { MailStores } from '../stores';
import type { CaseReader } from './case-reader';

/** How long the news that a case is being assigned waits for what comes next. */
const SETTLING = 3 * SECOND;

export interface HoldingNeeds {
  outbox: Pick<MailStores['outbox'], 'retry' | 'skipped'>;
  cases: CaseReader;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** Keeps back a mail that would say nothing that its reader has not been told, or not yet, or no more. */
export class Holding {
  constructor(private readonly needs: HoldingNeeds) {}

  /** @returns true when the mail was put aside or put off, which is written down; it must not be sent now */
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
    if (row.mail !== 'progress' && row.mail !== 'assigned') return false;
    if (!isNoNews(row.caseNo, events, cause, row.to)) return false;
    await outbox.skipped(row.id, 'no news');
    return true;
  }

  /**
   * A case with a handler at hand is assigned and in work within a second. The news that it is being assigned waits a
   * moment, and gives way to the news of the next node when that has come: one mail, not two in one breath.
   */
  private async passesThrough(row: OutboxRow, state: CaseState | undefined): Promise<boolean> {
    const { outbox, clock } = this.needs;
    if (state?.stage !== 'assign') {
      await outbox.skipped(row.id, 'overtaken');
      return true;
    }
    const settled = Date.parse(row.plannedAt) + SETTLING;
    if (clock() >= settled) return false;
    await outbox.retry(row.id, 'settling', toInstant(settled));
    return true;
  }
}
