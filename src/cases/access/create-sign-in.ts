import type { Counts, Stores } from '../../db';
import { createForgotten, type Forgotten } from './forgotten';
import type { Links } from './links';
import { createOwnAccount, type OwnAccount } from './own-account';
import { IdentityProvider } from './identity-provider';
import { createPasskeys, type Passkeys } from './passkeys';
import { createPeopleAccess, type PeopleAccess } from './people';
import { Passwords, type HashCost } from './passwords';
import { Sessions } from './sessions';
import { createSigningIn, type SignIn } from './sign-in';
import { createPasswordLinks, type PasswordLinks } from './sign-in-links';
import { createSingleSignOn, type SingleSignOn } from './single-sign-on';
import { Tries } from './tries';

/** Staff in the browser: signing in, their own account, links that set a password, the ways in of others. */
export type SignInAccess = SignIn &
  OwnAccount &
  PasswordLinks &
  PeopleAccess &
  Forgotten & {
    /** Undefined: the house has no identity provider. */
    singleSignOn: SingleSignOn | undefined;
    passkeys: Passkeys;
  };

interface Needs {
  stores: Stores;
  /** Counts tries to sign in, for all servers together. */
  counts: Counts;
  /** Left out: `HASH_COST`. */
  hashCost?: HashCost;
  links: Links;
  /** Right side of a mail's Message-ID. */
  mailDomain: string;
  /** How long an answer about a forgotten password takes at least; left out: 400 ms. */
  forgottenMs?: number;
  /** The identity provider of the house; left out: none. */
  provider?: { issuer: string; clientId: string; clientSecret: string };
  log: { warn(fields: object, message: string): void };
  /** Where staff reach us. */
  publicUrl: string;
  /** The house's name, which an app for codes shows beside the code. */
  issuer: string;
  clock: () => number;
}

/** The page to which the identity provider sends the browser back; the provider has to know it. */
const CALLBACK = '/desk/sso/callback';

/** Builds the use cases of signing in. */
export function createSignIn(needs: Needs): SignInAccess {
  const { stores, counts, hashCost, links, mailDomain, forgottenMs, publicUrl, issuer, provider, log, clock } = needs;
  const parts = {
    stores,
    sessions: new Sessions(stores, clock),
    tries: new Tries(stores.signInFailures, clock),
    passwords: new Passwords(hashCost),
    counts,
    clock,
  };
  return {
    ...createSigningIn(parts),
    ...createOwnAccount({ ...parts, issuer }),
    ...createPeopleAccess(parts),
    ...createForgotten({ stores, counts, links, mailDomain, answerMs: forgottenMs, clock }),
    singleSignOn: provider
      ? createSingleSignOn({
          ...parts,
          provider: new IdentityProvider({ ...provider, redirectUri: `${publicUrl.replace(/\/+$/, '')}${CALLBACK}` }),
          log,
        })
      : undefined,
    passkeys: createPasskeys({ ...parts, publicUrl, issuer, log }),
    ...createPasswordLinks({ ...parts, publicUrl }),
  };
}
