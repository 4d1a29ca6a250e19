import { mailDomain } from '../config';
import type { ActionRow } from '../db/records';
import type { ReportStore } from '../db/stores/reports';
import { atLeast, type Staff } from '../domain/case/permissions';
import type { Policy } from '../domain/policy/schema';
import type { Cause } from '../domain/basics/types';
import { createCalendars } from './rules/calendars';
import { createCustomer } from './customer/customer';
import { createDecide } from './case/decide';
import { createDepartments } from './people/departments';
import { createDrafts } from './rules/drafts';
import type { Engine } from './engine/engine';
import { createEvidence } from './evidence/evidence';
import { EvidenceFiles } from './evidence/evidence-files';
import { createFile } from './filing/file';
import { createForecast } from './people/forecast';
import type { Links } from './access/links';
import { createMoves } from './case/moves';
import { createNaming } from './case/naming';
import { PolicyCache } from './rules/policies';
import { createReading } from './case/read';
import { createRoster } from './people/roster';
import type { Signing } from '../temporal/signature';
import { StaffDirectory } from './access/staff';
import { createStarter, type Starter } from './engine/starter';
import type { Stores } from '../db';
import { createWhatIf } from './rules/what-if';

export interface CasesConfig {
  DATA_DIR: string;
  EVIDENCE_MAX_BYTES: number;
  DECISION_TIMEOUT_MS: number;
  MAIL_FROM: string;
}

interface Needs {
  stores: Stores;
  reports: ReportStore;
  engine: Engine;
  links: Links;
  signing: Signing;
  config: CasesConfig;
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
  clock?: () => number;
}

/** Everything that API, pages and channels may do with complaints. Permission is checked here, not by who calls. */
export function createCases({ stores, reports, engine, links, signing, config, log, clock = Date.now }: Needs) {
  const policies = new PolicyCache(stores.policies, clock);
  const staff = new StaffDirectory(stores.users, clock);
  const underway = { count: 0 };
  const starter: Starter = createStarter({
    complaints: stores.complaints,
    starts: stores.starts,
    policies,
    engine,
    log,
    underway,
  });
  const naming = createNaming({ stores, staff });
  const departments = createDepartments({ users: stores.users, policies });
  const reading = createReading({ stores, policies, staff, naming, clock });
  const deciding = createDecide({
    stores,
    engine,
    policies,
    staff,
    reading,
    naming,
    departments,
    starter,
    signing,
    timeoutMs: config.DECISION_TIMEOUT_MS,
    clock,
  });
  const customer = createCustomer({
    stores,
    policies,
    staff,
    links,
    decide: deciding,
    mailDomain: mailDomain(config.MAIL_FROM),
    clock,
  });
  const files = new EvidenceFiles(config.DATA_DIR);
  const evidence = createEvidence({
    stores,
    policies,
    reading,
    customer,
    decide: deciding,
    files,
    maxBytes: config.EVIDENCE_MAX_BYTES,
  });

  const drafts = createDrafts({ stores, policies, clock });

  return {
    staff,
    starter,
    /** Complaints that are being taken at this moment. */
    underway,
    customer,
    evidence,
    file: createFile({ complaints: stores.complaints, policies, links, starter, clock, underway }),
    departments,
    list: reading.list,
    show: reading.show,
    forecast: createForecast({ stores, policies, staff, clock }),
    timeline: reading.timeline,
    promises: reading.promises,
    moves: createMoves({ stores, policies, reading, deciding, clock }),
    decide: deciding.decide,
    roster: createRoster({ stores, staff, clock }),

    calendars: createCalendars({ store: stores.calendars, clock }),

    policies: {
      list: () => stores.policies.list(),
      /** For what is told before there is a case. */
      inForce: () => policies.inForce(),
      publish: (doc: unknown, by: Staff): Promise<Policy> => drafts.publishAtOnce(doc, by),
    },
    drafts,
    whatIf: createWhatIf({ stores, policies, drafts, clock }),

    /** Who leads sees all; others the actions they own. */
    correctiveActions: (
      filter: { owner?: string; cause?: Cause; status?: ActionRow['status'] },
      actor: Staff,
    ): Promise<ActionRow[]> =>
      stores.actions.list(atLeast(actor, 'supervisor') ? filter : { ...filter, owner: actor.id }),

    reports: {
      summary: (from: string, to: string) => reports.summary({ from, to }),
    },

    /** Figures for monitoring; each is a cheap count. */
    async figures() {
      const [open, outboxDepth, startsDepth, lag, stuck, decisions] = await Promise.all([
        stores.cases.openCounts(),
        stores.outbox.depth(),
        stores.starts.depth(),
        reports.promiseLag(),
        stores.watch.countOpen(),
        stores.pendingDecisions.counts(),
      ]);
      return { open, outboxDepth, startsDepth, lag, stuck, decisions };
    },

    /** Cases and corrective actions that do not go on by themselves, the oldest first, and how many there are in all. */
    async stuck(limit: number) {
      const [named, counts] = await Promise.all([stores.watch.openIncidents(limit), stores.watch.countOpen()]);
      return {
        count: Object.values(counts).reduce((sum, each) => sum + each, 0),
        named: named.map(({ subject, kind, since }) => ({ subject, kind, since })),
      };
    },

    prepare: () => files.prepare(clock()),
  };
}
export type Cases = ReturnType<typeof createCases>;
