import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loadConfig, loadOrExit, type Config } from '../config';
import { createStores, openDatabase } from '../db';
import { HOUSE_POLICY, type Policy } from '../domain/policy';
import { STAGE_WORDS } from '../domain/decisions';
import type { Duration } from '../domain/time';
import type { Stage } from '../domain/types';
import { COMPLAINTS } from './demo/complaints';
import { call, DemoCase, DemoError, post, type Desk } from './demo/desk';
import { STORIES } from './demo/stories';
import { newToken } from './token';

/**
 * `npm run demo`: 40 complaints against the running product, taken to different points of the loop under a policy whose
 * minutes are seconds, so that Temporal UI, mailbox and API are full of life within two minutes.
 */
const CONCURRENCY = 6;

const login = z.object({ userId: z.string(), token: z.string() });
const credentialsSchema = z.object({ agent: login, supervisor: login, manager: login });

/** Somebody besides the four logins, so that second follow-ups and approvals find other people. */
const EXTRA = [
  { id: 'demo-agent', name: '王芳', role: 'agent', team: 'after-sales' },
  { id: 'demo-supervisor', name: '赵磊', role: 'supervisor', team: 'after-sales' },
] as const;

/** Minutes become seconds; hours and days shrink further, so that two minutes show a week. */
const QUICK: Record<Duration['unit'], number> = { seconds: 1, minutes: 1, hours: 5, days: 15 };
const quick = ({ value, unit }: Duration): Duration => ({ value: Math.max(1, value * QUICK[unit]), unit: 'seconds' });

function quickened<T>(part: T): T {
  if (Array.isArray(part)) return part.map(quickened) as T;
  if (part === null || typeof part !== 'object') return part;
  if ('unit' in part && 'value' in part) return quick(part as unknown as Duration) as T;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, quickened(value)])) as T;
}

async function people(config: Config): Promise<Desk['staff']> {
  const path = join(config.DATA_DIR, 'credentials.json');
  const { agent, supervisor, manager } = credentialsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const database = openDatabase({ url: config.DATABASE_URL, max: 1 });
  const extra: Desk['staff'] = [];
  try {
    const { users } = createStores(database);
    for (const person of EXTRA) {
      await users.ensure({ ...person, email: `${person.id}@redress.localhost`, language: 'zh-CN', active: true });
      const token = newToken();
      await users.addToken(person.id, token);
      extra.push({ id: person.id, token });
    }
  } finally {
    await database.close();
  }
  const own = [agent, supervisor].map(({ userId, token }) => ({ id: userId, token }));
  const [agent2, supervisor2] = extra;
  // Agents before supervisors before the manager: each decision is taken as low as it may be.
  return [own[0], agent2, own[1], supervisor2, { id: manager.userId, token: manager.token }].filter(
    (person) => person !== undefined,
  );
}

async function publish(desk: Desk, policy: Policy, name: string): Promise<number> {
  const { version: _version, ...draft } = policy;
  const manager = desk.staff.at(-1);
  const { status, body } = await post(
    `${desk.api}/api/policies`,
    { ...draft, name },
    { Authorization: `Bearer ${manager?.token}` },
  );
  if (status !== 201) throw new DemoError(`publishing the policy answered ${status}: ${JSON.stringify(body)}`);
  return Number((body.policy as { version?: number } | undefined)?.version ?? body.version);
}

/** The policy that real complaints are opened under, to be put back afterwards. */
async function currentPolicy(desk: Desk): Promise<Policy> {
  const { body } = await call(`${desk.api}/api/policies`, {
    headers: { Authorization: `Bearer ${desk.staff.at(-1)?.token}` },
  });
  const [first] = body.items as { policy?: Policy }[] & Policy[];
  return first?.policy ?? first ?? HOUSE_POLICY;
}

async function run(desk: Desk): Promise<void> {
  const house = await currentPolicy(desk);
  const version = await publish(desk, quickened(house), 'demo');
  console.log(`Policy v${version} "demo": minutes are seconds. Filing ${COMPLAINTS.length} complaints.`);
  // The API looks for a new policy every few seconds.
  await new Promise((resolve) => setTimeout(resolve, 5_500));

  const filed = new Map<string, DemoCase>();
  const cases: DemoCase[] = [];
  try {
    for (const complaint of COMPLAINTS) {
      const same = COMPLAINTS.findIndex(
        ({ name, product }) => name === complaint.name && product.name === complaint.product.name,
      );
      const key = String(same);
      const one = await DemoCase.file(desk, complaint, same, async () => filed.get(key)?.caseNo ?? '');
      if (!filed.has(key)) filed.set(key, one);
      cases.push(one);
    }
  } finally {
    // Real complaints after this live under the house's own promises again.
    await publish(desk, house, house.name);
  }

  const waiting = [...cases];
  let failed = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let one = waiting.shift(); one; one = waiting.shift()) {
        try {
          await STORIES[one.complaint.story](one);
          const { stage, grade, owner } = await one.show();
          const words = STAGE_WORDS[stage as Stage];
          console.log(
            `${one.caseNo}  ${grade.padEnd(9)}  ${stage.padEnd(8)} ${words.zh}  ${owner?.name ?? '–'}  (${one.complaint.story})`,
          );
        } catch (error) {
          failed += 1;
          console.error(`${one.caseNo}  ${error instanceof Error ? error.message : 'failed'}`);
        }
      }
    }),
  );
  if (failed > 0) throw new DemoError(`${failed} of ${cases.length} stories did not get to their end`);
}

async function main(): Promise<void> {
  const config = loadOrExit(loadConfig);
  const began = Date.now();
  const desk: Desk = { api: config.PUBLIC_URL, staff: await people(config), quality: 'u-quality' };
  await run(desk);
  console.log(
    `\nDone in ${Math.round((Date.now() - began) / 1_000)} s. Promises go on by themselves: look again in a minute.`,
  );
  console.log(`  Cases         ${desk.api}/api/cases?sort=due  (bearer token of DATA_DIR/credentials.json)`);
  console.log(`  API           ${desk.api}/docs`);
  if (config.TEMPORAL_UI_URL)
    console.log(
      `  Temporal UI   ${config.TEMPORAL_UI_URL}  (filter: ComplaintStage, ComplaintGrade, Breached, NextDue)`,
    );
  console.log(`  Mails         the mail catcher that \`npm start\` names`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof DemoError ? error.message : error);
    process.exitCode = 1;
  });
}
