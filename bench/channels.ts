import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { chats, type ChatsSize } from './chats';
import { complaintBody } from './complaints';
import { httpClient } from './http';
import { closedLoop, summary } from './load';
import type { Ours } from './ours';
import type { Report } from './report';
import type { System } from './system';

export interface ChannelsSize {
  mails: number;
  posts: number;
  notices: number;
  chats: ChatsSize;
}

/** Connections of the mail server that hands in mail. */
const SMTP_CONNECTIONS = 8;
/** One mail of so many cannot be read as it should. */
const POISON_EVERY = 20;
/** Bytes of the files in mails: most have none, one of sixteen is a photo. */
const FILE_BYTES = [0, 0, 0, 0, 20_000, 0, 0, 300_000, 0, 0, 0, 20_000, 0, 0, 0, 3_000_000];
/** Milliseconds between two posts: 200 a second. */
const PACE_MS = 5;
/** Nothing that is measured here takes longer than this. */
const LONGEST_MS = 300_000;

const NOTICE = JSON.stringify({
  type: 'case.graded',
  timestamp: '2026-01-01T00:00:00Z',
  data: { words: 'x'.repeat(400) },
});

/**
 * What comes in and goes out by the product's channels, each alone: mails of mixed size with a twentieth of poison, posts of
 * another system at an even pace, messages to four systems of which one does not answer, and chats. The worker runs all the
 * time.
 */
export async function channels(system: System, ours: Ours, report: Report, size: ChannelsSize): Promise<void> {
  await mailsIn(system, ours, report, size.mails);
  // The workflows and mails of these cases would burden what is measured next.
  await ours.settled();
  await posts(system, ours, report, size.posts);
  await ours.settled();
  await webhooks(system, ours, report, size.notices);
  await chats(system, ours, report, size.chats);
}

/** A mail as it comes by SMTP, from a sender of its own; some have files, and some are broken. */
function mail(n: number): string {
  const { text } = complaintBody() as { text: string };
  const head = [
    `From: =?UTF-8?B?${Buffer.from(`客户${n}`).toString('base64')}?= <sender-${n}@example.com>`,
    'To: redress@localhost',
    `Subject: =?UTF-8?B?${Buffer.from(`投诉 ${n}`).toString('base64')}?=`,
    `Message-ID: <${randomUUID()}@example.com>`,
    `Date: ${new Date().toUTCString()}`,
    'MIME-Version: 1.0',
  ];
  const words = Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n');
  const part = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64', '', words];
  const bytes = FILE_BYTES[n % FILE_BYTES.length] ?? 0;
  const boundary = `b${n}`;
  // Three hundred parts in one another, none of them closed, and a charset that does not exist.
  const depths = Array.from({ length: 300 }, (_, deep) => [
    `Content-Type: multipart/mixed; boundary="${boundary}-${deep}"`,
    '',
    `--${boundary}-${deep}`,
  ]).flat();
  if (n % POISON_EVERY === 0)
    return [...head, ...depths, 'Content-Type: text/plain; charset=x-none', '', words].join('\r\n');
  if (bytes === 0) return [...head, ...part].join('\r\n');
  const file = randomBytes(bytes).toString('base64').replace(/.{76}/g, '$&\r\n');
  return [
    ...head,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    ...part,
    `--${boundary}`,
    'Content-Type: application/octet-stream; name="file.bin"',
    'Content-Disposition: attachment; filename="file.bin"',
    'Content-Transfer-Encoding: base64',
    '',
    file,
    `--${boundary}--`,
  ].join('\r\n');
}

/** From the first mail that is handed in until each of them is accounted for. */
async function mailsIn(system: System, ours: Ours, report: Report, count: number): Promise<void> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: system.mailInPort,
    pool: true,
    maxConnections: SMTP_CONNECTIONS,
    maxMessages: Number.POSITIVE_INFINITY,
    ignoreTLS: true,
  });
  const mails = Array.from({ length: count }, (_, n) => mail(n));
  const cpu = cpuOf(system);
  const { last } = await ours.cameIn(0);
  const before = system.server.residentMiB;
  const began = performance.now();
  let most = before;
  const handedIn = await closedLoop({ concurrency: SMTP_CONNECTIONS, count }, async (n) => {
    const envelope = { from: `sender-${n}@example.com`, to: ['redress@localhost'] };
    await transport.sendMail({ envelope, raw: mails[n] ?? '' });
    most = Math.max(most, n % 50 === 0 ? system.server.residentMiB : 0);
  });
  let seen = await ours.cameIn(last);
  while (seen.open > 0 && performance.now() - began < LONGEST_MS) {
    await sleep(100);
    seen = await ours.cameIn(last);
    most = Math.max(most, system.server.residentMiB);
  }
  const seconds = (performance.now() - began) / 1_000;
  transport.close();
  const outcomes = Object.entries(seen.outcomes);
  const done = outcomes.reduce((sum, [, of]) => sum + of, 0);
  report.rate('mails taken by SMTP, on disk and in the table', handedIn);
  const note = outcomes.map(([outcome, of]) => `${of} ${outcome}`).join(', ');
  report.add({
    figure: 'mails accounted for',
    value: done,
    unit: 'mails',
    target: `= ${count}`,
    met: done === count,
    note,
  });
  const rate = done / seconds;
  report.add({
    figure: 'mails accounted for a second',
    value: rate,
    unit: '/s',
    target: '≥ 50',
    met: rate >= 50,
    note: `ms of CPU each: ${cpuSince(system, cpu, count)}`,
  });
  report.atMost('memory of the server, at most more than before the mails', most - before, 'MiB', 200);
}

