import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';
import type { Policy } from '../../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { checkPolicy, type KnownHouse } from '../../../src/domain/policy/check';
import { comparePolicies } from '../../../src/domain/policy/compare';
import { OFFICE_POLICY } from '../policies';

const person = (id: string, role: string, team = 'after-sales', active = true) => ({ id, role, team, active });
const KNOWN: KnownHouse = {
  users: [
    person('u-agent', 'agent'),
    person('u-supervisor', 'supervisor'),
    person('u-manager', 'manager'),
    person('u-left', 'supervisor', 'south', false),
    person('u-quality', 'colleague', 'quality'),
  ],
  teams: ['after-sales', 'empty'],
  calendars: ['cn-office'],
};

type Change = (policy: Record<string, unknown> & Policy) => void;
/** The house policy with a working calendar, a chain and a further clock, all sound. */
const SOUND: Policy = {
  ...HOUSE_POLICY,
  calendar: 'cn-office',
  promises: {
    ...HOUSE_POLICY.promises,
    resolution: { ...HOUSE_POLICY.promises.resolution, chain: 'house' },
  },
  chains: { house: [{ to: { kind: 'role', role: 'supervisor' }, channel: 'mail', action: 'remind' }] },
  clocks: [
    {
      id: 'law',
      name: { zh: '法', en: 'law' },
      kind: 'statutory',
      when: {},
      start: 'received',
      stop: 'agreed',
      length: { value: 7, unit: 'workingDays' },
      pausable: false,
      warnAt: [0.5, 0.8],
    },
  ],
};
const changed = (change: Change): unknown => {
  // As it comes over the wire: no two places are the same object.
  const copy = JSON.parse(JSON.stringify(SOUND)) as Record<string, unknown> & Policy;
  change(copy);
  return copy;
};
const faultsOf = (change: Change, known: KnownHouse = KNOWN) => checkPolicy(changed(change), known).faults;

const set = (path: string, value: unknown): Change => {
  const keys = path.split('.');
  return (policy) => {
    let at = policy as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
    at[keys.at(-1) ?? ''] = value;
  };
};
const step = (change: object): Change =>
  set('chains.house.0', { to: { kind: 'role', role: 'supervisor' }, channel: 'mail', action: 'remind', ...change });
const both =
  (...changes: Change[]): Change =>
  (policy) => {
    for (const change of changes) change(policy);
  };

test('sound policies have no faults', () => {
  expect(checkPolicy(SOUND, KNOWN)).toEqual({ policy: SOUND, faults: [] });
  expect(checkPolicy(HOUSE_POLICY, { users: [], teams: [], calendars: [] }).faults).toEqual([]);
  expect(checkPolicy(OFFICE_POLICY, KNOWN).faults).toEqual([]);
});

const form = (...fields: object[]) => [
  {
    id: 'f',
    name: { zh: '表', en: 'form' },
    before: 'resolve',
    fields: fields.map((field) => ({ id: 'a', label: { zh: '项', en: 'field' }, type: 'text', ...field })),
  },
];
const clock = (change: object) => [{ ...SOUND.clocks?.[0], ...change }];

