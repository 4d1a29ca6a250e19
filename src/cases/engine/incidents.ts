import type { IncidentKind } from '../../domain/case/incidents';
import { HOUR } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { Incident, Stores } from '../../db';

const TOLD_AGAIN_AFTER_MS = 6 * HOUR;
const NAMED_IN_A_MAIL = 30;

export interface WatchLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A case or corrective action (`subject`) and, of an action, a case that it belongs to. */
export interface Subject {
  subject: string;
  caseNo: string;
}

interface Needs {
  watch: Pick<Stores['watch'], 'openOf' | 'open' | 'end' | 'untold' | 'told'>;
  /** Tells the admins of what a person has to look at; false: nobody could be told yet. */
  tell: (incidents: Incident[]) => Promise<boolean>;
  log: WatchLog;
  clock: () => number;
}

/** What a person has to look at: begun, over, told of. */
export class Incidents {
  constructor(private readonly needs: Needs) {}

  /** Begins one, unless it is known. */
  async open(found: Subject & { kind: IncidentKind }): Promise<void> {
    const { watch, log, clock } = this.needs;
    const before = await watch.openOf(found.subject);
    if (before?.kind === found.kind) return;
    await watch.open(found, toInstant(clock()), toInstant(clock() - TOLD_AGAIN_AFTER_MS));
    log.error({ subject: found.subject, kind: found.kind }, 'a case needs a person: it does not go on by itself');
  }

  /** It goes on: whatever was open about it is over. */
  async recovered(subject: string): Promise<void> {
    const { watch, log, clock } = this.needs;
    if (await watch.end(subject, toInstant(clock()))) log.info({ subject }, 'it goes on again');
  }

  /** Tells of those of whom nobody has been told. */
  async report(): Promise<void> {
    const { watch, tell, clock } = this.needs;
    const untold = await watch.untold(NAMED_IN_A_MAIL);
    if (untold.length === 0 || !(await tell(untold))) return;
    await watch.told(
      untold.map(({ subject }) => subject),
      toInstant(clock()),
    );
  }
}
