import { PATIENT } from '../../support/busy';
import { Case, CaseAt, Contact, Looks, Story } from '../../../src/http/api/schemas';
import { assigned, createHarness, type Harness } from '../support/harness';

let harness: Harness;
/** What the stores take for the time. */
let now = Date.parse('2026-11-24T06:01:00.000Z');
beforeAll(async () => {
  harness = await createHarness({}, { ...PATIENT, clock: () => now });
});
afterAll(() => harness.close());

const get = (caseNo: string, what: string, as: string) => harness.call('GET', `/api/cases/${caseNo}${what}`, { as });
const looksAt = async (caseNo: string, as = 'sara') =>
  Looks.parse((await get(caseNo, '/looks', as)).body).items.map(({ by, kind, seq }) => [by.id, kind, seq]);
/** A case that anna handles. */
async function handled(): Promise<string> {
  const { caseNo } = await harness.open();
  await assigned(harness, caseNo, 'anna');
  await harness.database.pool.query('delete from case_reads where case_no = $1', [caseNo]);
  return caseNo;
}
const upload = (caseNo: string) => {
  const form = new FormData();
  form.append('file', new Blob(['a photo'], { type: 'text/plain' }), 'photo.txt');
  return harness.call('POST', `/api/complaints/${caseNo}/evidence`, { as: 'anna', raw: form });
};
const anna = { kind: 'staff', id: 'anna', role: 'agent', team: 'after-sales' } as const;

describe('a look at a case', () => {
  test('is written down once for each half hour, with the last entry that was read', async () => {
    const caseNo = await handled();
    const seq = (await harness.stores.ledger.events(caseNo)).length;
    await get(caseNo, '', 'sven');
    await Promise.all(['/timeline', '/promises', ''].map((what) => get(caseNo, what, 'sven')));
    expect(await looksAt(caseNo)).toEqual([
      ['sven', 'contact', undefined],
      ['sven', 'opened', undefined],
    ]);
    await get(caseNo, '/story', 'sven');
    now += 28 * 60_000;
    await get(caseNo, '/story?afterSeq=3&filter=notes', 'sven');
    expect(await looksAt(caseNo)).toContainEqual(['sven', 'opened', seq]);
    expect(await looksAt(caseNo)).toHaveLength(2);
    now += 2 * 60_000;
    await get(caseNo, '/story', 'sven');
    expect((await looksAt(caseNo)).map(([, kind]) => kind)).toEqual(['opened', 'contact', 'opened']);
  });

  test('tells the next time up to where they had read', async () => {
    const caseNo = await handled();
    const lastRead = async (as: string, query = '') =>
      Story.parse((await get(caseNo, `/story${query}`, as)).body).lastRead;
    const seq = (await harness.stores.ledger.events(caseNo)).length;
    expect(await lastRead('anna')).toBeUndefined();
    await harness.decide(caseNo, 'note', 'sara', { text: 'look at the valve' });
    // What a filter leaves out has not been read.
    expect(await lastRead('anna', '?filter=promises')).toBe(seq);
    expect(await lastRead('anna')).toBe(seq);
    expect(await lastRead('anna')).toBe(seq + 1);
    expect(await lastRead('sven')).toBeUndefined();
  });

  test('is shown to those who lead, and to nobody else', async () => {
    const caseNo = await handled();
    expect((await get(caseNo, '/looks', 'anna')).status).toBe(403);
    await expect(harness.cases.handling.looks(caseNo, anna)).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await get(caseNo, '/looks', 'mona')).status).toBe(200);
    expect((await get('C250101-ZZZZZZ', '/looks', 'mona')).status).toBe(404);
  });

  test('comes in pages that follow each other', async () => {
    const caseNo = await handled();
    await harness.database.pool.query(
      `insert into case_reads (user_id, case_no, kind, half_hour, seq, at)
       select 'u' || n, $1, 'opened', '2026-11-24T06:00:00Z', n, '2026-11-24T06:00:00Z' from generate_series(1, 250) n`,
      [caseNo],
    );
    const first = Looks.parse((await get(caseNo, '/looks', 'sara')).body);
    const second = Looks.parse((await get(caseNo, `/looks?before=${first.next}`, 'sara')).body);
    expect([first.items.length, second.items.length, second.next]).toEqual([200, 50, undefined]);
    expect([...first.items, ...second.items].map(({ seq }) => seq)).toEqual(
      Array.from({ length: 250 }, (_one, index) => 250 - index),
    );
  });
});

