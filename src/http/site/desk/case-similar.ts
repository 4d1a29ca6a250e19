import type { CaseAnswer, CaseGroupView, SimilarCases } from '../../../cases';
import { DAY } from '../../../domain/basics/milliseconds';
import type { Instant, Language, Words } from '../../../domain/basics/types';
import { OUTCOME_NAMES, STAGE_WORDS } from '../../../domain/basics/words';
import { toMs } from '../../../domain/time/duration';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sayIn, type Wording } from '../kit/wording';
import { mayJoin } from './case-group';
import { gradeContext } from './rows';

/** So many open ones within a week stand above the story. */
const MANY = 3;
/** So many stand in the pane; the others are counted. */
const SHOWN = 6;
/** From here on another customer's complaint may be the same one sent twice. */
const DUPLICATE = 0.9;

const WEEK = 7 * DAY;
const isOfThisWeek = ({ receivedAt }: Similar, now: Instant): boolean => toMs(now) - toMs(receivedAt) < WEEK;

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

/**
 * Joining those that are like the case: to a group that it leads, or leads from now on; or the case to the group of one of
 * them. Null: there is nothing to join.
 */
function joining(
  items: readonly Similar[],
  caseNo: string,
  group: CaseGroupView | undefined,
  language: Language,
): { action: string; label: string; members: string[] | null } | null {
  const say = sayIn(language);
  const theirs = items.find((one) => one.groupLead !== undefined)?.groupLead;
  if (!group && theirs !== undefined) {
    const label = say(`加入 ${theirs} 那一组`, `Join the group of ${theirs}`);
    return { action: `/desk/cases/${theirs}/group`, label, members: [caseNo] };
  }
  if (group && !group.isLead) return null;
  if (!items.some(isJoinable)) return null;
  const label = group
    ? say('勾选的加入本组', 'Add those ticked')
    : say('勾选的与本案合为一组', 'Group those ticked with this case');
  return { action: `/desk/cases/${caseNo}/group`, label, members: null };
}

const isJoinable = (one: Similar): boolean => one.stage !== 'archived' && one.mergedInto === undefined && !one.grouped;

/** Cases of the same matter, for the pane of facts, and many of them at once, for the top of the page; null: none. */
export function similarContext(
  { items, thisWeek }: SimilarCases,
  { case: view, allowed }: Pick<CaseAnswer, 'case' | 'allowed'>,
  group: CaseGroupView | undefined,
  wording: Wording,
): Context | null {
  if (items.length === 0) return null;
  const { language, now } = wording;
  const say = sayIn(language);
  const mayMerge = allowed.some(({ decision }) => decision === 'merge');
  const isOpen = view.stage !== 'archived';
  const join = isOpen && mayJoin({ allowed }) ? joining(items, view.caseNo, group, language) : null;
  const isMany = isOpen && thisWeek >= MANY;
  // Whoever joins many has to see each of them.
  const shown = items.slice(0, join && isMany ? items.length : SHOWN);
  return {
    join,
    many: isMany && !group ? say(`本周相似投诉${thisWeek}件`, `${thisWeek} similar complaints this week`) : null,
    items: shown.map((one) => ({
      tick: join?.members === null && isJoinable(one) ? { isTicked: isMany && isOfThisWeek(one, now) } : null,
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
    more:
      items.length > shown.length
        ? say(`还有 ${items.length - shown.length} 件`, `${items.length - shown.length} more`)
        : null,
  };
}
