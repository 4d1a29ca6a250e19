import type { Request, Response } from 'express';
import {
  FIELD_NAMES,
  fieldOf,
  importChoice,
  isRefused,
  mappingName,
  type FieldName,
  type ImportChoice,
  type ImportOpened,
  type ImportPreview,
  type ImportShown,
} from '../../../cases';
import { faultsOf, type Fault } from '../../../domain/basics/faults';
import { CATEGORY_WORDS, CAUSE_WORDS, CHANNEL_WORDS, GRADE_WORDS, OUTCOME_NAMES } from '../../../domain/basics/words';
import type { Language, Words } from '../../../domain/basics/types';
import { atLeast } from '../../../domain/case/permissions';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sendTable } from '../../middleware/download';
import { withContent } from '../kit/form-data';
import { field, param, queried } from '../kit/request';
import { NOTHING_TO_TELL, tellSuccess, type Wording } from '../kit/wording';
import { formIn } from './files';
import { CHANNELS_PAGE } from './connections';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/imports';

const DONE: Readonly<Record<string, Words>> = {
  started: {
    zh: '已开始，可以离开本页；不给任何人发邮件。',
    en: 'It has begun, and goes on without this page. Nobody gets a mail.',
  },
};
const NO_FILE: Words = { zh: '请选一个文件', en: 'choose a file' };
const TOO_LARGE: Words = {
  zh: '文件太大；请拆开，或用接口 POST /api/imports 上传',
  en: 'the file is too large; split it, or upload it by POST /api/imports',
};
const NO_ROOM: Words = { zh: '没有收下文件，请重试', en: 'the file was not taken; try again' };

const STATUS: Readonly<Record<ImportShown['status'], Words>> = {
  waiting: { zh: '还没有导入', en: 'not imported yet' },
  running: { zh: '正在导入', en: 'being imported' },
  done: { zh: '已完成', en: 'done' },
  failed: { zh: '没有完成', en: 'could not go on' },
};

const STATES: Readonly<Record<string, Words>> = {
  closed: { zh: '已结案', en: 'closed' },
  open: { zh: '未结案（不导入）', en: 'open (not imported)' },
  merged: { zh: '已并入另一件（不导入）', en: 'merged (not imported)' },
};
const LANGUAGES_NAMED: Readonly<Record<string, Words>> = {
  'zh-CN': { zh: '中文', en: 'Chinese' },
  en: { zh: '英文', en: 'English' },
};
const NAMES: Partial<Record<FieldName, Readonly<Record<string, Words>>>> = {
  grade: GRADE_WORDS,
  category: CATEGORY_WORDS,
  outcome: OUTCOME_NAMES,
  cause: CAUSE_WORDS,
  channel: CHANNEL_WORDS,
  state: STATES,
  language: LANGUAGES_NAMED,
};

/** What was typed into the form of one file. */
interface Typed {
  system: string;
  keepAs: string;
  mapping: ImportChoice['mapping'];
}

/** The mapping of a form: a column or a value for each field, and what words mean. */
function typedIn(req: Request): Typed {
  const fields: ImportChoice['mapping']['fields'] = {};
  for (const name of FIELD_NAMES) {
    const [column, value] = [field(req, `col-${name}`), field(req, `val-${name}`)];
    if (column !== '' || value !== '')
      fields[name] = { ...(column !== '' && { column }), ...(value !== '' && { value }) };
  }
  const words: Record<string, Record<string, string>> = {};
  for (let n = 0; n < MOST_WORDS; n++) {
    const [of, word, means] = ['of', 'word', 'means'].map((part) => field(req, `${part}-${n}`));
    if (of && word && means) words[of] = { ...words[of], [word]: means };
  }
  return {
    system: field(req, 'system').trim(),
    keepAs: field(req, 'keepAs').trim(),
    mapping: { fields, ...(Object.keys(words).length > 0 && { words }) },
  };
}
/** Words that a form says the meaning of. */
const MOST_WORDS = 60;

