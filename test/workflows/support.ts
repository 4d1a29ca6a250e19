import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../../activities/interface';
import { timed } from '../../activities/timed';
import { fingerprint } from '../../src/domain/basics/canonical';
import type { CaseEvent } from '../../src/domain/case/events';
import { fold } from '../../src/domain/case/evolve';
import type { CorrectiveActionState } from '../../src/domain/corrective-action/state';
import type { DecisionMessage } from '../../src/domain/decisions/decide';
import type { DecisionName } from '../../src/domain/decisions/catalogue';
import type { Policy } from '../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { PROCESS_REVISION } from '../../src/domain/case/revision';
import type { ComplaintInput } from '../../src/domain/process/start';
import type { CaseState } from '../../src/domain/case/state';
import type { Actor, Grade } from '../../src/domain/basics/types';
import { complaintWorkflowId, correctiveActionWorkflowId } from '../../src/domain/basics/ids';
import { decisionSignal, decisionUpdate, getCase, type DecisionTaken } from '../../workflows/complaint/messages';
import type { complaint } from '../../workflows/complaint/workflow';
import { waitUntil } from '../support/processes';
import { createTimeSkippingEnv, workflowBundle } from '../support/temporal';
import { ACTORS, text, type ActorName } from '../domain/walk';

/**
 * The workflows' activities in memory. About the ledger they are as strict as Postgres: no gap, and no other content
 * under a sequence that is there. Fields may be set by a test to change what the activities answer.
 */
export class MemoryDesk implements Activities {
  /** Events by case number. */
  readonly ledger = new Map<string, CaseEvent[]>();
  /** Corrective actions by id, as last saved. */
  readonly actions = new Map<string, CorrectiveActionState>();
  /** The case that each merged case went into. */
  readonly merges = new Map<string, string>();
  /** The counts that effect checks find, one after the other; then 0 and 0. */
  effects: { before: number; after: number }[] = [];
  /** The earlier cases that the receipt finds. */
  repeatOf: string[] = [];
  /** The provisional owner; undefined: nobody is there. */
  handler: { id: string; role: string; team: string } | undefined = {
    id: 'u-agent',
    role: 'agent',
    team: 'after-sales',
  };
  /** True: `pickOwner` finds nobody. */
  nobody = false;
  /** Called before each write; one that throws plays a database that is away. */
  beforeWrite: () => void = () => undefined;
  /** Called after each write; one that throws plays a process that dies after its write. */
  afterWrite: () => void = () => undefined;

  appendEvents = async ({ caseNo, events }: { caseNo: string; events: CaseEvent[] }) => {
    this.beforeWrite();
    const rows = this.ledger.get(caseNo) ?? [];
    const after = (events[0]?.seq ?? 1) - 1;
    for (const item of events) {
      const there = rows[item.seq - 1];
      if (there) {
        if (JSON.stringify(there) !== JSON.stringify(item)) return { adopted: rows.slice(after) };
        continue;
      }
      if (item.seq !== rows.length + 1) throw new Error(`gap at ${caseNo} ${item.seq} after ${rows.length}`);
      rows.push(item);
    }
    this.ledger.set(caseNo, rows);
    this.afterWrite();
    return {};
  };

  prepareCase = async () => ({ repeatOf: this.repeatOf, handler: this.handler, revision: PROCESS_REVISION });

  pickOwner: Activities['pickOwner'] = async ({ grade, exclude }) => {
    if (this.nobody) return { taskForce: [] };
    const wanted = grade === 'general' ? ['u-agent', 'u-agent2', 'u-supervisor2'] : ['u-supervisor', 'u-manager'];
    const id = wanted.find((candidate) => !exclude.includes(candidate)) ?? 'u-manager';
    const role = id.startsWith('u-agent') ? 'agent' : id.startsWith('u-supervisor') ? 'supervisor' : 'manager';
    return { owner: { id, role, team: 'after-sales' }, taskForce: grade === 'major' ? ['u-quality'] : [] };
  };

  /** The original activities, for a test that has put slower ones in their place. */
  readonly quick = { pickOwner: this.pickOwner, appendEvents: this.appendEvents };

  claimMerge = async ({ caseNo, into }: Parameters<Activities['claimMerge']>[0]) => {
    if (this.merges.has(into)) {
      return { refusal: { code: 'cycle', words: { zh: '那件已并入别的案件', en: 'that case was merged away' } } };
    }
    this.merges.set(caseNo, into);
    return {};
  };

  policies = new Map<number, Policy>([[HOUSE_POLICY.version, HOUSE_POLICY]]);

