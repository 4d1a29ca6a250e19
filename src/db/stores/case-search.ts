import { or, sql, type Column, type SQL } from 'drizzle-orm';
import { phoneKey, visible as withoutInvisible } from '../../contact';
import type { Database } from '../database';
import { cases, complaints, texts } from '../schema';
import { identifierKey } from '../schema/columns';

/** Anywhere in the text; without regard to case only where there is any, because that costs ten times as much. */
function contains(column: unknown, text: string): SQL {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const hasCase = text.toLowerCase() !== text.toUpperCase();
  return hasCase ? sql`${column} ilike ${pattern}` : sql`${column} like ${pattern}`;
}

/** `c261126zdjh4h`, or a part of it: its letters and digits, as the number has them. */
const ofCaseNumber = (text: string): string | undefined => {
  const written = text.toUpperCase().replace(/[\s\p{Pd}]/gu, '');
  return /^[0-9A-Z]{3,}$/.test(written) ? written : undefined;
};

/**
 * Part of a case number with or without its dash, of a phone number, of an order or serial number, of a mail address, of a
 * product, of a name, or of any text of the case.
 */
export function matching(db: Database['db'], q: string): SQL | undefined {
  const text = withoutInvisible(q.normalize('NFKC')).trim();
  if (text === '') return undefined;
  const caseNo = ofCaseNumber(text);
  const digits = /^[\d\s+().\p{Pd}]+$/u.test(text) ? text.replace(/\D/g, '') : '';
  const phones = digits.length >= 3 ? [...new Set([digits, phoneKey(text) ?? digits])] : [];
  const key = sql`nullif(${identifierKey(sql`${text}::text`)}, '')`;
  const holds = (column: Column): SQL => sql`position(${key} in ${column}) > 0`;
  // As it was typed as well: what is stored is kept as it was typed, too.
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
    // One letter stands in every address, and in every text unless it is Chinese.
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
