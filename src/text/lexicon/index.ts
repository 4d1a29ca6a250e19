import { createHash } from 'node:crypto';
import type { Group } from './groups';
import { HAZARDS } from './hazards';
import { HAZARDS_ENGLISH } from './hazards-english';
import { FALLS_AND_CUTS } from './hazards-falls';
import { FIRE } from './hazards-fire';
import { ILLNESS } from './hazards-illness';
import { HAZARD_TRAPS } from './hazards-traps';
import { VEHICLES } from './hazards-vehicles';
import * as patterns from './patterns';
import { TRAPS } from './traps';
import { ENGAGEMENT_TRAPS } from './traps-engagement';
import { CONDUCT_TRAPS } from './traps-conduct';
import { SAFETY } from './safety';
import { MANY_AFFECTED } from './many-affected';
import { EXPOSURE } from './exposure';
import { THREATS } from './threats';
import { UNRESOLVED } from './unresolved';
import { EVASION } from './evasion';
import { MAIN_FUNCTION } from './main-function';
import { MAIN_FUNCTION_MORE } from './main-function-more';
import { MISCONDUCT } from './misconduct';
import { FRAUD } from './fraud';
import { STATUTORY_RIGHTS } from './statutory-rights';
import { MONEY } from './money';
import { SENTIMENT } from './sentiment';

/**
 * All dictionaries of the grading suggestion, data only. The order is that in which a rule's words are named.
 */
export const GROUPS: readonly Group[] = [
  ...HAZARDS,
  ...TRAPS,
  ...ENGAGEMENT_TRAPS,
  ...CONDUCT_TRAPS,
  ...SAFETY,
  ...HAZARD_TRAPS,
  ...FIRE,
  ...VEHICLES,
  ...FALLS_AND_CUTS,
  ...ILLNESS,
  ...HAZARDS_ENGLISH,
  ...MANY_AFFECTED,
  ...EXPOSURE,
  ...THREATS,
  ...UNRESOLVED,
  ...EVASION,
  ...MAIN_FUNCTION,
  ...MAIN_FUNCTION_MORE,
  ...MISCONDUCT,
  ...FRAUD,
  ...STATUTORY_RIGHTS,
  ...MONEY,
  ...SENTIMENT,
];

/** Eight digits that change with every word and every pattern. */
export const fingerprintOf = (groups: readonly Group[]): string =>
  createHash('sha256')
    .update(JSON.stringify([groups, Object.entries(patterns).map(([name, { source }]) => [name, source])]))
    .digest('hex')
    .slice(0, 8);

/** Stands in the ledger beside each suggestion. The number says how words are read, the rest which they were. */
export const ENGINE = `rules@1-${fingerprintOf(GROUPS)}`;
