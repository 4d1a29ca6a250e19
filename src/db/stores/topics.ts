import type { Category, Instant } from '../../domain/basics/types';
import { iso, run, type Database, type Statement } from '../database';
import type { ToldRow } from '../records';

/** Those merged into another are told there. */
const TOLD: Statement = {
  name: 'topics_told',
  text: `
select c.case_no, c.customer_id, c.received_at, c.category, c.against, p.product_name, p.contact_name, t.body
from cases c join complaints p on p.case_no = c.case_no join texts t on t.text_id = p.text_id
where c.received_at >= $1::timestamptz and c.received_at < $2::timestamptz and c.outcome is distinct from 'merged'
order by c.received_at desc, c.case_no limit $3::int`,
};

interface Row {
  case_no: string;
  customer_id: string;
  received_at: Date;
  category: Category;
  against: string[];
  product_name: string | null;
  contact_name: string;
  body: string;
}

/** What customers complain of, in their words. */
export function topicStore({ pool }: Pick<Database, 'pool'>) {
  return {
    /** Complaints received at `from` or later and before `to` whose text was not erased, the newest first, `most` at most. */
    async told({ from, to, most }: { from: Instant; to: Instant; most: number }): Promise<ToldRow[]> {
      const rows = await run<Row>(pool, TOLD, [from, to, most]);
      return rows.map((row) => ({
        caseNo: row.case_no,
        customerId: row.customer_id,
        receivedAt: iso(row.received_at),
        category: row.category,
        against: row.against,
        ...(row.product_name !== null && { product: row.product_name }),
        customerName: row.contact_name,
        text: row.body,
      }));
    },
  };
}
