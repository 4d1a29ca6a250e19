import { randomUUID } from 'node:crypto';
import type { Stores } from '../../db';
import type { LibraryContent, LibraryRecord, Scope } from '../../db/records';
import { given } from '../../domain/basics/given';
import { isUuid } from '../../domain/basics/ids';
import { atLeast, type Staff } from '../../domain/case/permissions';
import type { StaffDirectory } from '../access/staff';
import type { Naming } from '../case/naming';
import type { Replies } from '../case/replies';
import type { VisibleCases } from '../case/visible';
import { conflict, invalid, mustBe, mustRead, notFound, Refused } from '../refused';
import type {
  ChangedEntry,
  LibraryEntry,
  LibraryForCase,
  LibraryList,
  LibraryQuery,
  LibraryReply,
  WantedEntry,
  WriteUp,
} from './answers';
import { faultsIn, identitiesOf } from './checking';
import { createFinding, keysOf, useOf, type Articles } from './finding';
import { createKnown, type Known } from './known';
import { createTraining, type Training } from './training';
import { createWriteUp } from './write-up';

/**
 * What solved cases have taught: written by agents, published by somebody else who leads, found while handling. Everything here
 * throws Refused `forbidden` below an agent; whoever may not see an entry is told `notFound`. What changes one names the version
 * that was read: `conflict` (`newer_version`) if that is not the newest, or the entry stands elsewhere meanwhile.
 */
export interface LibraryAccess extends Training {
  /** A page, the last changed first: what is published, one's own, and for whoever leads all. @throws Refused `invalid` (`cursor`) */
  list(query: LibraryQuery, actor: Staff): Promise<LibraryList>;
  get(id: string, actor: Staff): Promise<LibraryEntry>;
  /** What the ledger says of a solved case, with identities taken out. Nothing is stored. @throws Refused `conflict` (`not_solved`) */
  writeUp(caseNo: string, actor: Staff): Promise<WriteUp>;
  /** A draft. @throws Refused `notFound` for a case that they may not see */
  create(wanted: WantedEntry, actor: Staff): Promise<LibraryEntry>;
  /** Writes the next version, which has to be reviewed again; what is published stays until then. */
  change(id: string, changed: ChangedEntry, actor: Staff): Promise<LibraryEntry>;
  /** To the review. @throws Refused `invalid` with what is missing and where somebody can be recognised */
  submit(id: string, version: number, actor: Staff): Promise<LibraryEntry>;
  /** Back to its author, for whoever leads. */
  returnIt(id: string, version: number, note: string, actor: Staff): Promise<LibraryEntry>;
  /** Offers it. @throws Refused `forbidden` (`own_entry`) to whoever wrote it; `invalid` as `submit` */
  publish(id: string, version: number, actor: Staff): Promise<LibraryEntry>;
  /** It is offered to nobody any more. */
  withdraw(id: string, version: number, actor: Staff): Promise<LibraryEntry>;
  /** Removes one that was never published. @throws Refused `conflict` (`was_published`) */
  remove(id: string, actor: Staff): Promise<void>;
  /** The few published entries that fit a case best. */
  forCase(caseNo: string, actor: Staff): Promise<LibraryForCase>;
  /** The reply of what is published, with its variables filled in for a case. */
  reply(id: string, caseNo: string, actor: Staff): Promise<LibraryReply>;
  /**
   * Counts that it was sent to a customer, once for each decision.
   * @returns whether it was counted now
   * @throws Refused `invalid` (`decisionId`) for what is no answer to the customer of this case
   */
  used(id: string, use: { caseNo: string; decisionId: string }, actor: Staff): Promise<{ counted: boolean }>;
}

interface Needs {
  stores: Pick<Stores, 'library' | 'cases' | 'complaints' | 'users'>;
  visible: Pick<VisibleCases, 'see' | 'answerOn'>;
  naming: Pick<Naming, 'seenBy'>;
  staff: Pick<StaffDirectory, 'names'>;
  replies: Pick<Replies, 'previewReply'>;
  clock: () => number;
}

const PAGE = 50;
/** By these decisions customers are answered. */
const ANSWERS = ['respond', 'write'];

