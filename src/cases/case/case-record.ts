import type { ActionRow, CaseTicket } from '../../db/records';
import type { CaseEvent, EventOf, EventType } from '../../domain/case/events';
import type { CaseState } from '../../domain/case/state';
import { departmentWords } from '../../domain/policy/departments';
import type { Policy } from '../../domain/policy/schema';
import type { TextRef } from '../../domain/basics/types';
import type { CaseView, Said, TicketView } from './answers';

/** Events whose content is shown with a case although its state does not hold it. */
export const TOLD = [
  'helpRequested',
  'helpAnswered',
  'proposed',
  'notSubstantiatedFound',
  'resolved',
  'actionPlanned',
  'noted',
] as const satisfies readonly EventType[];

export type ToldEvent = EventOf<(typeof TOLD)[number]>;

/** The ids of every text that `caseRecord` needs. */
export function textsOf(told: readonly ToldEvent[]): string[] {
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

/** The part of a case's answer that is read from its ledger. */
export type CaseRecord = Pick<CaseView, 'helpTasks' | 'actions' | 'findings' | 'summary' | 'notes'>;

interface Sources {
  state: CaseState;
  policy: Policy;
  told: readonly ToldEvent[];
  actionRows: readonly ActionRow[];
  texts: ReadonlyMap<string, { body: string }>;
  names: ReadonlyMap<string, string>;
  /** The oldest first. */
  tickets: readonly CaseTicket[];
}

/**
 * Works out help tasks, corrective actions, findings, summary and notes of a case. A text that is not in `texts` has been
 * erased and is `null`.
 */
export function caseRecord({ state, policy, told, actionRows, texts, names, tickets }: Sources): CaseRecord {
  const body = (ref: TextRef): string | null => texts.get(ref.textId)?.body ?? null;
  const said = ({ at, actor }: CaseEvent, ref: TextRef): Said => ({
    at,
    by: actor.kind === 'staff' ? { kind: 'staff', id: actor.id, name: names.get(actor.id) } : { kind: actor.kind },
    text: body(ref),
  });
  const nameOf = (id: string): string => names.get(id) ?? id;
  const rows = new Map(actionRows.map((row) => [row.id, row]));
  const record: CaseRecord = {
    helpTasks: state.helpTasks.map((task) => ({
      taskId: task.id,
      ...task,
      departmentName: departmentWords(task.department, policy),
      assigneeName: task.assignee === undefined ? undefined : nameOf(task.assignee),
      askedByName: nameOf(task.askedBy),
      dueAt: state.clocks[`help:${task.id}`]?.dueAt,
      ticket: ticketOf(tickets, task.id),
    })),
    actions: state.actions.map((action) => {
      const { dueAt, checkAt } = rows.get(action.id) ?? {};
      return {
        actionId: action.id,
        ...action,
        ownerName: nameOf(action.owner),
        dueAt,
        checkAt,
        ticket: ticketOf(tickets, action.id),
      };
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

/** The newest ticket of a request or an action. */
function ticketOf(tickets: readonly CaseTicket[], subject: string): TicketView | undefined {
  const found = tickets.findLast((one) => one.subject === subject);
  if (!found) return undefined;
  const { tracker, kind, state, settledBy, key, url, status, assignee, comments, lookedAt, code } = found;
  // What a tracker says of itself: nothing but an address of the web becomes a link.
  const link = url !== undefined && /^https?:\/\//.test(url) ? url : undefined;
  const said = comments.map(({ author, at, text }) => ({ author, at, text }));
  return { tracker, kind, state, settledBy, key, url: link, status, assignee, comments: said, lookedAt, code };
}
