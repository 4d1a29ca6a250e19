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
 * Policies from a first draft to the version in force: drafts are saved, checked, rehearsed and published; versions are
 * exported and imported. Every method that names a draft or version which does not exist throws Refused `notFound`. Every
 * method that changes a draft throws `conflict` if somebody has saved a newer revision (`newer_revision`), or if it has
 * been published (`draft_published`).
 */
export interface Drafts {
  /** A published version. */
  version(version: number): Promise<PublishedPolicy>;
  /** A published version as a file that another installation can import. */
  export(version: number): Promise<PolicyFile>;
  /** Every place in which two versions differ. */
  compare(from: number, to: number): Promise<PolicyDifference[]>;
  /** Every draft, the last changed first, without its document. */
  list(): Promise<ListedDraft[]>;
  /** A draft with its document, its faults and its last rehearsal. */
  get(id: string): Promise<Draft>;
  /**
   * Begins a draft from a document (`policy`), from a published version (`from`), or without either from the version in
   * force. The document may have faults.
   * @throws Refused `invalid` for a version that does not exist
   */
  create(given: { title: string; from?: number; policy?: unknown }, by: Staff): Promise<Draft>;
  /** Begins a draft from a file that `export` has written. @throws Refused `invalid` if it is no such file */
  import(file: Record<string, unknown>, by: Staff): Promise<Draft>;
  /** Saves a document, with faults or without, as the next revision. @param given `revision`: the one that was read */
  save(id: string, given: { revision: number; title?: string; policy: unknown }, by: Staff): Promise<Draft>;
  /**
   * Puts the clocks of a pack into the draft, in place of those of an older version of the pack.
   * @throws Refused `invalid` for an unknown pack; `conflict` (`clock_exists`) for another clock under the same id
   */
  addPack(id: string, given: { pack: string; revision?: number }, by: Staff): Promise<Draft>;
  /**
   * Rehearses the draft as it would be published, and keeps the report. A draft with faults can be rehearsed, too, as long
   * as it can be parsed and its times can be reckoned: the report shows where it gets stuck.
   * @throws Refused `invalid` if it cannot be
   */
  rehearse(id: string): Promise<Draft>;
  /**
   * Publishes the draft as the next version, in force for new cases at once (on other servers within five seconds).
   * @throws Refused `invalid` while it has faults; `conflict` (`not_rehearsed`) if this revision has not been rehearsed
   */
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

/** The saved drafts, each with its faults and its status. */
class SavedDrafts {
  constructor(
    private readonly store: Stores['policyDrafts'],
    private readonly checking: PolicyChecking,
  ) {}

  /** @throws Refused `notFound` */
  async row(id: string): Promise<PolicyDraftRow> {
    const found = isUuid(id) ? await this.store.get(id) : undefined;
    if (!found) throw notFound();
    return found;
  }

  /**
   * The draft as it is shown.
   * @param row undefined when a write has changed nothing
   * @throws Refused `conflict` then: see `lost`
   */
  async view(row: PolicyDraftRow | undefined, id: string): Promise<Draft> {
    return row ? viewed(row, await this.checking.house()) : this.lost(id);
  }

  /**
   * Says why a write has changed nothing.
   * @throws Refused `conflict`: somebody has saved a newer revision, or the draft has been published
   */
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

/** A draft's row with what is wrong with it and how far it has come. */
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

/** Rehearses the draft and saves the report. @returns undefined if somebody has saved a newer revision meanwhile */
async function rehearse({ stores, checking, clock }: Needs, draft: PolicyDraftRow): Promise<Draft | undefined> {
  if (draft.publishedAs !== undefined) throw PUBLISHED;
  const known = await checking.house();
  const { policy, faults } = checkDocument(draft.policy, known);
  if (!policy) throw refusedFor(faults);
  const frozen = await checking.frozen(policy);
  let report: Rehearsal;
  try {
    report = await rehearsePolicy(frozen, known, clock());
  } catch (error) {
    // A draft with faults may hold a length that cannot be reckoned: its faults say which. Without faults it is a bug.
    if (faults.length > 0) throw refusedFor(faults);
    throw error;
  }
  const saved = await stores.policyDrafts.rehearsed(draft.id, draft.revision, report);
  return saved && viewed(saved, known);
}

/** Publishes the draft. @returns undefined if somebody has saved a newer revision or published it meanwhile */
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
  // The version gets the name in the document; if that is still the name of the version it was made from, the draft's title.
  const base = await stores.policies.get(draft.base);
  const name = base?.name === policy.name ? draft.title : policy.name;
  const named = { ...policySchema.parse(policy), name };
  const published = await stores.policyDrafts.publish(draft.id, draft.revision, named, by.id);
  policies.forget();
  return published;
}

/** Builds `Drafts` over the stores. */
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
