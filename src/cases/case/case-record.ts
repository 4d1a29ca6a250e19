import type { ActionRow } from '../../db/records';
import type { CaseEvent, EventBody, EventType } from '../../domain/case/events';
import type { CaseState } from '../../domain/case/state';
import type { Actor, Cause, Instant, TextRef } from '../../domain/basics/types';

/** What stands in the ledger and not in the state, for whoever has to go on with the case. */
const TOLD = [
  'helpRequested',
  'helpAnswered',
  'proposed',
  'notSubstantiatedFound',
  'resolved',
  'actionPlanned',
  'noted',
] as const satisfies readonly EventType[];

export type Told = CaseEvent & Extract<EventBody, { type: (typeof TOLD)[number] }>;

const isTold = (item: CaseEvent): item is Told => (TOLD as readonly EventType[]).includes(item.type);

export const toldIn = (events: readonly CaseEvent[]): Told[] => events.filter(isTold);

/** Every text that `caseRecord` shows. */
export function textsOf(told: readonly Told[]): string[] {
  return told
    .flatMap((item): (TextRef | undefined)[] => {
      switch (item.type) {
        case 'helpRequested':
          return [item.data.question];
        case 'helpAnswered':
          return [item.data.answer];
        case 'proposed':
          return [item.data.findings];
        case 'notSubstantiatedFound':
          return [item.data.reasons];
        case 'resolved':
          return [item.data.summary];
        case 'actionPlanned':
          return [item.data.description];
        case 'noted':
          return [item.data.text];
      }
    })
    .flatMap((ref) => (ref ? [ref.textId] : []));
}

export interface Said {
  at: Instant;
  by: { kind: Actor['kind']; id?: string; name?: string };
  /** `null` once it has been erased. */
  text: string | null;
}

export interface HelpTaskView {
  /** As decisions want it; `id` is the same. */
  taskId: string;
  id: string;
  department: string;
  assignee?: string;
  askedBy: string;
  open: boolean;
  question?: string | null;
  askedAt?: Instant;
  /** Of the promise of this task. */
  dueAt?: Instant;
  answer?: Said;
}

export interface ActionView {
  /** As decisions want it; `id` is the same. */
  actionId: string;
  id: string;
  kind: 'urgent' | 'preventive';
  owner: string;
  status: 'planned' | 'started' | 'ended';
  missed?: boolean;
  cause?: Cause;
  description?: string | null;
  plannedAt?: Instant;
  /** When it has to be started. */
  dueAt?: Instant;
  /** When its effect is checked. */
  checkAt?: Instant;
}

export interface CaseRecord {
  helpTasks: HelpTaskView[];
  actions: ActionView[];
  /** What was found out, the latest last: with a solution, or why the complaint has no ground. */
  findings: Said[];
  /** In whose words the case was resolved. */
  summary?: Said;
  notes: Said[];
}

interface Sources {
  state: CaseState;
  told: readonly Told[];
  actionRows: readonly ActionRow[];
  texts: ReadonlyMap<string, { body: string }>;
  names: ReadonlyMap<string, string>;
}

export function caseRecord({ state, told, actionRows, texts, names }: Sources): CaseRecord {
  const body = (ref: TextRef): string | null => texts.get(ref.textId)?.body ?? null;
  const said = ({ at, actor }: CaseEvent, ref: TextRef): Said => ({
    at,
    by: actor.kind === 'staff' ? { kind: 'staff', id: actor.id, name: names.get(actor.id) } : { kind: actor.kind },
    text: body(ref),
  });
  const rows = new Map(actionRows.map((row) => [row.id, row]));
  const record: CaseRecord = {
    helpTasks: state.helpTasks.map((task) => ({
      taskId: task.id,
      ...task,
      dueAt: state.clocks[`help:${task.id}`]?.dueAt,
    })),
    actions: state.actions.map((action) => {
      const { dueAt, checkAt } = rows.get(action.id) ?? {};
      return { actionId: action.id, ...action, dueAt, checkAt };
    }),
    findings: [],
    notes: [],
  };
  for (const item of told) {
    switch (item.type) {
      case 'helpRequested': {
        const task = record.helpTasks.find(({ id }) => id === item.data.taskId);
        const { question } = item.data;
        if (task) Object.assign(task, { askedAt: item.at, question: question && body(question) });
        break;
      }
      case 'helpAnswered': {
        const task = record.helpTasks.find(({ id }) => id === item.data.taskId);
        if (task) task.answer = said(item, item.data.answer);
        break;
      }
      case 'actionPlanned': {
        const action = record.actions.find(({ id }) => id === item.data.actionId);
        const { cause, description } = item.data;
        if (action) Object.assign(action, { cause, description: body(description), plannedAt: item.at });
        break;
      }
      case 'proposed':
        if (item.data.findings) record.findings.push(said(item, item.data.findings));
        break;
      case 'notSubstantiatedFound':
        record.findings.push(said(item, item.data.reasons));
        break;
      case 'resolved':
        record.summary = said(item, item.data.summary);
        break;
      case 'noted':
        record.notes.push(said(item, item.data.text));
        break;
    }
  }
  return record;
}