/** What is wrong, by the field of the form: `system`, `keepAs`, or the name of one of ours. */
function byField(faults: readonly Fault[]): Map<string, Words> {
  const found = new Map<string, Words>();
  for (const { path, words } of faults) {
    const at = path.replace(/^mapping\.fields\./u, '').replace(/\.(?:column|value)$/u, '');
    if (!found.has(at)) found.set(at, words);
  }
  return found;
}

interface Shown {
  typed?: Typed;
  faults?: readonly Fault[];
  preview?: ImportPreview;
}

/** The two pages: all files, and one with its form, its preview and its result. */
function showing({ cases: { imports }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>) {
  const mayAct = (res: Response): boolean => atLeast(actorIn(res), 'admin');

  async function showAll(req: Request, res: Response, status: number, fault?: Words): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const all = await imports.list(actorIn(res));
    const page = {
      heading: inLanguage({ zh: '导入旧投诉', en: 'Import old complaints' }, language),
      ...NOTHING_TO_TELL,
      mayAct: mayAct(res),
      fault: fault ? inLanguage(fault, language) : null,
      imports: all.map((one) => rowContext(one, wording)),
    };
    answers.page(res, status, 'imports', wording, page, HERE);
  }

  async function showOne(
    req: Request,
    res: Response,
    status: number,
    { typed, faults = [], preview }: Shown = {},
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const [actor, id] = [actorIn(res), param(req, 'id')];
    const one = await imports.get(id, actor);
    const isShut = one.fileGone || one.status === 'running';
    const [opened, kept] = await Promise.all([isShut ? undefined : imports.open(id, actor), imports.mappings(actor)]);
    const use = kept.find(({ name }) => name === queried(req, 'use'));
    const told = queried(req, 'done') === 'started' && one.status === 'running' ? DONE.started : undefined;
    const begin = typed ?? beginning(one, opened, use && { ...use, keepAs: use.name });
    const page = {
      heading: one.fileName,
      ...(told ? tellSuccess(told, language) : NOTHING_TO_TELL),
      ...rowContext(one, wording),
      isRunning: one.status === 'running',
      fileGone: one.fileGone,
      mayAct: mayAct(res),
      refusedUrl: one.refused > 0 && !one.fileGone ? `${HERE}/${id}/refused?lang=${language}` : null,
      kept: kept.map(({ name }) => ({ name, isUsed: name === use?.name })),
      form: opened && mayAct(res) ? formContext(opened, begin, byField(faults), preview, language) : null,
      sample: opened ? { columns: opened.import.columns, rows: opened.sample } : null,
      preview: preview ? previewContext(preview, language) : null,
    };
    answers.page(res, status, 'import', wording, page, `${HERE}/${id}`);
  }

  return { showAll, showOne };
}

