import { CN_OFFICE } from '../../src/domain/time/calendars/cn';
import { packNamed } from '../../src/domain/policy/packs';
import { policySchema, type Policy } from '../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../src/domain/policy/house';

const all = <T>(value: T) => ({ general: value, important: value, major: value });

/**
 * A policy that uses most of what one can hold: working time, a chain of four steps, further
 * clocks, a form, and routing.
 */
export const OFFICE_POLICY: Policy = policySchema.parse({
  ...HOUSE_POLICY,
  version: 7,
  name: 'office',
  calendars: { 'cn-office': CN_OFFICE },
  calendar: 'cn-office',
  promises: {
    ...HOUSE_POLICY.promises,
    firstResponse: {
      length: { ...all({ value: 30, unit: 'workingMinutes' }), major: { value: 5, unit: 'minutes' } },
      pausable: false,
      warnAt: [0.5, 0.8],
      chain: 'house',
    },
    resolution: {
      length: { ...all({ value: 16, unit: 'workingHours' }), general: { value: 8, unit: 'workingHours' } },
      pausable: true,
      warnAt: [0.5, 0.8],
      chain: 'house',
    },
    revisit: { length: all({ value: 3, unit: 'workingDays' }), pausable: false, warnAt: [0.8], chain: 'house' },
    help: { length: all({ value: 4, unit: 'workingHours' }), pausable: false, warnAt: [0.8] },
  },
  chains: {
    house: [
      { before: { value: 5, unit: 'minutes' }, to: { kind: 'owner' } },
      { to: { kind: 'role', role: 'supervisor' } },
      { after: { value: 2, unit: 'workingHours' }, to: { kind: 'role', role: 'manager' }, action: 'raiseGrade' },
      { after: { value: 1, unit: 'workingDays' }, to: { kind: 'person', id: 'u-manager' }, action: 'remind' },
    ],
  },
  clocks: [
    ...(packNamed('cn-consumer-law')?.clocks ?? []),
    ...(packNamed('cn-samr-2026')?.clocks ?? []),
    {
      id: 'first-offer',
      name: { zh: '首个方案', en: 'first offer' },
      kind: 'house',
      when: { grades: ['important', 'major'] },
      start: 'graded',
      stop: 'proposed',
      length: { value: 4, unit: 'workingHours' },
      pausable: true,
      warnAt: [0.5],
      chain: 'house',
      extension: { by: 'manager', times: 1 },
    },
  ],
  steps: {
    ...HOUSE_POLICY.steps,
    major: { ...HOUSE_POLICY.steps.major, departments: ['quality'] },
  },
  subcategories: [{ id: 'screen', name: { zh: '屏幕', en: 'screen' }, under: 'product_quality' }],
  forms: [
    {
      id: 'identity',
      name: { zh: '身份核实', en: 'identity check' },
      before: 'resolve',
      grades: ['important'],
      skipReturning: true,
      fields: [
        { id: 'checked-by', label: { zh: '核实方式', en: 'checked by' }, type: 'text', max: 40 },
        { id: 'purchased', label: { zh: '购买日期', en: 'purchased on' }, type: 'date', required: false },
      ],
    },
  ],
  escalation: { reopenings: 2, repeats: 1 },
  routing: {
    rules: [{ when: { grades: ['major'] }, role: 'supervisor', departments: ['quality'] }, { role: 'supervisor' }],
    prefer: ['lastHandler', 'leastLoad'],
  },
});
