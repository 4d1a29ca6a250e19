/**
 * Whose case it is by the policy's routing rules. The first rule that fits a complaint says which role, team and skills
 * are asked for (the wish), and people are measured against it. No side effects: who is there at the moment is known to
 * the database only (`src/db/stores/picks.ts`).
 * @module
 */
import { MAY_JOIN, mayOwn, SOUGHT } from './owning';
import { z } from 'zod';
import { SLUG } from '../basics/ids';
import { said } from '../basics/faults';
import { shortText } from '../basics/free-text';
import {
  CATEGORIES,
  CHANNELS,
  GRADES,
  LANGUAGES,
  type Category,
  type Channel,
  type Grade,
  type Language,
  type Words,
} from '../basics/types';

/**
 * Who goes first among those who fit. `lastHandler`: whoever had this customer's last case. `leastLoad`: whoever has
 * the fewest open cases. `rotation`: whoever has waited longest since their last assignment.
 */
export const PREFERENCES = ['lastHandler', 'leastLoad', 'rotation'] as const;
export type Preference = (typeof PREFERENCES)[number];

/** A role that a rule may ask for. */
export type OwningRole = (typeof SOUGHT)[number];

const id = z.string().regex(SLUG, {
  error: said({
    zh: '编号须为小写字母、数字和连字符，最多 40 个字符',
    en: 'must be lower-case letters, digits and hyphens, at most 40',
  }),
});
/** A list of conditions. An empty one is refused, since it would fit nothing; left out, it fits everything. */
const some = <T extends z.ZodType>(one: T) =>
  z
    .array(one)
    .min(1, { error: said({ zh: '不能是空的列表；不限就省略', en: 'must not be empty; leave it out for any' }) })
    .max(50)
    .optional();

const word = shortText(40);

const whenSchema = z.strictObject({
  grades: some(z.enum(GRADES)),
  categories: some(z.enum(CATEGORIES)),
  channels: some(z.enum(CHANNELS)),
  languages: some(z.enum(LANGUAGES)),
  productLines: some(id),
  regions: some(id),
});

const ruleSchema = z.strictObject({
  when: whenSchema.optional().describe('every condition that is named has to hold; left out: any complaint'),
  role: z.enum(SOUGHT),
  team: word.optional(),
  skills: z.array(word).max(10).optional().describe('all of them'),
  departments: z.array(word).max(20).optional().describe('the task force: one of each'),
});

const groupSchema = z.strictObject({ id, words: z.array(word).min(1).max(200) });

const fields = z.strictObject({
  rules: z.array(ruleSchema).max(200).describe('the first one that fits; none: by grade alone'),
  prefer: z.array(z.enum(PREFERENCES)).max(3).describe('who goes first among those who fit'),
  productLines: z.array(groupSchema).max(200).optional().describe("looked for in the product's name and model"),
  regions: z.array(groupSchema).max(200).optional().describe('looked for in the place'),
});
/** The routing part of a policy. */
export type Routing = z.infer<typeof fields>;
export type RoutingRule = Routing['rules'][number];

/** What is wrong with the routing rules, and where below `routing` in the policy. */
export interface RoutingFault {
  path: (string | number)[];
  words: Words;
}

/** Whether a rule has conditions on the grade only, so that it takes every complaint of its grades. */
const onlyGrades = ({ when }: RoutingRule): boolean =>
  Object.entries(when ?? {}).every(([name, wanted]) => name === 'grades' || wanted === undefined);

/**
 * What is wrong with the rules by themselves, regardless of who works here: ids given twice, unknown groups, rules that
 * earlier ones leave nothing to, cases given to a role that may not own them.
 */
