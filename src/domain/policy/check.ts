/**
 * Checks a policy before it is published: first whether it can be read at all (the schema), then whether it makes sense
 * in this house. A part that cannot be read is replaced by a harmless one, so that one list names all faults of both
 * kinds.
 * @module
 */
import { mayOwn, MAY_OWN_ANY } from '../staffing/owning';
import type { z } from 'zod';
import { SLUG } from '../basics/ids';
import { CN_OFFICE } from '../time/calendars/cn';
import { faultsOf, joined, type Fault, type Path } from '../basics/faults';
import { policySchema, type ClockRule, type Policy, type ProcessPromise } from './schema';
import { HOUSE_POLICY } from './house';
import { MILESTONES, PROMISES, type ChainStep } from '../promises/names';
import type { MailKind } from './mail-kinds';
import { staffFaults, type Candidate } from '../staffing/routing';
import { durationMs, isByDay, isElapsed, needsCalendar, workingLengthMs, type Length } from '../time/duration';
import { GRADES, type Grade } from '../basics/types';
import { REPLY_VARIABLES, unknownVariables } from './replies';
import { MAIL_VALUES, unknownPlaceholders } from './wording';

/** What is wrong with a policy, and where. */
export type PolicyFault = Fault;

/** What the house has, for a policy to refer to. */
export interface KnownHouse {
  users: readonly (Pick<Candidate, 'id' | 'role' | 'team' | 'active'> & Partial<Candidate>)[];
  /** Teams that exist although nobody is in them. */
  teams: readonly string[];
  /** Published calendars: a policy may name them without bringing them along. */
  calendars: readonly string[];
}

/** Checks a document. `policy` is absent if it cannot be read; if it can, it is there even with faults of sense. */
export function checkPolicy(doc: unknown, known: KnownHouse): { policy?: Policy; faults: PolicyFault[] } {
  const parsed = policySchema.safeParse(doc, { reportInput: true });
  if (parsed.success) {
    const faults = senseOf(parsed.data, known);
    return { policy: parsed.data, faults };
  }
  const faults = faultsOf(parsed.error);
  return { faults: [...faults, ...besides(doc, parsed.error, known)] };
}

// What cannot be read

/**
 * The faults of sense in all that can be read. What cannot is replaced by something harmless, whose own faults are left
 * out.
 */
function besides(doc: unknown, error: z.ZodError, known: KnownHouse): PolicyFault[] {
  if (typeof doc !== 'object' || doc === null || Array.isArray(doc)) return [];
  const copy = structuredClone(doc) as Record<string, unknown>;
  const replaced: string[] = [];
  for (const issue of error.issues) {
    const path = issue.path as Path;
    if (issue.code === 'unrecognized_keys') {
      const parent = at(copy, path);
      if (isRecord(parent)) for (const key of issue.keys) delete parent[key];
    } else {
      replaced.push(joined(standIn(copy, path)));
    }
  }
  const readable = policySchema.safeParse(copy);
  if (!readable.success) return [];
  return senseOf(readable.data, known).filter(
    ({ path }) => !replaced.some((place) => place === '' || path === place || path.startsWith(`${place}.`)),
  );
}

const isRecord = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null;

/** The value in a place; undefined if there is no such place. */
const at = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), root);

const HARMLESS_STEP: ChainStep = { to: { kind: 'owner' }, channel: 'mail', action: 'remind' };
const harmlessClock = (index: number): ClockRule => ({
  id: `set-aside-${index}`,
  name: { zh: '-', en: '-' },
  kind: 'statutory',
  when: {},
  start: 'received',
  stop: 'archived',
  length: { value: 1, unit: 'days' },
  pausable: false,
  warnAt: [],
});

