/**
 * Builders and parsers of the ids that leave the program: to Postgres, Temporal, addresses and mails. None carries
 * anything personal.
 * @module
 */
import { z } from 'zod';

/**
 * Whether it may be looked up in a `uuid` column. Postgres answers any other text there with an error instead of no
 * row.
 */
export const isUuid = (text: string): boolean => UUID.safeParse(text).success;
const UUID = z.uuid();

/** Ids that departments give to parts of a policy: calendars, clocks, chains, forms, questions. */
export const SLUG = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Ids of staff, as the users table has them; none that says who else acts in a case. */
export const STAFF_ID = /^(?!(?:customer|system)$)[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

/** A case number in its exact spelling, as `C261126-7KQ4MX`. */
export const CASE_NO = /^C\d{6}-[0-9A-HJKMNP-TV-Z]{6}$/;
/** Base 32 without I, L, O and U, which people misread. */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A case number: `C`, the day, `-` and 6 characters of Crockford's base 32. Whether it is still free is for the caller
 * to find out.
 * @param day `yymmdd` on the house's wall clock
 * @param random six bytes of a CSPRNG
 */
export function caseNumber(day: string, random: Uint8Array): string {
  let tail = '';
  for (let i = 0; i < 6; i++) tail += CROCKFORD.charAt((random[i] ?? 0) & 31);
  return `C${day}-${tail}`;
}

/** Whether it is a case number in its exact spelling. What people typed goes through `readCaseNumber` first. */
export const isCaseNumber = (text: string): boolean => CASE_NO.test(text);

/**
 * A case number as people type and paste it, in its exact spelling. Accepts lower-case and full-width letters, another
 * dash or none, blanks, O for 0, I and L for 1, and a full stop or hidden character at the end. Any other text comes
 * back as it is.
 */
export function readCaseNumber(typed: string): string {
  const plain = typed
    .slice(0, 64)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '');
  const [, day, tail = ''] = /^C(\d{6})([0-9A-Z]{6})$/.exec(plain) ?? [];
  if (day === undefined) return typed;
  return `C${day}-${tail.replaceAll('O', '0').replace(/[IL]/g, '1')}`;
}

/** The id of the workflow that runs a case. */
export const complaintWorkflowId = (caseNo: string): string => `complaint/${caseNo}`;

/** The case that a workflow runs; undefined if it runs none. */
export function caseNoOfWorkflowId(workflowId: string): string | undefined {
  const [kind, caseNo] = workflowId.split('/');
  return kind === 'complaint' && caseNo !== undefined && isCaseNumber(caseNo) ? caseNo : undefined;
}

/**
 * The id of a corrective action: the case that planned it, and a number counted from 1 within that case:
 * `C261122-7KQ4MX-A1`.
 */
export const actionId = (caseNo: string, n: number): string => `${caseNo}-A${n}`;
/** The case in which a corrective action was planned. */
export const caseNoOfAction = (id: string): string => id.replace(/-A\d+$/, '');

/** The id of the workflow that runs a corrective action. */
export const correctiveActionWorkflowId = (id: string): string => `corrective-action/${id}`;

/** The corrective action that a workflow runs; undefined if it runs none. */
export const actionIdOfWorkflowId = (workflowId: string): string | undefined =>
  workflowId.startsWith('corrective-action/') ? workflowId.slice('corrective-action/'.length) : undefined;
