import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import { loadConfig, loadOrExit } from '../src/config';
import { openDatabase, run } from '../src/db/database';

const INSERT = {
  name: 'floor',
  text: 'insert into bench_floor (case_no, received_at, body) values ($1::text, $2::timestamptz, $3::jsonb)',
};

/**
 * The floor that acceptance is compared with: a server that does the least that an answer 201 can cost with Express and
 * Postgres. It parses the body, commits one row and gives an answer of the same size, and checks nothing.
 * `/transaction` sends begin, insert and commit, `/statement` the insert alone.
 */
function main(): void {
  const config = loadOrExit(loadConfig);
  const { pool } = openDatabase({ url: config.DATABASE_URL, max: config.DATABASE_POOL });
  const app = express();
  app.use(express.json({ limit: '64kb' }));

  const row = (body: unknown): unknown[] => [randomUUID(), new Date().toISOString(), JSON.stringify(body)];
  const answer = (caseNo: unknown, at: unknown): object => ({
    caseNo,
    accessCode: randomBytes(16).toString('base64url'),
    statusUrl: `${config.PUBLIC_URL}/p/${String(caseNo)}`,
    receivedAt: at,
    answerBy: at,
    resolveBy: at,
  });

  app.post('/transaction', async (request, response) => {
    const values = row(request.body);
    const client = await pool.connect();
    try {
      await client.query('begin');
      await run(client, INSERT, values);
      await client.query('commit');
    } finally {
      client.release();
    }
    response.status(201).json(answer(values[0], values[1]));
  });
  app.post('/statement', async (request, response) => {
    const values = row(request.body);
    await run(pool, INSERT, values);
    response.status(201).json(answer(values[0], values[1]));
  });
  app.get('/readyz', (_request, response) => void response.json({}));
  createServer({ keepAlive: true }, app).listen(config.PORT, config.HOST);
}

if (require.main === module) main();