/** Replaces the smallest part around a place that a harmless one exists for, and gives the place of that part. */
function standIn(copy: Record<string, unknown>, path: Path): Path {
  const [part, key, index] = path;
  if (part === undefined) return [];
  const whole = copy[part];
  if (part === 'clocks' && typeof key === 'number' && Array.isArray(whole)) {
    whole[key] = harmlessClock(key);
    return [part, key];
  }
  if (part === 'chains' && typeof key === 'string' && isRecord(whole)) {
    const chain = whole[key];
    if (typeof index === 'number' && Array.isArray(chain)) {
      chain[index] = HARMLESS_STEP;
      return [part, key, index];
    }
    if (SLUG.test(key)) whole[key] = [HARMLESS_STEP];
    else delete whole[key];
    return [part, key];
  }
  if (part === 'calendars' && typeof key === 'string' && isRecord(whole)) {
    if (SLUG.test(key)) whole[key] = { ...CN_OFFICE, id: key };
    else delete whole[key];
    return [part, key];
  }
  const house = HOUSE_POLICY as unknown as Record<string, unknown>;
  if (!(part in house)) {
    delete copy[part];
    return [part];
  }
  const standard = house[part];
  if (key !== undefined && isRecord(standard) && key in standard && isRecord(whole) && part !== 'survey') {
    whole[key] = structuredClone(standard[key]);
    return [part, key];
  }
  copy[part] = structuredClone(standard);
  return [part];
}

// What makes no sense

type Add = (path: Path, zh: string, en: string) => void;

/**
 * Roughly how long a length lasts (ms), a day being 24 hours. Only good for telling that one can never fit into
 * another.
 */
const plainMs = (length: Length): number =>
  isElapsed(length) ? durationMs(length) : isByDay(length) ? length.value * 86_400_000 : workingLengthMs(length);

/** A promise or a further clock, as far as both are checked alike. */
interface Timed {
  path: Path;
  /** Each length with its place, and with its grade if there is one for each. */
  lengths: { path: Path; grade?: Grade; length: Length }[];
  grades: readonly Grade[];
  pausable: boolean;
  warnAt: readonly number[];
  calendar?: string;
  chain?: string;
}

/** The promises that have a rule in the policy. */
const PROCESS = PROMISES.filter((name): name is ProcessPromise => name !== 'pause' && name !== 'further');

function timedOf(policy: Policy): Timed[] {
  const promises = PROCESS.map((name): Timed => {
    const { length, ...rest } = policy.promises[name];
    const path = ['promises', name];
    return {
      ...rest,
      path,
      lengths: GRADES.map((grade) => ({ path: [...path, 'length', grade], grade, length: length[grade] })),
      grades: GRADES,
    };
  });
  const clocks = (policy.clocks ?? []).map((rule, index): Timed => {
    const path = ['clocks', index];
    const { pausable, warnAt, calendar, chain, length } = rule;
    const lengths = [{ path: [...path, 'length'], length }];
    return { path, lengths, grades: rule.when.grades ?? GRADES, pausable, warnAt, calendar, chain };
  });
  return [...promises, ...clocks];
}

/** All faults of sense in a policy that can be read. */
function senseOf(policy: Policy, known: KnownHouse): PolicyFault[] {
  const faults: PolicyFault[] = [];
  const add: Add = (path, zh, en) => void faults.push({ path: joined(path), words: { zh, en } });
  const timed = timedOf(policy);
  checkCalendars(policy, known, timed, add);
  for (const one of timed) checkTimed(policy, one, add);
  checkClocks(policy, add);
  checkChains(policy, known, timed, add);
  if (policy.routing) {
    const people = known.users.map((user): Candidate => ({ language: 'zh-CN', ...user }));
    for (const { path, words } of staffFaults(policy.routing, people)) {
      add(['routing', ...path], words.zh, words.en);
    }
  }
  checkDepartments(policy, known, add);
  checkForms(policy, add);
  checkWording(policy, add);
  checkReplies(policy, add);
  checkCare(policy, add);
  checkRest(policy, add);
  return faults;
}

function checkCalendars(policy: Policy, known: KnownHouse, timed: readonly Timed[], add: Add): void {
  const { calendars = {} } = policy;
  const exists = (name: string): boolean => Object.hasOwn(calendars, name) || known.calendars.includes(name);
  const named = (path: Path, name: string | undefined): void => {
    if (name !== undefined && !exists(name)) add(path, `没有日历“${name}”`, `there is no calendar ${name}`);
  };
  named(['calendar'], policy.calendar);
  for (const { path, calendar } of timed) named([...path, 'calendar'], calendar);
  for (const [key, calendar] of Object.entries(calendars)) {
    if (calendar.id !== key) {
      add(['calendars', key, 'id'], `日历编号应为“${key}”`, `must be ${key}, as it is called here`);
    }
  }
}

