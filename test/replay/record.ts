/**
 * `npm run histories`: records histories of random cases into `test/replay/histories`. Run it when a release is made,
 * with the release in RECORD_AS. Old files stay, because cases that began under that release may still run.
 * @module
 */
import { ApplicationFailure } from '@temporalio/common';
import { allowed } from '../../src/domain/decisions/decide';
import type { DecisionName } from '../../src/domain/decisions/catalogue';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { policySchema, type Policy } from '../../src/domain/policy/schema';
import { nextMoment } from '../../src/domain/promises/clock';
import { addMs } from '../../src/domain/time/duration';
import { GRADES } from '../../src/domain/basics/types';
import { OFFICE_POLICY } from '../domain/policies';
import { ACTORS, inputFor, text, type ActorName } from '../domain/walk';
import { createSuite, HOUR, type OpenCase, type Suite } from '../workflows/support';
import { dispatch } from '../../workflows/complaint/messages';
import { waitUntil } from '../support/processes';
import { dice } from './dice';
import { save } from './histories';

const RELEASE = process.env.RECORD_AS ?? '0.1';
/** `RECORD_POLICY=office`: a policy with calendars, chains, further clocks and routing. */
const POLICY = process.env.RECORD_POLICY === 'office' ? OFFICE_POLICY : HOUSE_POLICY;
const WALKS = Number(process.env.RECORD_WALKS ?? 54);
/**
 * Each few walks get a fresh server: corrective actions of ended walks go on running, and make
 * every skip in time slower.
 */
const WALKS_PER_SERVER = 6;

/** Decisions that are chosen seldom: they are nearly always possible, or end a case early. */
const RARE = new Set<DecisionName>([
  'merge',
  'withdraw',
  'note',
  'write',
  'customerWrote',
  'wantCallBack',
  'chase',
  'pause',
  'regrade',
  'reassign',
  'reopen',
  'addEvidence',
]);

/** Has a case wait in the queue for an hour, then assigns it as the dispatcher does. */
async function queue(suite: Suite, one: OpenCase): Promise<void> {
  suite.desk.nobody = true;
  // With a reason, because the grade may be lower than the suggested one.
  await one.decide('grade', 'supervisor', { grade: 'important', category: 'logistics', reason: text(1) });
  await waitUntil(() => one.state.queued !== undefined, 'the case waits for somebody');
  await suite.sleep(HOUR);
  suite.desk.nobody = false;
  const owner = { id: 'u-supervisor', role: 'supervisor', team: 'after-sales' };
  await one.handle.signal(dispatch, { owner, taskForce: [], grade: 'important' });
  await waitUntil(() => one.state.owner?.provisional === false, 'somebody has the case');
}

const idOf = (name: ActorName): string | undefined => (name === 'customer' ? undefined : ACTORS[name].id);

/** Leads a case to a low rating, by way of a pause that is ended early: random steps seldom get there. */
async function toLowScore(suite: Suite, one: OpenCase): Promise<void> {
  const at = async () => new Date(await suite.env.currentTimeMs()).toISOString();
  const decide = async (name: DecisionName, actor: ActorName, more: Record<string, unknown> = {}) =>
    one.decide(name, actor, { ...inputFor(name, one.state, 6, await at()), ...more });
  const { grade } = one.state;
  await decide('grade', 'supervisor', { grade, category: 'logistics' });
  await waitUntil(() => one.state.owner?.provisional === false, 'somebody has the case');
  await decide('pause', 'manager', { until: addMs(await at(), 9 * HOUR) });
  await suite.sleep(HOUR);
  await decide('resume', 'manager');
  await decide('extend', 'manager');
  const owner = (Object.keys(ACTORS) as ActorName[]).find((name) => idOf(name) === one.state.owner?.id) ?? 'agent';
  if (!one.state.accepted) await decide('accept', owner);
  await decide('notSubstantiated', owner);
  if (one.state.notSubstantiated?.status === 'awaitingApproval') await decide('approve', 'manager');
  await decide('resolve', owner);
  await waitUntil(() => one.state.survey?.status === 'open', 'the survey is out');
  await decide('recordSurvey', 'customer', { total: 1 });
}

/** Takes random steps with a case, up to forty, and saves its history. */
/** Another version of the office's policy: more time to solve it, and the law's reply ends with the first answer. */
const NEXT_OFFICE: Policy = policySchema.parse({
  ...OFFICE_POLICY,
  version: OFFICE_POLICY.version + 1,
  promises: {
    ...OFFICE_POLICY.promises,
    resolution: { ...OFFICE_POLICY.promises.resolution, length: OFFICE_POLICY.promises.review.length },
  },
  clocks: OFFICE_POLICY.clocks?.map((rule) =>
    rule.id === 'consumer-law-reply' ? { ...rule, stop: 'responded' } : rule,
  ),
});

/**
 * Past a search for an owner that the case outruns, because it is graded higher meanwhile; then past another version of
 * the policy while the case is paused.
 */
