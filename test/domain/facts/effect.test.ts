import fc from 'fast-check';
import { effectOf, LEAST_COMPARED } from '../../../src/domain/facts/effect';

test('rates and their ratio are those of the counts, with an interval around them', () => {
  const effect = effectOf({ hits: 12, of: 300 }, { hits: 2, of: 200 });
  expect(effect).toMatchObject({ before: { rate: 40 }, after: { rate: 10 }, told: 'fewer' });
  expect(effect.ratio).toBeCloseTo(0.25, 10);
  expect(effect.low).toBeCloseTo(0.0627, 3);
  expect(effect.high).toBeCloseTo(0.9975, 3);
  expect(effectOf({ hits: 2, of: 200 }, { hits: 30, of: 300 }).told).toBe('more');
  expect(effectOf({ hits: 10, of: 300 }, { hits: 6, of: 300 }).told).toBe('unclear');
});

test('of nothing, and of few, nothing is claimed', () => {
  expect(effectOf({ hits: 0, of: 0 }, { hits: 3, of: 9 })).toMatchObject({ ratio: null, told: 'early' });
  expect(effectOf({ hits: 0, of: 50 }, { hits: 0, of: 50 })).toMatchObject({ ratio: null, told: 'early' });
  expect(effectOf({ hits: LEAST_COMPARED - 1, of: 50 }, { hits: 0, of: 9_000 }).told).toBe('early');
  expect(effectOf({ hits: 0, of: 50 }, { hits: 9, of: 50 })).toMatchObject({ ratio: null, told: 'more' });
});

test('the interval holds the ratio, and the same rate is a difference only by chance', () => {
  const counts = fc.record({ hits: fc.nat(400), more: fc.integer({ min: 1, max: 9_000 }) });
  fc.assert(
    fc.property(counts, counts, (one, other) => {
      const { ratio, low, high } = effectOf(
        { hits: one.hits, of: one.hits + one.more },
        { hits: other.hits, of: other.hits + other.more },
      );
      return ratio === null || ((low ?? Infinity) <= ratio + 1e-9 && ratio <= (high ?? Infinity) + 1e-9);
    }),
  );
  // 200 houses in which nothing has changed: 10 of 1,000 before and after.
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const drawn = () => Array.from({ length: 1_000 }, () => random()).filter((one) => one < 0.01).length;
  const told = Array.from(
    { length: 200 },
    () => effectOf({ hits: drawn(), of: 1_000 }, { hits: drawn(), of: 1_000 }).told,
  );
  expect(told.filter((one) => one === 'fewer' || one === 'more').length).toBeLessThanOrEqual(14);
});
