import type { MailKind } from '../../../../src/domain/policy/mail-kinds';
import { assigned } from '../../support/harness';
import { createDesk, type Desk } from './support';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());
// Each test begins with everything read.
afterEach(async () => {
  for (const id of ['anna', 'arno', 'sara']) await desk.harness.stores.notices.readUpTo(id, '2100-01-01T00:00:00.000Z');
});

/** The row of the outbox of a kind in this case. */
async function rowOf(caseNo: string, kind: MailKind): Promise<number> {
  const row = (await desk.harness.stores.outbox.list(caseNo)).find(({ mail }) => mail === kind);
  if (!row) throw new Error(`no ${kind}`);
  return row.id;
}

/** Tells somebody what a mail of this kind says, as the relay does. */
async function tell(caseNo: string, kind: MailKind, userId: string): Promise<void> {
  await desk.harness.stores.notices.tell(await rowOf(caseNo, kind), [userId]);
}

/** A case of anna's, of which she was told. */
async function toldCase(): Promise<string> {
  const { caseNo } = await desk.harness.open({ text: '洗衣机漏水，地板泡了。' });
  await assigned(desk.harness, caseNo, 'anna');
  await tell(caseNo, 'assigned', 'anna');
  return caseNo;
}

/** `=` as it is written in attributes, read back. */
const unescaped = (html: string): string => html.replaceAll('&#x3D;', '=');
const bellOf = (html: string): string | undefined => /id="bell"[^>]* data-count="(\d+)"/.exec(html)?.[1];

test('a notice says what happened and leads to the form it asks for; the bell and the title count it until the case is opened', async () => {
  const caseNo = await toldCase();
  const anna = await desk.signedIn('anna');
  const html = unescaped((await anna.get('/desk/notices')).html);
  expect(bellOf(html)).toBe('1');
  expect(html).toContain('<title>(1) 通知 ·');
  expect(html).toContain('案件由您负责</a>');
  expect(html).toContain(`href="/desk/cases/${caseNo}?do=accept#dock"`);
  expect(html).toContain('洗衣机漏水，地板泡了');
  // Looking at the list of notices reads none of them, and what others are told is theirs.
  expect(bellOf((await anna.get('/desk')).html)).toBe('1');
  expect(bellOf((await (await desk.signedIn('sara')).get('/desk/notices')).html)).toBe('0');

  expect(bellOf((await anna.get(`/desk/cases/${caseNo}`)).html)).toBe('0');
  const after = (await anna.get('/desk/notices')).html;
  expect([bellOf(after), after.includes('is-new'), after.includes('案件由您负责')]).toEqual(['0', false, true]);
});

test('My day shows the latest, those first that were told last, six at most', async () => {
  const told: string[] = [];
  for (let n = 0; n < 7; n += 1) told.unshift(await toldCase());
  const { html } = await (await desk.signedIn('anna')).get('/desk');
  const [, recent = ''] = /<ul class="recent">(.*?)<\/ul>/s.exec(html) ?? [];
  const linked = [...recent.matchAll(/href="\/desk\/cases\/([\w-]+)\?/g)].map(([, caseNo]) => caseNo);
  expect(linked).toEqual(told.slice(0, 6));
  expect(recent).toContain('案件由您负责');
});

test('it is read when it is ticked, and all are by one button but for what came after the page', async () => {
  const [one] = [await toldCase(), await toldCase()];
  const anna = await desk.signedIn('anna');
  const page = await anna.get('/desk/notices');
  expect(bellOf(page.html)).toBe('2');
  const ticked = await anna.post('/desk/notices/read', { id: String(await rowOf(one, 'assigned')) });
  expect([ticked.status, ticked.location]).toEqual([303, '/desk/notices']);
  expect(bellOf((await anna.get('/desk/notices')).html)).toBe('1');

  // Somebody else's tick changes nothing of hers.
  const sara = await desk.signedIn('sara');
  await sara.get('/desk/notices');
  await sara.post('/desk/notices/read', { id: String(await rowOf(one, 'assigned')) });

  await anna.get('/desk/notices');
  const upTo = anna.value('upTo') ?? '';
  await toldCase();
  await anna.post('/desk/notices/read-all', { upTo });
  expect(bellOf((await anna.get('/desk/notices')).html)).toBe('1');
});

test('of a case that they may not see nobody is shown a notice, and one that was overtaken is none', async () => {
  const { caseNo } = await desk.harness.open();
  await assigned(desk.harness, caseNo, 'arno');
  await tell(caseNo, 'assigned', 'arno');
  await tell(caseNo, 'assigned', 'anna');
  const [anna, arno] = [await desk.signedIn('anna'), await desk.signedIn('arno')];
  const hers = (await anna.get('/desk/notices')).html;
  expect([bellOf(hers), hers.includes(caseNo)]).toEqual(['0', false]);
  expect(bellOf((await arno.get('/desk/notices')).html)).toBe('1');
  await desk.harness.stores.outbox.skipped(await rowOf(caseNo, 'assigned'), 'overtaken');
  expect(bellOf((await arno.get('/desk/notices')).html)).toBe('0');
});

test('the page goes on where it ended, and an address that it did not give is refused', async () => {
  const caseNo = await toldCase();
  const { stores } = desk.harness;
  const seq = (await stores.outbox.list(caseNo)).find(({ mail }) => mail === 'assigned')?.seq ?? 0;
  for (let n = 0; n < 60; n++) {
    const to = { kind: 'user', id: `nobody-${n}` } as const;
    await stores.outbox.plan({ caseNo, seq, mail: 'assigned', to, messageId: `<${n}@x>` });
  }
  for (const { id, mail } of await stores.outbox.list(caseNo)) {
    if (mail === 'assigned') await stores.notices.tell(id, ['anna']);
  }
  const anna = await desk.signedIn('anna');
  const count = (html: string): number => html.split('<li class="notice').length - 1;
  const first = await anna.get('/desk/notices');
  const older = /href="(\/desk\/notices\?cursor=[^"]+)"/.exec(unescaped(first.html))?.[1] ?? '';
  const second = await anna.get(older);
  const times = ({ html }: { html: string }): string[] =>
    [...html.matchAll(/datetime="([^"]+)"/g)].map(([, at = '']) => at);
  expect([count(first.html), count(second.html) >= 11]).toEqual([50, true]);
  expect([...times(first), ...times(second)]).toEqual([...times(first), ...times(second)].toSorted().toReversed());
  for (const cursor of ['x', "2026-11-26T00:00:00.000Z_1'", '2026-02-30T00:00:00.000Z_1']) {
    expect((await anna.get(`/desk/notices?cursor=${encodeURIComponent(cursor)}`)).status).toBe(400);
  }
  await anna.get('/desk/notices');
  expect((await anna.post('/desk/notices/read', { id: '0 or 1' })).status).toBe(400);
  await anna.get('/desk/notices');
  expect((await anna.post('/desk/notices/read-all', { upTo: 'now' })).status).toBe(400);
});
