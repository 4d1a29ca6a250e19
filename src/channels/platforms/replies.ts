import type { PlatformComplaint, PlatformReply, Stores } from '../../db';
import { MINUTE } from '../../domain/basics/milliseconds';
import { lastOf, type CaseEvent } from '../../domain/case/events';
import { PLATFORM_KINDS } from '../../domain/case/platforms';
import { isRevocable, UNDO_HELD_MS } from '../../domain/decisions/undo';
import { toInstant } from '../../domain/time/duration';
import { isMoot } from '../moot';
import type { Entry } from './adapter';
import { isOfOne, isPlatformFault, PlatformFault } from './fault';
import { hash, type StepNeeds, type Working } from './steps';
import { asOne, partsOf, replyRefusedWords, solutionWords } from './words';

interface Needs extends Pick<StepNeeds, 'platforms' | 'cases' | 'log' | 'clock'> {
  stores: Pick<Stores, 'ledger' | 'texts'> & { cases: Pick<Stores['cases'], 'get'> };
}

/** When a reply comes again of which nothing is heard: the platform has it in the negotiation by then. */
const AGAIN = MINUTE;
/** The clock of the platform may be behind ours by so much. */
const SKEW = MINUTE;
/** How often it is tried where the platform only says that something is wrong with it. */
const TRIES = 5;

/** Sends what people write to customers as replies at the platform where they complained, each once. */
export function createReplies({ platforms, cases, stores, log, clock }: Needs) {
  const inMs = (ms: number) => toInstant(clock() + ms);

  /** The words of what was written; undefined: they have been erased. */
  async function wordsOf(
    { row }: Working,
    event: CaseEvent,
    events: readonly CaseEvent[],
  ): Promise<string | undefined> {
    const before = events.filter(({ seq }) => seq <= event.seq);
    const ref =
      event.type === 'wroteToCustomer' || event.type === 'responded'
        ? event.data.text
        : event.type === 'resolved'
          ? event.data.summary
          : event.type === 'solutionOffered'
            ? lastOf(before, 'proposed', ({ proposalId }) => proposalId === event.data.proposalId)?.solution
            : undefined;
    const text = ref && (await stores.texts.get([ref.textId])).get(ref.textId)?.body;
    return text !== undefined && event.type === 'solutionOffered' ? solutionWords(text, row.language) : text;
  }

  /** Texts of what has arrived since the first attempt. */
  async function arrived(
    { adapter, there }: Working,
    complaint: PlatformComplaint,
    reply: PlatformReply,
  ): Promise<Set<string>> {
    const since = Date.parse(reply.calledAt ?? reply.plannedAt) - SKEW;
    const { entries } = await adapter.look(there, complaint.complaintId);
    const isOurs = ({ kind, at }: Entry): boolean => kind === 'ours' && Date.parse(at) >= since;
    return new Set(entries.filter(isOurs).map(({ text }) => asOne(text)));
  }

  async function refused(at: Working, reply: PlatformReply, decided: string): Promise<void> {
    const { caseNo } = reply;
    const text = replyRefusedWords(at.row.kind, at.row.language);
    const decisionId = `pf-${hash(`${reply.id}/refused`).slice(0, 40)}`;
    // Told first: ended first, a reply whose case was not told would never be told.
    await cases.platformCases.note({ caseNo, text, decisionId, isPressing: true });
    await platforms.replyEnded(reply.id, 'refused', decided);
    log.warn({ platform: at.row.id, caseNo, code: decided }, 'a platform does not take a reply');
  }

  /** Passes one on. After any attempt whose end is not known it is looked for first. @throws PlatformFault as the platform fails */
  async function pass(at: Working, complaint: PlatformComplaint, reply: PlatformReply, text: string): Promise<void> {
    const there = reply.attempts > 0 ? await arrived(at, complaint, reply) : new Set<string>();
    const to = { complaintId: complaint.complaintId, merchantId: complaint.merchantId ?? at.row.merchantId };
    if (!at.adapter.reply) throw new PlatformFault('unfit', 'takes_no_replies');
    for (const part of partsOf(text, PLATFORM_KINDS[at.row.kind].mostReply)) {
      if (there.has(asOne(part))) continue;
      await platforms.replyCalled(reply, hash(asOne(part)), inMs(AGAIN));
      await at.adapter.reply(at.there, to, part);
    }
    await platforms.replyEnded(reply.id, 'sent');
  }

  return {
    /** @throws PlatformFault where the platform is the matter; then it is looked for before it is sent again */
    async send(at: Working, complaint: PlatformComplaint, reply: PlatformReply): Promise<void> {
      const [stored, events] = await Promise.all([stores.cases.get(reply.caseNo), stores.ledger.events(reply.caseNo)]);
      const cause = events.find(({ seq }) => seq === reply.seq);
      if (!stored || !cause) return platforms.replyLater(reply.id, inMs(AGAIN), 'no_case');
      // What may be taken back for some seconds is not said before.
      const open = isRevocable(cause) ? Date.parse(cause.at) + UNDO_HELD_MS : 0;
      if (clock() < open) return platforms.replyLater(reply.id, toInstant(open), 'settling');
      if (reply.attempts === 0 && isMoot(cause, { kind: 'customer' }, stored.state)) {
        return platforms.replyEnded(reply.id, 'skipped', 'overtaken');
      }
      const text = await wordsOf(at, cause, events);
      if (text === undefined || text.trim() === '') return platforms.replyEnded(reply.id, 'skipped', 'no_words');
      try {
        await pass(at, complaint, reply, text.trim());
      } catch (error) {
        if (!isPlatformFault(error, 'unfit', 'gone') && !(isOfOne(error) && reply.attempts >= TRIES)) throw error;
        await refused(at, reply, error.code);
      }
    },
  };
}
