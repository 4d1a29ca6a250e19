/**
 * A house of many cases with all that happens to cases, and its figures counted by plain loops over the ledgers: the second
 * opinion on what SQL counts over the facts. Days come from `Intl` here, not from the offsets that cases carry.
 * @module
 */
import fc from 'fast-check';
import { freezeZone } from '../../../src/cases/rules/zones';
import { allowed } from '../../../src/domain/decisions/decide';
import { event, type CaseEvent, type EventData, type EventType } from '../../../src/domain/case/events';
import { awaits, AWAITED } from '../../../src/domain/case/awaits';
import { evolve } from '../../../src/domain/case/evolve';
import type { CaseState } from '../../../src/domain/case/state';
import type { FigureId } from '../../../src/domain/facts/figures';
import { append, SYSTEM } from '../../../src/domain/process/append';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { GRADES } from '../../../src/domain/basics/types';
import { OFFICE_POLICY } from '../policies';
import { ACTORS, inputFor, step, text, Walk, type ActorName } from '../walk';

/** Clocks went back in the night to 1 November 2026. */
export const ZONE = 'America/New_York';
const DAY = 86_400_000;

/** A case by its ledger. */
export interface Ledger {
  caseNo: string;
  events: CaseEvent[];
  product: string | null;
}

const script = fc.record({
  office: fc.boolean(),
  grade: fc.constantFrom(...GRADES),
  /** Of the receipt, around the change of clocks. */
  shift: fc.integer({ min: -40 * DAY, max: 5 * DAY }),
  product: fc.boolean(),
  steps: fc.array(fc.record({ step, sensible: fc.integer({ min: 0, max: 7 }), n: fc.nat(9_999) }), {
    minLength: 3,
    maxLength: 60,
    size: 'max',
  }),
});

/** Cases of a house with this zone; the same for the same seed. @param no the number of the n-th */
export async function houseOf(count: number, seed: number, no: (n: number) => string): Promise<Ledger[]> {
  const zone = await freezeZone(ZONE, Date.parse('2026-11-22T00:00:00Z'), { before: 0, after: 2 });
  return fc.sample(script, { seed, numRuns: count }).map(({ office, grade, shift, product, steps }, n) => {
    const walk = new Walk(grade, office ? OFFICE_POLICY : HOUSE_POLICY);
    for (const { step: one, sensible, n: choice } of steps) goOn(walk, one, sensible, choice);
    // The walks know no earlier complaints.
    if (product) walk.append([event('repeatFound', { of: ['C260101-7KQ4MX'] })]);
    const moved = JSON.stringify(walk.events).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]{12}Z/g, (at) =>
      new Date(Date.parse(at) + shift).toISOString(),
    );
    const events = JSON.parse(moved) as CaseEvent[];
    const [first] = events;
    if (first?.type === 'complaintReceived' && zone) first.data.zone = zone;
    return { caseNo: no(n), events, product: product ? '净水器' : null };
  });
}

/** What leads a case to its end. */
const ONWARD = new Set(
  (
    'grade accept respond propose approve customerAnswer carryOut resolve recordSurvey followUp recordRevisit ' +
    'recordRootCause planAction startAction verifyAction archive resume'
  ).split(' '),
);
const IDLE = new Set<string>(['merge', 'withdraw', 'note', 'write', 'addEvidence', 'customerWrote', 'fillForm']);

function goOn(walk: Walk, one: Parameters<Walk['take']>[0], sensible: number, n: number): void {
  if (sensible === 0) return walk.take(one);
  // Time goes by, and promises are broken.
  if (sensible === 1) return walk.take({ kind: 'wait', ms: n * 3_000 });
  const choices = (Object.keys(ACTORS) as ActorName[]).flatMap((actor) =>
    allowed(walk.state, { actor: ACTORS[actor], at: walk.now, policy: walk.policy })
      .filter((name) => (sensible === 2 ? !IDLE.has(name) : ONWARD.has(name)))
      .map((name) => ({ name, actor })),
  );
  const choice = choices[n % Math.max(1, choices.length)];
  if (!choice) return;
  const input = inputFor(choice.name, walk.state, n, walk.now);
  // Some causes stay unknown, and some customers like the people better than what they did.
  if ('cause' in input && n % 4 === 0) input.cause = 'unknown';
  if (choice.name === 'recordSurvey') input.attitude = 1 + (n % 4);
  walk.decide(choice.name, choice.actor, input);
}

/** A case that came in closed from another system. */
export function importedCase(caseNo: string, receivedAt: string): Ledger {
  const { events } = append(
    undefined,
    caseNo,
    [
      event('complaintReceived', {
        channel: 'mail',
        language: 'zh-CN',
        customerId: '00000000-0000-4000-8000-0000000000ab',
        text: text(1),
        policyVersion: 1,
        receivedAt,
      }),
      event('imported', {
        importId: 'i1',
        grade: 'important',
        category: 'logistics',
        isGraded: true,
        outcome: 'upheld',
        cause: 'transport_packing',
        resolvedAt: receivedAt,
        closedAt: receivedAt,
      }),
    ],
    { at: receivedAt, actor: SYSTEM },
    HOUSE_POLICY,
  );
  return { caseNo, events, product: null };
}