async function outrun(suite: Suite, one: OpenCase): Promise<void> {
  const { pickOwner } = suite.desk.quick;
  let tries = 0;
  suite.desk.pickOwner = (input) => {
    tries += 1;
    if (tries === 1) throw ApplicationFailure.create({ message: 'not now', nextRetryDelay: '1 minute' });
    return pickOwner(input);
  };
  await one.decide('grade', 'supervisor', { grade: 'general', category: 'logistics', reason: text(1) });
  await waitUntil(() => tries === 1, 'an owner is looked for');
  await one.signal('regrade', 'supervisor', { grade: 'important', category: 'logistics', reason: text(2) });
  const heard = async () =>
    (await one.handle.fetchHistory()).events?.some((item) => item.workflowExecutionSignaledEventAttributes) ?? false;
  await waitUntil(heard, 'the higher grade has arrived');
  await suite.sleep(HOUR / 30);
  await waitUntil(() => one.state.owner?.provisional === false, 'somebody has the case');
  Object.assign(suite.desk, suite.desk.quick);
  await one.decide('respond', 'supervisor', { via: 'phone', text: text(3) });
  const until = addMs(new Date(await suite.env.currentTimeMs()).toISOString(), 9 * HOUR);
  await one.decide('pause', 'manager', { reason: 'parts', until, note: text(4) });
  await suite.sleep(HOUR);
  await one.decide('movePolicy', 'manager', { to: NEXT_OFFICE.version, policy: NEXT_OFFICE });
  await suite.sleep(HOUR);
  await one.decide('resume', 'manager', {});
}

/**
 * Past what house and customer say to each other: a file that ends a pause, a message that reads worse than the grade, a
 * call that is wanted, a letter, and an answer by phone after the case is resolved.
 */
async function converse(suite: Suite, one: OpenCase): Promise<void> {
  const at = async () => new Date(await suite.env.currentTimeMs()).toISOString();
  await one.decide('grade', 'supervisor', { grade: 'general', category: 'logistics', reason: text(1) });
  await waitUntil(() => one.state.owner?.provisional === false, 'somebody has the case');
  const waitForThem = async () =>
    one.decide('pause', 'agent', { reason: 'customer', until: addMs(await at(), 9 * HOUR), note: text(2) });
  await waitForThem();
  await suite.sleep(HOUR);
  await one.decide('addEvidence', 'customer', { evidenceId: text(3).textId, sha256: 'b'.repeat(64) });
  await waitForThem();
  await suite.sleep(HOUR);
  const reads = { grade: 'major', category: 'product_quality', rules: ['M1'], engine: 'rules@1' };
  await one.decide('customerWrote', 'customer', { via: 'link', text: text(4), reads });
  const from = addMs(await at(), HOUR);
  await one.decide('wantCallBack', 'customer', { via: 'link', from, to: addMs(from, HOUR) });
  await suite.sleep(HOUR);
  await one.decide('write', 'agent', { text: text(5) });
  await one.decide('notSubstantiated', 'agent', { reasons: text(6), evidence: [] });
  await one.decide('resolve', 'agent', { outcome: 'not_upheld', cause: 'installation', summary: text(7) });
  await one.decide('wantCallBack', 'customer', { via: 'link' });
  await one.decide('respond', 'agent', { via: 'phone', text: text(8) });
}

async function walk(suite: Suite, n: number): Promise<void> {
  const roll = dice(n + 1);
  const grade = GRADES[n % 3] ?? 'general';
  const one = await suite.open(grade, { policy: POLICY });
  // The API sends no update before the receipt is written.
  await waitUntil(() => suite.desk.types(one.caseNo).includes('stageEntered'), 'the complaint is received');
  // Some wait in the queue for a while, until somebody is free for them.
  if (POLICY.routing && n % 4 === 3) await queue(suite, one);
  if (POLICY.routing && n % 4 === 1) await outrun(suite, one);
  // Only under the house policy: the office policy asks for a form before the case can be resolved.
  if (!POLICY.routing && n % 5 === 4) await toLowScore(suite, one);
  else if (!POLICY.routing && n % 6 === 0) await converse(suite, one);
  for (let step = 0; step < 40 && one.state.stage !== 'archived'; step++) {
    const at = new Date(await suite.env.currentTimeMs()).toISOString();
    if (roll(8) === 0) {
      const next = nextMoment(one.state.clocks);
      const untilDue = next ? Math.max(0, Date.parse(next.at) - Date.parse(at)) + 1_000 : HOUR;
      await suite.sleep(Math.min(untilDue, 40 * 24 * HOUR));
      continue;
    }
    const choices = (Object.keys(ACTORS) as ActorName[]).flatMap((actor) =>
      allowed(one.state, { actor: ACTORS[actor], at, policy: POLICY })
        .filter((name) => !RARE.has(name) || roll(12) === 0)
        .filter((name) => name !== 'merge')
        .map((name) => ({ actor, name })),
    );
    const choice = choices[roll(Math.max(1, choices.length))];
    if (!choice) continue;
    const input = inputFor(choice.name, one.state, roll(1_000), at);
    // Some are sent as signals, as Temporal UI does: even a refused one is part of the history.
    if (roll(6) === 0) await one.signal(choice.name, choice.actor, input);
    else await one.decide(choice.name, choice.actor, input).catch(() => undefined);
  }
  await suite.sleep(1_000);
  const history = await one.handle.fetchHistory();
  save({
    name: `${RELEASE}-${grade}-${String(n).padStart(2, '0')}`,
    workflowId: one.handle.workflowId,
    history,
    state: one.state,
  });
  if (one.state.stage !== 'archived') await one.end();
}

describe.each(Array.from({ length: WALKS / WALKS_PER_SERVER }, (_, n) => n * WALKS_PER_SERVER))('from %i', (from) => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await createSuite();
  });
  afterAll(() => suite.close());

  test.each(Array.from({ length: WALKS_PER_SERVER }, (_, n) => from + n))('walk %i', (n) => walk(suite, n));
});
