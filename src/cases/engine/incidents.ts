import type { IncidentKind } from '../../domain/case/incidents';
import { HOUR } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { Incident, Stores } from '../../db';

/** Within this time after a mail about a subject, a further incident of it does not cause another mail. */
const TOLD_AGAIN_AFTER_MS = 6 * HOUR;
const NAMED_IN_A_MAIL = 30;

/** The part of the logger that the watch uses. */
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
  /** Mails the admins about these incidents; false if nobody could be told yet. */
  tell: (incidents: Incident[]) => Promise<boolean>;
  log: WatchLog;
  clock: () => number;
}

/** The life of incidents: they are opened, told to the admins by mail, and ended when the subject goes on by itself. */
export class Incidents {
  constructor(private readonly needs: Needs) {}

  /** Opens an incident and logs it. One that is open with the same kind is left alone; another kind replaces its kind. */
  async open(found: Subject & { kind: IncidentKind }): Promise<void> {
    const { watch, log, clock } = this.needs;
    const before = await watch.openOf(found.subject);
    if (before?.kind === found.kind) return;
    await watch.open(found, toInstant(clock()), toInstant(clock() - TOLD_AGAIN_AFTER_MS));
    log.error({ subject: found.subject, kind: found.kind }, 'a case needs a person: it does not go on by itself');
  }

  /** Ends the open incident of this subject, if there is one: it goes on by itself. */
  async recovered(subject: string): Promise<void> {
    const { watch, log, clock } = this.needs;
    if (await watch.end(subject, toInstant(clock()))) log.info({ subject }, 'it goes on again');
  }

  /** Sends the admins one mail about incidents that they have not been told of, 30 at most; tried again if it fails. */
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
