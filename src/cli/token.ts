/**
 * `npm run token`: adds a member of staff, or gives one another bearer token.
 * @module
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadConfig, loadOrExit } from '../config';
import { faultOf } from './fault';
import { COMMAND_LIMITS } from './limits';
import { createStores, openDatabase, type Stores, type User } from '../db';
import { createDepartments } from '../cases/people/departments';
import { PolicyCache } from '../cases/rules/policies';
import { inBoth } from '../domain/basics/words';
import { shortText } from '../domain/basics/free-text';
import { departmentCalled } from '../domain/policy/departments';
import { faultsOf } from '../domain/basics/faults';
import { LANGUAGES, ROLES } from '../domain/basics/types';

const USAGE = `usage: npm run token -- --name <name> --role <${ROLES.join('|')}> [--team after-sales] [--email <address>]
                       [--phone <number>] [--language zh-CN|en] [--takes-cases]
                       [--name-en <in Latin letters, for readers of English>]
       npm run token -- --user <id> [--takes-cases]        another token for somebody who is there

A team is one of the house's departments, by its id or name; any other begins a new one, and is said to do so.
Nobody new is given cases by the system before they are ready: --takes-cases says that they are.

A new user and a bearer token. The token is shown this once; the database keeps only its hash.`;

/** The team of whoever is added without `--team`; known as a team even while nobody is in it. */
const FIRST_TEAM = 'after-sales';

const newUser = z.object({
  name: shortText(80),
  'name-en': shortText(80).optional(),
  role: z.enum(ROLES),
  team: shortText(40).default(FIRST_TEAM),
  email: z.email().max(254).optional(),
  phone: shortText(40).optional(),
  language: z.enum(LANGUAGES).default('zh-CN'),
});

/** A new random bearer token. */
export const newToken = (): string => `rdr_${randomBytes(32).toString('base64url')}`;

/** How many names are listed at most when the one that was given is unknown. */
const LISTED = 30;

const listOf = (names: readonly string[]): string =>
  names.length === 0
    ? 'nobody yet'
    : `${names.slice(0, LISTED).join(', ')}${names.length > LISTED ? ` and ${names.length - LISTED} more` : ''}`;

/**
 * The team's id, by its id or name. An unknown team begins a new one; `notice` then lists those there are, because a
 * slip of the pen would make a department of one person, whom nobody asks and who sees no case.
 */
async function teamCalled(
  team: string,
  { users, policies }: Pick<Stores, 'users' | 'policies'>,
): Promise<{ team: string; notice?: string }> {
  const departments = await createDepartments({ users, policies: new PolicyCache(policies, Date.now) })();
  const found = departmentCalled(team, departments);
  if (found) return { team: found.id };
  if (team === FIRST_TEAM) return { team };
  const there = departments.map(({ id, name }) => (name.zh === id ? id : `${id} (${name.zh})`));
  return { team, notice: `nobody was in team ${team} so far; there are: ${listOf(there)}` };
}

/**
 * Creates a user, or finds one by `wanted.user`, and gives them a new token, of which only the hash is stored.
 * @param wanted the options of the command line, by their names
 * @param takesCases whether the system may give them cases; else a new user gets a cap of 0, and an
 *   old one stays as it is
 * @throws Error with words for the person at the terminal: which option is wrong, and what there is
 */
export async function issueToken(
  stores: Pick<Stores, 'users' | 'policies'>,
  wanted: Record<string, string | undefined>,
  { takesCases = false } = {},
): Promise<{ user: User; token: string; notice?: string }> {
  const { users } = stores;
  const { user: known, ...fields } = wanted;
  let user: User | undefined;
  let notice: string | undefined;
  if (known === undefined) {
    const parsed = newUser.safeParse(fields, { reportInput: true });
    if (!parsed.success) {
      throw new Error(
        faultsOf(parsed.error)
          .map(({ path, words }) => `--${path}: ${inBoth(words)}`)
          .join('\n'),
      );
    }
    const called = await teamCalled(parsed.data.team, stores);
    notice = called.notice;
    const { 'name-en': nameEn, ...person } = parsed.data;
    const { email } = person;
    const same =
      email === undefined
        ? undefined
        : (await users.list()).find((other) => other.email.toLowerCase() === email.toLowerCase());
    if (same) {
      throw new Error(
        `--email: ${same.name} (${same.id}) has this address; another token for them: npm run token -- --user ${same.id}`,
      );
    }
    const id = `u-${randomUUID().slice(0, 8)}`;
    // A cap of 0 only keeps the system from giving them cases: they may still take one, or be given one by hand.
    const cap = takesCases ? {} : { maxOpen: 0 };
    user = {
      id,
      active: true,
      ...cap,
      ...person,
      ...(nameEn !== undefined && { nameEn }),
      team: called.team,
      email: parsed.data.email ?? `${id}@redress.localhost`,
    };
    await users.create(user);
  } else {
    user = await users.byId(known);
    if (!user) {
      const there = (await users.list({ active: true })).map(({ id, name, role }) => `${id} (${name}, ${role})`);
      throw new Error(`--user: there is no user ${known}; there are: ${listOf(there)}`);
    }
    if (takesCases) {
      await users.change([{ id: user.id, change: { maxOpen: null } }]);
      user = (await users.byId(user.id)) ?? user;
    }
  }
  const token = newToken();
  await users.addToken(user.id, token);
  return { user, token, notice };
}

const OPTIONS = { type: 'string' } as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      name: OPTIONS,
      'name-en': OPTIONS,
      role: OPTIONS,
      team: OPTIONS,
      email: OPTIONS,
      phone: OPTIONS,
      language: OPTIONS,
      user: OPTIONS,
      'takes-cases': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { 'takes-cases': takesCases, help, ...wanted } = values;
  if (help) return console.log(USAGE);
  if (values.user === undefined && (values.name === undefined || values.role === undefined)) throw new Error(USAGE);
  const config = loadOrExit(loadConfig);
  const database = openDatabase({ url: config.DATABASE_URL, max: 1, ...COMMAND_LIMITS });
  try {
    const { user, token, notice } = await issueToken(createStores(database), wanted, { takesCases });
    console.log(`user   ${user.id} (${user.role}, ${user.team})`);
    console.log(`token  ${token}`);
    if (notice !== undefined) console.warn(`note   ${notice}`);
    if (user.maxOpen === 0) {
      console.log(
        `cases  none are given to them yet; when they are ready: npm run token -- --user ${user.id} --takes-cases`,
      );
    }
  } finally {
    await database.close();
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(faultOf(error));
    process.exitCode = 1;
  });
}