describe("the customer's phone number and address", () => {
  test('are open to whoever handles the case, and each answer that shows them is written down', async () => {
    const caseNo = await handled();
    const shown = Case.parse((await get(caseNo, '', 'anna')).body).case.customer;
    expect(shown).toMatchObject({ phone: '13812345621', email: 'wang@example.com' });
    expect(await looksAt(caseNo)).toContainEqual(['anna', 'contact', undefined]);
  });

  test('are masked for a page that asks so, until they are asked for', async () => {
    const caseNo = await handled();
    const page = await harness.cases.handling.show(caseNo, anna, undefined, { masked: true });
    expect(page.case.customer).toMatchObject({ phone: '138****5621', email: 'w***@example.com' });
    expect(await looksAt(caseNo)).toEqual([['anna', 'opened', undefined]]);
    const answer = await harness.call('POST', `/api/cases/${caseNo}/contact`, { as: 'anna' });
    expect(Contact.parse(answer.body)).toEqual({ phone: '13812345621', email: 'wang@example.com' });
    expect(await looksAt(caseNo)).toContainEqual(['anna', 'contact', undefined]);
  });

  test('are not shown when the look cannot be written down', async () => {
    const caseNo = await handled();
    const spy = jest.spyOn(harness.stores.reads, 'look').mockRejectedValue(new Error('disk full'));
    const answers = [
      await harness.call('POST', `/api/cases/${caseNo}/contact`, { as: 'anna' }),
      await get(caseNo, '', 'anna'),
      await get(caseNo, '/at?seq=2', 'anna'),
    ];
    spy.mockRestore();
    for (const { status, text } of answers) {
      expect(status).toBe(500);
      expect(text).not.toContain('13812345621');
    }
  });

  test('are refused to whoever only sees the case, with whom to ask; a case out of sight is not there', async () => {
    const caseNo = await handled();
    await harness.decide(caseNo, 'requestHelp', 'anna', { department: 'quality', question: 'a batch?' });
    const refused = await harness.call('POST', `/api/cases/${caseNo}/contact`, { as: 'quinn' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'contact_kept' } });
    expect(refused.body.detailZh).toContain('Name of anna');
    expect((await harness.call('POST', `/api/cases/${caseNo}/contact`, { as: 'arno' })).status).toBe(404);
    expect((await looksAt(caseNo)).filter(([by]) => by === 'quinn' || by === 'arno')).toEqual([]);
  });
});

describe('the case as it stood', () => {
  test('after its last entry is the case as it is', async () => {
    const caseNo = await handled();
    await harness.decide(caseNo, 'note', 'anna', { text: 'first note' });
    await harness.decide(caseNo, 'requestHelp', 'anna', { department: 'quality', question: 'a batch?' });
    await harness.decide(caseNo, 'propose', 'anna', {
      remedies: [{ kind: 'refund', amount: 10 }],
      solution: 'ten yuan',
      findings: 'a scratch',
    });
    expect((await upload(caseNo)).status).toBe(201);
    const shown = Case.parse((await get(caseNo, '', 'anna')).body).case;
    expect(shown.evidence).toHaveLength(1);
    expect(shown.proposal).toMatchObject({ solution: 'ten yuan' });
    const last = CaseAt.parse((await get(caseNo, `/at?seq=${shown.seq}`, 'anna')).body).case;
    expect(last).toEqual(shown);
  });

  test('after an earlier one holds nothing that came later', async () => {
    const caseNo = await handled();
    const before = Case.parse((await get(caseNo, '', 'anna')).body).case;
    await harness.decide(caseNo, 'note', 'anna', { text: 'the later note' });
    expect((await upload(caseNo)).status).toBe(201);
    await harness.decide(caseNo, 'regrade', 'sara', { grade: 'important', category: 'logistics', reason: 'y' });
    const then = await get(caseNo, `/at?seq=${before.seq}`, 'anna');
    expect(CaseAt.parse(then.body).case).toEqual(before);
    expect(then.text).not.toContain('the later note');
    expect(CaseAt.parse((await get(caseNo, '/at?seq=1', 'anna')).body).case).toMatchObject({
      stage: 'receive',
      seq: 1,
    });
  });

  test('is for whoever sees the case now, and masks the phone by what they may now', async () => {
    const caseNo = await handled();
    await harness.decide(caseNo, 'reassign', 'sara', { owner: 'arno', reason: 'x' });
    const seq = (await harness.stores.ledger.events(caseNo)).length;
    // It was anna's case at that time, and is not any more.
    expect((await get(caseNo, `/at?seq=${seq - 3}`, 'anna')).status).toBe(404);
    await harness.decide(caseNo, 'requestHelp', 'arno', { department: 'quality', question: 'a batch?' });
    const then = await get(caseNo, '/at?seq=2', 'quinn');
    expect(CaseAt.parse(then.body).case.customer.phone).toBe('138****5621');
  });

  test('is not there for an entry that has not come, and says what the query lacks', async () => {
    const caseNo = await handled();
    expect((await get(caseNo, '/at?seq=9999', 'anna')).status).toBe(404);
    expect((await get(caseNo, '/at', 'anna')).status).toBe(422);
  });
});
