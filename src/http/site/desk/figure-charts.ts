/**
 * Charts as numbers for templates: they are drawn as SVG by the server, in the colours of the page's theme, so that they need
 * neither scripts nor styles of their own. Each stands beside the table of what it shows.
 * @module
 */
import type { Context } from '../../../render/engine';

/** In units of the drawing: about as wide as a phone, so that its words are not shrunk there. */
const WIDTH = 340;
const HEIGHT = 150;
const LEFT = 34;
const RIGHT = 48;
const TOP = 12;
const BOTTOM = 22;

const at = (value: number): number => Math.round(value * 10) / 10;

/** A round number not below the largest value: the end of an axis. */
function endOf(largest: number): number {
  if (largest <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(largest));
  return ([1, 2, 2.5, 5, 10].find((step) => step * size >= largest) ?? 10) * size;
}

/** A value in time, and a target that it is held against. */
export interface TrendGiven {
  points: readonly { label: string; value: number | null; told: string; n: number }[];
  target?: number;
  isPercent: boolean;
}

/** Percentages mostly lie far above 0: then the axis begins where something happens. */
function axisOf({ points, target, isPercent }: TrendGiven): { from: number; to: number } {
  const values = points.flatMap(({ value }) => value ?? []).concat(target ?? []);
  if (!isPercent) return { from: 0, to: endOf(Math.max(0, ...values)) };
  const least = Math.min(100, ...values);
  return { from: least >= 60 ? 50 : 0, to: 100 };
}

/** A line with its points, the target dashed, and the ends of the axis. A week without anything is a gap in the line. */
export function trendChart(given: TrendGiven): Context {
  const { points, target, isPercent } = given;
  const { from, to } = axisOf(given);
  const step = (WIDTH - LEFT - RIGHT) / Math.max(1, points.length - 1);
  const y = (value: number): number => at(HEIGHT - BOTTOM - ((value - from) / (to - from)) * (HEIGHT - TOP - BOTTOM));
  const drawn = points.flatMap(({ value, told }, index) =>
    value === null ? [] : [{ index, x: at(LEFT + index * step), y: y(value), told }],
  );
  const lines: string[][] = [];
  for (const { index, x, y: height } of drawn) {
    const isNext = drawn.some((other) => other.index === index - 1);
    if (!isNext) lines.push([]);
    lines.at(-1)?.push(`${x},${height}`);
  }
  const last = drawn.at(-1);
  const unit = isPercent ? '%' : '';
  return {
    some: drawn.length > 0,
    width: WIDTH,
    height: HEIGHT,
    left: LEFT,
    right: WIDTH - RIGHT,
    floor: HEIGHT - BOTTOM,
    top: TOP,
    axis: [from, to]
      .filter((value) => target === undefined || Math.abs(y(value) - y(target)) > 14)
      .map((value) => ({ y: y(value) + 4, told: `${value}${unit}` })),
    lines: lines.map((line) => ({ points: line.join(' ') })),
    dots: drawn,
    last: last ? { x: at(last.x + 6), y: at(last.y + 4), told: last.told } : null,
    target: target === undefined ? null : { y: y(target), label: at(y(target) + 4), told: `${target}${unit}` },
    labels: points
      .map(({ label }, index) => ({ label, x: at(LEFT + index * step) }))
      .filter((_, index) => index === 0 || index === points.length - 1),
  };
}

/** The same small, without words. */
export function sparkline(values: readonly (number | null)[], isPercent: boolean): Context {
  const known = values.flatMap((value) => value ?? []);
  const to = isPercent ? 100 : endOf(Math.max(0, ...known));
  const points = values.flatMap((value, index) =>
    value === null ? [] : [`${at(2 + (index * 96) / Math.max(1, values.length - 1))},${at(22 - (20 * value) / to)}`],
  );
  const [x, y] = (points.at(-1) ?? '').split(',');
  return { some: known.length > 1, points: points.join(' '), x: x ?? '', y: y ?? '' };
}

/** A bar of a Pareto chart. */
export interface ParetoGiven {
  name: string;
  count: number;
  href: string;
}

/** So many bars; the rest is one. */
const BARS = 9;

/**
 * Bars from the largest, what they come to together, and the line at 80 %: what stands left of where they meet makes most of it.
 * @param rest what the last bar is called where there are more than fit
 */
export function paretoChart(given: readonly ParetoGiven[], rest: string): Context {
  const sorted = given.toSorted((a, b) => b.count - a.count);
  const more = sorted.slice(BARS).reduce((sum, { count }) => sum + count, 0);
  const bars: { name: string; count: number; href?: string }[] = [
    ...sorted.slice(0, BARS),
    ...(more > 0 ? [{ name: rest, count: more }] : []),
  ];
  const all = bars.reduce((sum, { count }) => sum + count, 0);
  const room = (WIDTH - LEFT - RIGHT) / Math.max(1, bars.length);
  const y = (share: number): number => at(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM));
  let sum = 0;
  const rows = bars.map(({ name, count, href }, index) => {
    const before = sum / all;
    sum += count;
    const width = Math.min(28, room * 0.7);
    const middle = at(LEFT + room * (index + 0.5));
    return {
      place: index + 1,
      name,
      count,
      href: href ?? null,
      share: `${Math.round((100 * count) / all)}%`,
      together: `${Math.round((100 * sum) / all)}%`,
      isVital: before < 0.8,
      bar: {
        x: at(middle - width / 2),
        y: y(count / all),
        width: at(width),
        height: at(HEIGHT - BOTTOM - y(count / all)),
      },
      middle,
      point: `${middle},${y(sum / all)}`,
      dot: y(sum / all),
    };
  });
  return {
    some: all > 0,
    width: WIDTH,
    height: HEIGHT,
    left: LEFT,
    right: WIDTH - RIGHT,
    floor: HEIGHT - BOTTOM,
    names: HEIGHT - BOTTOM + 15,
    rows,
    line: rows.map(({ point }) => point).join(' '),
    eighty: { y: y(0.8), label: y(0.8) + 4 },
    ends: [
      { y: y(0) + 4, told: '0%' },
      { y: y(1) + 4, told: '100%' },
    ],
  };
}
