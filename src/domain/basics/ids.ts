import { z } from 'zod';

/** Builders and parsers of every id that crosses a border. None carries anything personal. */

/** Ids that the database keeps as `uuid`: any other text in their place would be an error there. */
export const isUuid = (text: string): boolean => UUID.safeParse(text).success;
const UUID = z.uuid();

/** How departments name calendars, clocks, chains, forms and questions. */
export const SLUG = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Staff ids as the users table gives them out. */
export const STAFF_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

export const CASE_NO = /^C\d{6}-[0-9A-HJKMNP-TV-Z]{6}$/;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A case number: `C` + yymmdd (of the place the desk works in) + `-` + 6 Crockford base-32 characters.
 * @param day `yymmdd`
 * @param random six bytes of a CSPRNG
 */
export function caseNumber(day: string, random: Uint8Array): string {
  let tail = '';
  for (let i = 0; i < 6; i++) tail += CROCKFORD.charAt((random[i] ?? 0) & 31);
  return `C${day}-${tail}`;
}

export const isCaseNumber = (text: string): boolean => CASE_NO.test(text);

/**
 * A case number as people type and paste it: small or full-width letters, another dash, none, or blanks; O, I and L for 0
 * and 1; a full stop or a hidden character behind it. What is none comes back as it is.
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

export const complaintWorkflowId = (caseNo: string): string => `complaint/${caseNo}`;

export function caseNoOfWorkflowId(workflowId: string): string | undefined {
  const [kind, caseNo] = workflowId.split('/');
  return kind === 'complaint' && caseNo !== undefined && isCaseNumber(caseNo) ? caseNo : undefined;
}

/** Corrective actions are numbered inside the case that planned them: `C261122-7KQ4MX-A1`. */
export const actionId = (caseNo: string, n: number): string => `${caseNo}-A${n}`;
/** The case in which an action was planned. */
export const caseNoOfAction = (id: string): string => id.replace(/-A\d+$/, '');

export const correctiveActionWorkflowId = (id: string): string => `corrective-action/${id}`;

export const actionIdOfWorkflowId = (workflowId: string): string | undefined =>
  workflowId.startsWith('corrective-action/') ? workflowId.slice('corrective-action/'.length) : undefined;