const EMPTY = {
  problem: '',
  cause: '',
  solution: '',
  reply: '',
  product: '',
  question: '',
  answer: '',
  isPublic: false,
};

const NEWER = conflict({
  code: 'newer_version',
  words: {
    zh: '别人刚刚改过这条，或它已不在这一步；请重新打开再看',
    en: 'somebody has changed it meanwhile, or it stands elsewhere now; open it again',
  },
});
const WAS_PUBLISHED = conflict({
  code: 'was_published',
  words: {
    zh: '发布过的不能删除，只能撤下',
    en: 'what was published cannot be removed; withdraw it instead',
  },
});
const ownEntry = (): Refused =>
  new Refused('forbidden', 'own_entry', {
    zh: '自己写的不能自己发布；请另一位主管或经理审核',
    en: 'you wrote it, so somebody else who leads has to review and publish it',
  });
const notYours = (): Refused =>
  new Refused('forbidden', 'not_yours', {
    zh: '这一版是同事在写的；请找作者或主管',
    en: 'this version is being written by somebody else; ask them, or whoever leads',
  });

const scopeOf = ({ id, team, role }: Staff): Scope => ({ kind: 'staff', id, team, role });
const noSuch = (): Refused => notFound({ zh: '知识条目', en: 'entry' });

const isWriter = (entry: LibraryRecord, { id }: Staff): boolean => entry.createdBy === id || entry.changedBy === id;
/** A version that is being written is changed by its writers and by whoever leads, a published one by everybody. */
const mayChange = (entry: LibraryRecord, actor: Staff): boolean =>
  atLeast(actor, 'agent') && (entry.state === 'published' || isWriter(entry, actor) || atLeast(actor, 'supervisor'));

/** What this person may do with it now. @param writers of what has not been published yet */
function mayOf(entry: LibraryRecord, writers: readonly string[], actor: Staff): LibraryEntry['may'] {
  const { state, reviewedAt } = entry;
  const leads = atLeast(actor, 'supervisor');
  const changes = entry.isNewest && mayChange(entry, actor);
  return [
    ...(changes ? (['change'] as const) : []),
    ...(changes && state === 'draft' ? (['submit'] as const) : []),
    ...(leads && state === 'review' ? (['return'] as const) : []),
    ...(leads && state === 'review' && !writers.includes(actor.id) ? (['publish'] as const) : []),
    ...(entry.isNewest && state !== 'withdrawn' && (leads || (changes && reviewedAt === undefined))
      ? (['withdraw'] as const)
      : []),
    ...(changes && reviewedAt === undefined ? (['remove'] as const) : []),
  ];
}

/** Where a page ends: the moment and the id of its last entry. */
function placeIn(cursor: string): { at: string; id: string } {
  const [at = '', id = ''] = cursor.split('_');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at) || Number.isNaN(Date.parse(at)) || !isUuid(id)) {
    throw invalid([
      { path: 'cursor', words: { zh: '不是本列表给出的位置', en: 'is not one that this list has given' } },
    ]);
  }
  return { at, id };
}

