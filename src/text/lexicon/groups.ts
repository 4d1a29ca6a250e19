/** What a dictionary of the grading suggestion consists of; `matcher.ts` explains the notation of a phrase. */

export type Rule = 'M1' | 'M2' | 'M3' | 'M4' | 'M5' | 'I1' | 'I2' | 'I3' | 'I4' | 'I5';
export const RULES: readonly Rule[] = ['M1', 'M2', 'M3', 'M4', 'M5', 'I1', 'I2', 'I3', 'I4', 'I5'];
/** Those that are learnt clause by clause. Sums are read and not learnt (amounts.ts). */
export const LEARNT_RULES: readonly Rule[] = RULES.filter((rule) => rule !== 'M2');
/** The rubric's default thresholds in CNY. */
export const MAJOR_MONEY = 10_000;
export const IMPORTANT_MONEY = 1_000;

export type Group = {
  id?: 'trap' | 'dispute' | 'purchase' | 'undo' | 'praise' | 'negative';
  rule?: Rule;
  /** A denied occurrence does not count. */
  negatable?: boolean;
  /** An occurrence inside a question of yes or no, or inside a condition, does not count. */
  stated?: boolean;
  /** A trap for the words of this rule alone; without it a trap is one for every rule. */
  voids?: Rule;
  /** It holds where a trap lies over it too: gas that blew up is no anger. */
  firm?: boolean;
  phrases: readonly string[];
};
