import type { CasePlatform } from '../../db';
import { MINUTE } from '../../domain/basics/milliseconds';
import { platformDeadlines } from '../../domain/case/platforms';
import { toInstant } from '../../domain/time/duration';
import { faultName } from '../log';
import { hash, type StepNeeds } from './steps';
import { deadlineWords } from './words';

/** While nobody owns the case, whoever does soon is told. */
const NO_OWNER = 15 * MINUTE;
const WARNED_AT_ONCE = 20;

/** Tells owners before a platform's own time ends. What they were told of is written down, so that it is told once. */
export function createWarnings({
  platforms,
  cases,
  log,
  clock,
}: Pick<StepNeeds, 'platforms' | 'cases' | 'log' | 'clock'>) {
  const inMs = (ms: number) => toInstant(clock() + ms);

  /** Tells the owner of a case that the platform's own time ends. The platform need not answer for that. */
  async function warn({
    id,
    kind,
    phase,
    since,
    repliedAt,
    expiresAt,
    caseNo = '',
    language,
    warned,
  }: CasePlatform): Promise<void> {
    if (phase === undefined || since === undefined) return platforms.warnNext(id, null);
    const deadlines = platformDeadlines({
      kind,
      phase,
      since,
      ...(repliedAt !== undefined && { repliedAt }),
      ...(expiresAt !== undefined && { expiresAt }),
    });
    const left = deadlines.filter((one) => !warned.includes(one.id));
    const next = left.find(({ warnAt }) => Date.parse(warnAt) <= clock());
    if (!next) return platforms.warnNext(id, left.map(({ warnAt }) => warnAt).toSorted()[0] ?? null);
    const text = deadlineWords(kind, next, language);
    const isLast = Date.parse(next.dueAt) <= clock() + NO_OWNER;
    const decisionId = `pf-${hash(`${id}/${next.id}`).slice(0, 40)}`;
    const became = await cases.platformCases.note({ caseNo, text, decisionId, isPressing: isLast ? true : 'owned' });
    if (became === 'later') return platforms.warnNext(id, inMs(NO_OWNER));
    const after = left.filter((one) => one !== next).map(({ warnAt }) => warnAt);
    return platforms.warnNext(id, after.toSorted()[0] ?? null, next.id);
  }

  async function tell(): Promise<void> {
    for (const one of await platforms.toWarn(WARNED_AT_ONCE)) {
      try {
        await warn(one);
      } catch (error) {
        log.warn({ complaint: one.id, code: faultName(error) }, 'an owner cannot be told of a platform just now');
        await platforms.warnNext(one.id, inMs(MINUTE));
      }
    }
  }

  return { tell };
}
