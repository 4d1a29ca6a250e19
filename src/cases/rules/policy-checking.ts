import { checkPolicy, type KnownHouse, type PolicyFault } from '../../domain/policy/check';
import type { Policy } from '../../domain/policy/schema';
import type { Calendar } from '../../domain/time/calendar';
import type { Stores } from '../../db';
import { invalid } from '../refused';

/** A policy before it is published: what is wrong with it in this house, and what is frozen into it. */

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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

export class PolicyChecking {
  constructor(private readonly needs: Needs) {}

  /** What a policy may name: the people, teams and calendars of this house. */
  async house(): Promise<KnownHouse> {
    const [users, calendars] = await Promise.all([this.needs.users.list(), this.needs.calendars.list()]);
    return {
      users,
      teams: [...new Set(users.map(({ team }) => team))],
      calendars: calendars.map(({ calendar }) => calendar.id),
    };
  }

  /**
   * A document that may be published, with its calendars frozen into it.
   * @throws `invalid` with every fault by its path
   */
  async checked(doc: unknown): Promise<Policy> {
    const { policy, faults } = checkDocument(doc, await this.house());
    if (!policy || faults.length > 0) throw refusedFor(faults);
    return this.frozen(policy);
  }

  /** The newest versions of the calendars it names, written into it: a later edit moves no due time by itself. */
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

/** A document of somebody's, which has no version before it is published. */
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
