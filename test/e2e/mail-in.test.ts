import { createHash } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Client } from 'pg';
import { createDovecot, type Dovecot } from '../support/dovecot';
import { waitUntil } from '../support/processes';
import { PATIENCE_MS, Stack } from './stack';

/**
 * Mails of a real mailbox, and a server that is killed at every point between the mailbox and the end of a mail: each
 * becomes one case with its file, once. The server is held at a point by a proxy in front of the mailbox, or by a trigger
 * in Postgres that waits for a lock of ours, so that it is killed exactly there.
 */
let stack: Stack;
let dovecot: Dovecot;
let proxy: HoldingProxy;
let holder: Client;

/** Passes everything on until it is told where to stop. */
interface HoldingProxy {
  port: number;
  /** From the next command that matches on nothing goes to the server; resolves once that command has come. */
  holdCommand(pattern: RegExp): Promise<void>;
  /** Lets the answer to the next command that matches through in part; resolves once that part is through. */
  holdAnswer(pattern: RegExp, bytes: number): Promise<void>;
  close(): void;
}

async function createHoldingProxy(to: number): Promise<HoldingProxy> {
  const sockets = new Set<Socket>();
  let held: { pattern: RegExp; bytes: number; reached: () => void } | undefined;
  const server: Server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1');
    // Bytes of the answer that may still pass; undefined: all.
    let left: number | undefined;
    let reached = (): void => undefined;
    client.on('data', (data) => {
      if (held?.pattern.test(data.toString('latin1'))) {
        ({ bytes: left, reached } = held);
        held = undefined;
        if (left === 0) return reached();
      }
      if (left !== 0) upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (left === undefined) return void client.write(data);
      client.write(data.subarray(0, left));
      left = Math.max(0, left - data.length);
      if (left === 0) reached();
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        other.destroy();
        sockets.delete(socket);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hold = (pattern: RegExp, bytes: number) =>
    new Promise<void>((resolve) => (held = { pattern, bytes, reached: resolve }));
  return {
    port: (server.address() as AddressInfo).port,
    holdCommand: (pattern) => hold(pattern, 0),
    holdAnswer: hold,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The lock for which the triggers wait. */
const LOCK = 424_242;

/** Holds whoever does this to a table. @returns lets them go on, and the trigger be gone */
async function holdAt(table: string, when: string): Promise<{ reached: Promise<void>; letGo: () => Promise<void> }> {
  await holder.query(`select pg_advisory_lock(${LOCK})`);
  await holder.query(`create or replace trigger held before ${when} execute function wait_for_test()`);
  const waiting = async (): Promise<boolean> =>
    (
      await stack.sql(
        `select 1 from pg_locks where locktype = 'advisory' and objid = ${LOCK} and pid <> pg_backend_pid() and not granted`,
      )
    ).length > 0;
  return {
    reached: waitUntil(waiting, `the server stands at ${table}`, PATIENCE_MS),
    async letGo() {
      await holder.query(`select pg_advisory_unlock(${LOCK})`);
      await holder.query(`drop trigger held on ${table}`);
    },
  };
}

beforeAll(async () => {
  dovecot = await createDovecot();
  proxy = await createHoldingProxy(dovecot.port);
  const url = new URL(dovecot.url('help'));
  url.port = String(proxy.port);
  stack = await Stack.start({ MAIL_IN_IMAP: url.href, MAIL_IN_DNS: 'off' });
  holder = new Client({ connectionString: stack.addresses.database });
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query(
    `create function wait_for_test() returns trigger language plpgsql as
     $$ begin perform pg_advisory_xact_lock(${LOCK}); return new; end $$`,
  );
  await waitUntil(
    async () => (await stack.sql('select 1 from inbound_places')).length === 1,
    'the mailbox is connected',
    PATIENCE_MS,
    () => stack.output,
  );
});
afterAll(async () => {
  await holder?.end();
  await stack?.close();
  proxy?.close();
  await dovecot?.close();
});

const content = (n: number): Buffer => Buffer.from(`文件 ${n}\n`.repeat(2_000));
const mail = (n: number): Buffer =>
  Buffer.from(
    [
      `From: customer-${n}@example.com`,
      'To: help@example.com',
      `Subject: complaint ${n}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      `第 ${n} 件：包装盒有点脏，希望说明一下。`,
      '--b',
      `Content-Type: text/plain; name="file-${n}.txt"`,
      `Content-Disposition: attachment; filename="file-${n}.txt"`,
      'Content-Transfer-Encoding: base64',
      '',
      content(n).toString('base64'),
      '--b--',
      '',
    ].join('\r\n'),
  );

interface Taken {
  outcome: string | null;
  case_no: string | null;
}
const rows = () => stack.sql<Taken>('select outcome, case_no from inbound_messages order by id');

type Hold = () => Promise<{ reached: Promise<void>; letGo?: () => Promise<void> }>;
const POINTS: [string, Hold][] = [
  ['it asks for new mails', () => Promise.resolve({ reached: proxy.holdCommand(/UID SEARCH/u) })],
  ['half of a mail has come', () => Promise.resolve({ reached: proxy.holdAnswer(/BODY\.PEEK\[\]/u, 20_000) })],
  ['its bytes are kept, its row is not', () => holdAt('inbound_messages', 'insert on inbound_messages for each row')],
  [
    'its row is kept, its place is not',
    () => holdAt('inbound_places', 'insert or update on inbound_places for each row'),
  ],
  [
    'it is taken up',
    () => holdAt('inbound_messages', 'update on inbound_messages for each row when (new.attempts > old.attempts)'),
  ],
  ['its case is not written', () => holdAt('complaints', 'insert on complaints for each row')],
  ['its case is written, its file is not', () => holdAt('evidence', 'insert on evidence for each row')],
  [
    'all is done, and its end is not written',
    () =>
      holdAt(
        'inbound_messages',
        'update on inbound_messages for each row when (new.outcome is not null and old.outcome is null)',
      ),
  ],
];

test('a server that is killed at eight points between mailbox and case: nothing is lost, nothing is twice', async () => {
  for (const [index, [what, hold]] of POINTS.entries()) {
    const { reached, letGo } = await hold();
    await dovecot.deliver('help', [mail(index)]);
    await reached;
    await stack.kill('server');
    await letGo?.();
    // What was taken up is another's for three minutes; whoever did it is dead.
    await stack.sql('update inbound_messages set next_attempt_at = $1 where outcome is null', [new Date()]);
    await waitUntil(
      async () => {
        const taken = await rows();
        return taken.length === index + 1 && taken.every(({ outcome }) => outcome === 'filed');
      },
      `killed when ${what}: the mail has its case`,
      PATIENCE_MS,
      () => stack.output,
    );
  }

  await stack.ready('server');
  const cases = await stack.sql<{ case_no: string }>('select case_no from complaints');
  const taken = await rows();
  expect(new Set(cases.map(({ case_no }) => case_no))).toEqual(new Set(taken.map(({ case_no }) => case_no)));
  expect(cases).toHaveLength(taken.length);
  for (const [n, { case_no: caseNo }] of taken.entries()) {
    const { text, evidence } = await stack.show(caseNo ?? '');
    expect(text).toContain(`第 ${n} 件`);
    expect(evidence.map(({ sha256 }) => sha256)).toEqual([createHash('sha256').update(content(n)).digest('hex')]);
  }
  await stack.mailsSent();
  const receipts = stack.smtp.mails.filter(({ to }) => to.some((one) => one.startsWith('customer-')));
  expect(receipts).toHaveLength(POINTS.length);
  // Monitoring sees when the mailbox was last looked through, by its number: its name is an address.
  const [last] = await stack.sql<{ at: number }>(
    'select extract(epoch from max(arrived_at))::float8 as at from inbound_messages',
  );
  await waitUntil(
    async () => {
      const metrics = await (await fetch(`${stack.addresses.api}/metrics`)).text();
      const [, at = '0'] =
        /^redress_mailbox_looked_at_seconds\{mailbox="1",service="server"\} (\S+)/mu.exec(metrics) ?? [];
      return Number(at) >= Math.floor(last?.at ?? Number.POSITIVE_INFINITY);
    },
    'the server that was started last has looked through the mailbox, and says so',
    PATIENCE_MS,
    () => stack.output,
  );
});
