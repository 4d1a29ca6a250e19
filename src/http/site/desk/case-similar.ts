import type { CaseAnswer, SimilarCases } from '../../../cases';
import type { Language, Words } from '../../../domain/basics/types';
import { OUTCOME_NAMES, STAGE_WORDS } from '../../../domain/basics/words';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sayIn, type Wording } from '../kit/wording';
import { gradeContext } from './rows';

/** So many open ones within a week stand above the story. */
const MANY = 3;
/** So many stand in the pane; the others are counted. */
const SHOWN = 6;
/** From here on another customer's complaint may be the same one sent twice. */
const DUPLICATE = 0.9;

type Similar = SimilarCases['items'][number];

const FACT_WORDS: Record<Similar['why']['same'][number], Words> = {
  customer: { zh: '同一客户', en: 'same customer' },
  order: { zh: '同一订单', en: 'same order' },
  serialNo: { zh: '同一台', en: 'same device' },
  product: { zh: '同一产品', en: 'same product' },
  place: { zh: '同一地点', en: 'same place' },
};

/** 同一产品 · “漏水、排水管” */
function whyWords({ why: { same, words } }: Similar, language: Language): string {
  const quoted = words.join(language === 'zh-CN' ? '、' : ', ');
  return [
    ...same.map((name) => inLanguage(FACT_WORDS[name], language)),
    ...(quoted === '' ? [] : [`“${quoted}”`]),
  ].join(' · ');
}

/** Cases of the same matter, for the pane of facts, and many of them at once, for the top of the page; null: none. */
export function similarContext(
  { items, thisWeek }: SimilarCases,
  { case: view, allowed }: Pick<CaseAnswer, 'case' | 'allowed'>,
  wording: Wording,
): Context | null {
  if (items.length === 0) return null;
  const { language, now } = wording;
  const say = sayIn(language);
  const mayMerge = allowed.some(({ decision }) => decision === 'merge');
  const isOpen = view.stage !== 'archived';
  return {
    many:
      isOpen && thisWeek >= MANY ? say(`本周相似投诉${thisWeek}件`, `${thisWeek} similar complaints this week`) : null,
    items: items.slice(0, SHOWN).map((one) => ({
      href: `/desk/cases/${one.caseNo}`,
      caseNo: one.caseNo,
      ...gradeContext(one, language),
      opening: one.opening,
      status:
        one.outcome === undefined
          ? inLanguage(STAGE_WORDS[one.stage], language)
          : inLanguage(OUTCOME_NAMES[one.outcome], language),
      isOver: one.stage === 'archived' || one.resolvedAt !== undefined,
      received: pageTime(one.receivedAt, language, now),
      customer: one.customerName,
      why: whyWords(one, language),
      solution: one.solution ?? null,
      mergeHref:
        mayMerge &&
        one.stage !== 'archived' &&
        one.mergedInto === undefined &&
        (one.why.same.includes('customer') || one.score >= DUPLICATE)
          ? `/desk/cases/${view.caseNo}?do=merge&into=${one.caseNo}#dock`
          : null,
    })),
    more: items.length > SHOWN ? say(`还有 ${items.length - SHOWN} 件`, `${items.length - SHOWN} more`) : null,
  };
}
