import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writePrivateJson } from './private-file';
import { identify, isRunning, stopProcess } from './processes';

const identity = z.object({ pid: z.number(), startedAt: z.string() });
const recordSchema = z.object({
  owner: identity,
  children: z.array(identity.extend({ name: z.string(), stopSignal: z.string() })),
});
type Child = z.infer<typeof recordSchema>['children'][number];

const LEFTOVER_GRACE_MS = 5000;

/** What to throw for a fault of the file: with this code another start was quicker; every other fault is itself. */
function overtaken(error: unknown, code: 'ENOENT' | 'EEXIST', dataDir: string): Error {
  const fault = error as NodeJS.ErrnoException;
  return fault.code === code ? new Error(`Another start has just taken ${dataDir}.`, { cause: error }) : fault;
}

/**
 * The file `run.json` in DATA_DIR: which supervisor runs on this data, and its child processes. It keeps a second start
 * away from data in use, and lets a start after `kill -9` stop the processes that the killed one left behind.
 */
export class RunRecord {
  private children: Child[] = [];

  private constructor(
    private readonly path: string,
    private readonly owner: z.infer<typeof identity>,
  ) {}

  /**
   * Takes the data directory for this process. When the last supervisor was killed, its children are stopped first.
   * @throws Error when another supervisor runs on it, or takes it at the same moment
   */
  static async claim(dataDir: string, say: (line: string) => void): Promise<RunRecord> {
    const path = join(dataDir, 'run.json');
    const owner = identify(process.pid);
    if (!owner) throw new Error('This process cannot be identified');
    mkdirSync(dataDir, { recursive: true });

    const former = recordSchema.safeParse(readJson(path)).data;
    if (former && isRunning(former.owner)) {
      throw new Error(
        `Redress already runs on ${dataDir} (pid ${former.owner.pid}). Stop it first, or set DATA_DIR to another folder.`,
      );
    }
    if (former) {
      // Of two starts at once only one succeeds in renaming the old record; the other fails here.
      const taken = `${path}.${process.pid}.old`;
      try {
        renameSync(path, taken);
      } catch (error) {
        throw overtaken(error, 'ENOENT', dataDir);
      }
      // The last started first: programs before the servers they need.
      for (const child of former.children.toReversed()) {
        if (isRunning(child)) say(`Stopping ${child.name} (pid ${child.pid}), left by a start that was killed.`);
        await stopProcess(child, child.stopSignal as NodeJS.Signals, LEFTOVER_GRACE_MS);
      }
      rmSync(taken);
    }

    const record = new RunRecord(path, owner);
    try {
      writeFileSync(path, JSON.stringify({ owner, children: [] }), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      throw overtaken(error, 'EEXIST', dataDir);
    }
    return record;
  }

  /** Notes that the child of this name now runs under this pid. */
  child(name: string, pid: number, stopSignal: NodeJS.Signals): void {
    const who = identify(pid);
    this.children = this.children.filter((child) => child.name !== name);
    if (who) this.children.push({ ...who, name, stopSignal });
    this.write();
  }

  /** Notes that the child has stopped for good. */
  gone(name: string): void {
    this.children = this.children.filter((child) => child.name !== name);
    this.write();
  }

  /** Gives the data directory back: all children have stopped. */
  release(): void {
    rmSync(this.path, { force: true });
  }

  private write(): void {
    writePrivateJson(this.path, { owner: this.owner, children: this.children });
  }
}
