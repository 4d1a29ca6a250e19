import { setImmediate as turn } from 'node:timers/promises';
import type { PolicyDraftRow } from '../../db/records';
import type { Calendar } from '../../domain/time/calendar';
import { isUuid } from '../../domain/basics/ids';
import { PACKS, packNamed } from '../../domain/policy/packs';
import type { Staff } from '../../domain/case/permissions';
import { calendarOf, policySchema, type ClockRule, type Policy } from '../../domain/policy/schema';
import { checkPolicy, type KnownHouse, type PolicyFault } from '../../domain/policy/check';
import { comparePolicies } from '../../domain/policy/compare';
import { deskOf } from '../../domain/rehearsal/desk';
import { rehearseOne } from '../../domain/rehearsal/rehearsal';
import { reportOn, type Rehearsal } from '../../domain/rehearsal/report';
import { scenariosFor } from '../../domain/rehearsal/scenario';
import { toInstant } from '../../domain/time/duration';
import {
  POLICY_FORMAT,
  POLICY_FORMAT_VERSION,
  type Draft,
  type ListedDraft,
  type PolicyDifference,
  type PolicyFile,
  type PublishedPolicy,
} from './answers';
import type { PolicyCache } from './policies';
import { conflict, invalid, notFound } from '../refused';
import type { Stores } from '../../db';
import { houseZone } from './zones';

