import { sql } from 'drizzle-orm';
import { run, type Database } from '../database';
import { TextMismatch } from '../errors';
import type { TextRow } from '../records';
import { texts } from '../schema';

const PUT = {
  name: 'texts_put',
  text: `insert into texts (text_id, case_no, kind, sha256, body)
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
    on conflict (text_id) do nothing returning text_id`,
};

/** Free texts, which stand nowhere else. */
export function textStore({ pool, db }: Database) {
  const byIds = db
    .select({ textId: texts.textId, body: texts.body, sha256: texts.sha256 })
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
      const column = (name: keyof TextRow): string[] => rows.map((row) => row[name]);
      const columns = (['textId', 'caseNo', 'kind', 'sha256', 'body'] as const).map(column);
      const stored = await run(pool, PUT, columns);
      if (stored.length === rows.length) return;
      const known = await this.get(rows.map((row) => row.textId));
      for (const { textId, sha256 } of rows) {
        if (known.get(textId)?.sha256 !== sha256) throw new TextMismatch(textId);
      }
    },

    /** Texts by their ids; an id without a text, for example an erased one, is absent. */
    async get(ids: string[]): Promise<Map<string, { body: string; sha256: string }>> {
      if (ids.length === 0) return new Map();
      const rows = await byIds.execute({ ids: [...new Set(ids)] });
      return new Map(rows.map(({ textId, ...text }) => [textId, text]));
    },
  };
}
