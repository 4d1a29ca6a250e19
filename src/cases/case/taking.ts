import { newsWay } from '../../contact';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { TextMismatch } from '../../db/errors';
import type { Actor } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import type { Staff } from '../../domain/case/permissions';
import { DECISIONS, type DecisionName } from '../../domain/decisions/catalogue';
import { CHANGED, type DecisionMessage } from '../../domain/decisions/decide';
import { MERGE_UNKNOWN } from '../../domain/decisions/ending';
import { slipsIn } from '../../domain/policy/replies';
import type { Stores } from '../../db';
import type { Signing } from '../../temporal/signature';
import { conflict, isRefused } from '../refused';
import type { PolicyCache } from '../rules/policies';
import type { Read } from '../../text/suggest';
import type { Decided } from '../answer-parts';
import type { Carrying } from './carrying';
import { readGrade, readingOf, type DecisionInput, type InputFilling } from './decision-input';
import { guarded, holdsOthers, idReused, noAddressToAnswer, noNumberToCall } from './decision-refusals';
import { canBeOvertaken, overtakes } from './meanwhile';
import type { Naming } from './naming';
import { takeTexts } from './texts';
import type { Seen, VisibleCases } from './visible';

/**
 * What makes a decision repeatable and safe against changes meanwhile. `decisionId`: a repeat under it changes nothing.
 * `expectedSeq`: `seq` of the case as the person saw it; if anything has happened since, the decision is refused.
 * `formSeq`: the same of a form that was open for a while: it is refused only if others have done since what changes the
 * ground of this decision (`overtakes`).
 */
export interface Ids {
  decisionId?: string;
  expectedSeq?: number;
  formSeq?: number;
}

/** Who takes a decision: a member of staff, the customer, or the system for a department that has its own tracker. */
export type Decider = Actor;

/**
 * The field whose text the customer will read as it stands; `byMail`: they hear of it by mail or text message alone, so that
 * one of these has to reach them.
 * Undefined: the customer reads none of it.
 */
function toCustomer(name: DecisionName, said: DecisionInput): { field: string; byMail: boolean } | undefined {
  switch (name) {
    case 'write':
      return { field: 'text', byMail: true };
    case 'respond':
      return said.via === 'mail' ? { field: 'text', byMail: true } : undefined;
    case 'propose':
      return { field: 'solution', byMail: false };
    case 'notSubstantiated':
      return { field: 'reasons', byMail: false };
    case 'resolve':
      return { field: 'summary', byMail: false };
    default:
      return undefined;
  }
}

/** How often a decision is tried whose case changes just then, and how long is waited in between. */
const [TRIES, BEHIND_MS] = [8, 100];

interface Needs {
  stores: Pick<Stores, 'texts' | 'merges' | 'pendingDecisions' | 'ledger' | 'platforms'>;
  policies: Pick<PolicyCache, 'inForce' | 'version'>;
  visible: Pick<VisibleCases, 'see'>;
  /** Reads what the customer says. */
  read: Read;
  naming: Pick<Naming, 'namedError'>;
  filling: Pick<InputFilling, 'fillIn'>;
  carrying: Pick<Carrying, 'bring'>;
  signing: Pick<Signing, 'sign'>;
  /** The house sends text messages to customers. */
  sms: boolean;
  clock: () => number;
}

/**
 * Prepares a decision and takes it to the workflow: fills in what the workflow needs from our tables, stores the free texts
 * and leaves references in their place, signs the message, and has it carried (`Carrying`).
 */
export class Taking {
  constructor(private readonly needs: Needs) {}

  /**
   * Takes the decision. See `Deciding.take`.
   * @param given the input as its `api` schema gives it, with texts as strings
   * @throws Refused as the guards refuse, with names in place of ids where this reader may know them
   */
  async take(
    seen: Pick<Seen, 'record' | 'state'>,
    name: DecisionName,
    given: DecisionInput,
    actor: Decider,
    { decisionId = randomUUID(), expectedSeq, formSeq }: Ids = {},
  ): Promise<Decided> {
    try {
      if (formSeq !== undefined && actor.kind === 'staff') {
        return await this.unlessOvertaken(seen, { name, actor, formSeq }, (now, seq) =>
          this.carry(now, name, given, actor, { decisionId, expectedSeq: seq, isForm: true }),
        );
      }
      return await this.carry(seen, name, given, actor, { decisionId, expectedSeq });
    } catch (error) {
      if (actor.kind === 'system') throw error;
      const reader = actor.kind === 'staff' ? actor : { ...actor, id: seen.record.customer.id };
      throw await this.needs.naming.namedError(error, reader);
    }
  }

  /**
   * Takes a decision whose form was open for a while, for the case as it stands now. What happens between the look at the
   * ledger and the workflow's judgement is looked at as well: then the workflow refuses, and it is tried again.
   * @throws Refused `conflict` (`changed_meanwhile`) if others have changed its ground since `formSeq`
   */
  private async unlessOvertaken(
    seen: Pick<Seen, 'record' | 'state'>,
    { name, actor, formSeq }: { name: DecisionName; actor: Staff; formSeq: number },
    take: (now: Pick<Seen, 'record' | 'state'>, seq: number | undefined) => Promise<Decided>,
  ): Promise<Decided> {
    if (!canBeOvertaken(name)) return take(seen, undefined);
    for (let now = seen, tries = 1; ; tries++) {
      // A form may name an entry that is not there yet; nobody was told of what comes after the last one.
      const known = Math.min(formSeq, now.state.seq);
      const events = await this.needs.stores.ledger.events(seen.record.caseNo, known);
      if (events.some((item) => item.seq > formSeq && overtakes(item.type, item.actor, actor))) throw conflict(CHANGED);
      try {
        return await take(now, events.at(-1)?.seq ?? known);
      } catch (error) {
        const isBehind = isRefused(error, 'conflict') && error.code === CHANGED.code;
        if (!isBehind || tries === TRIES) throw error;
        // The workflow is ahead of the ledger by what it is just writing.
        await setTimeout(BEHIND_MS);
        now = await this.needs.visible.see(seen.record.caseNo, actor);
      }
    }
  }