export function routingFaults(routing: Routing): RoutingFault[] {
  const faults: RoutingFault[] = [];
  const add = (path: RoutingFault['path'], zh: string, en: string): void =>
    void faults.push({ path, words: { zh, en } });
  const groups = { productLines: routing.productLines ?? [], regions: routing.regions ?? [] };
  const named = { productLines: { zh: '产品线', en: 'product line' }, regions: { zh: '区域', en: 'region' } };

  for (const kind of ['productLines', 'regions'] as const) {
    for (const [index, group] of groups[kind].entries()) {
      if (groups[kind].findIndex((other) => other.id === group.id) < index) {
        add(
          [kind, index, 'id'],
          `${named[kind].zh}“${group.id}”重复`,
          `there is another ${named[kind].en} ${group.id}`,
        );
      }
    }
  }
  for (const [index, preference] of routing.prefer.entries()) {
    if (routing.prefer.indexOf(preference) < index) add(['prefer', index], '重复', 'is named twice');
  }

  /** Grades of which earlier rules take every complaint. */
  const taken = new Set<Grade>();
  for (const [index, rule] of routing.rules.entries()) {
    const left = (rule.when?.grades ?? GRADES).filter((grade) => !taken.has(grade));
    if (left.length === 0) {
      add(['rules', index], '前面的规则已包括这条规则的全部情况', 'earlier rules leave nothing to this one');
    }
    const beyond = left.filter((grade) => !mayOwn(rule.role, grade));
    if (beyond.length > 0) {
      add(
        ['rules', index, 'role'],
        `客服不能负责${beyond.includes('important') ? '重要' : ''}${beyond.length > 1 ? '和' : ''}${beyond.includes('major') ? '重大' : ''}投诉，须为主管或以上`,
        `an agent may not own a complaint graded ${beyond.join(' or ')}: a supervisor or higher does`,
      );
    }
    for (const kind of ['productLines', 'regions'] as const) {
      for (const [place, wanted] of (rule.when?.[kind] ?? []).entries()) {
        if (!groups[kind].some((group) => group.id === wanted)) {
          add(
            ['rules', index, 'when', kind, place],
            `没有${named[kind].zh}“${wanted}”`,
            `there is no ${named[kind].en} ${wanted}`,
          );
        }
      }
    }
    for (const [place, department] of (rule.departments ?? []).entries()) {
      if (rule.departments?.indexOf(department) !== place) {
        add(['rules', index, 'departments', place], '部门重复', 'this department is named twice');
      } else if (department === rule.team) {
        add(
          ['rules', index, 'departments', place],
          '负责人所在的部门不再派一人',
          'is the team of the lead; the task force adds other departments',
        );
      }
    }
    if (onlyGrades(rule)) for (const grade of left) taken.add(grade);
  }
  return faults;
}

/** The routing part of a policy, with the checks of `routingFaults`. */
export const routingSchema = fields.superRefine((routing, context) => {
  for (const { path, words } of routingFaults(routing)) {
    context.addIssue({ code: 'custom', path, message: words.en, params: { words } });
  }
});

/** A member of staff as routing sees them. Empty or absent product lines and regions: all of them. */
export interface Candidate {
  id: string;
  role: string;
  team: string;
  active: boolean;
  language: Language;
  skills?: readonly string[];
  productLines?: readonly string[];
  regions?: readonly string[];
  /**
   * Languages they speak with customers. Absent or empty: no limit. Among those who fit, people with the customer's
   * language go first.
   */
  languages?: readonly string[];
  /** How many open cases they may have; absent: any number. */
  maxOpen?: number;
}

/** What the rules ask for and the house does not have at present: roles, teams, skills, departments. */
export function staffFaults(routing: Routing, people: readonly Candidate[]): RoutingFault[] {
  const faults: RoutingFault[] = [];
  const add = (path: RoutingFault['path'], zh: string, en: string): void =>
    void faults.push({ path, words: { zh, en } });
  const active = people.filter((person) => person.active);
  for (const [index, { role, team, skills = [], departments = [] }] of routing.rules.entries()) {
    const inRole = active.filter((person) => person.role === role);
    const inTeam = inRole.filter((person) => team === undefined || person.team === team);
    const of = team === undefined ? { zh: '', en: '' } : { zh: `“${team}”组里`, en: ` in team ${team}` };
    if (inRole.length === 0) {
      add(['rules', index, 'role'], '现在没有这个角色的人', 'nobody has this role at present');
    } else if (inTeam.length === 0) {
      add(['rules', index, 'team'], `“${team}”组里没有这个角色的人`, `nobody of this role is in team ${team}`);
    }
    for (const [place, skill] of skills.entries()) {
      if (inTeam.length > 0 && !inTeam.some((person) => person.skills?.includes(skill))) {
        add(
          ['rules', index, 'skills', place],
          `${of.zh}没有这个角色的人会“${skill}”`,
          `nobody of this role${of.en} has the skill ${skill}`,
        );
      }
    }
    const all = inTeam.some((person) => skills.every((skill) => person.skills?.includes(skill)));
    const each = skills.every((skill) => inTeam.some((person) => person.skills?.includes(skill)));
    if (inTeam.length > 0 && each && !all) {
      add(['rules', index, 'skills'], '没有一个人同时具备这些技能', 'nobody has all of these skills at once');
    }
    for (const [place, department] of departments.entries()) {
      if (!active.some((person) => person.team === department && MAY_JOIN.includes(person.role))) {
        add(
          ['rules', index, 'departments', place],
          `“${department}”部门现在没有可参加的人`,
          `nobody of department ${department} could join`,
        );
      }
    }
  }
  return faults;
}

/** What routing knows of a complaint. */
export interface RoutingFacts {
  grade: Grade;
  category: Category;
  channel: Channel;
  language: Language;
  productLine?: string;
  region?: string;
}

