/**
 * `npm run account`: makes a link by which a member of staff sets the password that they sign in with.
 * @module
 */
import { parseArgs } from 'node:util';
import { loadConfig, loadOrExit } from '../config';
import { giveLink, type GivenLink } from '../cases/access/sign-in-links';
import { isRefused } from '../cases';
import { createStores, openDatabase, type Stores, type User } from '../db';
import { inBoth } from '../domain/basics/words';
import { faultOf } from './fault';
import { COMMAND_LIMITS } from './limits';

const USAGE = `usage: npm run account -- <user id> <sign-in name>   an invitation for somebody who has no password yet
       npm run account -- <user id>                  a link to set a new password
       npm run account -- <user id> --lost-phone     the same, and no code is asked for any more

The link works once: an invitation for a day, the other for an hour. One made before it works no more. User ids and
new users: npm run token.`;

/** How many people are listed at most when the id that was given is unknown. */
const LISTED = 30;

/**
 * Makes the link, and the account of somebody who has none.
 * @param now milliseconds since 1970
 * @throws Error with words for the person at the terminal: who there is, or what is wrong with the name
 */
export async function accountLink(
  stores: Pick<Stores, 'users' | 'accounts' | 'signInLinks'>,
  { publicUrl, now }: { publicUrl: string; now: number },
  { userId, name, lostPhone = false }: { userId: string; name?: string | undefined; lostPhone?: boolean },
): Promise<{ user: User; link: GivenLink }> {
  const active = await stores.users.list({ active: true });
  const user = active.find(({ id }) => id === userId);
  if (!user) {
    const there = active.slice(0, LISTED).map((one) => `${one.id} (${one.name}, ${one.role})`);
    const more = active.length > LISTED ? ` and ${active.length - LISTED} more` : '';
    throw new Error(`there is no active user ${userId}; there are: ${there.join(', ') || 'nobody yet'}${more}`);
  }
  try {
    const wanted = { ...(name !== undefined && { name }), withoutCode: lostPhone };
    return { user, link: await giveLink(stores, { publicUrl }, userId, wanted, now) };
  } catch (error) {
    if (!isRefused(error)) throw error;
    throw new Error(`the sign-in name: ${inBoth(error.details.faults?.[0]?.words ?? error.words)}`, { cause: error });
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'lost-phone': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(USAGE);
  const [userId, name, ...more] = positionals;
  if (userId === undefined || more.length > 0) throw new Error(USAGE);
  const config = loadOrExit(loadConfig);
  const database = openDatabase({ url: config.DATABASE_URL, max: 1, ...COMMAND_LIMITS });
  try {
    const { user, link } = await accountLink(
      createStores(database),
      { publicUrl: config.PUBLIC_URL, now: Date.now() },
      { userId, name, lostPhone: values['lost-phone'] ?? false },
    );
    console.log(`user   ${user.name} (${user.id}, ${user.role})`);
    console.log(`name   ${link.name}`);
    console.log(`link   ${link.url}`);
    console.log(
      `       ${link.purpose === 'invite' ? 'invitation' : 'new password'}, works once, until ${link.expiresAt}`,
    );
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
