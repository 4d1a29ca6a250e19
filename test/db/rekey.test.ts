import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { phoneKey } from '../../src/contact';
import { MIGRATIONS } from '../../src/migrate';
import { newComplaint, openTestStores, type TestStores } from './support';

let on: TestStores;
beforeEach(async () => {
  on = await openTestStores();
});
afterEach(() => on.close());

/** What the migration does to rows from before; the tables are as it leaves them. */
const rowsOfBefore = (): string[] => {
  const [, byHand = ''] = readFileSync(join(MIGRATIONS, '0006_search.sql'), 'utf8').split('-- Written by hand:');
  return `--${byHand}`.split('--> statement-breakpoint');
};

/** As keys were before: digits, without the prefix of mainland China before a mobile number. */
function oldKey(stored: string): string {
  const digits = stored.replace(/\D/g, '').replace(/^00/, '');
  return digits.length === 13 && digits.startsWith('861') ? digits.slice(2) : digits;
}

test('whoever complained before is recognised by the keys of now', async () => {
  const { pool } = on.database;
  const stored = [
    '13800005621',
    '+8613800005621',
    '075512345678',
    '+8675512345678',
    '+86075512345678',
    '+861088886666',
    '01088886666',
    '+442079460958',
    '+4402079460958',
    '+4903012345678',
    '+390669812345',
    '+14155552671',
    '+85223456789',
    '95598',
    '4008208820',
  ];
  const filed = new Map<string, string>();
  for (const phone of stored) {
    const input = newComplaint({ customer: { name: 'x', phone, email: ' Mary@Example.com' } });
    await on.stores.complaints.accept(input);
    await pool.query('update complaints set phone_key = $2, email_key = null where case_no = $1', [
      input.caseNo,
      oldKey(phone),
    ]);
    filed.set(input.caseNo, phone);
  }
  await pool.query('delete from customers');
  const customers: [string, string][] = [
    ['alone', 'p:8675512345678'],
    ['older', 'p:861088886666'],
    ['newer', 'p:01088886666'],
    ['mail', 'e:mary@example.com'],
    ['mobile', 'p:13800005621'],
  ];
  for (const [id, key] of customers) {
    await pool.query('insert into customers (id, match_key, name, created_at) values ($1, $2, $1, $3)', [
      id,
      key,
      '2026-11-01T00:00:00.000Z',
    ]);
  }

  for (const statement of rowsOfBefore()) await pool.query(statement);

  const { rows } = await pool.query<{ case_no: string; phone_key: string; email_key: string }>(
    'select case_no, phone_key, email_key from complaints',
  );
  expect(rows).toHaveLength(stored.length);
  for (const row of rows) {
    const phone = filed.get(row.case_no);
    expect([phone, row.phone_key, row.email_key]).toEqual([phone, phoneKey(phone), 'mary@example.com']);
  }
  const keys = await pool.query<{ id: string; match_key: string }>('select id, match_key from customers');
  expect(Object.fromEntries(keys.rows.map((row) => [row.id, row.match_key]))).toEqual({
    alone: 'p:075512345678',
    // Two spellings were two customers: the one that is spelled as now is found from now on.
    older: 'p:861088886666',
    newer: 'p:01088886666',
    mail: 'e:mary@example.com',
    mobile: 'p:13800005621',
  });
});
