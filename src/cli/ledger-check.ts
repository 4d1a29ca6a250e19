/**
 * `npm run ledger:check`: compares ledgers, projection and running workflows, and says what differs and what to do
 * about it. Changes nothing.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createTemporalClient } from '../temporal/client';
import { clientConnection } from '../temporal/connection';
import { createEngine, EngineError, type Engine } from '../cases/engine/engine';
import { createOversight, isFailing, type Oversight, type Standing } from '../cases/engine/oversight';
import { loadConfig, loadOrExit } from '../config';
import { faultOf } from './fault';
import { COMMAND_LIMITS } from './limits';
import { createStores, differencesBetween, openDatabase, type Stores } from '../db';
import type { ActionRow } from '../db/records';
import { complaintWorkflowId, correctiveActionWorkflowId } from '../domain/basics/ids';

/** A complaint or corrective action younger than this may still be on its way to its first row. */
const SETTLED_MS = 60_000;
/** A mail that was due so long ago, and that no relay has claimed, is stuck. */
const STUCK_MS = 10 * 60_000;
/** How long a workflow may take to answer. */
const ANSWER_MS = 10_000;
/** Longer than the ten seconds after which Temporal gives the workflow task of a killed worker to another one. */
const LOST_TASK_MS = 15_000;
const AT_ONCE = 8;
/** When so many workflows one after another give no answer, it is the worker that is away, and the rest is skipped. */
const SILENT_IN_A_ROW = 2 * AT_ONCE;

/** The exit codes, for schedulers: nothing differs; something differs; the check failed; not all could be compared. */
const CLEAN = 0;
const DIFFERENT = 1;
const NOT_MADE = 2;
const INCOMPLETE = 3;

/** What is asked of Temporal and of the workflows. Each call throws an EngineError when it gets no answer. */
export interface Workflows {
  /** Where the workflow says the case stands. */
  state: Engine['state'];
  standing: Oversight['standing'];
  whyFailing: Oversight['whyFailing'];
  actionState: Oversight['actionState'];
}

interface Check {
  stores: Stores;
  /** Left out: the comparison with the workflows is skipped, and the check is incomplete. */
  workflows?: Workflows;
  say: (line: string) => void;
  /** Between two looks at something that differs: its write may just be under way. Default 500 ms. */
  settleMs?: number;
  /**
   * How long to wait before subjects that differ are compared again: the ledger may hold the write of a workflow task
   * that was lost, which the next task adopts. Default 15 s.
   */
  lostTaskMs?: number;
  clock?: () => number;
}

/** What the check has found. */
export interface Findings {
  differences: number;
  /** Cases and corrective actions that could not be compared with their workflow. */
  notCompared: number;
  exitCode: number;
}

/** The kinds of difference, and what is to be done about each; printed at the end. */
const REMEDIES = {
  ledger: 'a ledger that does not hold is evidence: keep it, and look at backups and at who can write to Postgres',
  projection: 'npm run rebuild -- <case number> folds the ledger into the lists again',
  missing: 'a worker starts them again within some minutes; at once: npm run rebuild -- --workflows <case number>',
  failing: 'docs/operating.md, "A case is stuck"; the fault stands in Temporal UI and in the log of the worker',
  state: 'docs/operating.md, "Postgres was restored"; if it was not, keep the history: it is a fault to be reported',
  running: 'its workflow has not heard that the case is over: it ends by itself, or is terminated in Temporal UI',
  start: 'a server starts them as soon as Temporal answers; without a noted start: npm run rebuild -- --workflows',
  mail: 'is a worker running, and can it reach SMTP_URL?',
  escalation: 'tell the people concerned, and keep the ledger: it is a fault to be reported',
  action: 'a worker starts it again within some minutes; at once: npm run rebuild -- --workflows',
} as const;
type Kind = keyof typeof REMEDIES;

interface Difference {
  kind: Kind;
  text: string;
}

