import { createPresence, type Presence, type Present } from '../../../src/cases/case/presence';
import { LEASE_MS, LINGER_MS } from '../../../src/cases/case/presence-board';
import type { Staff } from '../../../src/domain/case/permissions';
import { waitUntil } from '../../support/processes';

const CASE = 'C251123-7KQ4MX';
const FORM = `${CASE}/propose`;
const person = (id: string, role: Staff['role'] = 'agent'): Staff => ({ kind: 'staff', id, role, team: 'after-sales' });
const [ANNA, SARA, QUIET] = [person('anna'), person('sara', 'supervisor'), person('olga', 'auditor')];

let now: number;
let all: Presence[];
/** Servers whose words reach nobody, and who hear nothing: killed, or cut off. */
let cut: Set<Presence>;
/** Servers that hear, and have nothing to speak by for the moment. */
let speechless: Set<Presence>;
/** How often a server has said that it lives. */
let beats = 0;
beforeEach(() => {
  now = Date.UTC(2025, 0, 1);
  [all, cut, speechless] = [[], new Set(), new Set()];
});
afterEach(() => all.forEach((one) => one.stop()));

/** A server beside the others. What one says reaches all, as Postgres brings it. */
function server(): Presence {
  const presence: Presence = createPresence({
    changes: {
      async say(messages) {
        if (speechless.has(presence)) throw new Error('connection terminated');
        if (cut.has(presence)) return;
        for (const message of messages) {
          if (Object.keys(JSON.parse(message)).length === 1) beats += 1;
          expect(Buffer.byteLength(message)).toBeLessThan(8_000);
          for (const one of all) if (!cut.has(one)) one.heard(message);
        }
      },
    },
    staff: { namesInBoth: async (ids) => new Map([...ids].map((id) => [id, { zh: id, en: id }])) },
    clock: () => now,
    log: {
      warn: (_fields, message) =>
        expect(message).toBe(speechless.size > 0 ? 'who is at a case could not be said' : 'nothing'),
    },
    pace: { gatherMs: 1, sweepMs: 5 },
  });
  all.push(presence);
  presence.began();
  return presence;
}

/** Opens a page of the case. */
function opened(on: Presence, actor: Staff, form?: string, writes = false) {
  const page = { last: undefined as string | undefined, times: 0 };
  const leave = on.enter({ caseNo: CASE, form, writes }, actor, (others) => {
    page.last = said(others);
    page.times += 1;
  });
  return Object.assign(page, { leave });
}
const said = (others: readonly Present[]): string =>
  others.map(({ id, writes }) => `${id}${writes ? '*' : ''}`).join(' ');
async function expectShown(page: { last: string | undefined }, words: string): Promise<void> {
  await waitUntil(
    () => page.last === words,
    `the page shows "${words}"`,
    5_000,
    () => `it shows ${page.last}`,
  );
  expect(page.last).toBe(words);
}

test('two people on one case see each other, whichever servers their pages come from; nobody sees themselves', async () => {
  const [one, two] = [server(), server()];
  const [anna, sara] = [opened(one, ANNA), opened(two, SARA)];
  await expectShown(anna, 'sara');
  await expectShown(sara, 'anna');
  // A second tab is the same person, and closing it changes nothing.
  const tab = opened(two, ANNA);
  await expectShown(tab, 'sara');
  tab.leave('now');
  expect(said(await two.others(CASE, SARA))).toBe('anna');
  expect(said(await one.others('C251123-7KQ4MY', SARA))).toBe('');
});

test('whoever has something typed into a form of the case is writing, wherever it is kept, until it is sent or emptied', async () => {
  const [one, two] = [server(), server()];
  const [sara] = [opened(two, SARA), opened(one, ANNA, FORM)];
  await expectShown(sara, 'anna');
  one.wrote(FORM, ANNA, true);
  await expectShown(sara, 'anna*');
  // The next draft may come by another server than the page did; a form that nobody has open says nothing.
  two.wrote(`${CASE}/note`, ANNA, false);
  two.wrote(FORM, ANNA, false);
  await expectShown(sara, 'anna');
  two.wrote(FORM, ANNA, true);
  await expectShown(sara, 'anna*');
  two.wrote('phone', ANNA, true);
  expect(said(await one.others(CASE, SARA))).toBe('anna*');
});

