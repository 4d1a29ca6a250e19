import { dayMarks, type ListedCase } from '../../../cases';
import { HOUR } from '../../../domain/basics/milliseconds';
import { toMs } from '../../../domain/time/duration';
import type { Context } from '../../../render/engine';
import { timeOfDay } from '../../../render/format';
import { sayIn, type Wording } from '../kit/wording';
import { titleOf } from './rows';

/** The line begins and ends with the usual working day, or earlier and later if something is due then. */
const FROM_HOUR = 9;
const TO_HOUR = 18;
/** Heights of the marks, by turns, so that marks at nearly the same time do not hide each other. */
const ROWS = [24, 42];

const percent = (share: number): string => `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`;

/**
 * The day as a line, on which each promise of today is a mark at its due time. Positions are percentages of the width.
 * @param items the open cases of whoever reads it
 */
export function ribbonContext(items: readonly ListedCase[], { language, now }: Wording): Context {
  const say = sayIn(language);
  const { dayBegan, dayEnds } = dayMarks(toMs(now));
  const dayStart = toMs(dayBegan);
  const today = items.flatMap((item) => {
    const due = item.paused ? undefined : item.pressing?.dueAt;
    return due !== undefined && due >= dayBegan && due < dayEnds ? [{ item, due: toMs(due) }] : [];
  });
  const hourOf = (ms: number): number => (ms - dayStart) / HOUR;
  const all = [...today.map(({ due }) => due), toMs(now)];
  const from = dayStart + Math.min(FROM_HOUR, ...all.map((ms) => Math.floor(hourOf(ms)))) * HOUR;
  const to = dayStart + Math.max(TO_HOUR, ...all.map((ms) => Math.ceil(hourOf(ms)))) * HOUR;
  const at = (ms: number): string => percent((ms - from) / (to - from));
  const hours = Math.round((to - from) / HOUR);
  const step = hours > 12 ? 2 : 1;
  const ticks = Array.from({ length: hours + 1 }, (_none, index) => index)
    .filter((index) => index % step === 0 || index === hours)
    .map((index) => ({
      x: at(from + index * HOUR),
      text: timeOfDay(from + index * HOUR),
      anchor: index === 0 ? 'start' : index === hours ? 'end' : 'middle',
      inner: index > 0 && index < hours,
      // The present time is written there. At the ends the hour is written inwards, and on a phone takes a sixth of the line.
      hidden: Math.abs(from + index * HOUR - toMs(now)) < (to - from) * (index % hours === 0 ? 0.18 : 0.045),
    }));
  const broken = today.filter(({ item }) => item.pressing?.status === 'breached').length;
  const rest = today.length - broken;
  return {
    label: say(
      `今天的承诺：已超时 ${broken} 项，还有 ${rest} 项到期`,
      `Today's promises: ${broken} broken, ${rest} still to come`,
    ),
    now: at(toMs(now)),
    nowText: timeOfDay(toMs(now)),
    ticks,
    marks: today.map(({ item, due }, index) => ({
      x: at(due),
      y: ROWS[index % ROWS.length] ?? 24,
      grade: item.grade,
      broken: item.pressing?.status === 'breached',
      caseNo: item.caseNo,
      title: `${timeOfDay(due)} ${titleOf(item.opening, language)}`,
    })),
  };
}
