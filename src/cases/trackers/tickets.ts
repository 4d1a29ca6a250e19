import type { Stores } from '../../db';
import { mayHandOver } from '../../domain/case/trackers';
import type { Staff } from '../../domain/case/permissions';
import { conflict, Refused } from '../refused';
import type { Deciding } from '../case/decide';
import type { VisibleCases } from '../case/visible';
import type { HandingOver, WantedTicket } from './answers';

/** What was settled in a tracker. */
export interface TicketSettled {
  ticketId: string;
  caseNo: string;
  /** The request for help, or the corrective action. */
  subject: string;
  /** The department's answer. A repeat says the same. */
  text: string;
}

/** Tickets of cases in trackers of other departments. */
export interface TicketAccess {
  /** What of a case this person may hand over, and where to. @throws Refused `notFound` if they may not see it */
  offered(caseNo: string, actor: Staff): Promise<HandingOver>;
  /**
   * Plans a ticket for an open request for help, or a corrective action. It is made within seconds.
   * @throws Refused `notFound` if they may not see the case; `conflict` (`not_to_hand_over`) for what is none, has one, or is of a
   *   case about one of the staff
   */
  handOver(caseNo: string, wanted: WantedTicket, actor: Staff): Promise<void>;
  /**
   * For the channel alone: answers a request for help, or starts a corrective action, for the department that has settled it.
   * @returns `settled`: it does not wait any more, somebody else was first; `refused`: the case does not take it yet
   * @throws Refused `away` when Temporal is away
   */
  settle(settled: TicketSettled): Promise<'taken' | 'settled' | 'refused'>;
}

interface Needs {
  stores: Pick<Stores, 'trackers' | 'cases' | 'complaints'>;
  visible: Pick<VisibleCases, 'see'>;
  deciding: Pick<Deciding, 'take'>;
}

/** Refusals by which a case says that somebody else was first. */
const SETTLED = ['no_such_task', 'no_open_help', 'out_of_turn', 'no_such_action', 'no_planned_action'];

const NOT_TO_HAND_OVER = conflict({
  code: 'not_to_hand_over',
  words: {
    zh: '这一项不能交出去：没有这一项、已经办结、已有工单，或投诉针对的是同事；请看案件里还开着的协助和措施',
    en: 'this cannot be handed over: there is no such thing, it is settled, it has a ticket, or the complaint is about one of the staff; see what is still open in the case',
  },
});

/** Builds `TicketAccess`. */
export function createTickets({ stores: { trackers, cases, complaints }, visible, deciding }: Needs): TicketAccess {
  return {
    async offered(caseNo, actor) {
      const { state } = await visible.see(caseNo, actor);
      const possible = mayHandOver(actor, state);
      if (possible.length === 0) return { subjects: [], trackers: [] };
      const [offered, tickets] = await Promise.all([trackers.offered(), trackers.ofCase(caseNo)]);
      const counting = new Set(tickets.filter((one) => !ENDED_BADLY.has(one.state)).map(({ subject }) => subject));
      const subjects = possible.filter((subject) => !counting.has(subject));
      return { subjects: offered.length > 0 ? subjects : [], trackers: offered };
    },

    async handOver(caseNo, { subject, trackerId }, actor) {
      const { state } = await visible.see(caseNo, actor);
      if (!mayHandOver(actor, state).includes(subject)) throw NOT_TO_HAND_OVER;
      if (!(await trackers.hand({ caseNo, subject, trackerId, by: actor.id }))) throw NOT_TO_HAND_OVER;
    },

    async settle({ ticketId, caseNo, subject, text }) {
      const [stored, record] = await Promise.all([cases.get(caseNo), complaints.get(caseNo)]);
      if (!stored || !record) return 'settled';
      const { state } = stored;
      const action = state.actions.find(({ id }) => id === subject);
      // The department has done what it was to do; whether that works is judged later, by a person.
      if (action && action.status !== 'planned') return 'taken';
      const seen = { record, state };
      const ids = { decisionId: `ticket-${ticketId}` };
      try {
        if (action) await deciding.take(seen, 'startAction', { actionId: subject }, { kind: 'system' }, ids);
        else await deciding.take(seen, 'answerHelp', { taskId: subject, answer: text }, { kind: 'system' }, ids);
        return 'taken';
      } catch (error) {
        if (!(error instanceof Refused) || error.kind === 'away') throw error;
        return SETTLED.includes(error.code) ? 'settled' : 'refused';
      }
    },
  };
}

/** Tickets that do not keep a further one from being made. */
const ENDED_BADLY: ReadonlySet<string> = new Set(['lost', 'dropped', 'failed']);
