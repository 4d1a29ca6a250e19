/**
 * Revisions of the process's own rules.
 *
 * A case keeps the revision it was opened under, like its policy: the worker that runs its first task writes it into the
 * first entry of the ledger, so a replay judges by the same rules and comes to the same events. Ask for a rule by its
 * name (`hasRule(state, 'pauseOnce')`), never for a number. See docs/changing-the-process.md.
 */
export const PROCESS_REVISION = 4;

/** Each rule that not every open case follows, and the revision that brought it in. */
const SINCE = {
  /** A clock that stands still is not paused once more when a solution is offered. */
  pauseOnce: 2,
  /** All of a receipt is dated when the complaint was received, whenever a worker came to it. */
  receiptAtReceived: 2,
  /** The case carries the house's zone: chases are counted by its days, not by those of UTC. */
  houseDay: 3,
  /** A colleague of another department on the task force helps; they do not decide the case. */
  taskForceHelps: 3,
  /** Whoever is complained of, or seems to be, takes no decision, and holds no part of the case any more. */
  impartial: 3,
  /** A lower grade has a reason, is told to who leads, and lengthens no promise before they have confirmed it. */
  lowerGradeHeld: 3,
  /** A date that was promised to the customer and moves later is told to them, whoever moved it: `datesMoved`. */
  datesTold: 3,
  /** A promise is not extended further than the policy allows, and an extension by mistake can be put right. */
  soundDates: 3,
  /** A round that goes up to the manager waits for them, a second 'no' for the supervisor: an owner does not just go on. */
  heldForLead: 3,
  /** A note may be added after the archive. */
  notesAfterEnd: 3,
  /** Another owner keeps the task force, unless the decision names another. */
  taskForceStays: 3,
  /** Nobody is given a case that is theirs already. */
  sameOwner: 3,
  /** Every side effect of a case waits for its turn; older cases take it up by a patch, wherever they stand. */
  oneAtATime: 3,
  /** A person's "reached" ends a corrective action in the case at once; before the check is due it needs a reason. */
  verifiedEnds: 3,
  /** Temporal's NextDue keeps a promise that is broken until it is kept, so that lists show it before all others. */
  brokenFirst: 3,
  /** Whoever has led the case, answered in it or put off its dates does not make its second follow-up either. */
  freshFollowUp: 4,
  /** A customer who was told how late a pause may make it hears by when it is now that the pause has ended earlier. */
  resumeTold: 4,
} as const satisfies Record<string, number>;

export type Rule = keyof typeof SINCE;

/** Whether a case follows this rule. A case without a revision is of the first. */
export const hasRule = ({ revision }: { revision?: number | undefined }, rule: Rule): boolean =>
  (revision ?? 1) >= SINCE[rule];
