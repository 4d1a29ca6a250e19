/**
 * The progress of a complaint as its customer sees it.
 * @module
 */
import type { CaseEvent, EventType } from '../case/events';
import type { CaseState } from '../case/state';
import type { Instant, Outcome, TextRef, Words } from '../basics/types';

/** The steps in which a customer follows their complaint. */
export const CUSTOMER_STEPS = [
  'received',
  'assigned',
  'contacted',
  'again',
  'verified',
  'agreed',
  'carriedOut',
  'feedback',
  'revisit',
  'closed',
] as const;

/** One step as the customer sees it. Only one that has happened is `done`, and it has a time. */
export interface CustomerStep {
  step: (typeof CUSTOMER_STEPS)[number];
  words: Words;
  status: 'done' | 'current' | 'future';
  at?: Instant;
  /** The customer's own words, where the step is theirs (`again`: why they reopened the case). */
  text?: TextRef;
}

const CLOSED_WORDS: Record<Outcome | 'other', Words> = {
  withdrawn: { zh: '您已撤回', en: 'Withdrawn by you' },
  merged: { zh: '并入另一件一起办理', en: 'Goes on together with another complaint' },
  upheld: { zh: '已办结', en: 'Closed' },
  partly_upheld: { zh: '已办结', en: 'Closed' },
  not_upheld: { zh: '已办结', en: 'Closed' },
  other: { zh: '已办结', en: 'Closed' },
};

/**
 * The steps of a complaint in words for the customer, of its present round. A step that was passed over (no solution
 * was needed, the complaint was withdrawn) is left out, never ticked: a customer is not told of work that was not done.
 * @param events the whole ledger, in order
 */
export function customerSteps(state: CaseState, events: readonly CaseEvent[]): CustomerStep[] {
  const began = events.findLastIndex(({ type }) => type === 'roundOpened');
  const round = began < 0 ? events : events.slice(began);
  const last = <T extends EventType>(type: T): Extract<CaseEvent, { type: T }> | undefined =>
    round.findLast((item): item is Extract<CaseEvent, { type: T }> => item.type === type);
  const named = events.find(
    (item) => (item.type === 'assigned' || item.type === 'reassigned') && item.data.owner === state.owner?.id,
  );
  const opened = events[began];
  const reopened = opened?.type === 'roundOpened' && opened.data.because === 'reopened';
  const reason = reopened ? events.slice(0, began).findLast(isReopened)?.data.reason : undefined;
  const answered = round.findLast((item) => item.type === 'customerAnswered' && item.data.accepted);
  const byPolicy = answered?.type === 'customerAnswered' && answered.data.via === 'policy';
  const verified = last('proposed') ?? last('notSubstantiatedFound');
  const resolved = last('resolved');
  const closing = round.findLast((item) => item.type === 'stageEntered' && isAfter(item.data.stage, 'feedback'));
  const revisited = last('revisitRecorded');
  const archived = state.stage === 'archived';

  const steps: (Omit<CustomerStep, 'status'> & { done: boolean })[] = [
    step('received', { zh: '已收到', en: 'Received' }, state.receivedAt),
    step('assigned', { zh: '安排负责人', en: 'Handler named' }, named?.at),
    step('contacted', { zh: '联系您', en: 'A person speaks to you' }, state.respondedAt),
    ...(state.round > 1
      ? [
          {
            ...step(
              'again',
              { zh: `重新办理（第 ${state.round} 轮）`, en: `Taken up again (round ${state.round})` },
              opened?.at,
            ),
            text: reason,
          },
        ]
      : []),
    step('verified', { zh: '核实情况', en: 'What happened is established' }, verified?.at),
    step(
      'agreed',
      byPolicy
        ? { zh: '方案已定', en: 'Solution settled' }
        : answered
          ? { zh: '您已接受方案', en: 'You accepted the solution' }
          : { zh: '请您确认方案', en: 'You agree to a solution' },
      answered?.at,
    ),
    step('carriedOut', { zh: '办理方案', en: 'The solution is carried out' }, last('carriedOut')?.at),
    step('feedback', { zh: '结果与评价', en: 'Result and your rating' }, resolved && closing?.at),
    step('revisit', { zh: '回访', en: 'We get in touch again' }, revisited?.at),
    step('closed', CLOSED_WORDS[state.outcome ?? 'other'], archived ? (state.archivedAt ?? state.lastAt) : undefined),
  ];

  /** Whether our work on the complaint is over, so that open steps in `WORK` will not happen. */
  const over = resolved !== undefined || archived;
  const shown = steps.filter(({ step: name, done }) => done || !(archived || (over && WORK.has(name))));
  const current = shown.findIndex(({ done }) => !done);
  return shown.map(({ done, ...item }, index) => ({
    ...item,
    status: done ? 'done' : index === current ? 'current' : 'future',
  }));
}

/** Steps that are our work on the complaint. */
const WORK: ReadonlySet<CustomerStep['step']> = new Set(['assigned', 'contacted', 'verified', 'agreed', 'carriedOut']);

const step = (name: CustomerStep['step'], words: Words, at: Instant | undefined) => ({
  step: name,
  words,
  done: at !== undefined,
  ...(at !== undefined && { at }),
});

const isReopened = (item: CaseEvent): item is Extract<CaseEvent, { type: 'reopened' }> => item.type === 'reopened';

const ORDER = ['receive', 'grade', 'assign', 'resolve', 'feedback', 'revisit', 'review', 'archived'];
const isAfter = (stage: string, other: string): boolean => ORDER.indexOf(stage) > ORDER.indexOf(other);
