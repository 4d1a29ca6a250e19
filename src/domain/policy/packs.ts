/**
 * Clocks that laws and regulators set, ready to be taken into a policy. A policy keeps the copy that it took; the
 * version of a pack is raised when its clocks are updated from its source.
 * @module
 */
import type { ClockRule } from './schema';
import type { Words } from '../basics/types';

/** The further clocks of one law or regulator. */
export interface Pack {
  id: string;
  version: number;
  name: Words;
  /** The text that the clocks were read from. */
  source: string;
  clocks: ClockRule[];
}

/** Makes a clock rule with the defaults of a law: statutory, for every case, never paused. */
const clock = (
  pack: string,
  source: string,
  rule: Omit<ClockRule, 'pack' | 'source' | 'kind' | 'when' | 'pausable'> & { kind?: ClockRule['kind'] },
): ClockRule => ({ kind: 'statutory', when: {}, pausable: false, ...rule, pack, source });

/** The packs that are shipped. */
export const PACKS: readonly Pack[] = [
  {
    id: 'cn-samr-2026',
    version: 1,
    name: { zh: '12315 / 市场监管投诉（2026）', en: 'China 12315 / market supervision 2026' },
    source: 'SAMR Order 121, in force 2026-04-15, art. 23',
    clocks: [
      clock('cn-samr-2026@1', 'SAMR Order 121 art. 23: mediation ends without agreement 60 days after acceptance', {
        id: 'samr-mediation',
        name: { zh: '市场监管调解期限', en: 'market supervision: mediation' },
        start: 'received',
        stop: 'agreed',
        length: { value: 60, unit: 'calendarDays' },
        calendar: 'cn-office',
        warnAt: [0.5, 0.8, 0.95],
      }),
    ],
  },
  {
    id: 'cn-consumer-law',
    version: 1,
    name: { zh: '消费者权益保护法：七个工作日', en: 'Consumer law: 7 working days' },
    source: '消费者权益保护法 art. 46',
    clocks: [
      clock('cn-consumer-law@1', '消费者权益保护法 art. 46: handled and told within 7 working days', {
        id: 'consumer-law-reply',
        name: { zh: '七个工作日内处理并告知', en: 'handled and told within 7 working days' },
        start: 'received',
        stop: 'proposed',
        length: { value: 7, unit: 'workingDays' },
        calendar: 'cn-office',
        warnAt: [0.5, 0.8],
      }),
    ],
  },
  {
    id: 'cn-12315-odr',
    version: 1,
    name: { zh: '12315 在线消费纠纷解决：十个工作日', en: '12315 ODR: 10 working days' },
    source: '12315 ODR rules for enrolled firms',
    clocks: [
      clock('cn-12315-odr@1', '12315 ODR: settled with the consumer within 10 working days', {
        id: 'odr-settle',
        name: { zh: '12315 ODR 和解期限', en: '12315 ODR: settle with the consumer' },
        start: 'received',
        stop: 'agreed',
        length: { value: 10, unit: 'workingDays' },
        calendar: 'cn-office',
        warnAt: [0.5, 0.8],
      }),
    ],
  },
  {
    id: 'uk-disp',
    version: 1,
    name: { zh: '英国 FCA DISP', en: 'UK DISP' },
    source: 'FCA Handbook DISP 1.5 and 1.6',
    clocks: [
      clock('uk-disp@1', 'DISP 1.5: settled by close of the third business day, a summary communication will do', {
        id: 'disp-summary',
        kind: 'house',
        name: { zh: 'DISP 三个工作日内结清', en: 'DISP: settled by the third business day' },
        start: 'received',
        stop: 'resolved',
        length: { value: 3, unit: 'workingDays' },
        warnAt: [0.8],
      }),
      clock('uk-disp@1', 'DISP 1.6.2: final or holding response by the end of eight weeks', {
        id: 'disp-final',
        name: { zh: 'DISP 八周最终答复', en: 'DISP: final response within 8 weeks' },
        start: 'received',
        stop: 'resolved',
        length: { value: 56, unit: 'calendarDays', roll: false },
        warnAt: [0.5, 0.8, 0.95],
      }),
    ],
  },
  {
    id: 'us-cfpb',
    version: 1,
    name: { zh: '美国 CFPB', en: 'US CFPB' },
    source: 'CFPB company response: 15 calendar days, final within 60',
    clocks: [
      clock('us-cfpb@1', 'CFPB: response within 15 calendar days', {
        id: 'cfpb-response',
        name: { zh: 'CFPB 15 日答复', en: 'CFPB: response within 15 days' },
        start: 'received',
        stop: 'proposed',
        length: { value: 15, unit: 'calendarDays', roll: false },
        warnAt: [0.5, 0.8],
      }),
      clock('us-cfpb@1', 'CFPB: final response within 60 calendar days', {
        id: 'cfpb-final',
        name: { zh: 'CFPB 60 日最终答复', en: 'CFPB: final response within 60 days' },
        start: 'received',
        stop: 'resolved',
        length: { value: 60, unit: 'calendarDays', roll: false },
        warnAt: [0.5, 0.8, 0.95],
      }),
    ],
  },
];

/** The pack with an id; undefined if there is none. */
export const packNamed = (id: string): Pack | undefined => PACKS.find((pack) => pack.id === id);