  private async carry(
    seen: Pick<Seen, 'record' | 'state'>,
    name: DecisionName,
    given: DecisionInput,
    actor: Decider,
    { decisionId, expectedSeq, isForm = false }: Ids & { decisionId: string; isForm?: boolean },
  ): Promise<Decided> {
    const { stores, policies, filling, carrying, signing, sms, clock } = this.needs;
    const { caseNo } = seen.record;
    if (name === 'merge' && actor.kind === 'staff') await this.mustSee(given.into, actor);
    const { sendAnyway, ...said } = given;
    const outgoing = toCustomer(name, said);
    const isReached = newsWay(seen.record, sms) !== undefined || (await this.repliesTo(outgoing, caseNo));
    if (outgoing?.byMail && !isReached) throw noAddressToAnswer();
    if (outgoing && sendAnyway !== true) await this.mayGoOut(said, outgoing.field);
    if (name === 'wantCallBack' && !seen.record.customer.phone && given.note === undefined) throw noNumberToCall();
    const leaves = name === 'withdraw' && !Object.hasOwn(seen.state.decisions, decisionId);
    if (leaves && seen.state.absorbed.length > 0) throw holdsOthers();
    const filled = await filling.fillIn(name, said, {
      caseNo,
      policyOf: () => policies.version(seen.state.policyVersion),
      state: seen.state,
      actor,
    });
    const read = await readingOf(name, said, { actor, language: seen.record.language, read: this.needs.read });
    // Whatever a caller claims that it reads like, only what was read counts.
    const { reads: _claimed, ...own } = filled;
    const whole = read ? { ...own, reads: readGrade(read.reading) } : own;
    const { input, texts } = takeTexts(whole, DECISIONS[name].texts, { caseNo, decisionId, decision: name });
    try {
      const isRead = (kind: string): boolean => kind === `${name}.${read?.field}`;
      await stores.texts.put(
        texts.map((text) => ({ ...text, caseNo, ...(read && isRead(text.kind) && { reading: read.reading }) })),
      );
    } catch (error) {
      if (!(error instanceof TextMismatch)) throw error;
      throw idReused();
    }
    // Stamped once for both ways: a worker that comes back may get the update or the signal first, and must date the decision
    // the same.
    const stamped = { decisionId, actor, sentAt: toInstant(clock()), input };
    const message = signing.sign(caseNo, name, { ...stamped, ...(expectedSeq !== undefined && { expectedSeq }) });
    // What others did was looked at just now. Of what is only stored for a worker, whatever its sender decides meanwhile
    // would else refuse it.
    const later = isForm ? signing.sign(caseNo, name, stamped) : message;
    return leaves
      ? this.withdraw(seen.record, name, message, later)
      : carrying.bring(seen.record, name, message, later);
  }

  /**
   * Carries a withdrawal. It is written to `pending_decisions` first, so that no other case is merged into this one while it
   * is under way (`claimWithdrawal`).
   * @throws Refused `conflict` (`has_absorbed`) if another case has been, or is being, merged into this one
   */
  private async withdraw(
    record: Seen['record'],
    name: DecisionName,
    message: DecisionMessage,
    later: DecisionMessage,
  ): Promise<Decided> {
    const { stores, carrying, clock } = this.needs;
    const { caseNo } = record;
    const { decisionId } = message;
    if (!(await stores.merges.claimWithdrawal({ caseNo, decisionId, message: later }, toInstant(clock()))))
      throw holdsOthers();
    const clear = () => stores.pendingDecisions.remove({ caseNo, decisionId }).catch(() => undefined);
    try {
      const decided = await carrying.bring(record, name, message, later);
      // If it is only stored ("accepted"), the row stays and keeps others from being merged until it is settled.
      if (decided.status === 'taken') await clear();
      return decided;
    } catch (error) {
      await clear();
      throw error;
    }
  }

  /** Whether words that have to reach the customer do so at the platform where they complained. */
  private async repliesTo(outgoing: { byMail: boolean } | undefined, caseNo: string): Promise<boolean> {
    return outgoing?.byMail === true && this.needs.stores.platforms.repliesTo(caseNo);
  }

  /**
   * Whether the text in this field may reach the customer as it stands.
   * @throws Refused `invalid` (`reply_guard`) when it seems to hold something by mistake
   */
  private async mayGoOut(said: DecisionInput, field: string): Promise<void> {
    const text = said[field];
    if (typeof text !== 'string') return;
    const slips = slipsIn(text, await this.needs.policies.inForce());
    if (Object.values(slips).some((found) => found.length > 0)) throw guarded(slips, field);
  }

  /** Whether staff may see the case to merge into; one that is not there gets the same refusal. @throws Refused `conflict` */
  private async mustSee(into: unknown, actor: Staff): Promise<void> {
    try {
      await this.needs.visible.see(String(into), actor);
    } catch (error) {
      throw isRefused(error, 'notFound') ? conflict(MERGE_UNKNOWN) : error;
    }
  }
}
