import { appendEvents } from '../../activities/ledger';
import { claimMerge } from '../../activities/merges';
import { randomUUID } from 'node:crypto';
import type { DecisionMessage } from '../../src/domain/decisions/decide';
import type { DecisionName } from '../../src/domain/decisions/catalogue';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import type { Policy } from '../../src/domain/policy/schema';
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
  const notes = () => suite.desk.types(one.caseNo).filter((type) => type === 'noted').length;
  await waitUntil(() => notes() > 1, 'the second note is written');
  expect(notes()).toBe(2);
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
    // A query may be answered before what a signal does has been written.
    await waitUntil(() => last(one)?.type === 'decisionRefused', 'it is refused');
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
  await waitUntil(() => last(one)?.type === 'chased', 'it is taken');
  expect(last(one)).toMatchObject({ type: 'chased', decision: { via: 'temporal' } });
  expect(await one.query()).toEqual(one.state);
  await one.end();
});

describe('what a program tells a case', () => {
  const failed = { mail: 'receipt', to: 'customer', seq: 1 } as const;
  const found = {
    owner: { id: 'u-agent2', role: 'agent', team: 'after-sales' },
    taskForce: [],
    grade: 'general',
  } as const;
  const written = (one: OpenCase, type: string) =>
    waitUntil(() => last(one)?.type === type, `${type} is the last that is written`);

  test('is written down when it is signed, and as refused when it is not', async () => {
    const one = await suite.open('general');
    await one.handle.signal('mailFailed', failed);
    await written(one, 'signalRefused');
    expect(last(one)?.data).toEqual({ signal: 'mailFailed' });
    await one.handle.signal('mailFailed', signing.sign(one.caseNo, 'mailFailed', failed));
    await written(one, 'mailFailed');
    expect(last(one)?.data).toEqual({ mail: 'receipt', to: 'customer', of: 1 });
    expect(await one.query()).toEqual(one.state);
    await one.end();
  });

  test('names no owner unless it is signed', async () => {
    suite.desk.nobody = true;
    const routing: Policy['routing'] = { rules: [{ when: {}, role: 'agent' }], prefer: ['leastLoad'] };
    const one = await suite.open('general', { policy: { ...HOUSE_POLICY, routing } });
    const sent = message('agent', { grade: 'general', category: 'logistics' });
    await update(one, 'grade', signing.sign(one.caseNo, 'grade', sent));
    await waitUntil(() => one.state.queued !== undefined, 'the case waits for somebody');
    suite.desk.nobody = false;
    await one.handle.signal('dispatch', found);
    await written(one, 'signalRefused');
    expect(one.state.queued).toBeDefined();
    await one.handle.signal('dispatch', signing.sign(one.caseNo, 'dispatch', found));
    await waitUntil(() => one.state.owner?.id === 'u-agent2', 'the case has an owner');
    expect(await one.query()).toEqual(one.state);
    await one.end();
  });

  test('is taken unsigned where the house allows it', async () => {
    senders.allowUnsigned = true;
    const one = await suite.open('general');
    await one.handle.signal('mailFailed', failed);
    await written(one, 'mailFailed');
    expect(last(one)?.data).toEqual({ mail: 'receipt', to: 'customer', of: 1 });
    await one.end();
  });
});