describe('each fault is named with its place, in both languages', () => {
  test.each<[string, Change, string, RegExp, RegExp]>([
    // What cannot be read
    ['unknown field', set('promises.coffee', {}), 'promises.coffee', /^is not known here$/, /^没有这个字段$/],
    ['missing', set('survey', undefined), 'survey', /^is missing$/, /^缺少$/],
    ['wrong type', set('survey.threshold', '3'), 'survey.threshold', /^must be a number$/, /^须为数字$/],
    ['not a list', set('clocks', {}), 'clocks', /^must be a list$/, /^须为列表$/],
    ['out of range', set('survey.threshold', 9), 'survey.threshold', /at most 5/, /不得超过 5/],
    [
      'too small',
      set('promises.help.length.major.value', 0),
      'promises.help.length.major.value',
      /more than 0/,
      /大于 0/,
    ],
    [
      'no such value',
      set('promises.help.length.major.unit', 'weeks'),
      'promises.help.length.major.unit',
      /one of: .*workingDays/,
      /下列之一/,
    ],
    ['empty chain', set('chains.house', []), 'chains.house', /must not be empty/, /不能为空/],
    ['kind of receiver', step({ to: { kind: 'moon' } }), 'chains.house.0.to.kind', /no known kind/, /可用的种类/],
    ['name of a chain', set('chains', { ...SOUND.chains, 'My Chain': [] }), 'chains.My Chain', /lower-case/, /小写/],
    ['id of a clock', set('clocks', clock({ id: 'A b' })), 'clocks.0.id', /written/, /格式/],
    // Calendars
    ['unknown calendar of the house', set('calendar', 'mars'), 'calendar', /no calendar mars/, /没有日历“mars”/],
    [
      'unknown calendar of a promise',
      set('promises.help.calendar', 'mars'),
      'promises.help.calendar',
      /no calendar mars/,
      /没有日历/,
    ],
    [
      'unknown calendar of a clock',
      set('clocks', clock({ calendar: 'mars' })),
      'clocks.0.calendar',
      /no calendar mars/,
      /没有日历/,
    ],
    [
      'calendar under another name',
      set('calendars', { other: CN_OFFICE }),
      'calendars.other.id',
      /must be other/,
      /应为“other”/,
    ],
    [
      'calendar without working time',
      set('calendars', {
        'cn-office': { ...CN_OFFICE, week: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] } },
      }),
      'calendars.cn-office.week',
      /no working time/,
      /没有任何工作时间/,
    ],
    [
      'overlapping blocks',
      set('calendars', {
        'cn-office': {
          ...CN_OFFICE,
          workday: [
            { from: '09:00', to: '12:00' },
            { from: '11:00', to: '13:00' },
          ],
        },
      }),
      'calendars.cn-office.workday.1',
      /overlaps/,
      /重叠/,
    ],
    [
      'working time without a calendar',
      both(
        set('calendar', undefined),
        set('clocks', []),
        set('promises.help.length.general', { value: 3, unit: 'workingHours' }),
      ),
      'promises.help.length.general',
      /needs a calendar/,
      /需要日历/,
    ],
    ['days without a calendar', set('calendar', undefined), 'clocks.0.length', /needs a calendar/, /需要日历/],
    // Promises
    [
      'days that stand still',
      set('promises.resolution.length.major', { value: 3, unit: 'workingDays' }),
      'promises.resolution.pausable',
      /cannot stand still/,
      /不能暂停/,
    ],
    [
      'half a day',
      set('promises.help.length.major', { value: 1.5, unit: 'calendarDays' }),
      'promises.help.length.major.value',
      /whole number of days/,
      /整数日/,
    ],
    [
      'roll of hours',
      set('promises.help.length.major', { value: 1, unit: 'hours', roll: true }),
      'promises.help.length.major.roll',
      /calendar days only/,
      /日历日/,
    ],
    [
      'warnings not in order',
      set('promises.help.warnAt', [0.8, 0.5]),
      'promises.help.warnAt.1',
      /later than/,
      /由小到大/,
    ],
    ['a warning twice', set('clocks', clock({ warnAt: [0.5, 0.5] })), 'clocks.0.warnAt.1', /later than/, /不重复/],
    ['unknown chain', set('promises.help.chain', 'x'), 'promises.help.chain', /no chain x/, /没有升级链/],
    ['unknown chain of a clock', set('clocks', clock({ chain: 'x' })), 'clocks.0.chain', /no chain x/, /没有升级链/],
    [
      'a wait that stands still',
      set('promises.customerAnswer.pausable', true),
      'promises.customerAnswer.pausable',
      /cannot stand still/,
      /不能暂停/,
    ],
    // Further clocks
    [
      'a clock that never stops',
      set('clocks', clock({ start: 'resolved', stop: 'graded' })),
      'clocks.0.stop',
      /could never stop/,
      /永远不会停止/,
    ],
    [
      'that stops as it starts',
      set('clocks', clock({ stop: 'received' })),
      'clocks.0.stop',
      /could never stop/,
      /永远不会停止/,
    ],
    [
      'a law that stands still',
      set('clocks', clock({ pausable: true, length: { value: 1, unit: 'days' } })),
      'clocks.0.pausable',
      /statutory/,
      /法定/,
    ],
    [
      'house days that stand still',
      set('clocks', clock({ kind: 'house', pausable: true })),
      'clocks.0.pausable',
      /counted in days/,
      /按日计算/,
    ],
    ['the same id twice', set('clocks', [...clock({}), ...clock({})]), 'clocks.1.id', /another clock law/, /重复/],
    ['an id of the process', set('clocks', clock({ id: 'resolution' })), 'clocks.0.id', /process's own/, /流程自己/],
    // Chains
    [
      'a person who is not there',
      step({ to: { kind: 'person', id: 'u-x' } }),
      'chains.house.0.to.id',
      /nobody with the id u-x/,
      /没有员工“u-x”/,
    ],
    [
      'a person who has left',
      step({ to: { kind: 'person', id: 'u-left' } }),
      'chains.house.0.to.id',
      /not active/,
      /已停用/,
    ],
    [
      'a team that does not exist',
      step({ to: { kind: 'role', role: 'manager', team: 'mars' } }),
      'chains.house.0.to.team',
      /no team mars/,
      /没有“mars”组/,
    ],
    [
      'a team with nobody of the role',
      step({ to: { kind: 'role', role: 'manager', team: 'empty' } }),
      'chains.house.0.to.role',
      /nobody in team empty/,
      /没有这个角色/,
    ],
    [
      'only people who have left',
      step({ to: { kind: 'role', role: 'supervisor', team: 'south' } }),
      'chains.house.0.to.role',
      /nobody in team south/,
      /没有这个角色/,
    ],
    [
      'handed to another department',
      step({ to: { kind: 'person', id: 'u-quality' }, action: 'reassign' }),
      'chains.house.0.to.id',
      /may not own a case/,
      /不能负责案件/,
    ],
    [
      'handed to an agent',
      step({ to: { kind: 'person', id: 'u-agent' }, action: 'reassign' }),
      'chains.house.0.to.id',
      /important or major/,
      /重要或重大/,
    ],
    [
      'earlier than the promise is long',
      step({ before: { value: 25, unit: 'hours' } }),
      'chains.house.0.before',
      /longer than promises.resolution lasts \(general\)/,
      /还长/,
    ],
    [
      'before in days',
      step({ before: { value: 1, unit: 'workingDays' } }),
      'chains.house.0.before.unit',
      /not of days/,
      /须按时间/,
    ],
    [
      'before and after',
      step({ before: { value: 1, unit: 'hours' }, after: { value: 1, unit: 'hours' } }),
      'chains.house.0.after',
      /not both/,
      /之前或之后/,
    ],
    [
      'working time after, without a calendar',
      both(set('calendar', undefined), set('clocks', []), step({ after: { value: 1, unit: 'workingHours' } })),
      'chains.house.0.after',
      /has no calendar/,
      /没有日历/,
    ],
    // The rest
    [
      'approval above the supervisor',
      set('compensation.approvalAbove.major', 9_000),
      'compensation.approvalAbove.major',
      /above what a supervisor/,
      /高于主管/,
    ],
    [
      'an approval limit of half a cent',
      set('compensation.approvalAbove.general', 99.995),
      'compensation.approvalAbove.general',
      /two decimals/,
      /两位小数/,
    ],
    ['a survey that never matters', set('survey.threshold', 1), 'survey.threshold', /none is ever below/, /最低分/],
    [
      'warnings of actions',
      set('correctiveAction.warnAt', [0.9, 0.2]),
      'correctiveAction.warnAt.1',
      /later than/,
      /由小到大/,
    ],
    [
      'a routing rule with an unknown team',
      set('routing', { rules: [{ role: 'supervisor', team: 'mars' }], prefer: [] }),
      'routing.rules.0.team',
      /nobody of this role/,
      /没有这个角色/,
    ],
    [
      'a routing rule with an unknown skill',
      set('routing', { rules: [{ role: 'supervisor', skills: ['gas'] }], prefer: [] }),
      'routing.rules.0.skills.0',
      /has the skill gas/,
      /gas/,
    ],
    [
      'a choice without options',
      set('forms', form({ type: 'choice' })),
      'forms.0.fields.0.options',
      /nothing to choose/,
      /没有可选/,
    ],
    ['a field twice', set('forms', form({}, {})), 'forms.0.fields.1.id', /there twice/, /重复/],
    ['a form twice', set('forms', [...form({}), ...form({})]), 'forms.1.id', /there twice/, /重复/],
    [
      'least above most',
      set('forms', form({ type: 'number', min: 5, max: 2 })),
      'forms.0.fields.0.min',
      /more than the most/,
      /大于最大值/,
    ],
    [
      'a second level twice',
      set(
        'subcategories',
        [1, 2].map(() => ({ id: 's', name: { zh: '子', en: 'sub' }, under: 'other' })),
      ),
      'subcategories.1.id',
      /there twice/,
      /重复/,
    ],
    [
      'departments that are not there',
      set('steps.major.departments', ['mars']),
      'steps.major.departments.0',
      /nobody in department mars/,
      /“mars”部门/,
    ],
  ])('%s', (_name, change, path, en, zh) => {
    const faults = faultsOf(change);
    // This fault, and no other.
    expect(faults.map((fault) => fault.path)).toEqual([path]);
    expect(faults[0]?.words.en).toMatch(en);
    expect(faults[0]?.words.zh).toMatch(zh);
    expect(faults[0]?.words.zh).toMatch(/\p{Script=Han}/u);
  });
});

