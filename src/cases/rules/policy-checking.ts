/**
 * Policies before they are published: what is wrong with one in this house, and which calendars are written into it.
 * @module
 */
import { checkPolicy, type KnownHouse, type PolicyFault } from '../../domain/policy/check';
import type { Policy } from '../../domain/policy/schema';
import type { Calendar } from '../../domain/time/calendar';
import type { Stores } from '../../db';
import { invalid } from '../refused';

/** Whether a value is an object with fields: neither null nor a list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The refusal (`invalid`) that names these faults. */
export const refusedFor = (faults: readonly PolicyFault[]) =>
  invalid(faults.map(({ path, words }) => ({ path, words })));

/** Every calendar that a policy names. */
const namedCalendars = ({ calendar, promises, clocks = [] }: Policy): string[] => [
  ...new Set(
    [calendar, ...Object.values(promises).map((rule) => rule.calendar), ...clocks.map((rule) => rule.calendar)].filter(
      (id) => id !== undefined,
    ),
  ),
];

interface Needs {
  calendars: Pick<Stores['calendars'], 'get' | 'list'>;
  users: Pick<Stores['users'], 'list'>;
}

/** Checks policies against the people, departments and calendars of this house. */
export class PolicyChecking {
  constructor(private readonly needs: Needs) {}

  /** What a policy may refer to: the people, teams and calendars of this house. */
  async house(): Promise<KnownHouse> {
    const [users, calendars] = await Promise.all([this.needs.users.list(), this.needs.calendars.list()]);
    return {
      users,
      teams: [...new Set(users.map(({ team }) => team))],
      calendars: calendars.map(({ calendar }) => calendar.id),
    };
  }

  /**
   * The policy that a document describes, ready to be published: parsed, and with its calendars written into it.
   * @throws Refused `invalid` with every fault by its path
   */
  async checked(doc: unknown): Promise<Policy> {
    const { policy, faults } = checkDocument(doc, await this.house());
    if (!policy || faults.length > 0) throw refusedFor(faults);
    return this.frozen(policy);
  }

  /**
   * The policy with the newest version of each calendar that it names written into it, so that a later version of a
   * calendar moves no due time under this policy. A calendar that is not published here keeps what the document holds.
   */
  async frozen(policy: Policy): Promise<Policy> {
    const named = namedCalendars(policy);
    if (named.length === 0) return policy;
    const found = await Promise.all(
      named.map(async (id): Promise<[string, Calendar][]> => {
        const calendar = (await this.needs.calendars.get(id))?.calendar ?? policy.calendars?.[id];
        return calendar ? [[id, calendar]] : [];
      }),
    );
    return { ...policy, calendars: Object.fromEntries(found.flat()) };
  }
}

/**
 * Checks a document that somebody has written, which must not name a version yet.
 * @returns `policy` only if it can be parsed; it then has version 1 for the time being. No faults: it can be published
 */
export function checkDocument(doc: unknown, known: KnownHouse): { policy?: Policy; faults: PolicyFault[] } {
  if (!isObject(doc)) {
    return { faults: [{ path: '', words: { zh: '须为一份规则', en: 'must be a policy' } }] };
  }
  const { policy, faults } = checkPolicy({ ...doc, version: 1 }, known);
  return 'version' in doc
    ? {
        faults: [
          {
            path: 'version',
            words: { zh: '版本号在发布时给出', en: 'is not known here: it is given at publishing' },
          },
          ...faults,
        ],
      }
    : { policy, faults };
}
