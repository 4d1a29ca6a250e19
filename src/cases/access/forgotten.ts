import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOUR } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { Counts, Stores } from '../../db';
import type { Links } from './links';
import type { Sender } from './sessions';
import { tooManyTries } from './sign-in';
import { signInKey } from './sign-in-name';

/** Times a minute that one address may ask. */
const A_MINUTE = 10;
/** Mails an hour to one person. */
const AN_HOUR = 3;
/** How long a link that was mailed works. */
const LIFE_MS = HOUR;
/** Each answer takes at least so long, which hides whether a mail was planned. */
const ANSWER_MS = 400;

/** For whoever has forgotten their password. */
export interface Forgotten {
  /**
   * Plans a mail with a link that sets a new password to whoever has this sign-in name, three an hour at most. Who has
   * no account, has left or has no mail address gets none; the answer, and its time, are the same.
   * @throws Refused `tooMany` after ten tries a minute from one address
   */
  forgotPassword(name: string, from: Sender): Promise<void>;
}

interface Needs {
  stores: Pick<Stores, 'accounts' | 'users' | 'accessMails'>;
  counts: Counts;
  links: Pick<Links, 'hash' | 'passwordToken'>;
  /** Right side of the mail's Message-ID. */
  mailDomain: string;
  /** Left out: `ANSWER_MS`. */
  answerMs?: number | undefined;
  clock: () => number;
}

/** Builds the use case of a forgotten password. */
export function createForgotten({ stores, counts, links, mailDomain, answerMs = ANSWER_MS, clock }: Needs): Forgotten {
  const countFor = counts('forgot', A_MINUTE);

  async function plan(name: string): Promise<void> {
    const account = await stores.accounts.byNameKey(signInKey(name));
    const user = account && (await stores.users.byId(account.userId));
    if (!user?.active || user.email === '') return;
    const now = clock();
    const messageId = `<access.${randomUUID()}@${mailDomain}>`;
    const link = {
      // Derived, not drawn: whoever sends the mail derives the token again, and only its hash is stored.
      tokenHash: links.hash(links.passwordToken(messageId)),
      purpose: account?.passwordHash === undefined ? 'invite' : 'reset',
      userId: user.id,
      createdAt: toInstant(now),
      expiresAt: toInstant(now + LIFE_MS),
    } as const;
    await stores.accessMails.planLink({ link, messageId }, { most: AN_HOUR, since: toInstant(now - HOUR) });
  }

  return {
    async forgotPassword(name, { address }) {
      const ms = await countFor(address);
      if (ms !== undefined) throw tooManyTries(ms);
      await Promise.all([plan(name), sleep(answerMs)]);
    },
  };
}