/** Entries as one person may see them; what the parts of `LibraryAccess` are made with. */
function createEntries({ stores: { library }, naming, staff }: Needs, known: Known) {
  async function seen(id: string, actor: Staff): Promise<LibraryRecord> {
    const entry = isUuid(id) ? await library.get(id, scopeOf(actor)) : undefined;
    if (!entry) throw noSuch();
    return entry;
  }

  /** The entry, if the version that was read is the newest. */
  async function newest(id: string, version: number, actor: Staff): Promise<LibraryRecord> {
    const entry = await seen(id, actor);
    if (!entry.isNewest || entry.version !== version) throw NEWER;
    return entry;
  }

  async function shown(id: string, actor: Staff): Promise<LibraryEntry> {
    const entry = await seen(id, actor);
    const isOpen = entry.isNewest && entry.state !== 'published';
    const [seenCases, writers, uses, acts, identities] = await Promise.all([
      naming.seenBy(entry.caseNo === undefined ? [] : [entry.caseNo], actor),
      library.writersOf(id),
      library.usesOf([id]),
      library.acts(id),
      isOpen ? known(entry.caseNo) : undefined,
    ]);
    const { content, caseNo, isNewest: _isNewest, createdBy, createdAt, changedBy, reviewedBy, ...rest } = entry;
    // Whoever sees what is published alone is not told what is being written beside it.
    const told = entry.isNewest ? acts : acts.filter(({ version }) => version <= entry.version);
    const people = [
      createdBy,
      changedBy,
      ...(reviewedBy === undefined ? [] : [reviewedBy]),
      ...told.map(({ by }) => by),
    ];
    const names = await staff.names(people);
    const person = (one: string) => ({ id: one, name: names.get(one) ?? one });
    return {
      ...rest,
      ...content,
      ...(caseNo !== undefined && seenCases.has(caseNo) && { caseNo }),
      writtenBy: person(createdBy),
      writtenAt: createdAt,
      changedBy: person(changedBy),
      ...(reviewedBy !== undefined && { reviewedBy: person(reviewedBy) }),
      uses: useOf(uses, id),
      identities: identities ? identitiesOf(content, identities) : [],
      may: mayOf(entry, writers, actor),
      acts: told.map(({ by, ...act }) => ({ ...act, by: person(by) })),
    };
  }

  /** @throws Refused `invalid` */
  async function check({ content, caseNo }: LibraryRecord): Promise<void> {
    const faults = faultsIn(content, await known(caseNo));
    if (faults.length > 0) throw invalid(faults);
  }

  /** Does something with a version, and shows the entry then. */
  async function done(isDone: Promise<boolean>, id: string, actor: Staff): Promise<LibraryEntry> {
    if (!(await isDone)) throw NEWER;
    return shown(id, actor);
  }

  return { seen, newest, shown, check, done };
}

interface Made extends Needs {
  entries: ReturnType<typeof createEntries>;
}

/** Builds `LibraryAccess`, and what customers find of it. */
export function createLibrary(needs: Needs): { library: LibraryAccess; articles: Articles } {
  const { stores, visible } = needs;
  const known = createKnown({ stores });
  const finding = createFinding({ library: stores.library, visible });
  const made = { ...needs, entries: createEntries(needs, known) };
  return {
    library: {
      ...listing(made),
      ...writing(made),
      ...reviewing(made),
      ...using(made),
      ...createTraining(needs),
      writeUp: createWriteUp({ visible, known }),
      async forCase(caseNo, actor) {
        mustRead(actor, 'agent');
        return finding.forCase(caseNo, actor);
      },
    },
    articles: finding.articles,
  };
}

