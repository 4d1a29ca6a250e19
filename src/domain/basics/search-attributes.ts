/**
 * What managers can filter by in Temporal UI: few and coarse, and never a name, a phone number or a customer's words
 * (search attributes are not encrypted). Lists of the desk read Postgres, not these.
 *
 * Workflows and src/temporal both build their typed keys from this table.
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

export type SearchAttributeName = keyof typeof SEARCH_ATTRIBUTES;