/** Complaints that another system posts, signed, at an even pace; each is timed from when it should have left. */
async function posts(system: System, ours: Ours, report: Report, count: number): Promise<void> {
  const { url, secret } = await ours.hook();
  const { last } = await ours.cameIn(0);
  const http = httpClient(64);
  const times: number[] = [];
  const cpu = cpuOf(system);
  const began = performance.now();
  await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const due = began + n * PACE_MS;
      await sleep(Math.max(0, due - performance.now()));
      const body = complaintBody();
      const stamp = String(Math.floor(Date.now() / 1_000));
      const nonce = randomUUID();
      const signature = createHmac('sha256', secret)
        .update(`${stamp}.${nonce}.${JSON.stringify(body)}`)
        .digest('hex');
      const { status, body: said } = await http.post(url, body, {
        'X-Redress-Timestamp': stamp,
        'X-Redress-Nonce': nonce,
        'X-Redress-Signature': `v1=${signature}`,
      });
      if (status !== 202) throw new Error(`a post was answered ${status}: ${said}`);
      times.push(performance.now() - due);
    }),
  );
  http.close();
  const load = summary(times, (performance.now() - began) / 1_000);
  report.rate(
    'posts of another system, kept',
    load,
    `${1_000 / PACE_MS}/s are sent; ms of CPU each: ${cpuSince(system, cpu, count)}`,
  );
  report.atMost('p99 of a post', load.p99, 'ms', 100);
  // Taking them up would burden what is measured next.
  while ((await ours.cameIn(last)).open > 0) await sleep(100);
}

/** CPU of the programs that have to do with what comes in, in seconds so far. */
const cpuOf = ({ server, worker, postgres, temporal }: System): Record<string, number> => ({
  server: server.cpuSeconds,
  worker: worker.cpuSeconds,
  Postgres: postgres.cpuSeconds,
  Temporal: temporal.cpuSeconds,
});
const cpuSince = (system: System, since: Record<string, number>, count: number): string =>
  Object.entries(cpuOf(system))
    .map(([name, seconds]) => `${name} ${(((seconds - (since[name] ?? 0)) / count) * 1_000).toFixed(1)}`)
    .join(', ');

const listening = (port: number, listener: RequestListener): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer(listener).listen(port, '127.0.0.1', () => resolve(server));
  });
const takes: RequestListener = (request, response) => {
  request.resume().once('end', () => response.writeHead(204).end());
};
/** Takes the connection and the message, and says nothing. */
const isDead: RequestListener = (request) => void request.resume();

/** Messages to four systems: first all of them answer, then one of them is dead. */
async function webhooks(system: System, ours: Ours, report: Report, count: number): Promise<void> {
  const each = count / system.receiverPorts.length;
  const rateWith = async (last: RequestListener): Promise<number> => {
    const servers: Server[] = [];
    const ids: string[] = [];
    for (const [index, port] of system.receiverPorts.entries()) {
      const isLast = index === system.receiverPorts.length - 1;
      servers.push(await listening(port, isLast ? last : takes));
      ids.push(await ours.receiver(`http://127.0.0.1:${port}/hook`));
    }
    for (const id of ids) await ours.plan(id, each, NOTICE);
    const began = performance.now();
    const others = ids.slice(0, -1);
    while ((await ours.delivered(others)) < others.length * each) {
      if (performance.now() - began > LONGEST_MS) throw new Error('the messages were not delivered');
      await sleep(50);
    }
    const seconds = (performance.now() - began) / 1_000;
    if (last === takes) while ((await ours.delivered(ids)) < count) await sleep(50);
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    return (others.length * each) / seconds;
  };
  const all = await rateWith(takes);
  const withDead = await rateWith(isDead);
  report.add({ figure: 'messages to three systems, a fourth takes its own', value: all, unit: '/s' });
  const met = withDead >= 200;
  report.add({
    figure: 'messages to three systems, a fourth is dead',
    value: withDead,
    unit: '/s',
    target: '≥ 200',
    met,
  });
  report.atLeast('a dead system beside : all well', withDead / all, 0.9);
}
