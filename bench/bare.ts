import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { closedLoop } from './load';
import { BARE_QUEUE, type System } from './system';
import { plain, trivial, updated, writing } from './workflows';

/** More updates than are ever sent: the workflow never ends by itself. */
const NEVER = 1_000_000_000;

/**
 * Drives the bare workflows of `bench/workflows.ts`: what anybody pays who uses Temporal at all. Our own figures are
 * compared with these.
 */
export class Bare {
  constructor(
    private readonly client: Client,
    private readonly system: System,
  ) {}

  /**
   * Starts a workflow that ends with its first task. @param kind begins its workflow id, so that they can be counted
   */
  async start(kind = 'trivial'): Promise<void> {
    await this.client.workflow.start(trivial, { taskQueue: BARE_QUEUE, workflowId: `${kind}/${randomUUID()}` });
  }

  /** Starts workflows that take updates and waits until each has answered one. @returns their workflow ids */
  async pool(size: number): Promise<string[]> {
    const ids = Array.from({ length: size }, () => `bare/${randomUUID()}`);
    const left = [...ids];
    const open = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        await this.client.workflow.start(updated, { taskQueue: BARE_QUEUE, workflowId: id, args: [NEVER] });
        await this.plain(id);
      }
    };
    await Promise.all(Array.from({ length: 16 }, open));
    return ids;
  }

  /** An update that is answered at once. */
  async plain(id: string): Promise<void> {
    await this.client.workflow.getHandle(id).executeUpdate(plain, { args: [{ id }] });
  }

  /** An update that is answered after a local activity has written one row. */
  async writing(id: string): Promise<void> {
    await this.client.workflow.getHandle(id).executeUpdate(writing, { args: [{ id }] });
  }

  /** One workflow from its start to its end, with so many updates. */
  async whole(updates: number, kind: 'plain' | 'writing'): Promise<void> {
    const id = `bare/${randomUUID()}`;
    const handle = await this.client.workflow.start(updated, {
      taskQueue: BARE_QUEUE,
      workflowId: id,
      args: [updates],
    });
    for (let n = 0; n < updates; n++) await (kind === 'plain' ? this.plain(id) : this.writing(id));
    await handle.result();
  }

  /** First tasks a second: starts `count` workflows while no worker is there, then starts the worker. */
  async firstTasks(count: number): Promise<number> {
    const { bareWorker } = this.system;
    await bareWorker.stop();
    await closedLoop({ concurrency: 16, count }, () => this.start('queued'));
    await bareWorker.start();
    return drainRate(count, () => this.ended('queued'));
  }

  /** Starts with their first tasks a second, while a worker is there. */
  async startsAndFirstTasks(count: number): Promise<number> {
    const starting = closedLoop({ concurrency: 32, count }, () => this.start('both'));
    const rate = await drainRate(count, () => this.ended('both'));
    await starting;
    return rate;
  }

  private async ended(kind: string): Promise<number> {
    const query = `WorkflowId STARTS_WITH '${kind}/' and ExecutionStatus = 'Completed'`;
    return (await this.client.workflow.count(query)).count;
  }
}

/**
 * Waits until a counter reaches `count`, and gives its rate a second, measured from its first step: the time before
 * that is the worker's start.
 */
export async function drainRate(count: number, counted: () => Promise<number>): Promise<number> {
  let [first, at] = [0, 0];
  while ((first = await counted()) === 0) await sleep(50);
  at = performance.now();
  while ((await counted()) < count) await sleep(50);
  return (count - first) / ((performance.now() - at) / 1_000);
}
