import type { CaseEvent } from '../../domain/case/events';
import { fold } from '../../domain/case/evolve';
import type { Staff } from '../../domain/case/permissions';
import type { Instant, Language } from '../../domain/basics/types';
import { DECISIONS, type DecisionName } from '../../domain/decisions/catalogue';
import { inverseOf, isRevocable, UNDO_MS, UNDO_TAKEN_MS, type Inverse } from '../../domain/decisions/undo';
import { addMs, toInstant, toMs } from '../../domain/time/duration';
import { sha256 } from '../access/links';
import { Refused } from '../refused';
import type { Deciding } from './decide';
import type { VisibleCases } from './visible';

/** A decision that its taker may still take back. */
export interface Undoable {
  decisionId: string;
  name: DecisionName;
  /** Until then it is offered; it is taken some seconds longer. */
  until: Instant;
}

/** What was taken back. */
export interface Undone {
  name: DecisionName;
  status: 'taken' | 'accepted';
}

/** Taking back what one has just decided. */
export interface Undoing {
  /** What this person has just decided in the case, where nothing has followed and it can be taken back. */
  undoable(caseNo: string, actor: Staff): Promise<Undoable | undefined>;
  /**
   * Takes a decision back by another one, which the ledger keeps as well. The same again changes nothing.
   * @param language of the words that the ledger has for it
   * @returns the decision that was taken back; `accepted`: it is stored, and will be when a worker is back, if nothing has
   *   followed by then
   * @throws Refused `conflict` (`undo_over`) when it is too late or something has followed, or as the other decision refuses
   */
  undo(caseNo: string, decisionId: string, actor: Staff, language: Language): Promise<Undone>;
}

interface Needs {
  stores: { ledger: { events(caseNo: string): Promise<CaseEvent[]> } };
  visible: Pick<VisibleCases, 'see'>;
  deciding: Pick<Deciding, 'decide'>;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** Builds `Undoing`. */
export function createUndo({ stores, visible, deciding, clock }: Needs): Undoing {
  const last = async (caseNo: string, actor: Staff): Promise<{ found?: Found; events: CaseEvent[] }> => {
    await visible.see(caseNo, actor);
    const events = await stores.ledger.events(caseNo);
    return { found: foundIn(caseNo, events, actor, clock()), events };
  };
  return {
    async undoable(caseNo, actor) {
      const { found } = await last(caseNo, actor);
      if (!found) return undefined;
      const { decisionId, name, at } = found;
      return { decisionId, name, until: addMs(at, UNDO_MS) };
    },

    async undo(caseNo, decisionId, actor, language) {
      const { found, events } = await last(caseNo, actor);
      const undoId = `undo-${sha256(decisionId).slice(0, 40)}`;
      const undone = events.find(({ decision }) => decision?.id === decisionId);
      if (undone?.decision && events.some(({ decision, actor: by }) => decision?.id === undoId && isBy(by, actor))) {
        return { name: undone.decision.name as DecisionName, status: 'taken' };
      }
      if (!found || found.decisionId !== decisionId) throw OVER;
      const { decision, input, words } = found.inverse;
      const said = language === 'en' ? 'Taken back at once.' : '刚做就撤销了。';
      const answer = await deciding.decide(
        caseNo,
        decision,
        { ...input, ...(words !== undefined && { [words]: said }), decisionId: undoId, formSeq: found.seq },
        actor,
      );
      return { name: found.name, status: 'status' in answer ? 'accepted' : 'taken' };
    },
  };
}

interface Found {
  decisionId: string;
  name: DecisionName;
  at: Instant;
  /** Its last entry. */
  seq: number;
  inverse: Inverse;
}

const isBy = (by: CaseEvent['actor'], { id }: Staff): boolean => by.kind === 'staff' && by.id === id;

/** The newest decision in the ledger, if it is this person's and may be taken back. */
function foundIn(caseNo: string, events: readonly CaseEvent[], actor: Staff, now: number): Found | undefined {
  const newest = events.findLast(({ actor: by }) => by.kind !== 'system');
  if (!newest?.decision || !isBy(newest.actor, actor) || !isRevocable(newest)) return undefined;
  if (now > toMs(newest.at) + UNDO_TAKEN_MS) return undefined;
  const { id: decisionId, name } = newest.decision;
  const own = events.filter(({ decision }) => decision?.id === decisionId);
  const before = fold(
    caseNo,
    events.filter(({ seq }) => seq < (own[0]?.seq ?? 0)),
  );
  const inverse = before && inverseOf(own, before, toInstant(now));
  if (!inverse || !Object.hasOwn(DECISIONS, name)) return undefined;
  return { decisionId, name: name as DecisionName, at: newest.at, seq: own.at(-1)?.seq ?? newest.seq, inverse };
}

const OVER = new Refused('conflict', 'undo_over', {
  zh: '只能在 10 秒内撤销自己刚做的决定，而且之后案件没有别的变化；现在请按下面的情况另做决定',
  en: 'a decision can be undone by whoever took it, for 10 seconds and while nothing has followed; decide anew from what the case shows now',
});
