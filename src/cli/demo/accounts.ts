import { randomBytes } from 'node:crypto';
import type { Passwords } from '../../cases/access/passwords';
import { signInKey } from '../../cases/access/sign-in-name';
import { violatedConstraint, type Stores, type User } from '../../db';
import { toInstant } from '../../domain/time/duration';

/** An account that was made, with its password, which is kept nowhere. */
export interface DemoAccount {
  user: User;
  name: string;
  password: string;
}

/** Letters and digits that are not taken for each other. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A password of 60 bits that can be typed from the screen: `k7m2-9xqd-4trw`. */
export const newPassword = (): string =>
  Array.from(randomBytes(12), (byte) => LETTERS.charAt(byte & 31))
    .join('')
    .replaceAll(/(.{4})(?=.)/g, '$1-');

/**
 * Gives an account to everybody who works here and has none, under their id as the sign-in name. Admins are left out: the
 * first one signs in by the link of `npm start`, which an account of an admin would end.
 * @param now milliseconds since 1970
 */
export async function demoAccounts(
  { users, accounts }: Pick<Stores, 'users' | 'accounts'>,
  passwords: Passwords,
  now: number,
): Promise<DemoAccount[]> {
  const at = toInstant(now);
  const made: DemoAccount[] = [];
  for (const user of await users.list({ active: true })) {
    if (user.role === 'admin' || (await accounts.byUser(user.id))) continue;
    try {
      await accounts.add({ userId: user.id, name: user.id, nameKey: signInKey(user.id) }, at);
    } catch (error) {
      // Somebody else signs in under this name.
      if (violatedConstraint(error) === 'accounts_name_key') continue;
      throw error;
    }
    const password = newPassword();
    await accounts.setPassword(user.id, await passwords.hash(password), at);
    made.push({ user, name: user.id, password });
  }
  return made;
}