/** One thing that is counted. */
export interface Point {
  caseNo: string;
  day: string;
  hit: boolean;
  value: number;
  person: string | null;
  grade: string;
  hour: string;
  part: string | null;
}

const format = new Map<string, Intl.DateTimeFormat>();
function local(at: string, timeZone: string): { day: string; hour: string } {
  let of = format.get(timeZone);
  if (!of) {
    of = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    format.set(timeZone, of);
  }
  const [day = '', time = ''] = of.format(Date.parse(at)).split(' ');
  return { day, hour: String(Number(time.slice(0, 2))) };
}

type Of<T extends EventType> = CaseEvent & { type: T; data: EventData[T] };

/** The points of every figure in one case. */
export function plainPoints({ caseNo, events, product }: Ledger, now: string): Partial<Record<FigureId, Point[]>> {
  const states: CaseState[] = [];
  for (const one of events) states.push(evolve(states.at(-1), one, caseNo));
  const last = states.at(-1) as CaseState;
  const zone = last.zone ? ZONE : 'UTC';
  const personIn = ({ owner }: CaseState): string | null => (owner && !owner.provisional ? owner.id : null);
  const personAt = (index: number): string | null => personIn(states[index] as CaseState);
  const all = <T extends EventType>(...types: T[]): (Of<T> & { index: number })[] =>
    events.flatMap((one, index) =>
      (types as string[]).includes(one.type) ? [{ ...one, index } as unknown as Of<T> & { index: number }] : [],
    );
  const common = { caseNo, grade: last.grade, hour: local(last.receivedAt, zone).hour };
  const found: Partial<Record<FigureId, Point[]>> = {};
  const add = (
    id: FigureId,
    at: string,
    hit: boolean,
    more: { value?: number; person?: string | null; part?: string } = {},
  ): void => {
    (found[id] ??= []).push({
      ...common,
      day: local(at, zone).day,
      hit,
      value: more.value ?? 0,
      person: more.person === undefined ? personIn(last) : more.person,
      part: more.part ?? null,
    });
  };
  const isMerged = last.outcome === 'merged';
  const { receivedAt } = last;
  if (!isMerged) add('received', receivedAt, true);

  // Promises: each ends with its first breach, or as it is stopped.
  for (const start of all('promiseStarted')) {
    const { clock, promise: name } = start.data;
    const next = all('promiseStarted').find(({ index, data }) => index > start.index && data.clock === clock);
    const mine = events
      .map((one, index) => ({ one, index }))
      .filter(({ index }) => index > start.index && index < (next?.index ?? Infinity));
    const breach = mine.find(({ one }) => one.type === 'promiseBreached' && one.data.clock === clock);
    const stop = mine.find(({ one }) => one.type === 'promiseStopped' && one.data.clock === clock);
    const end = breach ?? stop;
    if (!end) continue;
    const verdict = stop?.one.type === 'promiseStopped' ? stop.one.data.verdict : undefined;
    if (!breach && verdict === 'cancelled') continue;
    const kept = !breach && verdict === 'met';
    const at = end.one.type === 'promiseBreached' ? end.one.data.dueAt : end.one.at;
    const task = states[end.index]?.helpTasks.find(({ id }) => clock === `help:${id}`);
    const person = task ? (task.assignee ?? null) : personAt(end.index);
    if (name === 'firstResponse') {
      add('responded', at, kept, { person });
      if (last.grade === 'major') add('respondedMajor', at, kept, { person });
    }
    const byGrade = { general: 'resolvedGeneral', important: 'resolvedImportant', major: 'resolvedMajor' } as const;
    if (name === 'resolution') add(byGrade[last.grade], at, kept, { person });
    if (name === 'help') add('helpAnswered', at, kept, { person });
  }

  // Surveys.
  const surveys = new Map<string, { index: number; answer?: EventData['surveyRecorded'] }>();
  for (const one of all('surveySent', 'surveyRecorded')) {
    const survey = surveys.get(one.data.surveyId) ?? { index: one.index };
    if (one.type === 'surveyRecorded') survey.answer = one.data as EventData['surveyRecorded'];
    surveys.set(one.data.surveyId, survey);
  }
  for (const { index, answer } of surveys.values()) {
    const at = events[index]?.at ?? '';
    const person = personAt(index);
    add('surveyAnswered', at, answer !== undefined, { person });
    if (!answer) continue;
    add('satisfied', at, answer.total >= 4, { person });
    add('satisfiedSpeed', at, answer.speed >= 4, { person });
    add('satisfiedSolution', at, answer.solution >= 4, { person });
    add('satisfiedAttitude', at, answer.attitude >= 4, { person });
  }

  // The case as a whole.
  const [resolved] = all('resolved');
  const rounds = all('roundOpened');
  if (!isMerged && !last.imported) {
    add('repeated', receivedAt, last.repeatOf.length > 0);
    add(
      'escalated',
      receivedAt,
      all('escalated').some(({ data }) => data.to === 'supervisor' || data.to === 'manager'),
    );
    add('chased', receivedAt, all('chased').length > 0);
    const touched = events.find(({ actor }) => actor.kind === 'staff')?.at;
    const aDayLater = new Date(Date.parse(receivedAt) + DAY).toISOString();
    if (touched !== undefined || aDayLater < now)
      add('omitted', receivedAt, touched === undefined || touched > aDayLater);
    const grading = all('graded', 'regraded').find(({ actor }) => actor.kind === 'staff');
    if (grading) {
      add('gradeKept', receivedAt, grading.data.grade === last.grade);
      const suggested = all('gradeSuggested').findLast(({ index }) => index < grading.index);
      if (suggested) add('suggestionKept', receivedAt, suggested.data.grade === grading.data.grade);
    }
    const given = all('assigned', 'reassigned').filter(
      (one) => one.type === 'reassigned' || !(one.data as EventData['assigned']).provisional,
    );
    if (given[0]) {
      const again = given
        .slice(1)
        .filter((one) => one.type === 'reassigned' && (!resolved || one.index < resolved.index))
        .filter(({ data }) => (data as EventData['reassigned']).owner !== (data as EventData['reassigned']).from);
      add('assignedRight', receivedAt, again.length === 0);
    }
    const causes = all('rootCauseRecorded').at(-1) ?? all('resolved').at(-1);
    if (resolved) {
      const isNamed = causes !== undefined && causes.data.cause !== 'unknown';
      const spoken = all('responded', 'wroteToCustomer').length > 0;
      add(
        'reopened',
        resolved.at,
        rounds.some(({ index }) => index > resolved.index),
      );
      add('complete', resolved.at, grading !== undefined && spoken && product !== null && isNamed);
      if (last.outcome !== 'withdrawn') add('causeNamed', resolved.at, isNamed);
    }
    let lost = false;
    let won = false;
    for (const one of events) {
      const said =
        one.type === 'surveyRecorded'
          ? !one.data.low
          : one.type === 'followedUp' || one.type === 'revisitRecorded'
            ? one.data.satisfied
            : one.type === 'reopened'
              ? false
              : undefined;
      if (said === undefined) continue;
      if (!said) lost = true;
      won = said;
    }
    if (lost) add('wonBack', receivedAt, won);
  }

  // Corrective actions.
  for (const { at, data } of all('actionPlanned')) {
    const started = all('actionStarted').find((one) => one.data.actionId === data.actionId)?.at;
    const judged = all('actionMeasured', 'actionVerified').findLast((one) => one.data.actionId === data.actionId);
    const limit = new Date(Date.parse(at) + 3 * DAY).toISOString();
    const person = data.owner;
    if (data.kind === 'preventive' && judged) add('prevented', at, judged.data.reached, { person });
    if (data.kind === 'urgent' && (started !== undefined || limit < now)) {
      add('urgentStarted', at, started !== undefined && started <= limit, { person });
    }
  }

  // Times.
  const begins = [{ at: receivedAt, index: 0 }, ...rounds];
  for (const [n, begin] of begins.entries()) {
    const until = begins[n + 1]?.index ?? Infinity;
    const done = all('resolved').findLast(({ index }) => index >= begin.index && index < until);
    if (!done || last.imported) continue;
    const value = Date.parse(done.at) - Date.parse(begin.at);
    add('resolutionTime', begin.at, true, { value, person: personAt(done.index) });
  }
  const since = new Map<string, string>();
  if (!last.imported) {
    for (const [index, one] of events.entries()) {
      const state = states[index] as CaseState;
      for (const name of ['receive', 'grade', 'assign', 'resolve', 'feedback', 'revisit', 'review', ...AWAITED]) {
        const is = state.stage === name || (awaits(state) as string[]).includes(name);
        const from = since.get(name);
        if (is && from === undefined) since.set(name, one.at);
        if (is || from === undefined) continue;
        since.delete(name);
        const value = Date.parse(one.at) - Date.parse(from);
        const id = (AWAITED as readonly string[]).includes(name) ? 'waitTime' : 'stageTime';
        add(id, one.at, true, { value, person: personAt(index), part: name });
      }
    }
  }

  // Money.
  for (const { at, data, actor, index } of all('carriedOut')) {
    const person = actor.kind === 'staff' ? actor.id : personAt(index);
    for (const { kind, amount } of data.remedies) add('redress', at, true, { value: amount, person, part: kind });
  }
  return found;
}
