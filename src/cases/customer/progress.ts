import { BY_CUSTOMER, type ComplaintRecord } from '../../db/records';
import { lastOf, type CaseEvent, type EventData } from '../../domain/case/events';
import { isChasedOn, isDangerous, messagesOn, type CaseState } from '../../domain/case/state';
import { DECISIONS } from '../../domain/decisions/catalogue';
import { messagesPerDay, type Policy } from '../../domain/policy/schema';
import { leadTold } from '../../domain/process/notices';
import { isOpen } from '../../domain/promises/clock';
import { addMs, durationMs, toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { customerSteps } from '../../domain/views/customer-steps';
import type { Stores } from '../../db';
import { giveLink, type LinkPurpose, type Links } from '../access/links';
import type { ProgressView } from './answers';
import type { Known } from './entry';
import { isOffered, type SharedParts } from './shared-parts';

interface Needs {
  stores: Pick<Stores, 'complaints' | 'evidence' | 'ledger' | 'links'>;
  links: Links;
  shared: SharedParts;
  clock: () => number;
}

/** Works out what the progress page shows. */
export class Progress {
  constructor(private readonly needs: Needs) {}

  /** The view of a case for its customer. Writes the hash of the links that it gives out, so that they work at once. */
  async of({ record, state, policy }: Known): Promise<ProgressView> {
    const { stores, shared, clock } = this.needs;
    const { caseNo } = record;
    const events = await stores.ledger.events(caseNo);
    const now = toInstant(clock());
    const open = (id: string): Instant | undefined => {
      const promise = state.clocks[id];
      return promise && isOpen(promise) && promise.status !== 'paused' ? promise.dueAt : undefined;
    };
    const { proposal } = state;
    const offered = isOffered(state) ? proposal : undefined;
    const summary = state.resolution && lastOf(events, 'resolved')?.summary.textId;
    const [handler, solution, result, offerLink, surveyLink, agreed, mergedInto, followUp, steps, messages, files] =
      await Promise.all([
        shared.handler(state),
        shared.text(offered?.solution.textId),
        shared.text(summary),
        offered && this.give('proposal', caseNo, offered.id),
        state.survey?.status === 'open' ? this.give('survey', caseNo, state.survey.id) : undefined,
        this.agreed(events),
        this.mergedInto(record, state),
        shared.followUp(state),
        this.steps(state, events),
        shared.messages(events),
        this.files(caseNo),
      ]);
    return {
      caseNo,
      customerName: record.customer.name,
      language: record.language,
      stage: state.stage,
      round: state.round,
      receivedAt: record.receivedAt,
      ...(isDangerous(state) && { danger: true as const }),
      steps,
      ...handler,
      ...alertedOf(state, events),
      answerBy: open('firstResponse'),
      respondedAt: state.respondedAt,
      resolveBy: open('resolution'),
      onHold: state.clocks.resolution?.status === 'paused' ? true : undefined,
      revisitBy: open('revisit'),
      paused: state.paused,
      offer:
        offered && offerLink
          ? {
              remedies: offered.remedies,
              solution: solution ?? '',
              answerBy: open(`customerAnswer:${offered.id}`),
              ...offerLink,
            }
          : undefined,
      agreed,
      mergedInto,
      followUp,
      outcome: state.outcome ?? state.resolution?.outcome,
      result,
      survey: surveyLink && { ...surveyLink, until: open('survey') },
      ...(messages.length > 0 && { messages }),
      ...(files.length > 0 && { files }),
      write: writing(state, policy, now),
      callBack: state.callBack,
      chase: chasing(state, policy, now),
      reopen: reopening(state, policy, now),
    };
  }

  /** The same link as in the mail; given out here as well, it works even if the mail has not gone out yet. */
  private give(purpose: LinkPurpose, caseNo: string, subject: string): Promise<{ token: string; url: string }> {
    const { stores, links, clock } = this.needs;
    return giveLink({ store: stores.links, links }, purpose, caseNo, subject, toInstant(clock()));
  }

  /** The proposal that the customer accepted last; undefined if they have accepted none. */
  private async agreed(events: readonly CaseEvent[]): Promise<ProgressView['agreed']> {
    const answered = events.findLast((item) => item.type === 'customerAnswered' && item.data.accepted);
    if (answered?.type !== 'customerAnswered') return undefined;
    const { proposalId } = answered.data;
    const proposed = events.find((item) => item.type === 'proposed' && item.data.proposalId === proposalId);
    if (proposed?.type !== 'proposed') return undefined;
    const done = events.findLast((item) => item.type === 'carriedOut' && item.data.proposalId === proposalId);
    const { remedies, solution } = proposed.data;
    return {
      remedies,
      solution: (await this.needs.shared.text(solution.textId)) ?? '',
      at: answered.at,
      carriedOutAt: done?.at,
    };
  }

  /** The case that this one was merged into; undefined if that is another customer's, whose number must not be told. */
  private async mergedInto({ customer }: ComplaintRecord, state: CaseState): Promise<ProgressView['mergedInto']> {
    const { stores, links } = this.needs;
    const { mergedInto: caseNo } = state;
    const target = caseNo === undefined ? undefined : await stores.complaints.get(caseNo);
    return target?.customer.id === customer.id
      ? { caseNo: target.caseNo, url: links.progressUrl(target.caseNo) }
      : undefined;
  }

  /** What the customer has sent; files of the house are not theirs to see. */
  private async files(caseNo: string): Promise<NonNullable<ProgressView['files']>> {
    const all = await this.needs.stores.evidence.list(caseNo);
    return all
      .filter(({ addedBy }) => addedBy === BY_CUSTOMER)
      .map(({ evidenceId, fileName, mediaType, bytes, addedAt }) => ({
        evidenceId,
        fileName,
        mediaType,
        bytes,
        addedAt,
      }));
  }

  /** The steps of the case with the customer's own words. */
  private steps(state: CaseState, events: readonly CaseEvent[]): Promise<ProgressView['steps']> {
    return Promise.all(
      customerSteps(state, events).map(async ({ text, ...item }) => {
        const words = await this.needs.shared.text(text?.textId);
        return words === undefined ? item : { ...item, text: words };
      }),
    );
  }
}

/**
 * Whether a supervisor or manager has been told that the answer or the solution is late. Left out if the owner is a manager
 * or an admin: there is nobody above them, and that they know of their own delay is no news to the customer.
 */
function alertedOf(state: CaseState, events: readonly CaseEvent[]): Pick<ProgressView, 'alerted'> {
  const told = events.findLast(({ type, data }) => {
    if (type !== 'escalated') return false;
    const step = data as EventData['escalated'];
    const isTheirs = step.clock === 'firstResponse' || step.clock === 'resolution';
    return step.because === 'promise' && isTheirs && (step.to === 'supervisor' || step.to === 'manager');
  });
  if (told?.type !== 'escalated') return {};
  const alerted = leadTold(told.data, state);
  const isManagers = state.owner?.role === 'manager' || state.owner?.role === 'admin';
  return isManagers ? {} : { alerted };
}

/** How often the customer may still chase today, and from when on; undefined in stages without chasing. */
function chasing(state: CaseState, policy: Policy, now: Instant): ProgressView['chase'] {
  if (!DECISIONS.chase.stages.includes(state.stage)) return undefined;
  const { lastAt, today } = state.chases;
  const left = isChasedOn(state, now) ? Math.max(0, policy.chase.perDay - today) : policy.chase.perDay;
  const nextAt = lastAt && addMs(lastAt, durationMs(policy.chase.minGap));
  return { left, lastAt, nextAt: nextAt !== undefined && nextAt > now ? nextAt : undefined };
}

/** How often the customer may still write today; undefined in stages without writing. */
const writing = (state: CaseState, policy: Policy, now: Instant): ProgressView['write'] =>
  DECISIONS.customerWrote.stages.includes(state.stage)
    ? { left: Math.max(0, messagesPerDay(policy) - messagesOn(state, now)) }
    : undefined;

/** Whether the customer may reopen the case, and until when; empty while it is open, undefined if they may not. */
function reopening(state: CaseState, policy: Policy, now: Instant): ProgressView['reopen'] {
  if (!DECISIONS.reopen.stages.includes(state.stage)) return undefined;
  if (state.stage !== 'archived') return {};
  if (state.outcome === 'merged' || state.imported) return undefined;
  const until = addMs(state.archivedAt ?? state.lastAt, durationMs(policy.reopen.grace));
  return until > now ? { until } : undefined;
}
