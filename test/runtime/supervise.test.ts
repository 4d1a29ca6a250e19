import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/runtime/ports';
import { tcpOpen } from '../../src/runtime/probes';
import { identify, isRunning, processStart, type ProcessIdentity } from '../../src/runtime/processes';
import { RunRecord } from '../../src/runtime/run-record';
import { SupervisedProcess, type ProcessSpec } from '../../src/runtime/supervise';
import { waitUntil } from '../support/processes';

let dir: string;
const said: string[] = [];
const say = (line: string) => void said.push(line);
const started: SupervisedProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'redress-supervise-'));
  said.length = 0;
});
afterEach(async () => {
  for (const part of started.splice(0)) await part.stop();
  rmSync(dir, { recursive: true, force: true });
});

function supervised(code: string, more: Partial<ProcessSpec> = {}, record?: RunRecord): SupervisedProcess {
  const part = new SupervisedProcess(
    {
      name: 'part',
      command: process.execPath,
      args: ['-e', code],
      env: {},
      ready: async () => true,
      ...more,
    },
    { logDir: join(dir, 'logs'), say, record },
  );
  started.push(part);
  return part;
}

const listen = (port: number) => `require('net').createServer().listen(${port}, '127.0.0.1'); console.log('listens')`;
const identity = (part: SupervisedProcess) => identify(part.pid ?? 0) as ProcessIdentity;

test('a killed part is back within three seconds, again and again', async () => {
  const port = await freePort();
  const part = supervised(listen(port), { ready: () => tcpOpen(port) });
  await part.start();
  for (let round = 0; round < 3; round += 1) {
    const before = identity(part);
    process.kill(before.pid, 'SIGKILL');
    await waitUntil(() => !isRunning(before), 'the part is gone');
    const back = async () => part.pid !== undefined && part.pid !== before.pid && (await tcpOpen(port));
    await waitUntil(back, 'the part is back', 3000);
  }
  expect(said).toEqual(Array(3).fill('part ended unexpectedly (killed by SIGKILL); it is started again.'));
  expect(readFileSync(join(dir, 'logs', 'part.log'), 'utf8').match(/part \| listens/g)).toHaveLength(4);
});

test('a part that is stopped stays stopped, after it has finished its work', async () => {
  const port = await freePort();
  const marker = join(dir, 'finished');
  const finish = `process.on('SIGTERM', () => setTimeout(() => { require('fs').writeFileSync(${JSON.stringify(marker)}, ''); process.exit(0) }, 200));`;
  const part = supervised(finish + listen(port), { ready: () => tcpOpen(port) });
  await part.start();
  const before = identity(part);
  await part.stop();
  expect(existsSync(marker)).toBe(true);
  expect(isRunning(before)).toBe(false);
  expect(part.pid).toBeUndefined();
  expect(said).toEqual([]);
});

test('a part that ignores its stop is killed after its grace', async () => {
  const port = await freePort();
  const part = supervised(`process.on('SIGTERM', () => {});${listen(port)}`, {
    ready: () => tcpOpen(port),
    graceMs: 300,
  });
  await part.start();
  const before = identity(part);
  await part.stop();
  expect(isRunning(before)).toBe(false);
  expect(said).toEqual(['part did not stop in time and is killed.']);
});

test('a part that cannot start fails promptly, with its last lines', async () => {
  const part = supervised(`console.error('no such licence'); process.exit(3)`, { ready: async () => false });
  await expect(part.start()).rejects.toThrow(/part stopped 3 times[^]*no such licence/);
});

test('a second start on live data is refused and told who has it', async () => {
  const record = await RunRecord.claim(dir, say);
  await expect(RunRecord.claim(dir, say)).rejects.toThrow(`already runs on ${dir} (pid ${process.pid})`);
  record.release();
  (await RunRecord.claim(dir, say)).release();
});

test('what a killed start left behind is stopped first; a process that merely has the pid now is not', async () => {
  const left = supervised(listen(await freePort()));
  const stranger = supervised(listen(await freePort()), { name: 'stranger' });
  await Promise.all([left.start(), stranger.start()]);
  const [leftover, other] = [identity(left), identity(stranger)];
  const dead = { pid: 2 ** 22 + 1, startedAt: '1' };
  expect(processStart(dead.pid)).toBeUndefined();
  writeFileSync(
    join(dir, 'run.json'),
    JSON.stringify({
      owner: dead,
      children: [
        { ...leftover, name: 'part', stopSignal: 'SIGTERM' },
        { ...other, startedAt: 'another time', name: 'old', stopSignal: 'SIGTERM' },
      ],
    }),
  );
  const record = await RunRecord.claim(dir, say);
  expect(isRunning(leftover)).toBe(false);
  expect(isRunning(other)).toBe(true);
  expect(said.filter((line) => line.startsWith('Stopping'))).toEqual([
    `Stopping part (pid ${leftover.pid}), left by a start that was killed.`,
  ]);
  record.release();
});
