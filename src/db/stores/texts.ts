import { sql } from 'drizzle-orm';
import type { Database } from '../database';
import { TextMismatch } from '../errors';
import type { TextRow } from '../records';
import { texts } from '../schema';

export function textStore({ db }: Database) {
  const byIds = db
    .select({ textId: texts.textId, body: texts.body, sha256: texts.sha256 })
    .from(texts)
    .where(sql`${texts.textId} = any(${sql.placeholder('ids')}::uuid[])`)
    .prepare('texts_get');

  return {
    /**
     * Stores texts once. A repeat of the same text is no error.
     * @throws TextMismatch when an id already stands for another text
     */
    async put(rows: TextRow[]): Promise<void> {
      if (rows.length === 0) return;
      const stored = await db
        .insert(texts)
        .values(rows)
        .onConflictDoNothing({ target: texts.textId })
        .returning({ textId: texts.textId });
      if (stored.length === rows.length) return;
      const known = await this.get(rows.map((row) => row.textId));
      for (const { textId, sha256 } of rows) {
        if (known.get(textId)?.sha256 !== sha256) throw new TextMismatch(textId);
      }
    },

    async get(ids: string[]): Promise<Map<string, { body: string; sha256: string }>> {
      if (ids.length === 0) return new Map();
      const rows = await byIds.execute({ ids: [...new Set(ids)] });
      return new Map(rows.map(({ textId, ...text }) => [textId, text]));
    },
  };
}