/**
 * Verifies the hash chain of every case, folds it, and compares the state with the projection and with what the
 * workflow answers; compares corrective actions with their workflows; and asks `auditStore` for what should not be
 * there. Prints each difference, and what is to be done about its kind.
 *
 * A subject that differs from its workflow, or whose workflow gives no answer, is compared again at the end, and again
 * as long as some of them catch up: after a worker was killed, its cases catch up with their ledgers one after another.
 * A workflow that still gives no answer counts as a difference when its tasks fail, and as not compared when it, or its
 * worker, was only too slow.
 * @throws what Postgres throws when it is away
 */
export async function checkLedger(check: Check): Promise<Findings> {
  const { stores, workflows, say, settleMs = 500, lostTaskMs = LOST_TASK_MS, clock = Date.now } = check;
  const counts = { cases: 0, actions: 0, comparedCases: 0, comparedActions: 0, differences: 0 };
  const kinds = new Set<Kind>();
  const differs = (what: string, { kind, text }: Difference): void => {
    counts.differences++;
    kinds.add(kind);
    say(`${what}: ${text}`);
  };

  let asked = workflows;
  let silentInARow = 0;
  const later: Subject[] = [];
  let mayCatchUp = false;
  let leftOut = 0;

  const compare = async (subject: Subject, again: boolean): Promise<void> => {
    const now = asked;
    if (!now) {
      leftOut++;
      return;
    }
    try {
      const off = await subject.compare(now);
      silentInARow = 0;
      if (off === undefined) return;
      if (off.length > 0 && !again) {
        mayCatchUp = true;
        later.push(subject);
        return;
      }
      counts[subject.count]++;
      for (const each of off) differs(subject.id, each);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.kind === 'away' || (error.kind === 'silent' && ++silentInARow >= SILENT_IN_A_ROW)) {
        leftOut++;
        if (asked) say(`skipped  workflows from here on: ${error.message}`);
        asked = undefined;
        return;
      }
      if (error.kind !== 'silent') silentInARow = 0;
      if (!again) {
        later.push(subject);
      } else if (error.kind === 'silent' || (error.kind === 'lost' && (await isOnlySlow(subject, now)))) {
        leftOut++;
        say(`${subject.id}: its workflow gave no answer, twice; it was not compared`);
      } else {
        counts[subject.count]++;
        differs(subject.id, { kind: 'failing', text: `its workflow cannot be asked: ${error.message}` });
      }
    }
  };

  const checkCase = async (caseNo: string): Promise<void> => {
    counts.cases++;
    const found = await stores.ledger.verify(caseNo);
    if (found.differences.length > 0) {
      // `verify` reads one snapshot, so a write between two reads cannot be the cause: the data itself differ.
      for (const text of found.differences) differs(caseNo, { kind: kindOf(text), text });
      return;
    }
    await compare(caseSubject(stores, caseNo, settleMs), false);
  };

  for (let page = await stores.ledger.caseNos(); page.length > 0; page = await stores.ledger.caseNos(page.at(-1))) {
    await inLanes(page, checkCase);
  }
  const open = await stores.actions.list({ open: true });
  counts.actions = open.length;
  await inLanes(open, (row) => compare(actionSubject(stores, row.id, settleMs), false));
  // Cases of a killed worker catch up one after another. While the last wait has let some catch
  // up, the others still may.
  for (let before = Infinity; mayCatchUp && later.length > 0 && later.length < before;) {
    before = later.length;
    silentInARow = 0;
    await sleep(lostTaskMs);
    await inLanes(later.splice(0), (subject) => compare(subject, false));
  }
  silentInARow = 0;
  await inLanes(later, (subject) => compare(subject, true));

  const { audit } = stores;
  const at = clock();
  for (const { caseNo, waiting } of await audit.withoutCase(SETTLED_MS, at)) {
    differs(caseNo, {
      kind: 'start',
      text: `accepted, but no ledger${waiting ? ' yet (its start is noted)' : ', and no start is noted'}`,
    });
  }
  for (const { caseNo, actionId } of await audit.actionsWithoutRow(SETTLED_MS, at)) {
    differs(caseNo, { kind: 'action', text: `corrective action ${actionId} was planned, but nothing runs it` });
  }
  for (const { caseNo, seq, mail, since } of await audit.stuckMails(STUCK_MS, at)) {
    differs(caseNo, {
      kind: 'mail',
      text: `mail ${mail} of event ${seq} is due since ${since}, and no relay takes it`,
    });
  }
  for (const { caseNo, clock: promise, version, to, times } of await audit.doubleEscalations()) {
    differs(caseNo, {
      kind: 'escalation',
      text: `${promise} (deadline ${version}) was escalated to the ${to} ${times} times`,
    });
  }
  for (const { caseNo, clock: promise, version } of await audit.silentBreaches()) {
    differs(caseNo, { kind: 'escalation', text: `${promise} (deadline ${version}) was broken and not escalated` });
  }

  const { differences } = counts;
  const exitCode = differences > 0 ? DIFFERENT : leftOut > 0 || !workflows ? INCOMPLETE : CLEAN;
  if (kinds.size > 0) say('What to do:');
  for (const kind of kinds) say(`  ${kind.padEnd(11)}${REMEDIES[kind]}`);
  const compared = `${counts.comparedCases} of them against their workflow`;
  const actions = counts.actions > 0 ? `, ${counts.comparedActions} of ${counts.actions} corrective action(s)` : '';
  const result = differences === 0 ? 'no difference' : `${differences} difference(s)`;
  const missing = leftOut > 0 ? `; incomplete: ${leftOut} could not be compared` : '';
  say(`${counts.cases} case(s) checked, ${compared}${actions}: ${result}${missing}`);
  return { differences, notCompared: leftOut, exitCode };
}

