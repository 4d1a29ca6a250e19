import type { ChangedWord, ReadCount, Stores } from '../../db';
import { DAY } from '../../domain/basics/milliseconds';
import type { Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import { LEAST_CASES } from '../../text/own/learn';
import { EngineError, type Engine } from '../engine/engine';
import { away, mustBe, mustRead } from '../refused';
import type { OwnModelShown, ReadingFigures } from './answers';

/** How well complaints are read, and learning from what people confirmed. */
export interface ReadingAccess {
  /** Suggestions against what people decided, in the last 90 days. @throws Refused `forbidden` for whoever does not lead */
  figures(actor: Staff): Promise<ReadingFigures>;
  /** Has it learn now instead of at night; it takes a minute or two. @throws Refused `forbidden`; `away` when Temporal is */
  train(actor: Staff): Promise<void>;
}

interface Needs {
  ownModels: Pick<Stores['ownModels'], 'agreement' | 'changedWords' | 'list'>;
  engine: Pick<Engine, 'learn'>;
  clock: () => number;
}

const SHOWN_MS = 90 * DAY;
const WEEK = 7 * DAY;
const WEEKS = 8;
/** What people changed, and the words of each, that are shown. */
const CHANGES = 12;
const WORDS = 8;
const TRAIN_DEADLINE_MS = 4_000;

type Kind = 'grade' | 'category';

const sum = (counts: readonly ReadCount[], holds: (one: ReadCount) => boolean): number =>
  counts.reduce((all, one) => all + (holds(one) ? one.count : 0), 0);

const isMajor = ({ grade }: ReadCount['decided']): boolean => grade === 'major';
const kept =
  (kind: Kind) =>
  ({ suggested, decided }: ReadCount): boolean =>
    suggested[kind] === decided[kind];

/** Suggested and decided, with how often, the most frequent first. */
function matrixOf(counts: readonly ReadCount[], kind: Kind) {
  const cells = new Map<string, { suggested: string; decided: string; count: number }>();
  for (const { suggested, decided, count } of counts) {
    const key = `${suggested[kind]} ${decided[kind]}`;
    const cell = cells.get(key) ?? { suggested: suggested[kind], decided: decided[kind], count: 0 };
    cell.count += count;
    cells.set(key, cell);
  }
  return [...cells.values()].sort(
    (one, other) =>
      other.count - one.count || `${one.suggested} ${one.decided}`.localeCompare(`${other.suggested} ${other.decided}`),
  );
}

/** What people changed most, of both kinds. */
function changedOf(counts: readonly ReadCount[], words: readonly ChangedWord[]): ReadingFigures['changed'] {
  return (['grade', 'category'] as const)
    .flatMap((kind) =>
      matrixOf(counts, kind)
        .filter(({ suggested, decided }) => suggested !== decided)
        .map(({ suggested: from, decided: to, count }) => ({ kind, from, to, count })),
    )
    .sort((one, other) => other.count - one.count)
    .slice(0, CHANGES)
    .map((one) => ({
      ...one,
      words: words
        .filter(({ kind, from, to }) => kind === one.kind && from === one.from && to === one.to)
        .slice(0, WORDS)
        .map(({ word, count }) => ({ word, count })),
    }));
}

/** Builds `ReadingAccess`. */
export function createReadingAccess({ ownModels, engine, clock }: Needs): ReadingAccess {
  return {
    async figures(actor) {
      mustRead(actor, 'supervisor');
      const now = clock();
      const [from, to] = [toInstant(now - SHOWN_MS), toInstant(now)];
      const [counts, words, models] = await Promise.all([
        ownModels.agreement(from, to),
        ownModels.changedWords(from, to),
        ownModels.list(),
      ]);
      const all = (): boolean => true;
      const agreement = (kind: Kind) => ({ agreed: sum(counts, kept(kind)), matrix: matrixOf(counts, kind) });
      const read = ({ suggested, decided }: ReadCount): boolean => isMajor(suggested) && isMajor(decided);
      return {
        from,
        to,
        confirmed: sum(counts, all),
        grade: agreement('grade'),
        category: agreement('category'),
        major: {
          decided: sum(counts, ({ decided }) => isMajor(decided)),
          suggested: sum(counts, ({ suggested }) => isMajor(suggested)),
          both: sum(counts, read),
        },
        weeks: Array.from({ length: WEEKS }, (_, week) => {
          const its = counts.filter(({ weeksAgo }) => weeksAgo === week);
          return {
            from: toInstant(now - (week + 1) * WEEK),
            confirmed: sum(its, all),
            grade: sum(its, kept('grade')),
            category: sum(its, kept('category')),
            majors: sum(its, ({ decided }) => isMajor(decided)),
            majorsRead: sum(its, read),
          };
        }),
        changed: changedOf(counts, words),
        // Labels that were learnt by another release are still labels of ours.
        models: models as OwnModelShown[],
        needed: LEAST_CASES,
      };
    },

    async train(actor) {
      mustBe(actor, 'admin');
      try {
        await engine.learn(TRAIN_DEADLINE_MS);
      } catch (error) {
        if (error instanceof EngineError && error.kind !== 'broken') throw away('temporal');
        throw error;
      }
    },
  };
}
