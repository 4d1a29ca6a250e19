import { get, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ours } from './ours';
import type { Report } from './report';
import type { System } from './system';

/** Pages that are open at once. */
const DESKS = 500;
/** How long they are left alone. */
const QUIET_MS = 20_000;
/** Decisions whose way to all pages is timed. */
const DECISIONS = 30;

/** A page that is told of changes in one case. */
interface Desk {
  request: ClientRequest;
  /** Resolves with the next change, to the time in ms since 1970. */
  next(): Promise<number>;
}

/** Opens a page's stream of changes, on a connection of its own as a browser has it. Resolves when it has begun. */
function open(url: string, cookie: string): Promise<Desk> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, headers: { cookie } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`a page was answered ${response.statusCode}`));
      let told: ((at: number) => void) | undefined;
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (text.includes('event: changed')) told?.(Date.now());
        else resolve({ request, next: () => new Promise((done) => (told = done)) });
      });
      response.on('error', () => undefined);
    });
    request.once('error', reject);
  });
}

/**
 * Five hundred pages of the desk that are open at once: what they cost while nothing happens, and how long a decision takes
 * to reach the last of them, from the moment it is sent.
 */
export async function desks(system: System, ours: Ours, report: Report): Promise<void> {
  const [caseNo] = await ours.pool(1);
  if (caseNo === undefined) throw new Error('no case');
  const cookie = await ours.signIn();
  await sleep(5_000);
  const before = system.server.residentMiB;
  const all: Desk[] = [];
  const url = `${system.config.PUBLIC_URL}/desk/changes?of=${caseNo}&at=${caseNo}`;
  for (let n = 0; n < DESKS; n += 20) {
    all.push(...(await Promise.all(Array.from({ length: 20 }, () => open(url, cookie)))));
  }
  await sleep(2_000);
  report.atMost(`memory of ${DESKS} open desks`, system.server.residentMiB - before, 'MiB', 100);
  const [cpu, since] = [system.server.cpuSeconds, Date.now()];
  await sleep(QUIET_MS);
  const share = ((system.server.cpuSeconds - cpu) / ((Date.now() - since) / 1_000)) * 100;
  report.atMost(`CPU of ${DESKS} quiet desks`, share, '% of a core', 5);

  const times: number[] = [];
  for (let n = 0; n < DECISIONS; n++) {
    const heard = all.map((desk) => desk.next());
    const sent = Date.now();
    await ours.noteByApi(caseNo);
    times.push(Math.max(...(await Promise.all(heard))) - sent);
  }
  times.sort((a, b) => a - b);
  report.atMost(`a decision → the last of ${DESKS} desks, the slowest of ${DECISIONS}`, times.at(-1) ?? 0, 'ms', 1_000);
  for (const { request } of all) request.destroy();
}
