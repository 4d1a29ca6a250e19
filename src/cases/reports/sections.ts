import type { Words } from '../../domain/basics/types';
import { DIMENSIONS } from '../../domain/facts/figures';

/** By what a report tells complaints, the most first. */
export const GROUPED = ['category', 'cause', 'product', 'region', 'channel', 'team'] as const;

/** The sections of a report, in their order. */
export const SECTIONS = [
  'figures',
  ...GROUPED,
  'promises',
  'redress',
  'actions',
  'effects',
  'suggestions',
  'care',
  'return',
  'resources',
  'policies',
] as const;
export type Section = (typeof SECTIONS)[number];

const by = (dimension: (typeof GROUPED)[number]): Words => ({
  zh: `按${DIMENSIONS[dimension].zh}`,
  en: `By ${DIMENSIONS[dimension].en}`,
});

export const SECTION_WORDS: Record<Section, Words> = {
  figures: { zh: '指标', en: 'Figures' },
  category: by('category'),
  cause: by('cause'),
  product: by('product'),
  region: by('region'),
  channel: by('channel'),
  team: by('team'),
  promises: { zh: '承诺兑现了多少', en: 'Promises: how many were kept' },
  redress: { zh: '补偿支出', en: 'Cost of redress' },
  actions: { zh: '纠正措施', en: 'Corrective actions' },
  effects: { zh: '措施的效果', en: 'Effect of actions' },
  suggestions: { zh: '改进建议', en: 'Suggestions' },
  care: { zh: '重点关怀与挽回', en: 'Care and win-back' },
  return: { zh: '监管报送', en: 'Regulator return' },
  resources: { zh: '人力', en: 'Resources' },
  policies: { zh: '规则的变化', en: 'Changes of the policy' },
};

/** Sections that the management review of a quarter has besides (ISO 10002:2018, 8.6.2; GB/T 19012). */
export const OF_REVIEW: ReadonlySet<Section> = new Set(['effects', 'resources', 'policies']);