/** Files of old complaints: uploading one, saying what its columns are, trying it, importing it. */
export function importsPage({ cases, answers }: DeskNeeds): DeskRoute[] {
  const { imports } = cases;
  const { showAll, showOne } = showing({ cases, answers });

  /** What a form asks for; undefined: it was shown again with what is wrong. */
  async function chosen(req: Request, res: Response, typed: Typed): Promise<ImportChoice | undefined> {
    const parsed = importChoice.safeParse({ system: typed.system, mapping: typed.mapping }, { reportInput: true });
    const name = typed.keepAs === '' ? undefined : mappingName.safeParse(typed.keepAs, { reportInput: true });
    if (parsed.success && (name === undefined || name.success)) return parsed.data;
    const faults = [
      ...(parsed.success ? [] : faultsOf(parsed.error)),
      ...(name === undefined || name.success
        ? []
        : faultsOf(name.error).map(({ words }) => ({ path: 'keepAs', words }))),
    ];
    await showOne(req, res, 422, { typed, faults });
    return undefined;
  }

  /** Does what a form asks for; shows it again with what is wrong, or what the use case has refused. */
  const taking =
    (work: (req: Request, res: Response, asked: { choice: ImportChoice; typed: Typed }) => Promise<void>) =>
    async (req: Request, res: Response): Promise<void> => {
      const typed = typedIn(req);
      const choice = await chosen(req, res, typed);
      if (!choice) return;
      try {
        await work(req, res, { choice, typed });
      } catch (error) {
        if (!isRefused(error, 'invalid')) throw error;
        await showOne(req, res, 422, { typed, faults: error.details.faults ?? [] });
      }
    };

  return [
    {
      method: 'get',
      path: HERE,
      who: 'admin',
      about: { zh: '导入旧投诉：文件和结果', en: 'imports of old complaints: files and what became of them' },
      nav: { name: { zh: '导入', en: 'Import' }, icon: 'i-down', isOfHouse: true, behind: CHANNELS_PAGE },
      handle: (req, res) => showAll(req, res, 200),
    },
    {
      method: 'post',
      path: HERE,
      who: 'admin',
      about: { zh: '上传旧投诉文件', en: 'uploads a file of old complaints' },
      takesFiles: true,
      async handle(req, res) {
        const [file] = formIn(res).files;
        if (!file) return showAll(req, res, 422, NO_FILE);
        if (file.fault) return showAll(req, res, 422, file.fault === 'large' ? TOO_LARGE : NO_ROOM);
        try {
          const { fileName } = file;
          const { import: one } = await withContent(file, (content) =>
            imports.upload({ fileName, content }, actorIn(res)),
          );
          res.redirect(303, `${HERE}/${one.id}`);
        } catch (error) {
          if (!isRefused(error, 'unsupported') && !isRefused(error, 'tooLarge')) throw error;
          await showAll(req, res, 422, error.words);
        }
      },
    },
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'admin',
      about: { zh: '一份文件：列的对应、预览和结果', en: 'one file: what its columns are, a preview, and the result' },
      handle: (req, res) => showOne(req, res, 200),
    },
    {
      method: 'post',
      path: `${HERE}/:id/preview`,
      who: 'admin',
      about: { zh: '预览，不导入', en: 'tries it, and imports nothing' },
      form: true,
      handle: taking(async (req, res, { choice, typed }) => {
        const preview = await imports.preview(param(req, 'id'), choice, actorIn(res));
        await showOne(req, res, 200, { typed, preview });
      }),
    },
    {
      method: 'post',
      path: `${HERE}/:id/start`,
      who: 'admin',
      about: { zh: '开始导入', en: 'begins to import it' },
      form: true,
      handle: taking(async (req, res, { choice, typed: { keepAs } }) => {
        const id = param(req, 'id');
        try {
          await imports.start(id, { ...choice, ...(keepAs !== '' && { keepAs }) }, actorIn(res));
        } catch (error) {
          // Pressed twice: it runs.
          if (!isRefused(error, 'conflict')) throw error;
        }
        res.redirect(303, `${HERE}/${id}?done=started`);
      }),
    },
    {
      method: 'get',
      path: `${HERE}/:id/refused`,
      who: 'admin',
      about: { zh: '没有导入的行，CSV', en: 'the rows that were refused, as CSV' },
      async handle(req, res) {
        const { language } = answers.wordingOf(req);
        await sendTable(res, await imports.refusedRows(param(req, 'id'), language, actorIn(res)));
      },
    },
  ];
}

/** What the form has at first: as it was imported the last time, as a kept mapping says, else as the columns suggest. */
function beginning(
  one: ImportShown,
  opened: ImportOpened | undefined,
  use: { system: string; mapping: ImportShown['mapping'] & {}; keepAs: string } | undefined,
): Typed {
  const { system, mapping, keepAs } = use ?? { system: one.system, mapping: one.mapping, keepAs: '' };
  const named = one.format === 'zammad' ? 'Zammad' : one.format === 'zendesk' ? 'Zendesk' : '';
  return { system: system ?? named, keepAs, mapping: mapping ?? opened?.guess ?? { fields: {} } };
}

