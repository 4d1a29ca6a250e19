import { LRUCache } from 'lru-cache';
import type { Stores } from '../../db';
import type { LibraryContent, LibraryUse } from '../../db/records';
import type { Language } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import { cut } from '../../render/format';
import { coverage, likeness, matterOf, topicKeys, type Matter } from '../../text/matter';
import type { VisibleCases } from '../case/visible';
import type { Article, LibraryForCase } from './answers';

/** So many are offered in a case. */
const OFFERED = 3;
/** Whoever writes for many tells a matter in other words than one who complains of it. */
const FITS = 0.5;
/** So alike is enough where product and category are the same. */
const FITS_SAME = 0.2;
/** Articles of a search, of a list, and how much of a question an article has to hold. */
const FOUND = 10;
const LISTED = 100;
const COVERS = 0.3;
/** Words of a complaint or question that are looked up. */
const ASKED = 40;
/** A question is short. */
const LONGEST_QUESTION = 500;
const KNOWN = 500;
const SOLUTION = 120;

const STAFF = 'staff';
const customersOf = (language: Language): string => `customers ${language}`;

const NEVER: LibraryUse = { uses: 0, cases: 0, judged: 0, succeeded: 0 };
export const useOf = (uses: ReadonlyMap<string, LibraryUse>, id: string): LibraryUse => uses.get(id) ?? NEVER;

const problemOf = ({ title, problem, product }: LibraryContent): Matter =>
  matterOf({ text: `${title}\n${problem}`, product });
const articleOf = ({ title, question, product, problem, answer }: LibraryContent): Matter =>
  matterOf({ text: [question, title, product, problem, answer].join('\n') });

/** By which a published entry is found: by staff, and by customers if it is for them. What it is called comes first. */
export function keysOf(content: LibraryContent): number[] {
  const { title, question, product, language, isPublic } = content;
  const name = matterOf({ text: [title, question, product].join('\n') });
  const both = (audience: string, whole: Matter): number[] => [
    ...topicKeys(name, audience),
    ...topicKeys(whole, audience),
  ];
  return [
    ...new Set([
      ...both(STAFF, problemOf(content)),
      ...(isPublic ? both(customersOf(language), articleOf(content)) : []),
    ]),
  ];
}

interface Needs {
  library: Pick<Stores['library'], 'sharing' | 'articles' | 'article' | 'usesOf'>;
  visible: Pick<VisibleCases, 'see'>;
}

/** Articles for customers: what is published for them, and nothing of the case that it comes from. */
export interface Articles {
  /** Those that answer a question, the best first; of an empty one the latest. */
  find(question: string, language: Language): Promise<Article[]>;
  /** Undefined: there is none for customers. */
  get(id: string): Promise<(Article & { language: Language }) | undefined>;
}

const article = (id: string, { question, answer }: LibraryContent): Article => ({ id, question, answer });

/** Finds entries: for a case, and for customers who ask. */
export function createFinding({ library, visible }: Needs): {
  forCase(caseNo: string, actor: Staff): Promise<LibraryForCase>;
  articles: Articles;
} {
  const known = new LRUCache<string, Matter>({ max: KNOWN });
  const remembered = (kind: string, { id, version }: { id: string; version: number }, read: () => Matter): Matter => {
    const key = `${kind} ${id} ${version}`;
    const before = known.get(key);
    if (before) return before;
    const matter = read();
    known.set(key, matter);
    return matter;
  };

  return {
    async forCase(caseNo, actor) {
      const { record, state } = await visible.see(caseNo, actor);
      const product = [record.product?.name, record.product?.model].filter((part) => part !== undefined).join(' ');
      const mine = matterOf({ text: record.text.body, product, place: record.place });
      const offered = await library.sharing(topicKeys(mine, STAFF).slice(0, ASKED));
      const alike = offered
        .map((entry) => {
          const like = likeness(
            mine,
            remembered(STAFF, entry, () => problemOf(entry.content)),
          );
          const isSameCategory = entry.content.category === state.category;
          return { ...entry, like, isSameCategory };
        })
        .filter(({ like, isSameCategory }) => like.score >= (like.sameProduct && isSameCategory ? FITS_SAME : FITS))
        .toSorted((a, b) => b.like.score + (b.isSameCategory ? 0.1 : 0) - a.like.score - (a.isSameCategory ? 0.1 : 0))
        .slice(0, OFFERED);
      const uses = await library.usesOf(alike.map(({ id }) => id));
      return {
        items: alike.map(({ id, version, content, like, isSameCategory }) => ({
          id,
          version,
          title: content.title,
          solution: cut(content.solution.trim().replace(/\s+/g, ' '), SOLUTION),
          hasReply: content.reply.trim() !== '',
          score: Math.round(like.score * 100) / 100,
          words: like.words,
          same: [
            ...(like.sameProduct ? (['product'] as const) : []),
            ...(isSameCategory ? (['category'] as const) : []),
          ],
          uses: useOf(uses, id),
        })),
      };
    },

    articles: {
      async find(question, language) {
        const text = question.slice(0, LONGEST_QUESTION).trim();
        if (text === '') {
          return (await library.articles(language, LISTED)).map(({ id, content }) => article(id, content));
        }
        const asked = matterOf({ text });
        const offered = await library.sharing(topicKeys(asked, customersOf(language)).slice(0, ASKED), language);
        return offered
          .map((entry) => {
            const matter = remembered('article', entry, () => articleOf(entry.content));
            return { entry, covers: coverage(asked, matter), like: likeness(asked, matter).score };
          })
          .filter(({ covers, like }) => covers >= COVERS || like >= FITS)
          .toSorted((a, b) => b.covers + b.like - a.covers - a.like)
          .slice(0, FOUND)
          .map(({ entry: { id, content } }) => article(id, content));
      },

      async get(id) {
        const found = await library.article(id);
        return found && { ...article(found.id, found.content), language: found.content.language };
      },
    },
  };
}
