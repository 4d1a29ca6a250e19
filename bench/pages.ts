import { spawn } from 'node:child_process';
import { Agent, get } from 'node:http';
import { openDatabase } from '../src/db';
import { agentId, fill } from './fill';
import { closedLoop } from './load';
import type { Ours } from './ours';
import type { Report } from './report';
import type { System } from './system';

/** Requests of each kind. */
const REQUESTS = 200;
/** Cases whose pages are opened. */
const CASES = 50;

const LISTS: Record<string, string> = {
  'the list': '/desk/cases',
  'open cases by due time': '/desk/cases?open=true',
  'changed last': '/desk/cases?sort=-updated',
  'three filters': '/desk/cases?open=true&stage=resolve&grade=general&channel=phone',
  'a common word': '/desk/cases?q=退款',
  'two words': '/desk/cases?q=退款 冒烟',
  'a word that is nowhere': '/desk/cases?q=麒麟',
  'four digits of a number': '/desk/cases?q=5621',
  'a name': '/desk/cases?q=王小明',
  'decisions that wait': '/desk/waiting',
};

/** Keeps one core busy until it is stopped. */
function busyCore(): () => void {
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  return () => void child.kill('SIGKILL');
}

/**
 * Pages of the desk over many cases, one request after the other, while another program keeps one core busy. The workers
 * are stopped: the cases have no workflows.
 */
export async function pages(
  system: System,
  ours: Ours,
  report: Report,
  count: number,
  progress: (line: string) => void,
): Promise<void> {
  await system.worker.stop();
  await system.bareWorker.stop();
  progress(`${count} cases are written`);
  const database = openDatabase({ url: system.config.DATABASE_URL, max: 1, statementTimeoutMs: 0 });
  try {
    await fill(database.pool, { cases: count, now: Date.now() });
  } finally {
    await database.close();
  }
  const lead = await ours.signIn('u-bench-supervisor');
  const agent = await ours.signIn(agentId(0));
  const connection = new Agent({ keepAlive: true, maxSockets: 1 });
  const base = system.config.PUBLIC_URL;
  const open = (path: string, cookie: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = get(encodeURI(`${base}${path}`), { agent: connection, headers: { cookie } }, (response) => {
        let html = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (html += part));
        response.once('end', () =>
          response.statusCode === 200
            ? resolve(html)
            : reject(new Error(`${path} was answered ${response.statusCode}`)),
        );
      });
      sent.once('error', reject);
    });

  const listed = await open('/desk/cases?open=true', lead);
  const caseNos = [...new Set(listed.match(/C\d{6}-\w{6}/g))].slice(0, CASES);
  const idle = busyCore();
  try {
    const time = async (name: string, most: number, request: (n: number) => Promise<unknown>): Promise<void> => {
      await closedLoop({ concurrency: 1, count: 20 }, async (n) => void (await request(n)));
      const load = await closedLoop({ concurrency: 1, count: REQUESTS }, async (n) => void (await request(n)));
      report.atMost(`${name}: p99 of a page`, load.p99, 'ms', most, `p50 ${load.p50.toFixed(0)} ms`);
    };
    await time('My day of an agent', 200, () => open('/desk', agent));
    for (const [name, path] of Object.entries(LISTS)) await time(name, 200, () => open(path, lead));
    await time('a case', 150, (n) => open(`/desk/cases/${caseNos[n % caseNos.length] ?? ''}`, lead));
  } finally {
    idle();
    connection.destroy();
  }
}
