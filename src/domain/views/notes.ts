import { decisionNamed } from '../decisions/catalogue';
import type { EventBody } from '../case/events';
import type { Words } from '../basics/types';

/**
 * What the system itself has noted in a case, in words. Undefined for all other events, which the timeline describes by
 * their data.
 */
export function noteWords(entry: EventBody): Words | undefined {
  switch (entry.type) {
    case 'cancelRequested':
      return entry.data.actionId === undefined
        ? {
            zh: '有人在 Temporal 里要求取消本案。案件不因此结束，照常办理；要结束请撤诉或归档',
            en: 'Somebody asked Temporal to cancel this case. That ends no case, it goes on; withdraw or archive it to end it',
          }
        : {
            zh: `有人在 Temporal 里要求取消措施 ${entry.data.actionId}。措施照常进行`,
            en: `Somebody asked Temporal to cancel action ${entry.data.actionId}. It goes on`,
          };
    case 'signalRefused':
      return {
        zh: `收到一条看不懂的内部消息（${entry.data.signal}），没有照办`,
        en: `An internal message (${entry.data.signal}) made no sense; nothing came of it`,
      };
    case 'decisionRefused': {
      const label = decisionNamed(entry.data.decision)?.label;
      return {
        zh: `“${label?.zh ?? entry.data.decision}”送到时已不能执行（${entry.data.code}）`,
        en: `“${label?.en ?? entry.data.decision}” could not be taken when it arrived (${entry.data.code})`,
      };
    }
    default:
      return undefined;
  }
}