describe('all faults at once', () => {
  test('what cannot be read hides nothing of the rest', () => {
    const faults = faultsOf(
      both(
        set('survey.threshold', 'low'),
        set('promises.help.length.major', 5),
        set('clocks', [...clock({ stop: 'moon' }), ...clock({ id: 'b', kind: 'statutory', pausable: true })]),
        set('chains', { house: [{ to: 3 }, { to: { kind: 'person', id: 'u-x' } }] }),
        set('promises.revisit.chain', 'none'),
        set('colour', 'red'),
      ),
    );
    expect(faults.map(({ path }) => path).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'chains.house.0.to',
      'chains.house.1.to.id',
      'clocks.0.stop',
      'clocks.1.pausable',
      'clocks.1.pausable',
      'colour',
      'promises.help.length.major',
      'promises.revisit.chain',
      'survey.threshold',
    ]);
  });

  test.each([[undefined], [null], [7], ['policy'], [[]], [{}]])('no policy at all: %j', (doc) => {
    const { policy, faults } = checkPolicy(doc, KNOWN);
    expect(policy).toBeUndefined();
    expect(faults.length).toBeGreaterThan(0);
  });
});

test('a reassigning step of a chain that only general complaints take may name an agent', () => {
  const onlyGeneral = both(
    set('promises.resolution.chain', undefined),
    step({ to: { kind: 'person', id: 'u-agent' }, action: 'reassign' }),
    set('clocks', clock({ chain: 'house', when: { grades: ['general'] } })),
  );
  expect(faultsOf(onlyGeneral)).toEqual([]);
});