/** Who is asked for. */
export interface Wish {
  /** The index of the rule that says so; absent: none fitted, and the grade alone decides. */
  rule?: number;
  role: OwningRole;
  team?: string;
  skills: string[];
  /**
   * Departments of the task force. Absent: a major case gets somebody of each other department, any other case nobody.
   */
  departments?: string[];
  prefer: Preference[];
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

/** The id of the first group that has a word in one of the texts; compared in lower case and normalised (NFKC). */
function groupOf(groups: Routing['productLines'], texts: readonly (string | undefined)[]): string | undefined {
  const given = texts.flatMap((text) => (text === undefined ? [] : [plain(text)]));
  return groups?.find(({ words }) => words.some((each) => given.some((text) => text.includes(plain(each)))))?.id;
}

/** The product line that the texts speak of, by the policy's words for it; undefined if none is found. */
export const productLineOf = (
  { routing }: { routing?: Routing },
  texts: readonly (string | undefined)[],
): string | undefined => groupOf(routing?.productLines, texts);

/** The region that the texts speak of, by the policy's words for it; undefined if none is found. */
export const regionOf = (
  { routing }: { routing?: Routing },
  texts: readonly (string | undefined)[],
): string | undefined => groupOf(routing?.regions, texts);

function fitsRule({ when }: RoutingRule, facts: RoutingFacts): boolean {
  if (!when) return true;
  const has = <T>(wanted: readonly T[] | undefined, value: T | undefined): boolean =>
    wanted === undefined || (value !== undefined && wanted.includes(value));
  return (
    has(when.grades, facts.grade) &&
    has(when.categories, facts.category) &&
    has(when.channels, facts.channel) &&
    has(when.languages, facts.language) &&
    has(when.productLines, facts.productLine) &&
    has(when.regions, facts.region)
  );
}

/** Who is asked for a complaint; undefined under a policy without routing. */
export function routeFor({ routing }: { routing?: Routing }, facts: RoutingFacts): Wish | undefined {
  if (!routing) return undefined;
  const index = routing.rules.findIndex((rule) => fitsRule(rule, facts));
  const found = routing.rules[index];
  if (!found)
    return { role: mayOwn('agent', facts.grade) ? 'agent' : 'supervisor', skills: [], prefer: routing.prefer };
  const { role, team, skills = [], departments } = found;
  // Rules of older policies were not checked for this: where the role may not own the grade, a supervisor is asked for.
  return {
    rule: index,
    role: mayOwn(role, facts.grade) ? role : 'supervisor',
    team,
    skills,
    departments,
    prefer: routing.prefer,
  };
}

/**
 * Whether a person is what the wish asks for. The SQL of `src/db/stores/picks.ts` says the same, and a test holds the
 * two together.
 */
export function fitsWish(person: Candidate, wish: Wish, facts: RoutingFacts): boolean {
  const limited = (list: readonly string[] | undefined, value: string | undefined): boolean =>
    value !== undefined && list !== undefined && list.length > 0 && !list.includes(value);
  return (
    person.active &&
    person.role === wish.role &&
    (wish.team === undefined || person.team === wish.team) &&
    wish.skills.every((skill) => person.skills?.includes(skill)) &&
    !limited(person.productLines, facts.productLine) &&
    !limited(person.regions, facts.region) &&
    !limited(person.languages, facts.language)
  );
}

/**
 * Why nobody was given a case, from the plainest reason on: nobody fits, all who fit are complained of, away, or full;
 * or other cases come first.
 */
export const QUEUE_REASONS = ['nobody', 'conflict', 'away', 'full', 'ahead'] as const;
export type QueueReason = (typeof QUEUE_REASONS)[number];

/** The reasons in words. */
export const QUEUE_WORDS: Record<QueueReason, Words> = {
  nobody: { zh: '没有人符合分派规则的要求', en: 'nobody fits what the routing rule asks for' },
  conflict: { zh: '符合要求的人都是被投诉的人', en: 'everybody who fits is complained of' },
  away: { zh: '符合要求的人都请假、不当班或不在工作时间', en: 'everybody who fits is on leave or off duty' },
  full: { zh: '符合要求的人手上的案件都已到上限', en: 'everybody who fits has as many open cases as they may' },
  ahead: { zh: '更急或更早的案件在前面等待', en: 'cases that are more urgent or older wait for the same people' },
};

/**
 * Why nobody was given a case: the first reason in `QUEUE_REASONS` that holds.
 * @param people with whether they are away, and how many cases they have open
 * @param against those who are complained of
 */
export function whyNobody(
  wish: Wish,
  facts: RoutingFacts,
  people: readonly (Candidate & { away: boolean; open: number })[],
  against: readonly string[],
): QueueReason {
  const fitting = people.filter((person) => fitsWish(person, wish, facts));
  if (fitting.length === 0) return 'nobody';
  const impartial = fitting.filter((person) => !against.includes(person.id));
  if (impartial.length === 0) return 'conflict';
  const present = impartial.filter((person) => !person.away);
  if (present.length === 0) return 'away';
  return present.every(({ maxOpen, open }) => maxOpen !== undefined && open >= maxOpen) ? 'full' : 'ahead';
}