function ascending(path: Path, warnAt: readonly number[], add: Add): void {
  for (const [index, point] of warnAt.entries()) {
    const before = warnAt[index - 1];
    if (before !== undefined && before >= point) {
      add([...path, index], '提醒点须由小到大，且不重复', 'must be later than the warning before it');
    }
  }
}

function checkTimed(policy: Policy, one: Timed, add: Add): void {
  const hasCalendar = (one.calendar ?? policy.calendar) !== undefined;
  for (const { path, length } of one.lengths) {
    if (needsCalendar(length) && !hasCalendar) {
      add(
        path,
        '按工作时间或按日计算的期限需要日历',
        'a length in working time or in days of the calendar needs a calendar',
      );
    }
    if (length.unit !== 'calendarDays' && length.roll !== undefined) {
      add([...path, 'roll'], '顺延只用于按日历日计算的期限', 'belongs to a length in calendar days only');
    }
    if (isByDay(length) && !Number.isInteger(length.value)) {
      add([...path, 'value'], '按日计算的期限须为整数日', 'must be a whole number of days');
    }
  }
  if (one.pausable && one.lengths.some(({ length }) => isByDay(length))) {
    add(
      [...one.path, 'pausable'],
      '按日计算的期限不能暂停',
      'a promise counted in days ends at a fixed hour and cannot stand still',
    );
  }
  ascending([...one.path, 'warnAt'], one.warnAt, add);
  if (one.chain !== undefined && !Object.hasOwn(policy.chains ?? {}, one.chain)) {
    add([...one.path, 'chain'], `没有升级链“${one.chain}”`, `there is no chain ${one.chain}`);
  }
}

/** A placeholder that the mail does not fill would leave a gap in it. */
function checkWording({ wording = {} }: Policy, add: Add): void {
  for (const [kind, languages] of Object.entries(wording)) {
    const mail = kind as MailKind;
    for (const [language, parts] of Object.entries(languages)) {
      for (const [part, text] of Object.entries(parts)) {
        for (const placeholder of unknownPlaceholders(mail, text)) {
          add(
            ['wording', mail, language, part],
            `邮件“${mail}”不会填写 ${placeholder}；可用的有：${MAIL_VALUES[mail].join('、')}`,
            `the mail ${mail} does not fill ${placeholder}; there are: ${MAIL_VALUES[mail].join(', ')}`,
          );
        }
      }
    }
  }
}

const VARIABLES = {
  zh: Object.values(REPLY_VARIABLES)
    .map((name) => `{${name}}`)
    .join('、'),
  en: Object.keys(REPLY_VARIABLES)
    .map((name) => `{${name}}`)
    .join(', '),
};

function checkReplies({ correspondence }: Policy, add: Add): void {
  const replies = correspondence?.cannedReplies ?? [];
  for (const [index, { id, text }] of replies.entries()) {
    const path = ['correspondence', 'cannedReplies', index];
    if (replies.findIndex((other) => other.id === id) < index) {
      add([...path, 'id'], `编号“${id}”用了两次`, `the id ${id} is used twice`);
    }
    for (const language of ['zh', 'en'] as const) {
      for (const variable of unknownVariables(text[language])) {
        add(
          [...path, 'text', language],
          `没有变量 ${variable}；可用的有：${VARIABLES.zh}`,
          `there is no variable ${variable}; there are: ${VARIABLES.en}`,
        );
      }
    }
  }
}

/** A greeting goes once a holiday and year: two of one id on one day would be one. */
function checkCare({ care }: Policy, add: Add): void {
  const holidays = care?.holidays ?? [];
  for (const [index, { id, on }] of holidays.entries()) {
    if (holidays.findIndex((other) => other.id === id && other.on === on) < index) {
      add(['care', 'holidays', index, 'id'], `“${id}”在 ${on} 写了两次`, `${id} is there twice on ${on}`);
    }
  }
}

/** Clock ids that the process uses itself. */
const RESERVED: readonly string[] = PROMISES;