interface Needs {
  stores: Pick<Stores, 'policies' | 'policyDrafts' | 'calendars' | 'users'>;
  policies: PolicyCache;
  clock: () => number;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const refusedFor = (faults: readonly PolicyFault[]) =>
  invalid(faults.map(({ path, words }) => ({ path, words: words })));

/** Every calendar that a policy names. */
const namedCalendars = ({ calendar, promises, clocks = [] }: Policy): string[] => [
  ...new Set(
    [calendar, ...Object.values(promises).map((rule) => rule.calendar), ...clocks.map((rule) => rule.calendar)].filter(
      (id) => id !== undefined,
    ),
  ),
];

const STALE = conflict({
  code: 'newer_revision',
  words: {
    zh: '草稿已有更新的修订，请重新读取后再改',
    en: 'there is a newer revision of the draft: read it and change that one',
  },
});
const PUBLISHED = conflict({
  code: 'draft_published',
  words: {
    zh: '草稿已经发布，不能再改；请从这一版新建草稿',
    en: 'the draft has been published and cannot be changed any more; begin a new one from that version',
  },
});
const NOT_REHEARSED = conflict({
  code: 'not_rehearsed',
  words: {
    zh: '这一修订还没有演练，请先演练再发布',
    en: 'this very revision has not been rehearsed: rehearse it before it is published',
  },
});

/** Policies from the first idea to the version in force: saved, checked, rehearsed, published; exported and imported. */
export function createDrafts({ stores, policies, clock }: Needs) {
  async function house(): Promise<KnownHouse> {
    const [users, calendars] = await Promise.all([stores.users.list(), stores.calendars.list()]);
    return {
      users,
      teams: [...new Set(users.map(({ team }) => team))],
      calendars: calendars.map(({ calendar }) => calendar.id),
    };
  }

  /** A document of somebody's, which has no version before it is published. */
  function check(doc: unknown, known: KnownHouse): { policy?: Policy; faults: PolicyFault[] } {
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

  /** The newest versions of the calendars it names, written into it: a later edit moves no due time by itself. */
  async function frozen(policy: Policy): Promise<Policy> {
    const named = namedCalendars(policy);
    if (named.length === 0) return policy;
    const found = await Promise.all(
      named.map(async (id): Promise<[string, Calendar][]> => {
        const calendar = (await stores.calendars.get(id))?.calendar ?? policy.calendars?.[id];
        return calendar ? [[id, calendar]] : [];
      }),
    );
    return { ...policy, calendars: Object.fromEntries(found.flat()) };
  }

  async function checked(doc: unknown): Promise<Policy> {
    const { policy, faults } = check(doc, await house());
    if (!policy || faults.length > 0) throw refusedFor(faults);
    return frozen(policy);
  }

  function viewed(row: PolicyDraftRow, known: KnownHouse): Draft {
    const { faults } = check(row.policy, known);
    const status =
      row.publishedAs !== undefined
        ? 'published'
        : faults.length > 0
          ? 'draft'
          : row.rehearsedRevision === row.revision
            ? 'rehearsed'
            : 'validated';
    return { ...row, rehearsal: row.rehearsal as Rehearsal | undefined, status, faults };
  }

  const view = async (row: PolicyDraftRow): Promise<Draft> => viewed(row, await house());

  async function rowOf(id: string): Promise<PolicyDraftRow> {
    const found = isUuid(id) ? await stores.policyDrafts.get(id) : undefined;
    if (!found) throw notFound();
    return found;
  }

  /** Somebody else was faster, or there is nothing to change any more. */
  async function lost(id: string): Promise<never> {
    throw (await rowOf(id)).publishedAs === undefined ? STALE : PUBLISHED;
  }

  const ofVersion = async (version: number): Promise<Policy> => {
    const policy = await stores.policies.get(version);
    if (!policy) throw notFound();
    return policy;
  };

  /** What a policy brings along beside itself, so that it can be read elsewhere. */
  async function fileOf(version: number): Promise<PolicyFile> {
    const { version: _version, ...policy } = await ofVersion(version);
    const taken = new Set((policy.clocks ?? []).flatMap(({ pack }) => (pack === undefined ? [] : [pack])));
    const packs = [...taken].flatMap((name) => {
      const [id = '', number] = name.split('@');
      const pack = packNamed(id);
      return pack ? [{ id, version: Number(number ?? pack.version), name: pack.name, source: pack.source }] : [];
    });
    return { format: POLICY_FORMAT, formatVersion: POLICY_FORMAT_VERSION, version, policy, packs };
  }

  async function rehearsal(policy: Policy, known: KnownHouse): Promise<Rehearsal> {
    const desk = deskOf(policy, known.users);
    const zone = await houseZone(clock());
    const cases: Rehearsal['cases'] = [];
    for (const scenario of scenariosFor(policy, toInstant(clock()), zone)) {
      cases.push(rehearseOne(policy, known.users, scenario, { desk, house: zone }).report);
      // Others are served in between.
      await turn();
    }
    return reportOn(cases, calendarOf(policy), zone);
  }

  /** What a version is called: as its document says, or where that is still the name of its base, as the draft. */
  async function nameOf(draft: PolicyDraftRow, { name }: Policy): Promise<string> {
    const base = await stores.policies.get(draft.base);
    return base?.name === name ? draft.title : name;
  }

  return {
    checked,
    house,

    async version(version: number): Promise<PublishedPolicy> {
      const found = await stores.policies.published(version);
      if (!found) throw notFound();
      return found;
    },

    export: fileOf,

    async compare(from: number, to: number): Promise<PolicyDifference[]> {
      return comparePolicies(await ofVersion(from), await ofVersion(to));
    },

    /** Publishes without a draft, as programs do it. */
    async publishAtOnce(doc: unknown, by: Staff): Promise<Policy> {
      const policy = await stores.policies.publish(await checked(doc), by.id);
      policies.forget();
      return policy;
    },

    async list(): Promise<ListedDraft[]> {
      const known = await house();
      const rows = await stores.policyDrafts.list();
      return rows.map((item) => {
        const { policy: _policy, rehearsal: _rehearsal, ...rest } = viewed(item, known);
        return rest;
      });
    },

    get: async (id: string): Promise<Draft> => view(await rowOf(id)),

    /** From a published version, or from a document; both left out: from the one in force. */
    async create(given: { title: string; from?: number; policy?: unknown }, by: Staff): Promise<Draft> {
      const base = given.from === undefined ? await policies.inForce() : await stores.policies.get(given.from);
      if (!base) {
        throw invalid([{ path: 'from', words: { zh: '没有这个版本', en: 'there is no such version' } }]);
      }
      const { version, ...copy } = base;
      const policy = given.policy ?? copy;
      return view(await stores.policyDrafts.create({ title: given.title, base: version, policy, by: by.id }));
    },

    async import(file: Record<string, unknown>, by: Staff): Promise<Draft> {
      const faults: PolicyFault[] = [];
      if (file.format !== POLICY_FORMAT) {
        faults.push({
          path: 'format',
          words: {
            zh: `不是导出的规则文件（须为 ${POLICY_FORMAT}）`,
            en: `is no exported policy: must be ${POLICY_FORMAT}`,
          },
        });
      }
      if (file.formatVersion !== POLICY_FORMAT_VERSION) {
        faults.push({
          path: 'formatVersion',
          words: {
            zh: `这个版本只能读取格式 ${POLICY_FORMAT_VERSION}`,
            en: `this release reads format ${POLICY_FORMAT_VERSION} only`,
          },
        });
      }
      if (!isObject(file.policy)) {
        faults.push({ path: 'policy', words: { zh: '须为一份规则', en: 'must be a policy' } });
      }
      const known = new Set(['format', 'formatVersion', 'version', 'policy', 'packs', 'title']);
      for (const key of Object.keys(file)) {
        if (!known.has(key)) faults.push({ path: key, words: { zh: '没有这个字段', en: 'is not known here' } });
      }
      if (faults.length > 0 || !isObject(file.policy)) throw refusedFor(faults);
      const { version: _version, ...policy } = file.policy;
      const names = [file.title, policy.name].filter((text) => typeof text === 'string');
      const title = (names.find((text) => text.trim() !== '') ?? 'import').slice(0, 80);
      const base = (await policies.inForce()).version;
      return view(await stores.policyDrafts.create({ title, base, policy, by: by.id }));
    },

    async save(id: string, given: { revision: number; title?: string; policy: unknown }, by: Staff): Promise<Draft> {
      await rowOf(id);
      const { revision, ...change } = given;
      const saved = await stores.policyDrafts.save(id, revision, { ...change, by: by.id });
      return saved ? view(saved) : lost(id);
    },

    /** A pack's clocks, instead of those of an older version of it. */
    async addPack(id: string, given: { pack: string; revision?: number }, by: Staff): Promise<Draft> {
      const draft = await rowOf(id);
      const pack = packNamed(given.pack);
      if (!pack) {
        throw invalid([
          {
            path: 'pack',
            words: {
              zh: `没有这个时限包；可用的有：${PACKS.map((one) => one.id).join('、')}`,
              en: `there is no such pack; there are: ${PACKS.map((one) => one.id).join(', ')}`,
            },
          },
        ]);
      }
      const policy = isObject(draft.policy) ? draft.policy : {};
      const clocks: unknown[] = Array.isArray(policy.clocks) ? policy.clocks : [];
      const others = clocks.filter((rule) => !(isObject(rule) && String(rule.pack).startsWith(`${pack.id}@`)));
      const taken = pack.clocks.find(({ id: added }) => others.some((other) => isObject(other) && other.id === added));
      if (taken) {
        throw conflict({
          code: 'clock_exists',
          words: {
            zh: `已有编号为“${taken.id}”的时限，请先改它的编号或删去`,
            en: `the policy has a clock ${taken.id} of its own already; rename or remove that one first`,
          },
        });
      }
      const next = { ...policy, clocks: [...others, ...(pack.clocks satisfies ClockRule[])] };
      const saved = await stores.policyDrafts.save(id, given.revision ?? draft.revision, { policy: next, by: by.id });
      return saved ? view(saved) : lost(id);
    },

    /**
     * Tried out as it would be published. A draft that makes no sense can be rehearsed all the same, as long as it can be
     * read and reckoned with: where it gets stuck says more than the rule that forbids it.
     */
    async rehearse(id: string): Promise<Draft> {
      const draft = await rowOf(id);
      if (draft.publishedAs !== undefined) throw PUBLISHED;
      const known = await house();
      const { policy, faults } = check(draft.policy, known);
      if (!policy) throw refusedFor(faults);
      let report: Rehearsal;
      try {
        report = await rehearsal(await frozen(policy), known);
      } catch (error) {
        // A length that cannot be reckoned: the faults say which.
        if (faults.length > 0) throw refusedFor(faults);
        throw error;
      }
      const saved = await stores.policyDrafts.rehearsed(id, draft.revision, report);
      return saved ? viewed(saved, known) : lost(id);
    },

    async publish(id: string, given: { revision?: number }, by: Staff): Promise<Policy> {
      const draft = await rowOf(id);
      if (draft.publishedAs !== undefined) throw PUBLISHED;
      if (given.revision !== undefined && given.revision !== draft.revision) throw STALE;
      const policy = await checked(draft.policy);
      if (draft.rehearsedRevision !== draft.revision) throw NOT_REHEARSED;
      const named = { ...policySchema.parse(policy), name: await nameOf(draft, policy) };
      const published = await stores.policyDrafts.publish(id, draft.revision, named, by.id);
      policies.forget();
      return published ?? lost(id);
    },
  };
}
export type Drafts = ReturnType<typeof createDrafts>;
