import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lastResort } from '../../src/runtime/last-resort';

class FakeProcess extends EventEmitter {
  readonly codes: number[] = [];
  private heard: (code: number) => void = () => undefined;
  readonly exited = new Promise<number>((resolve) => {
    this.heard = resolve;
  });
  exit(code: number): void {
    this.codes.push(code);
    this.heard(code);
  }
}

const setUp = (finish: () => Promise<void>, boundMs = 60_000) => {
  const target = new FakeProcess();
  const logged: object[] = [];
  lastResort({
    log: { fatal: (fields, message) => logged.push({ ...fields, message }) },
    finish,
    boundMs,
    process: target,
  });
  return { target, logged };
};

test.each(['uncaughtException', 'unhandledRejection'] as const)(
  '%s: requests in flight are answered, then the process ends as failed; the log quotes nobody',
  async (event) => {
    let asked: (answer: () => void) => void = () => undefined;
    const heard = new Promise<() => void>((resolve) => {
      asked = resolve;
    });
    const server = createServer((_request, response) => asked(() => response.end('done')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { target, logged } = setUp(() => new Promise((resolve) => server.close(() => resolve())));
    const inFlight = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      headers: { Connection: 'close' },
    });
    const answer = await heard;
    target.emit(event, new TypeError('王小明 13800000000'));
    expect(target.codes).toEqual([]);
    answer();
    expect(await (await inFlight).text()).toBe('done');
    expect(await target.exited).toBe(1);
    expect(logged).toEqual([
      expect.objectContaining({
        kind: 'TypeError',
        at: expect.arrayContaining([expect.stringContaining('last-resort.test')]),
      }),
    ]);
    expect(JSON.stringify(logged)).not.toContain('13800000000');
  },
);

test('it does not wait for ever, and a second fault on the way out changes nothing', async () => {
  const { target, logged } = setUp(() => new Promise(() => undefined), 20);
  target.emit('unhandledRejection', 'a text');
  target.emit('uncaughtException', new Error('and another'));
  expect(await target.exited).toBe(1);
  expect(logged).toEqual([
    { kind: 'string', at: [], message: 'unhandled rejection' },
    expect.objectContaining({ kind: 'Error', message: 'uncaught exception' }),
  ]);
  expect(target.codes).toEqual([1]);
});

test('an end that fails is an end', async () => {
  const { target } = setUp(() => Promise.reject(new Error('no')));
  target.emit('uncaughtException', new Error('first'));
  expect(await target.exited).toBe(1);
});
