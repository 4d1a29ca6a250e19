/**
 * What managers can filter cases by in Temporal UI, with the type of each. Temporal does not encrypt search attributes,
 * so they are few and coarse, and never a name, a phone number or a customer's words. The desk's lists read Postgres
 * instead.
 *
 * Workflows and `src/temporal` build their typed keys from this table, and the embedded server is started with it.
 */
export const SEARCH_ATTRIBUTES = {
  ComplaintStage: 'KEYWORD',
  ComplaintGrade: 'KEYWORD',
  ComplaintCategory: 'KEYWORD',
  CaseOwner: 'KEYWORD',
  CaseTeam: 'KEYWORD',
  NextDue: 'DATETIME',
  Breached: 'BOOL',
  Round: 'INT',
} as const;

/** One of `SEARCH_ATTRIBUTES`. */
export type SearchAttributeName = keyof typeof SEARCH_ATTRIBUTES;