function checkClocks(policy: Policy, add: Add): void {
  const clocks = policy.clocks ?? [];
  for (const [index, rule] of clocks.entries()) {
    const place = ['clocks', index];
    if (MILESTONES.indexOf(rule.stop) <= MILESTONES.indexOf(rule.start)) {
      add(
        [...place, 'stop'],
        `停止节点须在开始节点“${rule.start}”之后，否则永远不会停止`,
        `must come after ${rule.start}, where the clock starts: it could never stop`,
      );
    }
    if (rule.kind === 'statutory' && rule.pausable) {
      add([...place, 'pausable'], '法定时限不能暂停', 'a statutory clock never stands still');
    }
    if (clocks.findIndex(({ id }) => id === rule.id) < index) {
      add([...place, 'id'], `时限编号“${rule.id}”重复`, `there is another clock ${rule.id}`);
    }
    if (RESERVED.some((name) => name.toLowerCase() === rule.id)) {
      add(
        [...place, 'id'],
        `编号“${rule.id}”是流程自己的承诺`,
        `${rule.id} is the name of one of the process's own promises`,
      );
    }
  }
  const { pausable } = policy.promises.customerAnswer;
  if (pausable) {
    add(
      ['promises', 'customerAnswer', 'pausable'],
      '等待客户答复的期限不能暂停，否则永远等下去',
      'the time the customer has to answer cannot stand still while we wait for the customer',
    );
  }
}

function checkChains(policy: Policy, known: KnownHouse, timed: readonly Timed[], add: Add): void {
  const active = known.users.filter((user) => user.active);
  const teams = new Set([...known.teams, ...known.users.map(({ team }) => team)]);
  for (const [name, steps] of Object.entries(policy.chains ?? {})) {
    const users = timed.filter(({ chain }) => chain === name);
    for (const [index, step] of steps.entries()) {
      const place = ['chains', name, index];
      checkReceiver(place, step, active, known, teams, add);
      checkOwning(place, step, users, active, add);
      checkMoment(place, step, users, policy, add);
    }
  }
}

function checkReceiver(
  place: Path,
  { to }: ChainStep,
  active: KnownHouse['users'],
  known: KnownHouse,
  teams: ReadonlySet<string>,
  add: Add,
): void {
  if (to.kind === 'person') {
    if (!known.users.some(({ id }) => id === to.id)) {
      add([...place, 'to', 'id'], `没有员工“${to.id}”`, `there is nobody with the id ${to.id}`);
    } else if (!active.some(({ id }) => id === to.id)) {
      add([...place, 'to', 'id'], `员工“${to.id}”已停用`, `${to.id} is not active any more`);
    }
    return;
  }
  if (to.kind !== 'role') return;
  if (to.team !== undefined && !teams.has(to.team)) {
    add([...place, 'to', 'team'], `没有“${to.team}”组`, `there is no team ${to.team}`);
  } else if (!active.some(({ role, team }) => role === to.role && (to.team === undefined || team === to.team))) {
    const where = to.team === undefined ? { zh: '', en: '' } : { zh: `“${to.team}”组里`, en: ` in team ${to.team}` };
    add([...place, 'to', 'role'], `${where.zh}现在没有这个角色的人`, `nobody${where.en} has the role ${to.role}`);
  }
}

/** A step may reassign the case only to somebody who may own a case of every grade that its clocks run for. */
function checkOwning(
  place: Path,
  { to, action }: ChainStep,
  users: readonly Timed[],
  active: KnownHouse['users'],
  add: Add,
): void {
  if (action !== 'reassign' || to.kind !== 'person') return;
  const person = active.find(({ id }) => id === to.id);
  if (!person) return;
  if (!(MAY_OWN_ANY as readonly string[]).includes(person.role)) {
    add(
      [...place, 'to', 'id'],
      `“${to.id}”是其他部门的同事，不能负责案件`,
      `${to.id} is a colleague of another department and may not own a case`,
    );
  } else {
    const beyond = GRADES.filter(
      (grade) => !mayOwn(person.role, grade) && users.some(({ grades }) => grades.includes(grade)),
    );
    if (beyond.length > 0) {
      add(
        [...place, 'to', 'id'],
        `客服“${to.id}”不能负责重要或重大投诉`,
        `${to.id} is an agent and may not own a complaint graded ${beyond.join(' or ')}`,
      );
    }
  }
}

