import { and, asc, eq, gt, notExists, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { matterKeys as keysOf, matterOf } from '../../text/matter';
import { complaints, matterKeys, texts } from '../schema';

type Writer = Pick<NodePgDatabase, 'select' | 'insert' | 'delete'>;

/** What a complaint says, as it is compared; its columns as they stand in the tables. */
export interface SaidOfIt {
  body: string | null;
  productName: string | null;
  productModel: string | null;
  place: string | null;
}

/** What of a complaint is compared with others. */
export const toldIn = ({ body, productName, productModel, place }: SaidOfIt) => ({
  text: body ?? '',
  product: [productName, productModel].filter((part) => part !== null).join(' '),
  place: place ?? '',
});

/** The keys of a complaint. Of an erased one there are none. */
export const keysIn = (said: SaidOfIt): number[] => (said.body === null ? [] : keysOf(matterOf(toldIn(said))));

const SAID = {
  caseNo: complaints.caseNo,
  at: complaints.receivedAt,
  body: texts.body,
  productName: complaints.productName,
  productModel: complaints.productModel,
  place: complaints.place,
};

/** What is compared of a case's complaint; undefined: there is none. */
export async function saidBy(tx: Pick<Writer, 'select'>, caseNo: string) {
  const [said] = await tx
    .select(SAID)
    .from(complaints)
    .leftJoin(texts, eq(texts.textId, complaints.textId))
    .where(eq(complaints.caseNo, caseNo));
  return said;
}

/** Writes the keys of a case anew, from its complaint. */
export async function rewriteKeys(tx: Writer, caseNo: string): Promise<void> {
  await tx.delete(matterKeys).where(eq(matterKeys.caseNo, caseNo));
  const said = await saidBy(tx, caseNo);
  const rows = said ? keysIn(said).map((key) => ({ key, at: said.at, caseNo })) : [];
  if (rows.length > 0) await tx.insert(matterKeys).values(rows).onConflictDoNothing();
}

/** How many complaints are looked at at once. */
const BATCH = 500;

/**
 * Writes the keys of all complaints that have none: those from before, and those whose first entry a worker of a former
 * release wrote. To be called after the migrations; a second call finds nothing to do.
 */
export async function writeMissingKeys(db: NodePgDatabase): Promise<void> {
  let after = '';
  for (;;) {
    const batch = await db
      .select(SAID)
      .from(complaints)
      .innerJoin(texts, eq(texts.textId, complaints.textId))
      .where(
        and(
          gt(complaints.caseNo, after),
          notExists(
            db
              .select({ one: sql`1` })
              .from(matterKeys)
              .where(eq(matterKeys.caseNo, complaints.caseNo)),
          ),
        ),
      )
      .orderBy(asc(complaints.caseNo))
      .limit(BATCH);
    const last = batch.at(-1);
    if (!last) return;
    after = last.caseNo;
    const rows = batch.flatMap((said) => keysIn(said).map((key) => ({ key, at: said.at, case_no: said.caseNo })));
    await db.execute(
      sql`insert into ${matterKeys} (key, at, case_no) select key, at, case_no
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as k(key int, at timestamptz, case_no text)
        on conflict do nothing`,
    );
  }
}
