import type { Words } from '../basics/types';

/**
 * Why a case or a corrective action does not go on by itself, in words. The watch finds these
 * (docs/architecture/watch.md).
 */
export const INCIDENT_WORDS = {
  failing: { zh: '工作流每次运行都失败', en: 'every try of its workflow fails' },
  ending: { zh: '工作流一再自行结束', en: 'its workflow ends again and again' },
  late: { zh: '到期的事没有写入', en: 'what fell due has not been written' },
  ledger: { zh: '台账校验不通过，不能据此重启', en: 'its ledger does not hold, so it cannot be started from it' },
  decision: { zh: '已受理的决定一直没有生效', en: 'a decision that was accepted is not taken' },
} as const satisfies Record<string, Words>;

export type IncidentKind = keyof typeof INCIDENT_WORDS;
export const INCIDENT_KINDS = Object.keys(INCIDENT_WORDS) as IncidentKind[];
