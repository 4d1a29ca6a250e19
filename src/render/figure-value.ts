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
