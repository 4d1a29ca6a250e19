import { sql } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import { run, type Database } from '../database';
import { TextMismatch } from '../errors';
import type { StoredSuggestion, TextRow } from '../records';
import { texts } from '../schema';
import { asParameter, docsFrom, textDoc } from './search-docs';

const PUT = {
  name: 'texts_put',
  text: `with stored as (
      insert into texts (text_id, case_no, kind, sha256, body, reading, created_at)
      select t.*, $6::timestamptz
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $8::jsonb[]) as t
      on conflict (text_id) do nothing returning text_id, case_no
    ), found as (
      insert into search_docs (case_no, source, at, norm, grams, shown)
      select stored.case_no, d.source, d.at, d.norm, d.grams, d.shown
      from stored join ${docsFrom('$7')} on d.source = stored.text_id::text
      on conflict (case_no, source) do nothing
    )
    select text_id from stored`,
};

/** Free texts, which stand nowhere else. */
export function textStore({ pool, db, clock }: Database) {
  const byIds = db
    .select({ textId: texts.textId, body: texts.body, sha256: texts.sha256, reading: texts.reading })
    .from(texts)
    .where(sql`${texts.textId} = any(${sql.placeholder('ids')}::uuid[])`)
    .prepare('texts_get');

  return {
    /**
     * Stores texts that are not there yet. Idempotent: the same text under the same id is no error.
     * @throws TextMismatch when an id stands for another text already; texts that were new are stored all the same
     */
    async put(rows: TextRow[]): Promise<void> {
      if (rows.length === 0) return;
      const columns = (['textId', 'caseNo', 'kind', 'sha256', 'body'] as const).map((name) =>
        rows.map((row) => row[name]),
      );
      const readings = rows.map(({ reading }) => (reading ? JSON.stringify(reading) : null));
      const at = toInstant(clock());
      // Found once the ledger names them: `ledger-append.ts`.
      const docs = rows.map(({ textId, body }) => textDoc({ textId, body, at, shown: false }));
      const stored = await run(pool, PUT, [...columns, at, asParameter(docs), readings]);
      if (stored.length === rows.length) return;
      const known = await this.get(rows.map((row) => row.textId));
      for (const { textId, sha256 } of rows) {
        if (known.get(textId)?.sha256 !== sha256) throw new TextMismatch(textId);
      }
    },

    /** Texts by their ids; an id without a text, for example an erased one, is absent. */
    async get(ids: string[]): Promise<Map<string, { body: string; sha256: string; reading?: StoredSuggestion }>> {
      if (ids.length === 0) return new Map();
      const rows = await byIds.execute({ ids: [...new Set(ids)] });
      return new Map(rows.map(({ textId, reading, ...text }) => [textId, { ...text, ...(reading && { reading }) }]));
    },
  };
}