function listing({ stores: { library }, staff, entries: { shown } }: Made): Pick<LibraryAccess, 'list' | 'get'> {
  return {
    async list({ cursor, limit = PAGE, ...filter }, actor) {
      mustRead(actor, 'agent');
      const after = cursor === undefined ? undefined : placeIn(cursor);
      const rows = await library.list(scopeOf(actor), { ...filter, after, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const [uses, names] = await Promise.all([
        library.usesOf(page.map(({ id }) => id)),
        staff.names(page.map(({ createdBy }) => createdBy)),
      ]);
      const last = page.at(-1);
      return {
        items: page.map(({ id, state, version, publishedVersion, createdBy, changedAt, content }) => ({
          id,
          state,
          version,
          language: content.language,
          title: content.title,
          product: content.product,
          ...(content.category !== undefined && { category: content.category }),
          isPublic: content.isPublic,
          isOffered: publishedVersion !== undefined,
          writtenBy: { id: createdBy, name: names.get(createdBy) ?? createdBy },
          changedAt,
          uses: useOf(uses, id),
        })),
        ...(rows.length > limit && last && { next: `${last.changedAt}_${last.id}` }),
      };
    },

    async get(id, actor) {
      mustRead(actor, 'agent');
      return shown(id, actor);
    },
  };
}

function writing({
  stores: { library },
  visible,
  entries: { seen, newest, shown, done },
}: Made): Pick<LibraryAccess, 'create' | 'change' | 'remove'> {
  return {
    async create({ caseNo, ...wanted }, actor) {
      mustBe(actor, 'agent');
      if (caseNo !== undefined) await visible.see(caseNo, actor);
      const id = randomUUID();
      const content: LibraryContent = { ...EMPTY, ...given(wanted), language: wanted.language, title: wanted.title };
      await library.create({ id, by: actor.id, caseNo, content });
      return shown(id, actor);
    },

    async change(id, { version, category, ...changed }, actor) {
      mustBe(actor, 'agent');
      const entry = await newest(id, version, actor);
      if (!mayChange(entry, actor)) throw notYours();
      const { category: before, ...rest } = entry.content;
      const kept = category === undefined ? before : (category ?? undefined);
      const content: LibraryContent = { ...rest, ...given(changed), ...(kept !== undefined && { category: kept }) };
      const from = [entry.state];
      return done(library.change({ id, version, from, by: actor.id }, content), id, actor);
    },

    async remove(id, actor) {
      mustBe(actor, 'agent');
      const entry = await seen(id, actor);
      if (entry.reviewedAt !== undefined) throw WAS_PUBLISHED;
      if (!mayChange(entry, actor)) throw notYours();
      if (!(await library.remove(id))) throw WAS_PUBLISHED;
    },
  };
}

function reviewing({
  stores: { library },
  entries: { newest, check, done },
}: Made): Pick<LibraryAccess, 'submit' | 'returnIt' | 'publish' | 'withdraw'> {
  return {
    async submit(id, version, actor) {
      mustBe(actor, 'agent');
      const entry = await newest(id, version, actor);
      if (!mayChange(entry, actor)) throw notYours();
      await check(entry);
      return done(library.move({ id, version, from: ['draft'], by: actor.id }, 'submitted'), id, actor);
    },

    async returnIt(id, version, note, actor) {
      mustBe(actor, 'supervisor');
      await newest(id, version, actor);
      return done(library.move({ id, version, from: ['review'], by: actor.id, note }, 'returned'), id, actor);
    },

    async publish(id, version, actor) {
      mustBe(actor, 'supervisor');
      const entry = await newest(id, version, actor);
      if ((await library.writersOf(id)).includes(actor.id)) throw ownEntry();
      // Anew: the names and numbers of the case may be others than when it was sent to the review.
      await check(entry);
      const change = { id, version, from: ['review'] as const, by: actor.id };
      return done(library.publish(change, entry.content, keysOf(entry.content)), id, actor);
    },

    async withdraw(id, version, actor) {
      mustBe(actor, 'agent');
      const entry = await newest(id, version, actor);
      if (!mayOf(entry, [], actor).includes('withdraw')) {
        if (entry.state === 'withdrawn') throw NEWER;
        mustBe(actor, 'supervisor');
        throw notYours();
      }
      return done(library.withdraw({ id, version, from: ['draft', 'review', 'published'], by: actor.id }), id, actor);
    },
  };
}

function using({ stores: { library }, visible, replies }: Made): Pick<LibraryAccess, 'reply' | 'used'> {
  return {
    async reply(id, caseNo, actor) {
      mustRead(actor, 'agent');
      await visible.see(caseNo, actor);
      const [entry] = isUuid(id) ? await library.published([id]) : [];
      if (!entry) throw noSuch();
      const { text, unfilled } = await replies.previewReply(caseNo, actor, entry.content.reply);
      return { text, unfilled };
    },

    async used(id, { caseNo, decisionId }, actor) {
      mustBe(actor, 'agent');
      const { state } = await visible.see(caseNo, actor);
      if (!isUuid(id)) throw noSuch();
      const taken = Object.hasOwn(state.decisions, decisionId) ? state.decisions[decisionId] : undefined;
      if (!taken || !ANSWERS.includes(taken.decision)) {
        throw invalid([
          {
            path: 'decisionId',
            words: {
              zh: '不是本案答复客户（respond 或 write）的决定',
              en: 'is not a decision by which the customer of this case was answered (respond or write)',
            },
          },
        ]);
      }
      if ((await library.published([id])).length === 0) throw noSuch();
      return { counted: await library.used({ id, caseNo, decisionId, by: actor.id }) };
    },
  };
}
