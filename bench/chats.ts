import { randomBytes } from 'node:crypto';
import { get, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { summary } from './load';
import type { Ours } from './ours';
import type { Report } from './report';
import type { System } from './system';

/** Agents whose desk is open. */
const AGENTS = 20;
/** Milliseconds between two messages: twenty a second, one from each of three hundred customers in fifteen seconds. */
const PACE_MS = 50;
/** No message takes longer than this. */
const LONGEST_MS = 30_000;

export interface ChatsSize {
  /** Chats that are open at once. */
  open: number;
  /** Messages of their customers that are timed. */
  messages: number;
}

/** The key of a chat, or the id of a message, as pages make them. */
const newKey = (): string => randomBytes(16).toString('base64url');

/** Opens a page's stream on a connection of its own, as a browser has it; resolves when it has begun. */
function listen(url: string, headers: Record<string, string>, told: (text: string) => void): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, headers }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`a page was answered ${response.statusCode}`));
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        resolve(request);
        told(text);
      });
      response.on('error', () => undefined);
    });
    request.once('error', reject);
  });
}

/**
 * Chats that are open at once, each with its customer's page and taken by an agent: how long a message takes to the desk,
 * from when the customer should have sent it until the agent's page has it in its answer.
 */
export async function chats(system: System, ours: Ours, report: Report, size: ChatsSize): Promise<void> {
  const base = system.config.PUBLIC_URL;
  const cookie = await ours.signIn();
  const form = async (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) => {
    const answer = await fetch(base + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams(fields),
    });
    if (answer.status !== 303) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
  };
  const desk = async (path: string): Promise<string> => {
    const answer = await fetch(base + path, { headers: { cookie } });
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
    return answer.text();
  };

  const streams: ClientRequest[] = [];
  const open: { id: string; key: string }[] = [];
  for (let n = 0; n < size.open; n++) {
    const key = newKey();
    await form('/chat', { chat: key, id: newKey(), do: 'person' });
    streams.push(await listen(`${base}/chat/changes?chat=${key}`, {}, () => undefined));
    open.push({ id: await ours.newestChat(), key });
  }
  const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(await desk(`/desk/chats/${open[0]?.id}`)) ?? [];
  for (const { id } of open) await form(`/desk/chats/${id}/take`, { csrf }, { cookie });

  /** Of each chat: what its agent's page is told. */
  const changed = new Map<string, () => void>();
  for (let n = 0; n < AGENTS; n++) {
    const told = (text: string): void => {
      for (const [, id = ''] of text.matchAll(/event: changed\ndata: (\S+)/g)) changed.get(id)?.();
    };
    // Each is told of all chats; the page of the first one asks for what is new.
    streams.push(await listen(`${base}/desk/changes?also=chats`, { cookie }, n === 0 ? told : () => undefined));
  }
  await sleep(2_000);

  const times: number[] = [];
  const began = performance.now();
  const one = async (n: number): Promise<void> => {
    const { id, key } = open[n % open.length] ?? { id: '', key: '' };
    const due = began + n * PACE_MS;
    await sleep(Math.max(0, due - performance.now()));
    const words = `bench-${n}-${newKey()}`;
    let tell: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => (tell = resolve));
    changed.set(id, tell);
    await form('/chat', { chat: key, id: newKey(), text: words });
    const late = sleep(LONGEST_MS, undefined, { ref: false }).then(() => {
      throw new Error('a message did not reach the desk');
    });
    await Promise.race([heard, late]);
    if (!(await desk(`/desk/chats/${id}`)).includes(words)) throw new Error('the page has no such message');
    times.push(performance.now() - due);
  };
  await Promise.all(Array.from({ length: size.messages }, (_, n) => one(n)));
  const { p50, p99 } = summary(times, (performance.now() - began) / 1_000);
  report.atMost(
    `a message → the agent's desk, p99, ${size.open} open chats`,
    p99,
    'ms',
    500,
    `p50 ${p50.toFixed(0)} ms`,
  );
  for (const stream of streams) stream.destroy();
}