/** Whether a step fits the clocks that use its chain. */
function checkMoment(
  place: Path,
  { before, after }: ChainStep,
  users: readonly Timed[],
  policy: Policy,
  add: Add,
): void {
  if (before && after) {
    add([...place, 'after'], '一步只能在期限之前或之后', 'a step comes before the deadline or after it, not both');
  }
  if (before && isByDay(before)) {
    add(
      [...place, 'before', 'unit'],
      '期限之前的时间须按时间或工作时间计算',
      'must be a length of time or of working time, not of days of the calendar',
    );
    return;
  }
  const working = [before && needsCalendar(before) && 'before', after && needsCalendar(after) && 'after'];
  for (const { path, calendar, lengths } of users) {
    for (const field of working) {
      if (field && (calendar ?? policy.calendar) === undefined) {
        add(
          [...place, field],
          `按工作时间计算，但“${joined(path)}”没有日历`,
          `is counted in working time, but ${joined(path)} has no calendar`,
        );
      }
    }
    const short = before && lengths.find(({ length }) => plainMs(before) > plainMs(length));
    if (short) {
      const of = short.grade ?? joined(path);
      add(
        [...place, 'before'],
        `比“${joined(path)}”（${of}）的期限还长`,
        `is longer than ${joined(path)} lasts (${of})`,
      );
    }
  }
}

/** Every department that the process asks automatically needs an active member who can answer. */
function checkDepartments({ steps }: Policy, known: KnownHouse, add: Add): void {
  for (const grade of GRADES) {
    for (const [index, department] of (steps[grade].departments ?? []).entries()) {
      if (!known.users.some(({ team, active }) => active && team === department)) {
        add(
          ['steps', grade, 'departments', index],
          `“${department}”部门现在没有人`,
          `there is nobody in department ${department}`,
        );
      }
    }
  }
}

/** Ids that are given once, and fields that can be filled in. */
function checkForms({ forms = [], subcategories = [] }: Policy, add: Add): void {
  const once = (path: Path, items: readonly { id: string }[]): void => {
    for (const [index, { id }] of items.entries()) {
      if (items.findIndex((other) => other.id === id) < index) {
        add([...path, index, 'id'], `编号“${id}”重复`, `${id} is there twice`);
      }
    }
  };
  once(['subcategories'], subcategories);
  once(['forms'], forms);
  for (const [index, { fields }] of forms.entries()) {
    once(['forms', index, 'fields'], fields);
    for (const [place, { type, options, min, max }] of fields.entries()) {
      const path = ['forms', index, 'fields', place];
      if (type === 'choice' && !options) {
        add([...path, 'options'], '选择项没有可选的内容', 'is a choice with nothing to choose');
      }
      if (options) once([...path, 'options'], options);
      if (min !== undefined && max !== undefined && min > max) {
        add([...path, 'min'], `大于最大值 ${max}`, `is more than the most, ${max}`);
      }
    }
  }
}

function checkRest({ compensation, survey, correctiveAction }: Policy, add: Add): void {
  for (const grade of GRADES) {
    if (compensation.approvalAbove[grade] > compensation.supervisorUpTo) {
      add(
        ['compensation', 'approvalAbove', grade],
        `高于主管的审批上限 ${compensation.supervisorUpTo}`,
        `is above what a supervisor may approve (${compensation.supervisorUpTo})`,
      );
    }
  }
  const { approvalAbove, supervisorUpTo } = compensation;
  const sums = [
    ...GRADES.map((grade) => [['compensation', 'approvalAbove', grade], approvalAbove[grade]] as const),
    [['compensation', 'supervisorUpTo'], supervisorUpTo] as const,
  ];
  // Checked here and not by the schema, which also has to read policies that were published before this check.
  for (const [path, sum] of sums) {
    if (Math.abs(Math.round(sum * 100) - sum * 100) > 1e-6) add(path, '最多两位小数', 'must have two decimals at most');
  }
  if (survey.threshold <= 1) {
    add(
      ['survey', 'threshold'],
      '最低分是 1，没有分数会低于它，二次跟进永远不会发生',
      'the lowest score is 1: none is ever below it, and nobody would follow up',
    );
  }
  ascending(['correctiveAction', 'warnAt'], correctiveAction.warnAt, add);
}
