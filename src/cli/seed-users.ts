/**
 * Creates the logins that `npm start` has generated, a colleague in each of three other departments, so that task forces
 * find somebody, and an auditor, so that there is somebody of every role. None of those without a login may own cases: a
 * case must not wait for a person who cannot log in. Reads `{ agent: { userId, token }, … }` from stdin, so that no token
 * stands in a process list. Idempotent: an entry that is there stays as it is.
 *
 * Prints the link by which the first admin sets a password, as the only line, until an admin can sign in.
 * @module
 */
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { loadConfig, loadOrExit } from '../config';
import { firstAdminLink } from '../cases/access/sign-in-links';
import { faultOf } from './fault';
import { COMMAND_LIMITS } from './limits';
import { createStores, openDatabase, type Stores, type User } from '../db';

const login = z.object({ userId: z.string().min(1).max(40), token: z.string().min(16) });
const loginsSchema = z.object({ agent: login, supervisor: login, manager: login, admin: login });
/** One login for each role. */
export type Logins = z.infer<typeof loginsSchema>;

const NAMES = {
  agent: ['李娜', 'Li Na'],
  supervisor: ['刘建国', 'Liu Jianguo'],
  manager: ['周敏', 'Zhou Min'],
  admin: ['系统管理员', 'System administrator'],
} as const;

const OTHERS = [
  { id: 'u-quality', name: ['孙静', 'Sun Jing'], role: 'colleague', team: 'quality' },
  { id: 'u-logistics', name: ['吴强', 'Wu Qiang'], role: 'colleague', team: 'logistics' },
  { id: 'u-product', name: ['郑洁', 'Zheng Jie'], role: 'colleague', team: 'product' },
  { id: 'u-audit', name: ['韩梅', 'Han Mei'], role: 'auditor', team: 'after-sales' },
] as const;

type Names = readonly [name: string, nameEn: string];

const user = (id: string, [name, nameEn]: Names, role: User['role'], team: string): User => ({
  id,
  name,
  nameEn,
  email: `${id}@redress.localhost`,
  role,
  team,
  language: 'zh-CN',
  active: true,
});

/** Creates the entries and tokens that are missing. Idempotent. */
export async function seedUsers({ users }: Pick<Stores, 'users'>, logins: Logins): Promise<void> {
  for (const role of ['agent', 'supervisor', 'manager', 'admin'] as const) {
    const { userId, token } = logins[role];
    await users.ensure(user(userId, NAMES[role], role, 'after-sales'));
    await users.addToken(userId, token);
  }
  for (const { id, name, role, team } of OTHERS) await users.ensure(user(id, name, role, team));
}

async function main(): Promise<void> {
  const config = loadOrExit(loadConfig);
  const logins = loginsSchema.parse(JSON.parse(await text(process.stdin)));
  const database = openDatabase({ url: config.DATABASE_URL, max: 1, ...COMMAND_LIMITS });
  try {
    const stores = createStores(database);
    await seedUsers(stores, logins);
    const site = { publicUrl: config.PUBLIC_URL, secret: config.LINK_SECRET };
    const link = await firstAdminLink(stores, site, logins.admin.userId, Date.now());
    if (link) process.stdout.write(`${link.url}\n`);
  } finally {
    await database.close();
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(`The users could not be created: ${faultOf(error)}`);
    process.exitCode = 1;
  });
}
