import { and, eq, inArray, ne, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database } from '../database';
import type { Scope, SimilarCase } from '../records';
import { cases, complaints, matterKeys, searchDocs, texts } from '../schema';
import { visibleTo } from './case-access';
import { keysIn, saidBy, toldIn } from './matter-keys';

/** Of each key so many of the newest complaints are looked at: of one that everybody has, the others say nothing. */
const EACH = 60;
/** So many cases are compared word by word, those with the most and the rarest keys in common. */
const COMPARED = 60;

/**
 * The cases that may be of the same matter as this one and that the reader may see, before and after it, with what is
 * compared of them. What they share is bounded, however many cases there are.
 * @returns undefined: there is no such complaint, or its text has been erased
 */
export async function similarTo(db: Database['db'], { caseNo, scope }: { caseNo: string; scope: Scope }) {
  const mine = await saidBy(db, caseNo);
  if (!mine || mine.body === null) return undefined;
  const keys = keysIn(mine).map((key) => sql`(${key}::int)`);
  const sharing = sql`(
    select f.case_no, sum(1.0 / f.others) as weight
    from (values ${sql.join(keys, sql`, `)}) as k(key), lateral (
      select m.case_no, count(*) over () as others
      from (select case_no from ${matterKeys} where key = k.key order by at desc limit ${EACH}) m
    ) f
    where f.case_no <> ${caseNo} group by f.case_no) as sharing`;
  const byWords = db
    .select({ caseNo: cases.caseNo })
    .from(cases)
    .innerJoin(sharing, sql`sharing.case_no = ${cases.caseNo}`)
    .where(visibleTo(scope))
    .orderBy(sql`sharing.weight desc`, sql`${cases.receivedAt} desc`)
    .limit(COMPARED);
  const own = alias(complaints, 'own');
  const byNumber = db
    .select({ caseNo: cases.caseNo })
    .from(own)
    .innerJoin(complaints, or(eq(complaints.orderKey, own.orderKey), eq(complaints.serialKey, own.serialKey)))
    .innerJoin(cases, eq(cases.caseNo, complaints.caseNo))
    .where(and(eq(own.caseNo, caseNo), ne(complaints.caseNo, caseNo), visibleTo(scope)))
    .orderBy(sql`${cases.receivedAt} desc`)
    .limit(COMPARED);
  const [shared, numbered] = await Promise.all([byWords, byNumber]);
  const found = [...new Set([...numbered, ...shared].map((row) => row.caseNo))];
  return { told: toldIn(mine), items: found.length === 0 ? [] : await compared(db, caseNo, found) };
}

async function compared(db: Database['db'], caseNo: string, found: readonly string[]): Promise<SimilarCase[]> {
  const own = alias(complaints, 'own');
  const rows = await db
    .select({
      caseNo: cases.caseNo,
      stage: cases.stage,
      grade: cases.grade,
      category: cases.category,
      outcome: cases.outcome,
      resolvedAt: cases.resolvedAt,
      receivedAt: cases.receivedAt,
      mergedInto: sql<string | null>`${cases.state} ->> 'mergedInto'`,
      customerName: complaints.contactName,
      body: texts.body,
      productName: complaints.productName,
      productModel: complaints.productModel,
      place: complaints.place,
      sameCustomer: sql<boolean>`${complaints.customerId} = ${own.customerId}`,
      sameOrder: sql<boolean>`coalesce(${complaints.orderKey} = ${own.orderKey}, false)`,
      sameSerial: sql<boolean>`coalesce(${complaints.serialKey} = ${own.serialKey}, false)`,
    })
    .from(cases)
    .innerJoin(complaints, eq(complaints.caseNo, cases.caseNo))
    .innerJoin(own, eq(own.caseNo, caseNo))
    .leftJoin(texts, eq(texts.textId, complaints.textId))
    .where(inArray(cases.caseNo, [...found]));
  const solutions = await solutionsOf(
    db,
    rows.filter(({ resolvedAt }) => resolvedAt !== null).map((row) => row.caseNo),
  );
  return rows.map(({ body, productName, productModel, place, ...row }) => ({
    ...row,
    told: toldIn({ body, productName, productModel, place }),
    solution: solutions.get(row.caseNo) ?? null,
  }));
}

/** In whose words each was resolved last. What stands in a decision that was refused is in no entry. */
async function solutionsOf(db: Database['db'], caseNos: readonly string[]): Promise<Map<string, string>> {
  if (caseNos.length === 0) return new Map();
  const rows = await db
    .selectDistinctOn([texts.caseNo], { caseNo: texts.caseNo, body: texts.body })
    .from(texts)
    .innerJoin(
      searchDocs,
      and(eq(searchDocs.caseNo, texts.caseNo), eq(searchDocs.source, sql`${texts.textId}::text`), searchDocs.shown),
    )
    .where(and(inArray(texts.caseNo, [...caseNos]), inArray(texts.kind, ['resolve.summary', 'imported.summary'])))
    .orderBy(texts.caseNo, sql`${texts.createdAt} desc`);
  return new Map(rows.map(({ caseNo, body }) => [caseNo, body]));
}