  readPolicy = async ({ version }: { version: number }) => ({ policy: this.policies.get(version) });

  saveAction = async ({ state }: { state: CorrectiveActionState }): Promise<void> => {
    const there = this.actions.get(state.id);
    if (!there || there.revision < state.revision) this.actions.set(state.id, state);
  };

  measureEffect = async () => this.effects.shift() ?? { before: 0, after: 0 };

  /** Activities of one workflow that ran at once, a sentence each. There must be none: `Turns` allows one at a time. */
  readonly together: string[] = [];
  private readonly underWay = new Map<string, string>();

  private async watched<T>(name: string, call: () => Promise<T>): Promise<T> {
    const { workflowExecution } = Context.current().info;
    const key = `${workflowExecution?.workflowId}/${workflowExecution?.runId}`;
    const other = this.underWay.get(key);
    if (other) this.together.push(`${name} beside ${other} in ${key}`);
    this.underWay.set(key, name);
    try {
      return await call();
    } finally {
      this.underWay.delete(key);
    }
  }

  /** The activities for a worker. */
  activities(): Activities {
    const names: Record<keyof Activities, true> = {
      appendEvents: true,
      prepareCase: true,
      pickOwner: true,
      claimMerge: true,
      readPolicy: true,
      saveAction: true,
      measureEffect: true,
    };
    // Each call looks the activity up again, because a test may have put another in its place.
    const watched = Object.keys(names).map((name) => [
      name,
      (input: never) =>
        this.watched(name, () => (this[name as keyof Activities] as (input: never) => Promise<unknown>)(input)),
    ]);
    return timed(Object.fromEntries(watched) as Activities);
  }

  events(caseNo: string): CaseEvent[] {
    return this.ledger.get(caseNo) ?? [];
  }

  /** The case folded from its ledger. @throws Error before its receipt */
  state(caseNo: string): CaseState {
    const state = fold(caseNo, this.events(caseNo));
    if (!state) throw new Error(`${caseNo} is empty`);
    return state;
  }

  /** The types of its events, in order. */
  types(caseNo: string): string[] {
    return this.events(caseNo).map((item) => item.type);
  }
}

let counter = 0;
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** A new case number, so that no two cases of a suite meet. */
export function nextCaseNo(): string {
  counter += 1;
  let rest = counter;
  let tail = '';
  for (let i = 0; i < 6; i++) {
    tail = DIGITS.charAt(rest % 32) + tail;
    rest = Math.floor(rest / 32);
  }
  return `C261122-${tail}`;
}

/** A case whose workflow runs on the time-skipping server. */
export class OpenCase {
  constructor(
    readonly caseNo: string,
    readonly handle: WorkflowHandle<typeof complaint>,
    readonly desk: MemoryDesk,
  ) {}

  /** Sends a decision as an update. Rejects when the case refuses it. */
  decide(
    name: DecisionName,
    actor: ActorName | Actor,
    input: Record<string, unknown> = {},
    decisionId: string = randomUUID(),
  ): Promise<DecisionTaken> {
    const who = typeof actor === 'string' ? ACTORS[actor] : actor;
    const message = { decisionId, actor: who as Exclude<Actor, { kind: 'system' }>, input };
    // As the API does it. Temporal answers a repeated update id itself; with the content in the id, another content
    // under the same decision id reaches the workflow.
    const updateId = `${decisionId}:${fingerprint([name, input])}`;
    return this.handle.executeUpdate(decisionUpdate(name), { args: [message], updateId });
  }

  /** Sends a decision as a signal, which has no answer. */
  signal(name: DecisionName, actor: ActorName, input: Record<string, unknown> = {}, decisionId: string = randomUUID()) {
    return this.handle.signal(decisionSignal(name), { decisionId, actor: ACTORS[actor], input });
  }

  /** Waits until the workflow has ended by itself. */
  async completed(): Promise<void> {
    await waitUntil(async () => (await this.handle.describe()).status.name === 'COMPLETED', 'the case has ended');
  }

  /** The case by its ledger. */
  get state(): CaseState {
    return this.desk.state(this.caseNo);
  }

  /** The case as its workflow has it, once that has received it: until then there is nothing to tell. */
  async query(): Promise<CaseState> {
    let state: CaseState | undefined;
    await waitUntil(async () => {
      state = await this.handle.query(getCase).catch((error: unknown) => {
        if (String((error as Error).cause).includes('has not been received yet')) return undefined;
        throw error;
      });
      return state !== undefined;
    }, 'the workflow has received its case');
    return state as CaseState;
  }

