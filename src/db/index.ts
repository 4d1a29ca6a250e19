import type { Database } from './database';
import { actionStore } from './stores/actions';
import { caseStore } from './stores/cases';
import { complaintStore } from './stores/complaints';
import { evidenceStore } from './stores/evidence';
import { ledgerStore } from './stores/ledger';
import { linkStore } from './stores/links';
import { mergeStore } from './stores/merges';
import { outboxStore } from './stores/outbox';
import { policyStore } from './stores/policies';
import { startStore } from './stores/starts';
import { textStore } from './stores/texts';
import { userStore } from './stores/users';

export { openDatabase, type Database, type DatabaseOptions } from './database';
export * from './errors';
export * from './records';
export { ensureHouse } from './stores/policies';
export { hashToken } from './stores/users';
export { differencesBetween } from './stores/ledger';
export type { MergeRefusal } from './stores/merges';

export function createStores(database: Database) {
  return {
    complaints: complaintStore(database),
    starts: startStore(database),
    texts: textStore(database),
    ledger: ledgerStore(database),
    cases: caseStore(database),
    users: userStore(database),
    policies: policyStore(database),
    evidence: evidenceStore(database),
    outbox: outboxStore(database),
    links: linkStore(database),
    actions: actionStore(database),
    merges: mergeStore(database),
  };
}

export type Stores = ReturnType<typeof createStores>;