/** By the sentence of `verify`: those about the projection begin with a table's name or mention the projection. */
const kindOf = (text: string): Kind =>
  /^(cases|case_clocks|redress)\.|projection/.test(text) ? 'projection' : 'ledger';

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** A case or a corrective action, to be compared with its workflow. */
interface Subject {
  id: string;
  workflowId: string;
  count: 'comparedCases' | 'comparedActions';
  /**
   * @returns what differs; undefined when there is nothing to compare, as for an archived case without a workflow
   * @throws EngineError when the workflow gives no answer
   */
  compare(workflows: Workflows): Promise<Difference[] | undefined>;
}

/**
 * Whether a workflow without an answer was only too slow: it runs, and no task of it fails, or they fail by timing out.
 * Then nothing is known about what it would have answered.
 */
async function isOnlySlow({ workflowId }: Subject, workflows: Workflows): Promise<boolean> {
  try {
    const standing = await workflows.standing(workflowId);
    if (standing.is !== 'running') return false;
    const why = await workflows.whyFailing(workflowId, standing.runId);
    return why === undefined || why === 'timeout';
  } catch (error) {
    if (error instanceof EngineError) return true;
    throw error;
  }
}

/**
 * The difference to report when a workflow's tasks fail at every try; undefined when they do not.
 * @throws EngineError `silent` when they fail because they time out: then it is too slow, not faulty
 */
async function failing(workflows: Workflows, workflowId: string, standing: Standing): Promise<Difference | undefined> {
  if (standing.is !== 'running' || !isFailing(standing)) return undefined;
  if ((await workflows.whyFailing(workflowId, standing.runId)) === 'timeout') {
    throw new EngineError('silent', 'its tasks time out');
  }
  return { kind: 'failing', text: `its workflow fails at every try, since ${standing.task?.since}` };
}

/** How often something that is being written is looked at before it counts as differing. */
const LOOKS = 5;

/**
 * Looks until nothing differs, or until it differs at the same `mark` (the sequence or revision) twice: then no write
 * is under way that could explain the difference.
 */
