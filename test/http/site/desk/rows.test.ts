import { assigned } from '../../support/harness';
import { createDesk, type Desk } from './support';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

/** Where a case is brought to, one step after the other, and what its owner is then offered in its row. */
const WAY: [decision: string, by: string, body: object, next: string | null][] = [
  ['accept', 'anna', {}, 'respond'],
  ['requestHelp', 'anna', { department: 'quality', question: '抬头能改吗？' }, 'respond'],
  ['respond', 'anna', { via: 'phone', text: '已联系客户。' }, 'propose'],
  ['propose', 'anna', { solution: '赔地板。', remedies: [{ kind: 'compensation', amount: 900 }] }, null],
  ['approve', 'sara', {}, 'customerAnswer'],
  ['customerAnswer', 'anna', { accepted: true, via: 'phone' }, 'carryOut'],
  ['carryOut', 'anna', { proof: '已付款。' }, 'chase'],
];

/** The decision to which the button in the row of a case leads; null: the row has none. */
function offeredIn(html: string, caseNo: string): string | null {
  const [, row = ''] = new RegExp(`<li class="row" id="row-${caseNo}"(.*?)</li>`, 's').exec(html) ?? [];
  expect(row).toContain(caseNo);
  const [, address, decision] = /<a class="btn btn-s" href="([^?"]+)\?do(?:=|&#x3D;)(\w+)#dock"/.exec(row) ?? [];
  if (address !== undefined) expect(address).toBe(`/desk/cases/${caseNo}`);
  return decision ?? null;
}

test('a row has the button of the next decision of its reader, the same that the page of the case has', async () => {
  const { harness } = desk;
  const { caseNo } = await harness.open({ text: '包装盒有点脏，希望说明一下。' });
  await assigned(harness, caseNo, 'anna');
  const anna = await desk.signedIn('anna');
  for (const [decision, by, body, next] of WAY) {
    const taken = await harness.decide(caseNo, decision, by, body);
    expect([decision, taken.status, taken.text.slice(0, 300)]).toEqual([decision, 200, expect.anything()]);
    const list = (await anna.get('/desk/cases?owner=me')).html;
    expect([decision, offeredIn(list, caseNo)]).toEqual([decision, next]);
    expect(offeredIn((await anna.get('/desk')).html, caseNo)).toBe(next);
    if (next === null) continue;
    const { html } = await anna.get(`/desk/cases/${caseNo}`);
    expect(/<a class="btn btn-p" href="[^"]+\?do(?:=|&#x3D;)(\w+)#dock"/.exec(html)?.[1]).toBe(next);
  }
});

test('whoever may not take it has no button: a colleague who only answers sees that decision alone', async () => {
  const { harness } = desk;
  const { caseNo } = await harness.open({ text: '说明书少一页。' });
  await assigned(harness, caseNo, 'anna');
  await harness.decide(caseNo, 'accept', 'anna');
  const [sara, quinn] = [await desk.signedIn('sara'), await desk.signedIn('quinn')];
  await harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: '已联系客户。' });
  await harness.decide(caseNo, 'requestHelp', 'anna', { department: 'quality', question: '有货吗？' });
  expect(offeredIn((await quinn.get('/desk/cases')).html, caseNo)).toBe('answerHelp');
  await harness.decide(caseNo, 'propose', 'anna', {
    solution: '补寄。',
    remedies: [{ kind: 'compensation', amount: 900 }],
  });
  expect(offeredIn((await sara.get('/desk/cases')).html, caseNo)).toBe('approve');
  // The answer is still owed, whatever else the case waits for.
  expect(offeredIn((await quinn.get('/desk/cases')).html, caseNo)).toBe('answerHelp');
});
