/** The revision of new cases. Raised once by a release that brings new rules. */
export const PROCESS_REVISION = 7;

/** The rules that not every open case follows, each with the revision that brought it in. */
const SINCE = {
  /** Offering a solution does not pause a clock that is paused already. */
  pauseOnce: 2,
  /** All events of the receipt are dated when the complaint was received, however late a worker came to it. */
  receiptAtReceived: 2,
  /** The case carries the house's time zone: chases are counted by its days, not by those of UTC. */
  houseDay: 3,
  /** A colleague of another department on the task force helps, but does not decide the case. */
  taskForceHelps: 3,
  /**
   * Whoever is complained of, or only named in the complaint and not cleared yet, takes no decision in the case and
   * loses every part in it.
   */
  impartial: 3,
  /**
   * Lowering a grade needs a reason and is reported to somebody who leads; until they confirm it, no promise gets
   * longer.
   */
  lowerGradeHeld: 3,
  /** When a date promised to the customer moves later, they are told, no matter who moved it (event `datesMoved`). */
  datesTold: 3,
  /**
   * A promise is not extended further ahead than the policy allows, and an extension made by mistake can be put right.
   */
  soundDates: 3,
  /**
   * A round that is escalated to the manager, or a second declined solution that is escalated to the supervisor, waits
   * for their decision: the owner cannot go on without it.
   */
  heldForLead: 3,
  /** A note may be added after the archive. */
  notesAfterEnd: 3,
  /** A new owner keeps the task force, unless the decision names another one. */
  taskForceStays: 3,
  /** Assigning a case to the owner it has already is refused. */
  sameOwner: 3,
  /**
   * The side effects of a case run one at a time. Cases of older revisions take this up by a patch, wherever they stand
   * (docs/determinism.md).
   */
  oneAtATime: 3,
  /**
   * A person's judgement "reached" ends a corrective action in the case at once; before its effect check is due, the
   * judgement needs a reason.
   */
  verifiedEnds: 3,
  /** Temporal's search attribute `NextDue` shows a broken promise until it is kept, so that lists put it first. */
  brokenFirst: 3,
  /** Whoever has led the case, answered the customer or extended its dates may not make its second follow-up either. */
  freshFollowUp: 4,
  /** When a pause ends early, the customer is told the dates that are now earlier than announced at its beginning. */
  resumeTold: 4,
  /** A further clock is extended as often as the policy says, whatever else has moved its due time. */
  extensionsCounted: 5,
  /**
   * A further clock neither starts nor, under another version of the policy, goes on when the case has already passed
   * the milestone that stops it; nor does it go on where that version has it for other cases only. How far a case has
   * come is kept in its state.
   */
  stopNotReached: 5,
  /** A paused clock gets another length as of the beginning of its pause, so the pause is given back whole. */
  movedAsPaused: 5,
  /**
   * When the case changed while an owner was looked for, so that whoever was found does not fit, the search is repeated.
   */
  searchAgain: 5,
  /**
   * Whoever was named to the customer keeps every case that is theirs to own (`mayOwn`) and needs no task force, also a
   * supervisor a general one.
   */
  namedKeeps: 5,
  /** A file from the customer ends a pause in which the case waits for them, as what they write does. */
  filesEndWait: 6,
  /** That somebody has spoken to the customer is recorded in every stage before the archive, not only until `resolve`. */
  respondThroughout: 6,
  /**
   * A promise that moves by the same act that stops its chain warns and escalates at its new date: what is stopped is the
   * chain of the version that was broken.
   */
  movedChainGoesOn: 7,
} as const satisfies Record<string, number>;

/** The name of a rule in `SINCE`. */
export type Rule = keyof typeof SINCE;

/** Whether a case follows this rule. A case without a revision is of the first. */
export const hasRule = ({ revision }: { revision?: number | undefined }, rule: Rule): boolean =>
  (revision ?? 1) >= SINCE[rule];
