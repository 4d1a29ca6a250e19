import type { Language } from '../domain/basics/types';
import { money } from './format';

/** In what a figure is told. */
export type FigureUnit = 'percent' | 'hours' | 'money' | 'cases';

/** The value of a figure with its unit; of nothing a dash. */
export function figureValue(value: number | null, unit: FigureUnit, language: Language): string {
  if (value === null) return '–';
  const say = (zh: string, en: string): string => (language === 'zh-CN' ? zh : en);
  switch (unit) {
    case 'percent':
      return `${value}%`;
    case 'money':
      return money(value, language);
    case 'cases':
      return say(`${value} 件`, String(value));
    case 'hours':
      if (value < 1) return say(`${Math.round(value * 60)} 分钟`, `${Math.round(value * 60)} min`);
      if (value < 48) return say(`${Math.round(value * 10) / 10} 小时`, `${Math.round(value * 10) / 10} h`);
      return say(`${Math.round((value / 24) * 10) / 10} 天`, `${Math.round((value / 24) * 10) / 10} days`);
  }
}

/** How a figure stands to its target, in words and for a drawing; undefined: it has none. */
export function figureTarget(
  { target }: { target?: { at: number; next?: number | undefined } | undefined },
  { value }: { value: number | null },
  language: Language,
) {
  if (!target) return undefined;
  const say = (zh: string, en: string): string => (language === 'zh-CN' ? zh : en);
  const next = target.next !== undefined && value !== null && value >= target.at ? target.next : undefined;
  const aim = next ?? target.at;
  const isKept = value !== null && value >= aim;
  return {
    at: aim,
    told:
      value === null
        ? say(`目标 ${aim}%`, `target ${aim}%`)
        : isKept
          ? say(`达到目标 ${aim}%`, `reaches ${aim}%`)
          : next !== undefined
            ? say(`达到 ${target.at}%，下一目标 ${next}%`, `reaches ${target.at}%, next ${next}%`)
            : say(`低于目标 ${aim}%`, `below ${aim}%`),
    isLow: value !== null && value < target.at,
  };
}
