import type { PolicyDraftRow } from '../../db/records';
import { isUuid } from '../../domain/basics/ids';
import type { Staff } from '../../domain/case/permissions';
import type { KnownHouse } from '../../domain/policy/check';
import { comparePolicies } from '../../domain/policy/compare';
import { policySchema, type Policy } from '../../domain/policy/schema';
import type { Rehearsal } from '../../domain/rehearsal/report';
import type { Stores } from '../../db';
import { conflict, invalid, notFound } from '../refused';
import type { Draft, ListedDraft, PolicyDifference, PolicyFile, PublishedPolicy } from './answers';
import { withPack } from './draft-packs';
import { rehearsePolicy } from './draft-rehearsal';
import type { PolicyCache } from './policies';
import { checkDocument, refusedFor, type PolicyChecking } from './policy-checking';
import { readPolicyFile, writePolicyFile } from './policy-file';

/**
 * Policies from the first idea to the version in force: saved, checked, rehearsed, published; exported and imported. What
 * names a draft or a version that there is not throws `notFound`; what changes a draft throws `conflict` when somebody
 * saved a newer revision, or when it has been published.
 */
export interface Drafts {
  version(version: number): Promise<PublishedPolicy>;
  export(version: number): Promise<PolicyFile>;
  /** Every place in which two versions differ. */
  compare(from: number, to: number): Promise<PolicyDifference[]>;
  /** The last changed first. */
  list(): Promise<ListedDraft[]>;
  get(id: string): Promise<Draft>;
  /** From a published version, or from a document; both left out: from the one in force. @throws `invalid` */
  create(given: { title: string; from?: number; policy?: unknown }, by: Staff): Promise<Draft>;
  /** What `export` gave, here or elsewhere. @throws `invalid` */
  import(file: Record<string, unknown>, by: Staff): Promise<Draft>;
  /** @param given `revision`: the one that was read */
  save(id: string, given: { revision: number; title?: string; policy: unknown }, by: Staff): Promise<Draft>;
  /** A pack's clocks, instead of those of an older version of it. @throws `invalid`, `conflict` */
  addPack(id: string, given: { pack: string; revision?: number }, by: Staff): Promise<Draft>;
  /**
   * Tries it out as it would be published. One that makes no sense can be rehearsed all the same, as long as it can be
   * read and reckoned with: where it gets stuck says more than the rule that forbids it.
   * @throws `invalid` when it cannot
   */
  rehearse(id: string): Promise<Draft>;
  /** @throws `invalid` while it has faults, `conflict` when this very revision has not been rehearsed */
  publish(id: string, given: { revision?: number }, by: Staff): Promise<Policy>;
}

interface Needs {
  stores: Pick<Stores, 'policies' | 'policyDrafts'>;
  policies: PolicyCache;
  checking: PolicyChecking;
  clock: () => number;
}

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

/** The kept drafts, each with what is wrong with it. */
class SavedDrafts {
  constructor(
    private readonly store: Stores['policyDrafts'],
    private readonly checking: PolicyChecking,
  ) {}

  async row(id: string): Promise<PolicyDraftRow> {
    const found = isUuid(id) ? await this.store.get(id) : undefined;
    if (!found) throw notFound();
    return found;
  }

  /** @param row nothing: somebody else was faster, or there is nothing to change any more */
  async view(row: PolicyDraftRow | undefined, id: string): Promise<Draft> {
    return row ? viewed(row, await this.checking.house()) : this.lost(id);
  }

  async lost(id: string): Promise<never> {
    throw (await this.row(id)).publishedAs === undefined ? STALE : PUBLISHED;
  }

  async list(): Promise<ListedDraft[]> {
    const known = await this.checking.house();
    return (await this.store.list()).map((row) => {
      const { policy: _policy, rehearsal: _rehearsal, ...rest } = viewed(row, known);
      return rest;
    });
  }
}

