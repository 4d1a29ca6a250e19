import { randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadConfig, loadOrExit } from '../config';
import { faultOf } from './fault';
import { createStores, openDatabase, type Stores, type User } from '../db';
import { shortText } from '../domain/basics/free-text';
import { LANGUAGES, ROLES } from '../domain/basics/types';

const USAGE = `usage: npm run token -- --name <name> --role <${ROLES.join('|')}> [--team after-sales] [--email <address>]
                       [--phone <number>] [--language zh-CN|en] [--takes-cases]
       npm run token -- --user <id> [--takes-cases]        another token for somebody who is there

Nobody new is given cases by the system before they are ready: --takes-cases says that they are.

A new user and a bearer token. The token is shown this once; the database keeps only its hash.`;

const newUser = z.object({
  name: shortText(80),
  role: z.enum(ROLES),
  team: shortText(40).default('after-sales'),
  email: z.email().max(254).optional(),
  phone: shortText(40).optional(),
  language: z.enum(LANGUAGES).default('zh-CN'),
});

export const newToken = (): string => `rdr_${randomBytes(32).toString('base64url')}`;

/** @throws Error with words for the person at the terminal */
export async function issueToken(
  { users }: Pick<Stores, 'users'>,
  wanted: Record<string, string | undefined>,
  takesCases = false,
): Promise<{ user: User; token: string }> {
  const { user: known, ...fields } = wanted;
  let user: User | undefined;
  if (known === undefined) {
    const parsed = newUser.safeParse(fields);
    if (!parsed.success) {
      throw new Error(parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'));
    }
    const { email } = parsed.data;
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
    // A cap of none: they may be given a case by hand, and take one themselves.
    const cap = takesCases ? {} : { maxOpen: 0 };
    user = { id, active: true, ...cap, ...parsed.data, email: parsed.data.email ?? `${id}@redress.localhost` };
    await users.create(user);
  } else {
    user = await users.byId(known);
    if (!user) throw new Error(`--user: there is no user ${known}`);
    if (takesCases) {
      await users.change([{ id: user.id, change: { maxOpen: null } }]);
      user = (await users.byId(user.id)) ?? user;
    }
  }
  const token = newToken();
  await users.addToken(user.id, token);
  return { user, token };
}

const OPTIONS = { type: 'string' } as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      name: OPTIONS,
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
  const database = openDatabase({ url: config.DATABASE_URL, max: 1 });
  try {
    const { user, token } = await issueToken(createStores(database), wanted, takesCases);
    console.log(`user   ${user.id} (${user.role}, ${user.team})`);
    console.log(`token  ${token}`);
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
