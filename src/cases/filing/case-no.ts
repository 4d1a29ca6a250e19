import { randomBytes } from 'node:crypto';
import { caseNumber } from '../../domain/basics/ids';
import { houseDate } from '../../house';

/** Tries to draw a free case number. There are 32^6 a day: with 10,000 complaints a day, one draw in 100,000 is taken. */
export const DRAWS = 5;

/** Draws a case number of the house's day: C261123-…, which may be taken. @param at milliseconds since 1970 */
export const drawCaseNumber = (at: number): string =>
  caseNumber(houseDate(at).slice(2).replaceAll('-', ''), randomBytes(6));
