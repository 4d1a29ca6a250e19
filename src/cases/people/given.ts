import type { Fault } from '../../domain/basics/faults';
import type { Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { notFound } from '../refused';

/** How this room reads what it is given, and what it says of what is wrong there. */

/** With whatever offset it was written, in UTC. */
export const instantOf = (text: string): Instant => toInstant(Date.parse(text));

export const fault = (path: string, zh: string, en: string): Fault => ({ path, words: { zh, en } });

export const nobody = (path: string): Fault =>
  fault(path, '没有这位在职的同事；GET /api/staff 列出', 'is nobody who works here; GET /api/staff lists them');

export const endsBeforeItBegins = (path: string): Fault =>
  fault(path, '结束须晚于开始', 'must lie after the beginning');

export const noSuchPerson = () => notFound({ zh: '员工', en: 'member of staff' });
