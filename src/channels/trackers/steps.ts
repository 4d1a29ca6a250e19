import type { TicketSettled } from '../../cases';
import type { SealedTracker, Stores, Ticket } from '../../db';
import { MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { isWanted } from '../../domain/case/trackers';
import { toInstant } from '../../domain/time/duration';
import { faultName, type Log } from '../log';
import type { Known, Seen, TrackerAdapter } from './adapter';
import { TrackerFault, type Api } from './api';
import { answerWords, markOf, settledWords, ticketWords } from './words';

/** A tracker and how it is spoken with. */
export interface There {
  tracker: SealedTracker;
  api: Api;
  adapter: TrackerAdapter;
}

export interface StepNeeds {
  stores: {
    trackers: Omit<Stores['trackers'], 'list' | 'create' | 'change' | 'remove' | 'wantTest' | 'hand' | 'ofCase'>;
    cases: Pick<Stores['cases'], 'get'>;
    ledger: Pick<Stores['ledger'], 'eventsOf'>;
    texts: Pick<Stores['texts'], 'get'>;
  };
  links: { deskCaseUrl(caseNo: string): string };
  /** Tells the case what the department has answered. */
  settle: (settled: TicketSettled) => Promise<'taken' | 'settled' | 'refused'>;
  isAway: (error: unknown) => boolean;
  log: Log;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** When a ticket comes again of which nothing is heard, or whose case cannot be told just now. */
const AGAIN = MINUTE;
const CASE_AWAY = 30 * SECOND;
/** When one comes again whose answer the case refuses: somebody has to do something there first. */
const CASE_REFUSES = 5 * MINUTE;

const isFault = (error: unknown, ...kinds: TrackerFault['kind'][]): error is TrackerFault =>
  error instanceof TrackerFault && kinds.includes(error.kind);

/**
 * Where the whole place is out of reach, no ticket of it is gone or unfit.
 * @throws TrackerFault which is the matter of the tracker
 */
async function mustReach({ api, adapter }: Pick<There, 'api' | 'adapter'>): Promise<void> {
  try {
    await adapter.reach(api);
  } catch (error) {
    throw isFault(error, 'gone', 'unfit') ? new TrackerFault('refused', error.code) : error;
  }
}

/** What is done with one ticket. All of it can be done twice. @throws TrackerFault where the tracker as a whole is the matter */
export function createSteps({ stores, links, settle, isAway, log, clock }: StepNeeds) {
  const { trackers, cases, ledger, texts } = stores;
  const inMs = (ms: number) => toInstant(clock() + ms);

  async function isWaiting({ caseNo, subject }: Ticket): Promise<boolean> {
    const state = (await cases.get(caseNo))?.state;
    return state !== undefined && isWanted(state, subject);
  }

  /** The words of the request or the action. */
  async function wordsOf({ caseNo, subject }: Ticket): Promise<{ isAction: boolean; text: string | undefined }> {
    for (const event of await ledger.eventsOf(caseNo, ['helpRequested', 'actionPlanned'])) {
      const isIt =
        (event.type === 'helpRequested' && event.data.taskId === subject) ||
        (event.type === 'actionPlanned' && event.data.actionId === subject);
      if (!isIt) continue;
      const ref = event.type === 'helpRequested' ? event.data.question : event.data.description;
      const found = ref && (await texts.get([ref.textId])).get(ref.textId);
      return { isAction: event.type === 'actionPlanned', text: found?.body };
    }
    return { isAction: false, text: undefined };
  }

  /** Makes a ticket. One that may have been made is looked for first, so that there is never a second one. */
  async function make({ tracker, api, adapter }: There, ticket: Ticket): Promise<void> {
    const mark = markOf(ticket.id);
    const found = ticket.attempts > 0 ? await adapter.find(api, mark, ticket.plannedAt) : undefined;
    if (found) return trackers.made(ticket.id, found);
    if (!(await isWaiting(ticket))) return trackers.ended(ticket.id, 'dropped');
    const asked = { ...(await wordsOf(ticket)), caseNo: ticket.caseNo, url: links.deskCaseUrl(ticket.caseNo) };
    await trackers.begin(ticket.id, inMs(AGAIN));
    try {
      await trackers.made(ticket.id, await adapter.create(api, ticketWords(asked, mark, tracker.language)));
    } catch (error) {
      // Its place is not there: the matter of the tracker.
      if (isFault(error, 'gone')) throw new TrackerFault('refused', error.code);
      if (!isFault(error, 'unfit')) throw error;
      await mustReach({ api, adapter });
      await trackers.ended(ticket.id, 'failed', { code: error.code });
      log.warn({ ticket: ticket.id, code: error.code }, 'a tracker does not take a ticket');
    }
  }

  /** It is gone there: the department is asked by mail again. */
  async function lose(ticket: Ticket, code: string): Promise<void> {
    if (await isWaiting(ticket)) await trackers.askAgain(ticket);
    await trackers.ended(ticket.id, 'lost', { code });
  }

  /** Tells the case what was answered there. Whoever was first counts. */
  async function answer({ tracker }: There, ticket: Ticket, text: string): Promise<void> {
    await trackers.answering(ticket.id, text);
    try {
      const { id: ticketId, caseNo, subject } = ticket;
      const became = await settle({ ticketId, caseNo, subject, text });
      if (became === 'taken') await trackers.ended(ticket.id, 'done', { settledBy: 'there' });
      else if (became === 'settled') await trackers.closing(ticket.id);
      else await trackers.later(ticket.id, inMs(CASE_REFUSES), 'case_refuses');
    } catch (error) {
      if (!isAway(error)) throw error;
      log.info({ tracker: tracker.id, code: faultName(error) }, 'a case cannot be told of its ticket just now');
      await trackers.later(ticket.id, inMs(CASE_AWAY), 'case_away');
    }
  }

  /** Takes over what a ticket looks like there, and what follows from it. */
  async function mirror(there: There, ticket: Ticket, seen: Seen): Promise<void> {
    const { tracker, api, adapter } = there;
    const isWanting = await isWaiting(ticket);
    const own = new Set(ticket.ownComments);
    // Times of some trackers are whole seconds: what changed just before the last look may have changed again since.
    const isFresh = Date.parse(seen.changedAt) > Date.parse(ticket.lookedAt ?? '') - MINUTE;
    const anew = seen.changedAt !== ticket.changedAt || isFresh;
    const comments = anew ? (await adapter.comments(api, seen)).filter(({ id }) => !own.has(id)) : ticket.comments;
    await trackers.mirror(ticket.id, seen, anew ? comments : undefined);
    if (!isWanting) await trackers.closing(ticket.id);
    else if (seen.isDone) {
      const { kind, language } = tracker;
      await answer(there, ticket, ticket.answer ?? answerWords({ kind, key: seen.key, language }, comments));
    }
  }

  async function look(there: There, ticket: Ticket): Promise<void> {
    try {
      await mirror(there, ticket, await there.adapter.look(there.api, ticket.ref ?? ''));
    } catch (error) {
      if (!isFault(error, 'gone')) throw error;
      await mustReach(there);
      await lose(ticket, error.code);
    }
  }

  /** Says there that it was settled here, once, and closes it if it is open. */
  async function close({ tracker, api, adapter }: There, ticket: Ticket): Promise<void> {
    const { id, ref = '', caseNo, attempts, ownComments } = ticket;
    await trackers.begin(id, inMs(AGAIN));
    try {
      const seen = await adapter.look(api, ref);
      if (ownComments.length === 0) {
        const text = settledWords(links.deskCaseUrl(caseNo), tracker.language);
        const said =
          attempts > 0 ? (await adapter.comments(api, seen)).find((one) => one.text === text)?.id : undefined;
        await trackers.said(id, said ?? (await adapter.comment(api, ref, text)));
      }
      if (!seen.isDone) await adapter.close(api, ref);
      await trackers.ended(id, 'done');
    } catch (error) {
      const isTheirs = isFault(error, 'gone', 'unfit') || (isFault(error, 'refused') && error.code === 'http_403');
      if (!isTheirs) throw error;
      // It cannot be closed there by us; here it is settled all the same.
      await trackers.ended(id, 'done', { code: error.code });
    }
  }

  /** Does what is due about one ticket. */
  async function take(there: There, ticket: Ticket): Promise<void> {
    switch (ticket.state) {
      case 'new':
        return make(there, ticket);
      case 'closing':
        return close(there, ticket);
      default:
        // The case has gone on: as long as it waits, the tracker need not be asked for that.
        return ticket.seenAt !== undefined && ticket.answer === undefined && (await isWaiting(ticket))
          ? trackers.rest(ticket.id)
          : look(there, ticket);
    }
  }

  /** A ticket by what its tracker knows it; undefined: it is not there yet. */
  const known = (ticket: Ticket): (Known & { ticket: Ticket }) | undefined =>
    ticket.ref === undefined
      ? undefined
      : { ref: ticket.ref, mark: markOf(ticket.id), since: ticket.plannedAt, ticket };

  return { take, look, mirror, known };
}
