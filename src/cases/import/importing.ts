import { buffer } from 'node:stream/consumers';
import type { ContentFiles } from '../../content-files';
import type { ImportRecord, ImportRefusal, Stores } from '../../db';
import { isDatabaseAway, UniqueCaseNo } from '../../db';
import { DAY, HOUR, MINUTE } from '../../domain/basics/milliseconds';
import type { Actor, Words } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import type { Links } from '../access/links';
import { DRAWS } from '../filing/case-no';
import { createRepeating, type Repeating } from '../repeating';
import type { PolicyCache } from '../rules/policies';
import { FileFault, giveWay } from './fault';
import type { OldComplaint } from './mapping';
import { oldCase, type Making } from './old-case';
import { readRows } from './reading';
import { tableOf } from './table';

/**
 * Brings started imports to their end, whatever process dies in between. Its first round removes what a killed process has
 * left of uploads; a round that is stopped ends after the rows that are being written, and any server takes up the rest.
 */
export interface Importing extends Repeating {
  /** One look: works off what was started. For tests, and what `run` repeats. */
  look(): Promise<void>;
}

interface Needs {
  stores: Pick<Stores, 'imports' | 'users'>;
  policies: Pick<PolicyCache, 'inForce'>;
  files: Pick<ContentFiles, 'read' | 'remove' | 'prepare'>;
  /** Reads what a customer said. */
  readComplaint: Making['read'];
  links: Pick<Links, 'accessCode' | 'hash'>;
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
  clock: () => number;
}

/** Between two looks; a start is heard at once by the server that was asked. */
const IDLE_MS = 5_000;
/** Rows and characters that are written at once: few enough that nothing else waits for long. */
const AT_ONCE = { rows: 100, characters: 100_000 };
/** How often something may go wrong with the same rows before the import is given up. */
const TRIES = 3;
/** Another server may have the file on its disk, and gets so much time to take the import up. */
const ELSEWHERE_MS = 10 * MINUTE;
/** How long files are kept. */
export const FILES_KEPT_MS = 30 * DAY;

const FILE_GONE: Words = {
  zh: '找不到上传的文件，请重新上传；已导入的不会重复',
  en: 'the file that was uploaded is not there any more; upload it again, what was imported is not imported twice',
};
const OUR_FAULT: Words = {
  zh: '写入时出错，原因在服务日志里；修好后再开始即可，已导入的不会重复',
  en: 'writing failed, for a reason that stands in the log of the server; start it again when that is mended, nothing is imported twice',
};

/** The whole of a file. */
export async function bytesOf(files: Pick<ContentFiles, 'read'>, sha256: string): Promise<Buffer | undefined> {
  const content = await files.read(sha256);
  return content && buffer(content);
}

/** Builds `Importing`. */
export function createImporting(needs: Needs): Importing {
  const { policies, files, readComplaint, links, log, clock } = needs;
  const { imports, users } = needs.stores;
  const ended = new AbortController();
  let swept = 0;
  const failed = new Map<string, number>();

  async function making(one: ImportRecord & { system: string }): Promise<Making> {
    const [policy, people] = await Promise.all([policies.inForce(), users.list({ active: true })]);
    const by = people.find(({ id }) => id === one.startedBy);
    const actor: Actor = by ? { kind: 'staff', id: by.id, role: by.role, team: by.team } : { kind: 'system' };
    return { of: one, actor, policy, people, read: readComplaint, links, now: toInstant(clock()) };
  }

  /** Writes some rows, under other case numbers if one is taken. @returns false: the file stands elsewhere now */
  async function write(
    id: string,
    span: { from: number; to: number },
    found: readonly OldComplaint[],
    refused: ImportRefusal[],
    make: Making,
  ): Promise<boolean> {
    const known = await imports.knownOf(
      make.of.system,
      found.map(({ number }) => number),
    );
    const fresh = found.filter(({ number }) => !known.has(number));
    for (let draw = 1; ; draw++) {
      const cases = [];
      for (const [n, complaint] of fresh.entries()) {
        cases.push(await oldCase(complaint, make));
        if (n % 4 === 3) await giveWay();
      }
      try {
        return await imports.write({ id, ...span, cases, known: known.size, refused });
      } catch (error) {
        if (!(error instanceof UniqueCaseNo) || draw >= DRAWS) throw error;
      }
    }
  }

  /** Works one import off from where it stands, to its end or until the server stops. */
  async function workOff(one: ImportRecord): Promise<void> {
    const { id, system, mapping } = one;
    if (system === undefined || mapping === undefined) return;
    const bytes = await bytesOf(files, one.sha256);
    if (!bytes) {
      if (clock() - Date.parse(one.startedAt ?? one.createdAt) > ELSEWHERE_MS)
        await imports.end(id, { fault: FILE_GONE }, toInstant(clock()));
      return;
    }
    const make = await making({ ...one, system });
    let [position, characters] = [one.position, 0];
    let found: OldComplaint[] = [];
    let refused: ImportRefusal[] = [];
    const flush = async (to: number): Promise<boolean> => {
      const went = await write(id, { from: position, to }, found, refused, make);
      [position, characters, found, refused] = [to, 0, [], []];
      return went;
    };
    let last = position;
    for await (const { no, cells, read } of readRows(await tableOf(bytes), mapping, one.startedAt ?? one.createdAt)) {
      if (no <= one.position) continue;
      if (found.length + refused.length >= AT_ONCE.rows || characters >= AT_ONCE.characters) {
        if (!(await flush(last)) || ended.signal.aborted) return;
      }
      last = no;
      if ('complaint' in read) {
        found.push(read.complaint);
        characters += cells.reduce((sum, cell) => sum + cell.length, 0);
      } else refused.push({ row: no, faults: read.faults });
    }
    if (last > position && !(await flush(last))) return;
    await imports.end(id, {}, toInstant(clock()));
    failed.delete(id);
    log.info({ import: id }, 'an import has ended');
  }

  async function attempt(one: ImportRecord): Promise<void> {
    try {
      await workOff(one);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      const times = (failed.get(one.id) ?? 0) + 1;
      failed.set(one.id, times);
      const isFile = error instanceof FileFault;
      log.warn({ import: one.id, err: isFile ? error.code : nameOf(error), times }, 'an import went wrong');
      if (!isFile && times < TRIES) return;
      failed.delete(one.id);
      await imports.end(one.id, { fault: isFile ? error.words : OUR_FAULT }, toInstant(clock()));
    }
  }

  /** Removes files that have been kept for long enough. */
  async function sweep(): Promise<void> {
    if (clock() - swept < HOUR) return;
    swept = clock();
    for (const sha256 of await imports.forgetFiles(toInstant(clock() - FILES_KEPT_MS))) await files.remove(sha256);
  }

  async function look(): Promise<void> {
    if ((await imports.running()).length > 0) {
      await imports.alone(async () => {
        for (const one of await imports.running()) {
          if (ended.signal.aborted) return;
          await attempt(one);
        }
      });
    }
    await sweep();
  }

  let isPrepared = false;
  const repeating = createRepeating({
    async round() {
      if (!isPrepared) {
        isPrepared = true;
        await files
          .prepare(clock())
          .catch((error: unknown) => log.warn({ err: nameOf(error) }, 'the folder of imports'));
      }
      await look();
      return false;
    },
    failed: (error) => log.warn({ err: nameOf(error) }, 'imports could not be looked at'),
    pauseMs: () => IDLE_MS,
    ended,
  });
  return { ...repeating, look };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