test('a page that was closed counts for some seconds more, so that going on to the next page is not seen', async () => {
  const one = server();
  const sara = opened(one, SARA);
  const form = opened(one, ANNA, FORM, true);
  await expectShown(sara, 'anna*');
  form.leave();
  now += LINGER_MS - 1;
  expect(said(await one.others(CASE, SARA))).toBe('anna*');
  // Back on the case without the form, which they have left with something in it.
  const next = opened(one, ANNA);
  await expectShown(sara, 'anna');
  next.leave();
  now += LINGER_MS + 1;
  await expectShown(sara, '');
});

test('whoever may not see the case any more is gone at once', async () => {
  const one = server();
  const sara = opened(one, SARA);
  const anna = opened(one, ANNA);
  await expectShown(sara, 'anna');
  anna.leave('now');
  await expectShown(sara, '');
  expect(said(await one.others(CASE, SARA))).toBe('');
});

test('people of a server that was killed are gone within half a minute, and are there again when it only stood still', async () => {
  const [one, two] = [server(), server()];
  const sara = opened(two, SARA);
  opened(one, ANNA);
  await expectShown(sara, 'anna');
  cut.add(one);
  now += LEASE_MS - 1;
  expect(said(await two.others(CASE, SARA))).toBe('anna');
  now += 1;
  await expectShown(sara, '');
  expect(LEASE_MS + 5_000).toBeLessThanOrEqual(30_000);
  cut.delete(one);
  await expectShown(sara, 'anna');
  // As long as it says that it lives, they stay.
  const { times } = sara;
  for (let n = 0; n < 5; n++) {
    now += 10_000;
    const before = beats;
    await waitUntil(() => beats > before, 'it says that it lives');
  }
  expect(sara).toMatchObject({ last: 'anna', times });
});

test('whoever left while servers could not speak or hear is gone once they can', async () => {
  const [one, two] = [server(), server()];
  const [anna, sara] = [opened(one, ANNA), opened(two, SARA)];
  await expectShown(sara, 'anna');
  // The one she leaves cannot say it.
  speechless.add(one);
  anna.leave('now');
  await new Promise((later) => setTimeout(later, 30));
  expect(said(await two.others(CASE, SARA))).toBe('anna');
  speechless.clear();
  one.began();
  await expectShown(sara, '');

  // Nobody else hears it.
  const again = opened(one, ANNA);
  await expectShown(sara, 'anna');
  cut.add(two);
  again.leave('now');
  await new Promise((later) => setTimeout(later, 30));
  expect(said(await two.others(CASE, SARA))).toBe('anna');
  cut.clear();
  two.began();
  await expectShown(sara, '');
});

test('a server that begins, or was cut off, hears who is where', async () => {
  const one = server();
  opened(one, ANNA, FORM, true);
  await waitUntil(async () => said(await one.others(CASE, SARA)) === 'anna*', 'it is known');
  const late = server();
  await waitUntil(async () => said(await late.others(CASE, SARA)) !== '', 'the new server knows it');
  expect(said(await late.others(CASE, SARA))).toBe('anna*');
});

test('auditors see who is there, and nobody sees them', async () => {
  const one = server();
  const anna = opened(one, ANNA);
  const auditor = opened(one, QUIET, FORM, true);
  await expectShown(auditor, 'anna');
  one.wrote(FORM, QUIET, true);
  auditor.leave();
  await expectShown(anna, '');
  expect(said(await one.others(CASE, SARA))).toBe('anna');
});

test('while nothing changes nothing is told, and what is no message of ours is passed over', async () => {
  const one = server();
  const sara = opened(one, SARA);
  opened(one, ANNA);
  await expectShown(sara, 'anna');
  const { times } = sara;
  opened(one, ANNA);
  for (const odd of ['', '{', '[]', '{"s":1}', `{"s":"x","c":"${CASE}","p":"y"}`]) one.heard(odd);
  one.heard(JSON.stringify({ s: 'other', c: CASE, p: [['sven', false]] }));
  await expectShown(sara, 'anna sven');
  expect(sara.times).toBe(times + 1);
});
