import { Readable } from 'node:stream';
import { createReceive } from '../../../../src/channels/inbound/receive';
import { ContentFiles } from '../../../../src/content-files';
import { createDesk, type Desk } from './support';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

/** A message that somebody has to look at. @returns its id */
async function waiting(text: string, end: { reason: string; title?: string; caseNo?: string }): Promise<number> {
  const { stores, dataDir } = desk.harness;
  const files = new ContentFiles(`${dataDir}/inbound`);
  const receive = createReceive({ files, inbound: stores.inbound, maxBytes: 1_000 });
  const message = { channel: 'mail', source: 'smtp', envelope: {}, arrivedAt: '2026-11-27T08:00:00.000Z' };
  await receive({ ...message, sourceKey: text }, Readable.from([Buffer.from(text)]));
  const claimed = (await stores.inbound.claim(9, 60_000, ['mail'])).find(({ sourceKey }) => sourceKey === text);
  await stores.inbound.end(claimed?.id ?? 0, { outcome: 'quarantined', ...end });
  return claimed?.id ?? 0;
}

test('what somebody has to look at stands there with why, is read as it came, and is taken up or set aside', async () => {
  const first = await waiting('From: a@example.com\r\n\r\n<script>', { reason: 'bounce', title: 'A <b> · 退信' });
  const second = await waiting('x', { reason: 'fault_TypeError' });
  const sara = await desk.signedIn('sara');
  const page = await sara.get('/desk/inbox');
  expect(page.html).toContain('A &lt;b&gt; · 退信');
  expect(page.html).toContain('我们的一封信没有送到');
  expect(page.html).toContain('（没有标题）');
  expect(page.html).toContain('读不懂这封来信');

  const raw = await sara.get(`/desk/inbox/${first}`);
  expect(raw.html).toBe('From: a@example.com\r\n\r\n<script>');
  expect(raw.headers.get('content-type')).toBe('application/octet-stream');
  expect(raw.headers.get('content-disposition')).toBe(`attachment; filename="message-${first}.eml"`);

  await sara.get('/desk/inbox');
  expect((await sara.post('/desk/inbox/take-up', { id: `${first}` })).location).toBe('/desk/inbox?done=taken');
  expect(await desk.harness.stores.inbound.get(first)).toMatchObject({ forced: true, attempts: 0 });
  await sara.get('/desk/inbox');
  expect((await sara.post('/desk/inbox/aside', { id: `${second}` })).location).toBe('/desk/inbox?done=aside');
  expect(await desk.harness.stores.inbound.get(second)).toMatchObject({ outcome: 'aside', reason: 'by_staff' });
  expect((await sara.get('/desk/inbox')).html).toContain('没有要人看的来信');
  // Once it is dealt with, nobody reads it here any more, nor does anything twice.
  expect((await sara.get(`/desk/inbox/${second}`)).status).toBe(404);
  await sara.get('/desk/inbox');
  expect((await sara.post('/desk/inbox/take-up', { id: `${second}` })).status).toBe(404);
});

test('a case that one may not see does not stand beside its message', async () => {
  const { caseNo } = await desk.harness.open({ text: '说明书少一页。' });
  await waiting('y', { reason: 'ended', title: 'y', caseNo });
  expect((await (await desk.signedIn('sara')).get('/desk/inbox')).html).toContain(`/desk/cases/${caseNo}`);
  const grading = { grade: 'general', category: 'other', against: ['sara'] };
  expect((await desk.harness.decide(caseNo, 'grade', 'mona', grading)).status).toBe(200);
  expect((await (await desk.signedIn('sara')).get('/desk/inbox')).html).not.toContain(caseNo);
});

test('agents have no such page, and bad numbers are told', async () => {
  const anna = await desk.signedIn('anna');
  for (const path of ['/desk/inbox', '/desk/inbox/1']) expect((await anna.get(path)).status).toBe(404);
  const sara = await desk.signedIn('sara');
  expect((await sara.get('/desk/inbox?before=x')).status).toBe(400);
  expect((await sara.get('/desk/inbox/x')).status).toBe(404);
  await sara.get('/desk/inbox');
  expect((await sara.post('/desk/inbox/aside', { id: 'x' })).status).toBe(400);
});