  /**
   * Terminates the workflow of a case that is not needed any more. It waits until no workflow task is under way:
   * terminating a workflow during its task would stop the test server's time for ever.
   */
  async end(): Promise<void> {
    await this.rest();
    await this.handle.terminate();
  }

  /**
   * Waits until no workflow task of it is under way. A query alone does not tell: it may be answered beside a task that
   * is kept open for a slow local activity.
   */
  async rest(): Promise<void> {
    await this.query();
    await waitUntil(async () => !(await this.hasTask()), 'no task of the case is under way');
  }

  /** Whether the last event about workflow tasks in its history is no completed task. */
  private async hasTask(): Promise<boolean> {
    const { events } = await this.handle.fetchHistory();
    const last = events?.findLast(
      (item) =>
        item.workflowTaskScheduledEventAttributes ??
        item.workflowTaskCompletedEventAttributes ??
        item.workflowTaskFailedEventAttributes ??
        item.workflowTaskTimedOutEventAttributes,
    );
    return Boolean(last && !last.workflowTaskCompletedEventAttributes);
  }
}

/**
 * Starts a time-skipping server and a worker with activities in memory, for a suite; `close` ends them, and fails when
 * side effects of a workflow ran at once.
 * @param prepare changes the desk before the worker has it
 */
export async function createSuite(prepare: (desk: MemoryDesk) => void = () => undefined) {
  const env = await createTimeSkippingEnv();
  const desk = new MemoryDesk();
  prepare(desk);
  const taskQueue = `suite-${randomUUID()}`;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    namespace: env.namespace,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: desk.activities(),
  });
  const running = worker.run();
  return {
    env,
    desk,
    taskQueue,
    client: env.client,
    open: (grade: Grade, options: Partial<ComplaintInput> = {}) => open(env, desk, taskQueue, grade, options),
    /** Starts a case together with a decision as a signal: both reach the workflow in its first task. */
    openDecided: (options: Partial<ComplaintInput>, name: DecisionName, message: DecisionMessage) =>
      openDecided(env, desk, taskQueue, options, name, message),
    /** Lets `ms` of workflow time pass. */
    sleep: (ms: number) => env.sleep(ms),
    async close() {
      worker.shutdown();
      await running;
      await env.teardown();
      if (desk.together.length > 0) throw new Error(`side effects at once: ${desk.together.join('; ')}`);
    },
  };
}

export type Suite = Awaited<ReturnType<typeof createSuite>>;

/** The input of the complaint workflow. @param grade that is suggested; @param nowMs when the complaint was received */
export function inputFor(grade: Grade, nowMs: number, options: Partial<ComplaintInput> = {}): ComplaintInput {
  return {
    caseNo: nextCaseNo(),
    policy: HOUSE_POLICY,
    received: {
      channel: 'phone',
      language: 'zh-CN',
      customerId: randomUUID(),
      text: text(1),
      receivedAt: new Date(nowMs).toISOString(),
      revision: PROCESS_REVISION,
      suggestion: { grade, category: 'product_quality', rules: grade === 'major' ? ['M1'] : [], engine: 'rules@1' },
    },
    ...options,
  };
}

async function open(
  env: TestWorkflowEnvironment,
  desk: MemoryDesk,
  taskQueue: string,
  grade: Grade,
  options: Partial<ComplaintInput>,
): Promise<OpenCase> {
  const input = inputFor(grade, await env.currentTimeMs(), options);
  const handle = await env.client.workflow.start<typeof complaint>('complaint', {
    workflowId: complaintWorkflowId(input.caseNo),
    taskQueue,
    args: [input],
  });
  return new OpenCase(input.caseNo, handle, desk);
}

async function openDecided(
  env: TestWorkflowEnvironment,
  desk: MemoryDesk,
  taskQueue: string,
  options: Partial<ComplaintInput>,
  name: DecisionName,
  message: DecisionMessage,
): Promise<OpenCase> {
  const input = inputFor('general', await env.currentTimeMs(), options);
  const handle = await env.client.workflow.signalWithStart<typeof complaint, [DecisionMessage]>('complaint', {
    workflowId: complaintWorkflowId(input.caseNo),
    taskQueue,
    args: [input],
    signal: decisionSignal(name),
    signalArgs: [message],
  });
  return new OpenCase(input.caseNo, handle, desk);
}

export const actionHandle = (suite: Suite, actionId: string) =>
  suite.client.workflow.getHandle(correctiveActionWorkflowId(actionId));

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
