import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { closedLoop } from './load';
import { BARE_QUEUE, type System } from './system';
import { plain, trivial, updated, writing } from './workflows';

const NEVER = 1_000_000_000;

/** What the engine does without us. */
export class Bare {
  constructor(
    private readonly client: Client,
    private readonly system: System,
  ) {}

  async start(kind = 'trivial'): Promise<void> {
    await this.client.workflow.start(trivial, { taskQueue: BARE_QUEUE, workflowId: `${kind}/${randomUUID()}` });
  }

  /** Workflows that take updates, ready to be asked. */
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

  async plain(id: string): Promise<void> {
    await this.client.workflow.getHandle(id).executeUpdate(plain, { args: [{ id }] });
  }

  async writing(id: string): Promise<void> {
    await this.client.workflow.getHandle(id).executeUpdate(writing, { args: [{ id }] });
  }

  /** From its start to its end: as many updates as a whole case takes decisions. */
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

  /** Rate at which a queue of started workflows gets its first task, once a worker is there. */
  async firstTasks(count: number): Promise<number> {
    const { bareWorker } = this.system;
    await bareWorker.stop();
    await closedLoop({ concurrency: 16, count }, () => this.start('queued'));
    await bareWorker.start();
    return drainRate(count, () => this.ended('queued'));
  }

  /** Rate at which workflows are started and have their first task while a worker is there. */
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

/** How fast a counter climbs from its first step to `count`: what comes before the first step is not the drain. */
export async function drainRate(count: number, counted: () => Promise<number>): Promise<number> {
  let [first, at] = [0, 0];
  while ((first = await counted()) === 0) await sleep(50);
  at = performance.now();
  while ((await counted()) < count) await sleep(50);
  return (count - first) / ((performance.now() - at) / 1_000);
}
