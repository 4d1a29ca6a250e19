import type { ExplainedPromise } from '../domain/explain/promises';
import { PROMISE_WORDS } from '../domain/promises/names';
import type { Instant, Language, Words } from '../domain/basics/types';
import { duration, plannedTime } from './format';
import { UNIT_WORDS } from './words';

const STATUS: Record<ExplainedPromise['status'], Words> = {
  running: { zh: '在走', en: 'running' },
  paused: { zh: '已停，等待中', en: 'standing still' },
  met: { zh: '按时完成', en: 'kept' },
  late: { zh: '超时完成', en: 'done late' },
  cancelled: { zh: '已取消', en: 'called off' },
};

const say = (words: Words, language: Language): string => (language === 'zh-CN' ? words.zh : words.en);

/**
 * One promise in one sentence, as a person would tell it:
 * “24小时 · 解决：已用3小时12分，跨2夜、1个节假日，等待5小时；11月25日 星期三 16:08 到期（在走）”.
 */
export function promiseSentence(promise: ExplainedPromise, language: Language, now: Instant): string {
  const zh = language === 'zh-CN';
  const name = say(promise.name ?? PROMISE_WORDS[promise.promise], language);
  const length = promise.length
    ? `${promise.length.value}${zh ? '' : ' '}${UNIT_WORDS[promise.length.unit][zh ? 'zh' : 'short']} · `
    : '';
  const count = (n: number, one: string, many: string): string[] =>
    n > 0 ? [zh ? `${n}${one}` : `${n} ${n === 1 ? one : many}`] : [];
  const off = [
    ...count(promise.nights, zh ? '夜' : 'night', 'nights'),
    ...count(promise.weekendDays, zh ? '个周末日' : 'weekend day', 'weekend days'),
    ...count(promise.holidays.length, zh ? '个节假日' : 'holiday', 'holidays'),
    ...count(promise.makeUpDays.length, zh ? '个调休上班日' : 'make-up working day', 'make-up working days'),
  ];
  const parts = [
    `${zh ? '已用' : ''}${duration(promise.usedMs, language)}${zh ? '' : ' used'}`,
    ...(off.length > 0 ? [`${zh ? '跨' : ''}${off.join(zh ? '、' : ', ')}`] : []),
    ...(promise.waitedMs > 0 ? [`${zh ? '等待' : 'waited '}${duration(promise.waitedMs, language)}`] : []),
  ];
  const due = plannedTime(promise.dueAt, language, now);
  const broken = promise.breachedAt !== undefined && promise.status === 'running' ? (zh ? '，已超时' : ', broken') : '';
  const status = say(STATUS[promise.status], language);
  return zh
    ? `${length}${name}：${parts.join('，')}；${due} 到期（${status}${broken}）`
    : `${length}${name}: ${parts.join(', ')}; due ${due} (${status}${broken})`;
}