async function settled(
  settleMs: number,
  look: () => Promise<{ mark: number; off: Difference[] } | undefined>,
): Promise<Difference[] | undefined> {
  let off: Difference[] = [];
  let last: number | undefined;
  for (let n = 0; n < LOOKS; n++) {
    if (n > 0) await sleep(settleMs);
    const found = await look();
    if (!found) return undefined;
    off = found.off;
    if (off.length === 0 || found.mark === last) return off;
    last = found.mark;
  }
  return off;
}

const caseSubject = ({ cases }: Stores, caseNo: string, settleMs: number): Subject => ({
  id: caseNo,
  workflowId: complaintWorkflowId(caseNo),
  count: 'comparedCases',
  compare: (workflows) =>
    settled(settleMs, async () => {
      const row = await cases.get(caseNo);
      if (!row) return undefined;
      const mark = row.state.seq;
      const open = row.state.stage !== 'archived';
      const standing = await workflows.standing(complaintWorkflowId(caseNo));
      if (standing.is === 'unknown') {
        if (!open) return undefined;
        return { mark, off: [{ kind: 'missing', text: 'open, but the engine knows no workflow of it' }] };
      }
      const off: Difference[] = [];
      if (open && standing.is === 'ended') off.push({ kind: 'missing', text: 'open, but its workflow has ended' });
      if (!open && standing.is === 'running') {
        off.push({ kind: 'running', text: 'archived, but its workflow is still running' });
      }
      const fails = await failing(workflows, complaintWorkflowId(caseNo), standing);
      if (fails) return { mark, off: [...off, fails] };
      const state = await workflows.state(caseNo, ANSWER_MS);
      for (const text of differencesBetween(row.state, state, 'workflow')) off.push({ kind: 'state', text });
      return { mark, off };
    }),
});

const actionSubject = ({ actions }: Stores, id: ActionRow['id'], settleMs: number): Subject => ({
  id,
  workflowId: correctiveActionWorkflowId(id),
  count: 'comparedActions',
  compare: (workflows) =>
    settled(settleMs, async () => {
      const row = await actions.get(id);
      if (!row || row.status === 'ended') return undefined;
      const mark = row.revision;
      const standing = await workflows.standing(correctiveActionWorkflowId(id));
      if (standing.is !== 'running') {
        const how = standing.is === 'unknown' ? 'the engine knows no workflow of it' : 'its workflow has ended';
        return { mark, off: [{ kind: 'action', text: `open, but ${how}` }] };
      }
      const fails = await failing(workflows, correctiveActionWorkflowId(id), standing);
      if (fails) return { mark, off: [fails] };
      const state = await workflows.actionState(id);
      const off = differencesBetween(row.state, state, 'workflow').map((text) => ({ kind: 'state' as const, text }));
      return { mark, off };
    }),
});

async function main(): Promise<void> {
  const config = loadOrExit(loadConfig);
  const connection = clientConnection(config);
  const client = createTemporalClient(config, connection);
  const engine = createEngine(client, config.TEMPORAL_TASK_QUEUE);
  const oversight = createOversight(client, config.TEMPORAL_TASK_QUEUE);
  const database = openDatabase({ url: config.DATABASE_URL, max: AT_ONCE, ...COMMAND_LIMITS, statementTimeoutMs: 0 });
  const say = (line: string): void => console.log(line);
  try {
    const reachable = await engine.ping(3_000).then(
      () => true,
      () => false,
    );
    if (!reachable) say(`skipped  workflows: Temporal does not answer at ${config.TEMPORAL_ADDRESS}`);
    const { exitCode } = await checkLedger({
      stores: createStores(database),
      workflows: reachable
        ? { ...oversight, state: (caseNo, deadlineMs) => engine.state(caseNo, deadlineMs) }
        : undefined,
      say,
    });
    process.exitCode = exitCode;
  } finally {
    await Promise.all([connection.close(), database.close()]);
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(`The check could not be made: ${faultOf(error)}`);
    process.exitCode = NOT_MADE;
  });
}
