import type { Request, Response } from 'express';
import {
  changedEntry,
  invalid,
  isRefused,
  LIBRARY_STATES,
  libraryQuery,
  returnedEntry,
  trainingQuery,
  wantedEntry,
  type LibraryEntry,
  type TrainingQuery,
} from '../../../cases';
import { faultsOf, type Fault } from '../../../domain/basics/faults';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import { CATEGORIES, type Words } from '../../../domain/basics/types';
import { CATEGORY_WORDS } from '../../../domain/basics/words';
import { atLeast } from '../../../domain/case/permissions';
import { inLanguage } from '../../../render/words';
import { sendTable } from '../../middleware/download';
import { field, param, queried, typedText } from '../kit/request';
import { sayIn } from '../kit/wording';
import {
  entryContext,
  formContext,
  itemContext,
  LIBRARY_PAGE as HERE,
  STATE_WORDS,
  TEXTS,
  trainingContext,
  type TextName,
  type TypedEntry,
} from './library-context';
import type { DeskNeeds } from './page';
import { toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const DONE: DoneWords = {
  made: { zh: '草稿已保存。', en: 'The draft is kept.' },
  saved: { zh: '已保存，须重新审核。', en: 'Kept; it has to be reviewed again.' },
  submit: { zh: '已送审，由另一位主管以上的同事发布。', en: 'It waits for somebody else who leads to publish it.' },
  return: { zh: '已退回修改。', en: 'It went back to its author.' },
  publish: { zh: '已发布，办案件的人从现在起能找到它。', en: 'It is published, and found in cases from now on.' },
  withdraw: { zh: '已撤下，不再给任何人看到。', en: 'It is withdrawn, and offered to nobody any more.' },
  removed: { zh: '已删除。', en: 'It is removed.' },
};

const EMPTY: TypedEntry = {
  title: '',
  problem: '',
  cause: '',
  solution: '',
  reply: '',
  product: '',
  question: '',
  answer: '',
  category: '',
  language: 'zh-CN',
  caseNo: '',
  isPublic: false,
};

const typedIn = (req: Request): TypedEntry => ({
  ...EMPTY,
  ...(Object.fromEntries(TEXTS.map(({ name }) => [name, typedText(req, name)])) as Record<TextName, string>),
  title: typedText(req, 'title'),
  product: typedText(req, 'product'),
  category: field(req, 'category'),
  language: field(req, 'language'),
  caseNo: field(req, 'caseNo'),
  isPublic: field(req, 'isPublic') === 'yes',
});

const typedOf = ({ category, caseNo, ...entry }: Pick<LibraryEntry, keyof TypedEntry>): TypedEntry => ({
  ...entry,
  category: category ?? '',
  caseNo: caseNo ?? '',
});

interface Shown {
  typed?: TypedEntry;
  faults?: readonly Fault[];
}

/** The three pages: the list, one entry, and the form. */
function showing({ cases: { library }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>) {
  return {
    async list(req: Request, res: Response): Promise<void> {
      const wording = answers.wordingOf(req);
      const { language } = wording;
      const asked = {
        q: queried(req, 'q').slice(0, 200),
        state: queried(req, 'state'),
        category: queried(req, 'category'),
      };
      const filled = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
      const cursor = queried(req, 'cursor');
      const query = libraryQuery.safeParse({ ...filled, ...(cursor !== '' && { cursor }) });
      const { items, next } = await library.list(query.success ? query.data : {}, actorIn(res));
      const again = new URLSearchParams({ ...filled, ...(next !== undefined && { cursor: next }) });
      answers.page(res, 200, 'library', wording, {
        heading: inLanguage({ zh: '知识库', en: 'Library' }, language),
        ...toldIn(req, DONE, language),
        q: asked.q,
        states: LIBRARY_STATES.map((state) => ({
          value: state,
          words: inLanguage(STATE_WORDS[state], language),
          isOn: state === asked.state,
        })),
        categories: CATEGORIES.map((category) => ({
          value: category,
          words: inLanguage(CATEGORY_WORDS[category], language),
          isOn: category === asked.category,
        })),
        isFiltered: Object.keys(filled).length > 0,
        items: items.map((item) => itemContext(item, wording)),
        nextHref: next === undefined ? null : `${HERE}?${again.toString()}`,
        mayWrite: atLeast(actorIn(res), 'agent'),
      });
    },

    async one(req: Request, res: Response, status: number, faults: readonly Fault[] = []): Promise<void> {
      const wording = answers.wordingOf(req);
      const entry = await library.get(param(req, 'id'), actorIn(res));
      const fieldName = (path: string): string => {
        const words = TEXTS.find(({ name }) => name === path)?.label;
        return words
          ? inLanguage(words, wording.language)
          : path === 'title'
            ? sayIn(wording.language)('标题', 'Title')
            : '';
      };
      answers.page(
        res,
        status,
        'library-entry',
        wording,
        {
          ...entryContext(entry, wording),
          ...toldIn(req, DONE, wording.language),
          faults: faults.map(({ path, words }) => {
            const [name, said] = [fieldName(path), inLanguage(words, wording.language)];
            return name === '' ? said : `${name}${sayIn(wording.language)('：', ': ')}${said}`;
          }),
        },
        `${HERE}/${entry.id}`,
      );
    },

    form(req: Request, res: Response, status: number, shown: Shown & { id?: string; version?: number }): void {
      const wording = answers.wordingOf(req);
      const { typed = EMPTY, faults = [], id, version } = shown;
      answers.page(
        res,
        status,
        'library-form',
        wording,
        {
          heading: inLanguage(
            id === undefined ? { zh: '写一条知识', en: 'Write an entry' } : { zh: '修改知识', en: 'Change an entry' },
            wording.language,
          ),
          form: formContext(typed, { faults, id, version }, wording),
        },
        id === undefined ? `${HERE}/new` : `${HERE}/${id}/change`,
      );
    },
  };
}

type Showing = ReturnType<typeof showing>;
type Library = DeskNeeds['cases']['library'];

/** Faults of a refusal that is told above a form. @throws every other error as it is */
function faultsIn(error: unknown): [number, readonly Fault[]] {
  if (isRefused(error, 'invalid')) return [422, error.details.faults ?? []];
  if (isRefused(error, 'conflict') || isRefused(error, 'forbidden')) {
    return [error.kind === 'conflict' ? 409 : 403, [{ path: '', words: error.words }]];
  }
  throw error;
}

/** What solved cases have taught: found, written and reviewed. */
export function libraryPage({ cases, answers }: DeskNeeds): DeskRoute[] {
  const { library } = cases;
  const show = showing({ cases, answers });
  return [
    {
      method: 'get',
      path: HERE,
      who: 'agent',
      about: { zh: '知识库：办结的投诉教会了我们什么', en: 'the library: what solved cases have taught' },
      nav: { name: { zh: '知识库', en: 'Library' }, icon: 'i-book', isOfHouse: true },
      handle: (req, res) => show.list(req, res),
    },
    ...learning(library, answers),
    ...writing(library, answers, show),
    ...changing(library, show),
    ...reviewing(library, show),
  ];
}

/** What people learn from. */
function learning(library: Library, answers: DeskNeeds['answers']): DeskRoute[] {
  const wantedIn = (req: Request): TrainingQuery => {
    const asked = { language: answers.wordingOf(req).language, category: queried(req, 'category') || undefined };
    const read = trainingQuery.safeParse({
      ...asked,
      ...(queried(req, 'language') !== '' && { language: queried(req, 'language') }),
    });
    return read.success ? read.data : { language: asked.language };
  };
  return [
    {
      method: 'get',
      path: `${HERE}/training`,
      who: 'agent',
      about: { zh: '培训材料：按类别学已办结的案例', en: 'a training pack: lessons of solved cases by topic' },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const query = wantedIn(req);
        const pack = await library.training(query, actorIn(res));
        answers.page(res, 200, 'library-training', wording, trainingContext(pack, query, wording), `${HERE}/training`);
      },
    },
    {
      method: 'get',
      path: `${HERE}/training/export`,
      who: 'agent',
      about: { zh: '培训材料的 PDF', en: 'the training pack as PDF' },
      handle: async (req, res) => sendTable(res, await library.trainingFile(wantedIn(req), actorIn(res))),
    },
  ];
}

/** A new entry. */
function writing(library: Library, answers: DeskNeeds['answers'], show: Showing): DeskRoute[] {
  return [
    {
      method: 'get',
      path: `${HERE}/new`,
      who: 'agent',
      about: {
        zh: '写一条知识；`case` 用一件办结的案件填好',
        en: 'a new entry; `case` fills it in from a solved case',
      },
      async handle(req, res) {
        const caseNo = readCaseNumber(queried(req, 'case'));
        if (!isCaseNumber(caseNo))
          return show.form(req, res, 200, { typed: { ...EMPTY, language: answers.wordingOf(req).language } });
        try {
          show.form(req, res, 200, { typed: typedOf(await library.writeUp(caseNo, actorIn(res))) });
        } catch (error) {
          if (!isRefused(error, 'conflict')) throw error;
          show.form(req, res, 409, { faults: [{ path: '', words: error.words }] });
        }
      },
    },
    {
      method: 'post',
      path: HERE,
      who: 'agent',
      about: { zh: '保存为草稿', en: 'keeps a draft' },
      form: true,
      async handle(req, res) {
        const typed = typedIn(req);
        const { caseNo, category, ...rest } = typed;
        const read = wantedEntry.safeParse(
          { ...rest, ...(caseNo !== '' && { caseNo }), ...(category !== '' && { category }) },
          { reportInput: true },
        );
        if (!read.success) return show.form(req, res, 422, { typed, faults: faultsOf(read.error) });
        const { id } = await library.create(read.data, actorIn(res));
        res.redirect(303, `${HERE}/${id}?done=made`);
      },
    },
  ];
}

/** One entry, and changes of it. */
function changing(library: Library, show: Showing): DeskRoute[] {
  return [
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'agent',
      about: { zh: '一条知识', en: 'an entry' },
      handle: (req, res) => show.one(req, res, 200),
    },
    {
      method: 'get',
      path: `${HERE}/:id/change`,
      who: 'agent',
      about: { zh: '修改的表单', en: 'the form that changes it' },
      async handle(req, res) {
        const entry = await library.get(param(req, 'id'), actorIn(res));
        show.form(req, res, 200, { typed: typedOf(entry), id: entry.id, version: entry.version });
      },
    },
    {
      method: 'post',
      path: `${HERE}/:id`,
      who: 'agent',
      about: { zh: '保存修改，成为下一版', en: 'keeps a change as its next version' },
      form: true,
      async handle(req, res) {
        const [id, typed] = [param(req, 'id'), typedIn(req)];
        const version = Number(field(req, 'version'));
        const { caseNo: _caseNo, category, ...rest } = typed;
        const wanted = { ...rest, version, category: category === '' ? null : category };
        const read = changedEntry.safeParse(wanted, { reportInput: true });
        if (!read.success) return show.form(req, res, 422, { typed, faults: faultsOf(read.error), id, version });
        try {
          await library.change(id, read.data, actorIn(res));
        } catch (error) {
          const [status, faults] = faultsIn(error);
          return show.form(req, res, status, { typed, faults, id, version });
        }
        res.redirect(303, `${HERE}/${id}?done=saved`);
      },
    },
    {
      method: 'post',
      path: `${HERE}/:id/remove`,
      who: 'agent',
      about: { zh: '删除从未发布过的', en: 'removes one that was never published' },
      form: true,
      async handle(req, res) {
        try {
          await library.remove(param(req, 'id'), actorIn(res));
        } catch (error) {
          const [status, faults] = faultsIn(error);
          return show.one(req, res, status, faults);
        }
        res.redirect(303, `${HERE}?done=removed`);
      },
    },
  ];
}

