/**
 * `npm run demo`: fills a running installation with complaints at every stage, driven through the API, each decision by
 * somebody who may take it. While they are filed a policy is in force whose minutes are seconds, so that promises break
 * soon; then the house's policy is published again, and complaints filed later run under it.
 * @module
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig, loadOrExit, type Config } from '../config';
import { faultOf } from './fault';
import { COMMAND_LIMITS } from './limits';
import { createStores, openDatabase } from '../db';
import type { Policy } from '../domain/policy/schema';
import { HOUSE_POLICY } from '../domain/policy/house';
import { readJson } from '../runtime/private-file';
import { Passwords } from '../cases/access/passwords';
import { demoAccounts, type DemoAccount } from './demo/accounts';
import { Api, type FiledComplaint } from './demo/api';
import { COMPLAINTS, type DemoComplaint } from './demo/complaints';
import { PATHS } from './demo/paths';
import { DEMO_POLICY, inSeconds } from './demo/policy';

/** Cases driven at once: more would only queue up at the same worker. */
const AT_ONCE = 6;
/** After this the first response of a general complaint, the last of the first responses to fall due, is broken. */
const BROKEN_AFTER_MS = 15_000;

const say = (line: string): void => console.log(line);
const seconds = (since: number): string => `${((Date.now() - since) / 1_000).toFixed(0)} s`;

interface Case {
  complaint: DemoComplaint;
  /** Whether the customer has a mail address. */
  byMail: boolean;
  filed: FiledComplaint;
}

/** A made-up phone number, and for four in five a mail address in a domain reserved for examples (RFC 2606). */
function contact(index: number, run: number): { phone: string; email?: string } {
  const digits = String((run * 100 + index) % 100_000_000).padStart(8, '0');
  const email = `customer-${run.toString(36)}-${index}@${index % 3 === 0 ? 'mail.example' : 'example.com'}`;
  return { phone: `199${digits}`, ...(index % 5 === 4 ? {} : { email }) };
}

async function fileAll(api: Api, run: number): Promise<Case[]> {
  const cases: Case[] = [];
  const agent = api.someone('agent');
  for (const complaint of COMPLAINTS) {
    const { name, channel, language, product, text, wanted } = complaint;
    // Complaints under the same name get the same contact and order number: the second is merged into the first.
    const twin = COMPLAINTS.findIndex((other) => other.name === name);
    const customer = { name, ...contact(twin, run) };
    const body = {
      channel,
      language,
      customer,
      product: { name: product, orderNo: `D${run.toString(36).toUpperCase()}-${twin}` },
      text,
      ...(wanted === undefined ? {} : { wantedRemedy: wanted }),
    };
    const byPhone = channel === 'phone' || channel === 'counter' || channel === 'letter';
    cases.push({
      complaint,
      byMail: customer.email !== undefined,
      filed: await api.file(body, byPhone ? agent : undefined),
    });
  }
  return cases;
}

/**
 * Publishes the demo's policy, does the work, and publishes the house's policy again, also when the work fails. The
 * work should be short: a real complaint filed meanwhile gets promises in seconds, too.
 */
async function withShortPromises<T>(api: Api, work: () => Promise<T>): Promise<T> {
  const manager = api.someone('manager');
  const published = await api.policies(manager);
  // The newest policy that is not the demo's: an interrupted demo may have left its own in force.
  const { version: _version, ...house }: Policy =
    published.find((policy) => policy.name !== DEMO_POLICY) ?? HOUSE_POLICY;
  const demo = await api.publish(inSeconds(house), manager);
  say(`Policy ${demo.version} is in force: "${demo.name}".`);
  try {
    return await work();
  } finally {
    const { version, name } = await api.publish(house, manager);
    say(`Policy ${version} is in force: "${name}", as before.`);
  }
}

