import type { DecisionName } from '../../../../domain/decisions/catalogue';

/** A key of the case page. */
export interface DecisionKey {
  /** As it stands on the button. */
  key: string;
  /** `KeyboardEvent.code`: an input method swallows the character, not the key. */
  code: string;
  /** What it opens: the first of these that is possible. */
  decisions: readonly DecisionName[];
}

/** The keys of decisions on the case page: for its buttons, its script and the sheet of keys. */
export const DECISION_KEYS: readonly DecisionKey[] = [
  { key: 'R', code: 'KeyR', decisions: ['write', 'respond'] },
  { key: 'N', code: 'KeyN', decisions: ['note'] },
  { key: 'P', code: 'KeyP', decisions: ['propose'] },
  { key: 'H', code: 'KeyH', decisions: ['requestHelp'] },
  { key: 'U', code: 'KeyU', decisions: ['chase'] },
  { key: 'A', code: 'KeyA', decisions: ['accept'] },
];

/**
 * The key of each decision that is possible now. A decision that is the next one has its key before another that shares
 * it.
 */
export function keysOf(possible: readonly DecisionName[], next?: DecisionName): Map<DecisionName, string> {
  const keys = new Map<DecisionName, string>();
  for (const { key, decisions } of DECISION_KEYS) {
    const opened = decisions.find((one) => one === next) ?? decisions.find((one) => possible.includes(one));
    if (opened !== undefined) keys.set(opened, key);
  }
  return keys;
}