function viewed(row: PolicyDraftRow, known: KnownHouse): Draft {
  const { faults } = checkDocument(row.policy, known);
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

/** Rehearses what can be read and reckoned with, and keeps what comes of it. */
async function rehearse({ stores, checking, clock }: Needs, draft: PolicyDraftRow): Promise<Draft | undefined> {
  if (draft.publishedAs !== undefined) throw PUBLISHED;
  const known = await checking.house();
  const { policy, faults } = checkDocument(draft.policy, known);
  if (!policy) throw refusedFor(faults);
  let report: Rehearsal;
  try {
    report = await rehearsePolicy(await checking.frozen(policy), known, clock());
  } catch (error) {
    // A length that cannot be reckoned: the faults say which.
    if (faults.length > 0) throw refusedFor(faults);
    throw error;
  }
  const saved = await stores.policyDrafts.rehearsed(draft.id, draft.revision, report);
  return saved && viewed(saved, known);
}

/** @returns nothing: somebody else was faster */
async function publish(
  { stores, policies, checking }: Needs,
  draft: PolicyDraftRow,
  revision: number | undefined,
  by: Staff,
): Promise<Policy | undefined> {
  if (draft.publishedAs !== undefined) throw PUBLISHED;
  if (revision !== undefined && revision !== draft.revision) throw STALE;
  const policy = await checking.checked(draft.policy);
  if (draft.rehearsedRevision !== draft.revision) throw NOT_REHEARSED;
  // Called as its document says or, where that is still the name of its base, as the draft.
  const base = await stores.policies.get(draft.base);
  const name = base?.name === policy.name ? draft.title : policy.name;
  const named = { ...policySchema.parse(policy), name };
  const published = await stores.policyDrafts.publish(draft.id, draft.revision, named, by.id);
  policies.forget();
  return published;
}

export function createDrafts(needs: Needs): Drafts {
  const { stores, policies, checking } = needs;
  const saved = new SavedDrafts(stores.policyDrafts, checking);

  const ofVersion = async (version: number): Promise<Policy> => {
    const policy = await stores.policies.get(version);
    if (!policy) throw notFound();
    return policy;
  };

  return {
    async version(version) {
      const found = await stores.policies.published(version);
      if (!found) throw notFound();
      return found;
    },

    export: async (version) => writePolicyFile(await ofVersion(version)),

    compare: async (from, to) => comparePolicies(await ofVersion(from), await ofVersion(to)),

    list: () => saved.list(),

    get: async (id) => saved.view(await saved.row(id), id),

    async create(given, by) {
      const base = given.from === undefined ? await policies.inForce() : await stores.policies.get(given.from);
      if (!base) {
        throw invalid([{ path: 'from', words: { zh: '没有这个版本', en: 'there is no such version' } }]);
      }
      const { version, ...copy } = base;
      const policy = given.policy ?? copy;
      const row = await stores.policyDrafts.create({ title: given.title, base: version, policy, by: by.id });
      return saved.view(row, row.id);
    },

    async import(file, by) {
      const { title, policy } = readPolicyFile(file);
      const base = (await policies.inForce()).version;
      const row = await stores.policyDrafts.create({ title, base, policy, by: by.id });
      return saved.view(row, row.id);
    },

    async save(id, { revision, ...change }, by) {
      await saved.row(id);
      return saved.view(await stores.policyDrafts.save(id, revision, { ...change, by: by.id }), id);
    },

    async addPack(id, given, by) {
      const draft = await saved.row(id);
      const policy = withPack(draft.policy, given.pack);
      const revision = given.revision ?? draft.revision;
      return saved.view(await stores.policyDrafts.save(id, revision, { policy, by: by.id }), id);
    },

    rehearse: async (id) => (await rehearse(needs, await saved.row(id))) ?? saved.lost(id),

    publish: async (id, given, by) => (await publish(needs, await saved.row(id), given.revision, by)) ?? saved.lost(id),
  };
}
