import type { Stores } from '../../db';
import type { LibraryRecord } from '../../db/records';
import { CATEGORIES, type Language } from '../../domain/basics/types';
import { CATEGORY_WORDS } from '../../domain/basics/words';
import type { Staff } from '../../domain/case/permissions';
import { houseDate } from '../../house';
import { inLanguage } from '../../render/words';
import { pdfFile, type DocumentFile } from '../pdf-file';
import { mustRead } from '../refused';
import type { TrainingPack, TrainingQuery } from './answers';
import { useOf } from './finding';

/** Lessons of one pack at most, and the characters of all their texts: what can be gone through in a day, and printed. */
const MOST = 60;
const MOST_CHARACTERS = 200_000;
/** Entries that are looked through for it, the last changed first. */
const LOOKED_AT = 500;

interface Needs {
  stores: Pick<Stores, 'library'>;
  clock: () => number;
}

/** What solved cases have taught, for people to learn from: published entries by topic, in which nobody can be recognised. */
export interface Training {
  /** @throws Refused `forbidden` below an agent */
  training(query: TrainingQuery, actor: Staff): Promise<TrainingPack>;
  /** The same as PDF, in the language of its lessons. @throws Refused also `full` (`too_many_documents`) */
  trainingFile(query: TrainingQuery, actor: Staff): Promise<DocumentFile>;
}

/** Builds `Training`. */
export function createTraining({ stores: { library }, clock }: Needs): Training {
  async function training({ language, category, q }: TrainingQuery, actor: Staff): Promise<TrainingPack> {
    mustRead(actor, 'agent');
    const { id, team, role } = actor;
    const filter = { state: 'published' as const, language, category, q, limit: LOOKED_AT };
    const found = await library.list({ kind: 'staff', id, team, role }, filter);
    const ids = found.map((one) => one.id);
    // Of one that is being changed, the version that is offered.
    const [entries, uses] = await Promise.all([library.published(ids), library.usesOf(ids)]);
    const ranked = entries
      .filter(({ content }) => content.language === language)
      .filter(({ content }) => category === undefined || content.category === category)
      .map((entry) => ({ ...entry, uses: useOf(uses, entry.id) }))
      // What was needed most is learnt first.
      .toSorted((a, b) => b.uses.cases - a.uses.cases || ids.indexOf(a.id) - ids.indexOf(b.id));
    let characters = 0;
    const kept = ranked.slice(0, MOST).filter(({ content }) => (characters += lengthOf(content)) <= MOST_CHARACTERS);
    const topics = [...CATEGORIES, undefined].map((topic) => ({
      ...(topic !== undefined && { category: topic }),
      lessons: kept
        .filter(({ content }) => content.category === topic)
        .map(({ id: entryId, content, uses: used }) => ({
          id: entryId,
          title: content.title,
          product: content.product,
          problem: content.problem,
          cause: content.cause,
          solution: content.solution,
          reply: content.reply,
          uses: used,
        })),
    }));
    return {
      language,
      topics: topics.filter(({ lessons }) => lessons.length > 0),
      lessons: kept.length,
      left: ranked.length - kept.length,
    };
  }

  return {
    training,
    async trainingFile(query, actor) {
      const pack = await training(query, actor);
      const { language } = pack;
      const day = houseDate(clock());
      const data = {
        about: day,
        left: pack.left,
        topics: pack.topics.map(({ category, lessons }) => ({
          name: topicWords(category, language),
          lessons: lessons.map(({ id: _id, uses: _uses, ...lesson }) => lesson),
        })),
      };
      return pdfFile({ template: 'training', language, data }, `training-${day}`);
    },
  };
}

/** What a topic is called; undefined: entries of no category. */
export const topicWords = (category: (typeof CATEGORIES)[number] | undefined, language: Language): string =>
  inLanguage(category === undefined ? { zh: '通用', en: 'In general' } : CATEGORY_WORDS[category], language);

const lengthOf = ({ title, problem, cause, solution, reply }: LibraryRecord['content']): number =>
  [title, problem, cause, solution, reply].reduce((sum, text) => sum + text.length, 0);
