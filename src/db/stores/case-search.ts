import { or, sql, type Column, type SQL } from 'drizzle-orm';
import { phoneKey, withoutInvisible } from '../../contact';
import type { Database } from '../database';
import { cases, complaints, texts } from '../schema';
import { identifierKey } from '../schema/columns';

/**
 * Anywhere in the column. Upper and lower case are equal; a text without them, as Chinese, is spared
 * `ilike`, ten times dearer.
 */
export function contains(column: unknown, text: string): SQL {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const hasCase = text.toLowerCase() !== text.toUpperCase();
  return hasCase ? sql`${column} ilike ${pattern}` : sql`${column} like ${pattern}`;
}

/**
 * A case number or part of it, typed in any case and with or without dashes, as letters and digits: `C261126ZDJH4H`.
 */
const ofCaseNumber = (text: string): string | undefined => {
  const written = text.toUpperCase().replace(/[\s\p{Pd}]/gu, '');
  return /^[0-9A-Z]{3,}$/.test(written) ? written : undefined;
};

/**
 * The condition for what somebody typed into the search: part of a case number with or without its dash, of a phone,
 * order or serial number, of a mail address, of a product, of a name, or of any text of the case. Needs `complaints`
 * joined to `cases`. Undefined for a text of nothing but spaces: then nothing is filtered.
 */
export function matching(db: Database['db'], q: string): SQL | undefined {
  const text = withoutInvisible(q.normalize('NFKC')).trim();
  if (text === '') return undefined;
  const caseNo = ofCaseNumber(text);
  const digits = /^[\d\s+().\p{Pd}]+$/u.test(text) ? text.replace(/\D/g, '') : '';
  const phones = digits.length >= 3 ? [...new Set([digits, phoneKey(text) ?? digits])] : [];
  const key = sql`nullif(${identifierKey(sql`${text}::text`)}, '')`;
  const holds = (column: Column): SQL => sql`position(${key} in ${column}) > 0`;
  // Names and texts are stored as they were typed, maybe in full width: search for the normalised and the typed
  // spelling.
  const spellings = [...new Set([text, q.trim()])];
  const anywhere = (column: Column): SQL[] => spellings.map((spelling) => contains(column, spelling));
  return or(
    ...(caseNo === undefined ? [] : [contains(sql`replace(${cases.caseNo}, '-', '')`, caseNo)]),
    ...anywhere(complaints.contactName),
    ...anywhere(complaints.productName),
    ...anywhere(complaints.productModel),
    holds(complaints.orderKey),
    holds(complaints.serialKey),
    ...phones.map((part) => contains(complaints.phoneKey, part)),
    // One or two letters stand in nearly every address, and one in every text unless it is Chinese: they would find
    // all.
    ...(text.length >= 3 ? [contains(complaints.contactEmail, text)] : []),
    ...(text.length >= 2 || /\p{Script=Han}/u.test(text)
      ? [
          sql`${cases.caseNo} in ${db
            .select({ caseNo: texts.caseNo })
            .from(texts)
            .where(or(...anywhere(texts.body)))}`,
        ]
      : []),
  );
}