function rowContext(one: ImportShown, { language, now }: Wording): Context {
  const say = (zh: string, en: string): string => inLanguage({ zh, en }, language);
  const counts = [
    say(`导入 ${one.imported} 件`, `${one.imported} imported`),
    ...(one.known > 0 ? [say(`以前导入过 ${one.known} 件`, `${one.known} were there before`)] : []),
    ...(one.refused > 0 ? [say(`没有导入 ${one.refused} 行`, `${one.refused} refused`)] : []),
  ];
  return {
    id: one.id,
    href: `${HERE}/${one.id}`,
    fileName: one.fileName,
    when: pageTime(one.createdAt, language, now),
    status: inLanguage(STATUS[one.status], language),
    warns: one.status === 'failed' || one.refused > 0,
    system: one.system ?? null,
    counts: one.startedAt === undefined ? null : counts.join(say('，', ', ')),
    why: one.fault ? inLanguage(one.fault, language) : null,
  };
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const valueName = (name: FieldName, value: string, language: Language): string =>
  inLanguage(NAMES[name]?.[value] ?? { zh: value, en: value }, language);

function formContext(
  { import: { columns } }: ImportOpened,
  { system, keepAs, mapping }: Typed,
  faults: ReadonlyMap<string, Words>,
  preview: ImportPreview | undefined,
  language: Language,
): Context {
  const fault = (at: string): string | null => {
    const words = faults.get(at);
    return words ? inLanguage(words, language) : null;
  };
  const known = Object.entries(mapping.words ?? {}).flatMap(([of, words]) =>
    Object.entries(words).map(([word, means]) => ({ of, word, means, rows: null })),
  );
  const fresh = (preview?.unknownWords ?? []).map(({ field: of, word, rows }) => ({ of, word, means: '', rows }));
  return {
    system,
    systemFault: fault('system'),
    keepAs,
    keepAsFault: fault('keepAs'),
    fields: FIELD_NAMES.map((name) => {
      const { needs, choices } = fieldOf(name);
      const given = mapping.fields[name];
      return {
        name,
        label: capital(inLanguage(fieldOf(name).name, language)),
        isNeeded: needs !== undefined,
        fault: fault(name),
        columns: columns.map((column) => ({ column, isChosen: column === given?.column })),
        // A state is told by each row; there is none for all of them.
        values:
          choices && name !== 'state'
            ? Object.keys(choices).map((value) => ({
                value,
                words: valueName(name, value, language),
                isChosen: value === given?.value,
              }))
            : null,
        hasText: name === 'customer.name',
        text: given?.value ?? '',
      };
    }),
    words: [...known, ...fresh].slice(0, MOST_WORDS).map(({ of, word, means, rows }, n) => {
      const name = FIELD_NAMES.find((each) => each === of);
      return {
        n,
        of,
        word,
        ofName: name ? inLanguage(fieldOf(name).name, language) : of,
        rows,
        choices: Object.keys((name && fieldOf(name).choices) ?? {}).map((value) => ({
          value,
          words: name ? valueName(name, value, language) : value,
          isChosen: value === means,
        })),
      };
    }),
  };
}

function previewContext({ rows, ready, known, refused, faults, sample }: ImportPreview, language: Language): Context {
  const say = (words: Words): string => inLanguage(words, language);
  const named = (name: string): string => {
    const found = FIELD_NAMES.find((each) => each === name);
    return found ? say(fieldOf(found).name) : name;
  };
  return {
    rows,
    ready,
    known,
    refused,
    more: refused > faults.length ? refused - faults.length : null,
    faults: faults.map(({ row, faults: of }) => ({
      row,
      faults: of.map(({ field: name, column, words }) => ({
        name: named(name),
        column: column === undefined || column === named(name) ? null : column,
        words: say(words),
      })),
    })),
    sample: sample.map(({ row, fields }) => ({
      row,
      fields: Object.entries(fields).map(([name, value]) => ({
        name: named(name),
        value: valueName(name as FieldName, value, language),
      })),
    })),
  };
}