test('differences are named by the deepest place; entries with ids by their ids', () => {
  const other = structuredClone(SOUND) as Policy;
  other.version = 9;
  other.promises.help.warnAt = [0.7];
  other.clocks = [{ ...clock({})[0], id: 'new' } as never, ...clock({ pausable: false, stop: 'resolved' })] as never;
  expect(comparePolicies(SOUND, other)).toEqual([
    { path: 'promises.help.warnAt.0', from: 0.8, to: 0.7 },
    { path: 'clocks.law.stop', from: 'agreed', to: 'resolved' },
    { path: 'clocks.new', to: expect.objectContaining({ id: 'new' }) },
  ]);
  expect(comparePolicies(SOUND, structuredClone(SOUND))).toEqual([]);
});

describe("a department's own words", () => {
  const wording = (mail: string, text: string): Change => set('wording', { [mail]: { en: { opening: text } } });

  test.each([
    ['misspelt', 'receipt', 'Dear {{custmer}}, thank you.', ['{{custmer}}']],
    ['another mail has it', 'receipt', 'Rate us: {{surveyUrl}}', ['{{surveyUrl}}']],
    ['not a name at all', 'solution', 'Dear {{customer name}}', ['{{customer name}}']],
    ['a list is no single value', 'solution', '{{remedies}}', ['{{remedies}}']],
    ['what stands on every object', 'receipt', '{{constructor}}', ['{{constructor}}']],
    ['braces without a partner', 'receipt', 'Dear {{name, case caseNo}}', ['{{name, case caseNo}}']],
    ['braces that never close', 'receipt', 'Dear {{name', ['{{']],
    ['two of them', 'receipt', '{{a}} and {{b}}', ['{{a}}', '{{b}}']],
  ])('a placeholder that no mail fills is a fault: %s', (_what, mail, text, placeholders) => {
    const faults = faultsOf(wording(mail, text));
    expect(faults.map(({ path }) => path)).toEqual(placeholders.map(() => `wording.${mail}.en.opening`));
    for (const [index, placeholder] of placeholders.entries()) {
      expect(faults[index]?.words.en).toContain(`the mail ${mail} does not fill ${placeholder}`);
      expect(faults[index]?.words.zh).toContain(placeholder);
    }
  });

  test.each([
    ['receipt', '{{name}}，您好，单号 {{ caseNo }}，查询码 {{accessCode}}'],
    ['extension', '{{was}} → {{newDue}} {{what}}'],
    ['survey', '{{surveyUrl}} until {{until}}; price {50}'],
  ])('what the mail %s fills is none', (mail, text) => {
    expect(faultsOf(wording(mail, text))).toEqual([]);
  });
});