/** Its way to the review, and from there. */
function reviewing(library: Library, show: Showing): DeskRoute[] {
  /** A button of an entry's page. */
  const acting = (
    act: 'submit' | 'return' | 'publish' | 'withdraw',
    who: 'agent' | 'supervisor',
    about: Words,
    does: (req: Request, id: string, version: number, res: Response) => Promise<unknown>,
  ): DeskRoute => ({
    method: 'post',
    path: `${HERE}/:id/${act}`,
    who,
    about,
    form: true,
    async handle(req, res) {
      const [id, version] = [param(req, 'id'), Number(field(req, 'version'))];
      try {
        await does(req, id, version, res);
      } catch (error) {
        const [status, faults] = faultsIn(error);
        return show.one(req, res, status, faults);
      }
      res.redirect(303, `${HERE}/${id}?done=${act}`);
    },
  });

  return [
    acting('submit', 'agent', { zh: '送审', en: 'sends it to the review' }, async (req, id, version, res) => {
      if (field(req, 'identitiesRemoved') !== 'yes') throw notRead();
      await library.submit(id, version, actorIn(res));
    }),
    acting('return', 'supervisor', { zh: '退回修改', en: 'sends it back' }, async (req, id, version, res) => {
      const read = returnedEntry.safeParse({ version, note: typedText(req, 'note') }, { reportInput: true });
      if (!read.success) throw invalid(faultsOf(read.error).map(({ words }) => ({ path: '', words })));
      await library.returnIt(id, version, read.data.note, actorIn(res));
    }),
    acting('publish', 'supervisor', { zh: '发布', en: 'publishes it' }, (_req, id, version, res) =>
      library.publish(id, version, actorIn(res)),
    ),
    acting('withdraw', 'agent', { zh: '撤下', en: 'withdraws it' }, (_req, id, version, res) =>
      library.withdraw(id, version, actorIn(res)),
    ),
  ];
}

const notRead = () =>
  invalid([
    {
      path: '',
      words: {
        zh: '请先通读一遍，确认认不出任何人，再勾选送审',
        en: 'read it first; tick that nobody can be recognised by it, and send it then',
      },
    },
  ]);