/** Drives each case down its path, and says how it went. @returns how many did not get there */
async function drive(api: Api, cases: readonly Case[], began: number): Promise<number> {
  const left = [...cases];
  let failed = 0;
  const other = async (as: string): Promise<string> => {
    const found = cases.find(({ complaint }) => complaint.as === as);
    if (!found) throw new Error(`no complaint of the demo is called ${as}`);
    await api.until(found.filed.caseNo, 'its grade', (seen) => seen.stage !== 'receive');
    return found.filed.caseNo;
  };
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one; one = left.shift()) {
      const { complaint, filed, byMail } = one;
      const { grade, category, language, path, channel } = complaint;
      try {
        await PATHS[path](api, { filed, grade, category, language, byMail, other });
        // The grade as the case has it: one that waits to be graded still has the suggested grade, not the scenario's.
        const now = (await api.look(filed.caseNo)).grade;
        say(`${seconds(began).padStart(5)}  ${filed.caseNo}  ${channel.padEnd(7)} ${now.padEnd(9)} ${path}`);
      } catch (error) {
        failed += 1;
        say(`${seconds(began).padStart(5)}  ${filed.caseNo}  NOT "${path}": ${(error as Error).message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failed;
}

const counted = (words: readonly string[]): string =>
  [...new Set(words)].map((word) => `${word} ${words.filter((other) => other === word).length}`).join(' · ');

async function summary(api: Api, cases: readonly Case[], config: Config): Promise<void> {
  const seen = await Promise.all(cases.map(({ filed }) => api.look(filed.caseNo)));
  const example = (path: DemoComplaint['path']): Case | undefined =>
    cases.find(({ complaint }) => complaint.path === path);
  const [offer, round] = [example('waits for the customer'), example('third round, the manager knows')];
  say('');
  say(`${cases.length} complaints: ${counted(seen.map(({ stage }) => stage))}`);
  say(`${counted(seen.map(({ grade }) => grade))} · broken promises in ${seen.filter((one) => one.breached).length}`);
  say('');
  const lines: [string, string | undefined][] = [
    ['API', `${config.PUBLIC_URL}  (tokens: ${config.DATA_DIR}/credentials.json)`],
    ['API reference', `${config.PUBLIC_URL}/docs`],
    ['Temporal UI', config.TEMPORAL_UI_URL],
    ['  one case', config.TEMPORAL_UI_URL && round && `${workflowUrl(config, round.filed.caseNo)}`],
    ['A customer', offer?.filed.statusUrl],
    ['Mails', mailCatcher(config)],
  ];
  for (const [what, where] of lines) if (where) say(`  ${what.padEnd(15)}${where}`);
}

/** Says who can sign in with which password: this once, since only the hashes are kept. */
function announce(accounts: readonly DemoAccount[], { PUBLIC_URL }: Config): void {
  if (accounts.length === 0) return;
  say(`\n  Sign in at ${PUBLIC_URL}/desk (shown this once; another password: npm run account)`);
  for (const { user, name, password } of accounts) {
    say(`  ${name.padEnd(15)}${password}  ${user.nameEn ?? user.name}, ${user.role}`);
  }
}

/** The page of the mail catcher, which `npm start` starts unless SMTP_URL is set; undefined: there is none. */
function mailCatcher({ DATA_DIR }: Config): string | undefined {
  const addresses = readJson(join(DATA_DIR, 'addresses.json')) as { mail?: string } | undefined;
  return addresses?.mail;
}

const workflowUrl = ({ TEMPORAL_UI_URL, TEMPORAL_NAMESPACE }: Config, caseNo: string): string =>
  `${TEMPORAL_UI_URL}/namespaces/${TEMPORAL_NAMESPACE}/workflows/${encodeURIComponent(`complaint/${caseNo}`)}`;

async function main(): Promise<void> {
  const config = loadOrExit(loadConfig);
  const began = Date.now();
  const database = openDatabase({ url: config.DATABASE_URL, max: 4, ...COMMAND_LIMITS });
  try {
    const stores = createStores(database);
    const api = new Api(config.PUBLIC_URL, stores.users);
    await api.meetStaff();
    const cases = await withShortPromises(api, () => fileAll(api, Math.floor(began / 1_000)));
    say(`${cases.length} complaints are filed (${seconds(began)}). The desk goes to work.\n`);
    const failed = await drive(api, cases, began);
    await sleep(Math.max(0, began + 2 * BROKEN_AFTER_MS - Date.now()));
    await summary(api, cases, config);
    announce(await demoAccounts(stores, new Passwords(), Date.now()), config);
    say(`\nDone in ${seconds(began)}.`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    await database.close();
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    const why = faultOf(error);
    const away = why === 'fetch failed' ? 'the API does not answer; is `npm start` running?' : why;
    console.error(`The demo stopped: ${away}`);
    process.exitCode = 1;
  });
}
