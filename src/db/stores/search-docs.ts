import { and, asc, eq, notExists, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { emailKey, phoneKey } from '../../contact';
import { textRefs } from '../../domain/basics/text-refs';
import { searchForm, searchGrams, withoutSeparators } from '../../text/search';
import { caseEvents, cases, complaints, searchDocs, texts } from '../schema';

/** A row of `search_docs`, without its case. */
export type SearchDoc = Omit<typeof searchDocs.$inferInsert, 'caseNo'>;

/** The sources of a complaint beside its text. */
export const SUBJECT = 'subject';
export const NUMBER = 'number';
export const CONTACT = 'contact';

/** What a complaint says beside its text; as in `complaints`. */
interface Said {
  caseNo: string;
  receivedAt: string;
  contactName: string;
  contactPhone?: string | null;
  contactEmail?: string | null;
  productName?: string | null;
  productModel?: string | null;
  serialNo?: string | null;
  orderNo?: string | null;
  place?: string | null;
  wantedRemedy?: string | null;
  sourceNo?: string | null;
}

/** Fields on lines of their own: a search form has no line breaks, so nothing sought reaches across two of them. */
function doc(source: string, at: string, forms: readonly string[], shown = true): SearchDoc {
  const norm = [...new Set(forms.filter((form) => form !== ''))].join('\n');
  return { source, at, norm, grams: searchGrams(norm), shown };
}

/** The row of one text. */
export const textDoc = (text: { textId: string; body: string; at: string; shown: boolean }): SearchDoc =>
  doc(text.textId, text.at, [searchForm(text.body)], text.shown);

/** The rows of a complaint beside that of its text. */
export function complaintDocs(said: Said): SearchDoc[] {
  const forms = (...fields: (string | null | undefined)[]): string[] => fields.map((field) => searchForm(field ?? ''));
  const numbers = [said.caseNo, said.orderNo ?? '', said.serialNo ?? '', said.sourceNo ?? ''];
  const { receivedAt, contactPhone, contactEmail } = said;
  const contact = doc(CONTACT, receivedAt, [
    phoneKey(contactPhone ?? undefined) ?? '',
    withoutSeparators(contactPhone ?? ''),
    searchForm(emailKey(contactEmail ?? undefined) ?? ''),
  ]);
  return [
    doc(
      SUBJECT,
      receivedAt,
      forms(said.contactName, said.productName, said.productModel, said.place, said.wantedRemedy),
    ),
    doc(NUMBER, receivedAt, [...forms(...numbers), ...numbers.map(withoutSeparators)]),
    ...(contact.norm === '' ? [] : [contact]),
  ];
}

/** Rows as a parameter of a statement, which reads them by `docsFrom`. */
export const asParameter = (docs: readonly SearchDoc[]): string => JSON.stringify(docs);

/** In SQL: the rows of `asParameter`, as `d`. */
export const docsFrom = (parameter: string): string =>
  `jsonb_to_recordset(${parameter}::jsonb) as d(source text, at timestamptz, norm text, grams int[], shown boolean)`;

type Writer = Pick<NodePgDatabase, 'select' | 'insert' | 'delete'>;

/**
 * Writes the rows of a case anew, from its complaint, its texts and its ledger. To be called in a transaction that has
 * locked the case's row in `cases`, so that its ledger stays as it is.
 */
export async function rewriteDocs(tx: Writer, caseNo: string): Promise<void> {
  // Deleted before the texts are read: of a text that is stored meanwhile the row either stands or is written here.
  await tx.delete(searchDocs).where(eq(searchDocs.caseNo, caseNo));
  const [complaint] = await tx.select().from(complaints).where(eq(complaints.caseNo, caseNo));
  const written = await tx
    .select({ textId: texts.textId, body: texts.body, at: texts.createdAt })
    .from(texts)
    .where(eq(texts.caseNo, caseNo));
  const events = await tx.select({ data: caseEvents.data }).from(caseEvents).where(eq(caseEvents.caseNo, caseNo));
  const named = new Set(events.flatMap(({ data }) => textRefs(data)));
  const docs = [
    ...(complaint ? complaintDocs(complaint) : []),
    ...written.map(({ textId, body, at }) =>
      textId === complaint?.textId
        ? textDoc({ textId, body, at: complaint.receivedAt, shown: true })
        : textDoc({ textId, body, at, shown: named.has(textId) }),
    ),
  ];
  if (docs.length === 0) return;
  await tx
    .insert(searchDocs)
    .values(docs.map((each) => ({ ...each, caseNo })))
    .onConflictDoNothing();
}

/** How many cases are looked up at once. */
const BATCH = 200;

/**
 * Writes the rows of all cases that have a text without one: those from before there was a search, and what a server of
 * a former release has stored since. To be called after the migrations; a second call finds nothing to do.
 */
export async function writeMissingDocs(db: NodePgDatabase): Promise<void> {
  for (;;) {
    const missing = await db
      .selectDistinct({ caseNo: texts.caseNo })
      .from(texts)
      .where(
        notExists(
          db
            .select({ one: sql`1` })
            .from(searchDocs)
            .where(and(eq(searchDocs.caseNo, texts.caseNo), eq(searchDocs.source, sql`${texts.textId}::text`))),
        ),
      )
      .orderBy(asc(texts.caseNo))
      .limit(BATCH);
    if (missing.length === 0) return;
    for (const { caseNo } of missing) {
      await db.transaction(async (tx) => {
        await tx.select({ caseNo: cases.caseNo }).from(cases).where(eq(cases.caseNo, caseNo)).for('update');
        await rewriteDocs(tx, caseNo);
      });
    }
  }
}
