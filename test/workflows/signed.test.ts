import { appendEvents } from '../../activities/ledger';
import { claimMerge } from '../../activities/merges';
import { randomUUID } from 'node:crypto';
import type { DecisionMessage } from '../../src/domain/decisions/decide';
import type { DecisionName } from '../../src/domain/decisions/catalogue';
import { createSigning } from '../../src/temporal/signature';
import { decisionUpdate } from '../../workflows/complaint/messages';
import { ACTORS, text, type ActorName } from '../domain/walk';
import { waitUntil } from '../support/processes';
import { createSuite, type OpenCase, type Suite } from './support';

/** Whoever reaches Temporal can send a case a decision in anybody's name: only signed ones are taken as that person's. */

const signing = createSigning('a secret of at least thirty-two characters');
const senders = { isOurs: signing.isOurs, allowUnsigned: false };
let claims = 0;

let suite: Suite;
beforeAll(async () => {
  suite = await createSuite((desk) => {
    const write = desk.appendEvents;
    const ledger = { append: async (caseNo: string, events: never) => void (await write({ caseNo, events })) };
    const merges = { claim: async () => ({ ok: claims++ >= 0 }) };
    desk.appendEvents = appendEvents({ ledger } as never, { mailDomain: 'test.example' }, senders) as never;
    desk.claimMerge = claimMerge({ merges } as never, senders);
  });
});
afterAll(() => suite.close());
beforeEach(() => {
  senders.allowUnsigned = false;
});

const message = (actor: ActorName, input: Record<string, unknown>): DecisionMessage => ({
  decisionId: randomUUID(),
  actor: ACTORS[actor],
  input,
});
const update = (one: OpenCase, name: DecisionName, sent: DecisionMessage) =>
  one.handle.executeUpdate(decisionUpdate(name), { args: [sent] });
const last = (one: OpenCase) => suite.desk.events(one.caseNo).at(-1);

test('a signed decision is taken as it always was, by update and by signal', async () => {
  const one = await suite.open('general');
  await update(one, 'note', signing.sign(one.caseNo, 'note', message('manager', { text: text(1) })));
  expect(last(one)).toMatchObject({ type: 'noted', decision: { name: 'note' } });
  expect(last(one)?.decision).not.toHaveProperty('via');
  await one.handle.signal('note', signing.sign(one.caseNo, 'note', message('manager', { text: text(2) })));
  await one.query();
  expect(suite.desk.types(one.caseNo).filter((type) => type === 'noted')).toHaveLength(2);
  await one.end();
});

describe('where unsigned decisions are not taken', () => {
  const input = { text: text(1) };
  const forged: [string, (caseNo: string) => DecisionMessage][] = [
    ['none', () => message('manager', input)],
    ['junk', () => ({ ...message('manager', input), signature: 'x' })],
    ['of another secret', (no) => createSigning('y'.repeat(32)).sign(no, 'note', message('manager', input))],
    ['of another case', () => signing.sign('C261122-7KQ4MX', 'note', message('manager', input))],
    ['of another decision', (no) => signing.sign(no, 'chase', message('manager', input))],
    ['of another person', (no) => ({ ...signing.sign(no, 'note', message('agent', input)), actor: ACTORS.manager })],
    ['of another input', (no) => ({ ...signing.sign(no, 'note', message('agent', input)), input: { text: text(9) } })],
  ];

  test.each(forged)('a signature %s is refused by update, and written down by signal', async (_what, make) => {
    const one = await suite.open('general');
    await expect(update(one, 'note', make(one.caseNo))).rejects.toMatchObject({
      cause: { type: 'forbidden', details: [{ refusal: { code: 'unsigned' } }] },
    });
    const sent = make(one.caseNo);
    await one.handle.signal('note', sent);
    await one.query();
    expect(last(one)).toMatchObject({
      type: 'decisionRefused',
      data: { decision: 'note', code: 'unsigned', decisionId: sent.decisionId },
    });
    expect(suite.desk.types(one.caseNo)).not.toContain('noted');
    await one.end();
  });

  test('nothing is agreed with another case either', async () => {
    const one = await suite.open('general');
    const other = await suite.open('general');
    await one.handle.signal('merge', message('manager', { into: other.caseNo, reason: text(1) }));
    await waitUntil(() => last(one)?.type === 'decisionRefused', 'it is refused');
    expect(last(one)).toMatchObject({ data: { decision: 'merge', code: 'unsigned' } });
    expect(claims).toBe(0);
    await one.end();
    await other.end();
  });
});

test('where they are taken, they stand in the ledger as having come through Temporal', async () => {
  senders.allowUnsigned = true;
  const one = await suite.open('general');
  await update(one, 'note', message('manager', { text: text(1) }));
  expect(last(one)).toMatchObject({
    type: 'noted',
    actor: ACTORS.manager,
    decision: { name: 'note', via: 'temporal' },
  });
  await one.handle.signal('chase', message('manager', {}));
  await one.query();
  expect(last(one)).toMatchObject({ type: 'chased', decision: { via: 'temporal' } });
  expect(await one.query()).toEqual(one.state);
  await one.end();
});
