/**
 * How the roster reads what it is given, and the faults that it finds there.
 * @module
 */
import type { Fault } from '../../domain/basics/faults';
import type { Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { houseInstant } from '../../house';
import { notFound } from '../refused';

/** An instant in UTC from a date-time with any offset, or from a date: 00:00 of the house. */
export const instantOf = (text: string): Instant => toInstant(houseInstant(text));

/** A fault at a field, in both languages. */
export const fault = (path: string, zh: string, en: string): Fault => ({ path, words: { zh, en } });

/** The fault of an id that is nobody's who works here. */
export const nobody = (path: string): Fault =>
  fault(path, '没有这位在职的同事；GET /api/staff 列出', 'is nobody who works here; GET /api/staff lists them');

/** The fault of an end that is not later than its beginning. */
export const endsBeforeItBegins = (path: string): Fault =>
  fault(path, '结束须晚于开始', 'must lie after the beginning');

/** The refusal (`notFound`) for a person who is not in the list of staff. */
export const noSuchPerson = () => notFound({ zh: '员工', en: 'member of staff' });
