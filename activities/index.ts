import type { Stores } from '../src/db';
import type { Activities } from './interface';
import { measureEffect, saveAction } from './actions';
import { appendEvents } from './ledger';
import { claimMerge } from './merges';
import { pickOwner, prepareCase } from './people';
import { readPolicy } from './policies';
import type { Senders } from './senders';

/** What the activities work with. */
export interface ActivityDeps {
  stores: Stores;
  /** `mailDomain`: right side of every Message-ID; `sms`: customers may be told by text message. */
  config: { mailDomain: string; sms?: boolean };
  /** How signatures are checked, and whether unsigned decisions are taken. */
  senders: Senders;
}

export type { Activities } from './interface';

/**
 * All side effects of the workflows, on these stores. They throw only for a race, a bug or an outage, and Temporal retries
 * whatever they throw; a refusal is an answer, never an error.
 */
export const createActivities = ({ stores, config, senders }: ActivityDeps): Activities => ({
  appendEvents: appendEvents(stores, config, senders),
  prepareCase: prepareCase(stores),
  pickOwner: pickOwner(stores),
  claimMerge: claimMerge(stores, senders),
  readPolicy: readPolicy(stores),
  saveAction: saveAction(stores),
  measureEffect: measureEffect(stores),
});
