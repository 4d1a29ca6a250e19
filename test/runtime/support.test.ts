import { createTransport } from 'nodemailer';
import { Client } from 'pg';
import { createTestDatabase } from '../support/postgres';
import { createSmtpSink, type SmtpAnswer } from '../support/smtp';
import { createDevServer, createTimeSkippingEnv } from '../support/temporal';
import { waitUntil } from '../support/processes';
import { SEARCH_ATTRIBUTES } from '../../src/domain/basics/search-attributes';
import { ensureSearchAttributes, searchAttributeKeys } from '../../src/temporal/search-attributes';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

test('two test databases know nothing of each other', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  await query(one.url, 'create table only_here (id int)');
  const tables = "select tablename from pg_tables where tablename = 'only_here'";
  expect(await query(one.url, tables)).toHaveLength(1);
  expect(await query(other.url, tables)).toHaveLength(0);
  await Promise.all([one.drop(), other.drop()]);
  await expect(query(one.url, 'select 1')).rejects.toThrow('does not exist');
});

test('database text is UTF-8 and compared byte by byte', async () => {
  const database = await createTestDatabase();
  const sql =
    'select pg_encoding_to_char(encoding) as encoding, datcollate from pg_database where datname = current_database()';
  expect(await query(database.url, sql)).toEqual([{ encoding: 'UTF8', datcollate: 'C' }]);
  await database.drop();
});

test.each([
  ['time-skipping', createTimeSkippingEnv],
  ['real', createDevServer],
])(
  'the %s Temporal server knows our search attributes, and registering them again changes nothing',
  async (_, create) => {
    const env = await create();
    try {
      const namespace = env.namespace ?? 'default';
      await Promise.all([1, 2, 3].map(() => ensureSearchAttributes(env.connection, namespace)));
      // Neither server starts a workflow with an attribute it does not know. No worker is needed: the start is the proof.
      const handle = await env.client.workflow.start('complaint', {
        taskQueue: 'nobody',
        workflowId: 'complaint/C261122-ABCDEF',
        typedSearchAttributes: [
          { key: searchAttributeKeys.ComplaintStage, value: 'receive' },
          { key: searchAttributeKeys.ComplaintGrade, value: 'major' },
          { key: searchAttributeKeys.ComplaintCategory, value: 'quality' },
          { key: searchAttributeKeys.CaseOwner, value: 'u1' },
          { key: searchAttributeKeys.CaseTeam, value: 't1' },
          { key: searchAttributeKeys.NextDue, value: new Date() },
          { key: searchAttributeKeys.Breached, value: false },
          { key: searchAttributeKeys.Round, value: 1 },
        ],
      });
      const { typedSearchAttributes } = await handle.describe();
      expect(typedSearchAttributes.getAll()).toHaveLength(Object.keys(SEARCH_ATTRIBUTES).length);
      await handle.terminate();
    } finally {
      await env.teardown();
    }
  },
);

test('the SMTP sink answers as scripted and keeps what it took', async () => {
  const sink = await createSmtpSink();
  const send = (subject: string) => {
    const transport = createTransport({ host: '127.0.0.1', port: sink.port, socketTimeout: 500 });
    return transport
      .sendMail({ from: 'desk@example.com', to: 'customer@example.com', subject, text: '您好' })
      .then(({ response }) => response)
      .catch((error: { responseCode?: number; code?: string }) => error.responseCode ?? 'no answer');
  };
  const answers: SmtpAnswer[] = ['4xx', '5xx', 'hang', 'reset'];
  sink.script(...answers);
  const heard = [];
  for (const subject of [...answers, 'accept']) heard.push(await send(subject));
  expect(heard).toEqual([451, 550, 'no answer', 'no answer', expect.stringMatching(/^250/)]);
  await waitUntil(() => sink.attempts.length === 5, 'all attempts are parsed');
  expect(sink.mails.map(({ subject }) => subject)).toEqual(['hang', 'reset', 'accept']);
  expect(sink.mails[2]).toMatchObject({ from: 'desk@example.com', to: ['customer@example.com'], answer: 'accept' });
  expect(sink.mails[2]?.parsed.text?.trim()).toBe('您好');
  await sink.close();
});
