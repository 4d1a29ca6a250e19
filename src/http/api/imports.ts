import { z } from 'zod';
import {
  IMPORT_MAX_BYTES,
  importChoice,
  importOpened,
  importPreview,
  importShown,
  importStart,
  invalid,
  mappingName,
  savedMapping,
  type Cases,
} from '../../cases';
import { faultsOf } from '../../domain/basics/faults';
import { LANGUAGES } from '../../domain/basics/types';
import { sendTable } from '../middleware/download';
import { readUpload } from './multipart';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const Shown = named('Import', importShown);
const Opened = named('ImportOpened', importOpened);
const List = named('ImportList', z.object({ items: z.array(Shown) }));
const Preview = named('ImportPreview', importPreview);
const Choice = named('ImportChoice', importChoice);
const Start = named('ImportStart', importStart);
const Mapping = named('SavedImportMapping', savedMapping);
const MappingList = named('SavedImportMappingList', z.object({ items: z.array(Mapping) }));
const MappingRemoved = named('ImportMappingRemoved', z.object({ removed: z.literal(true) }));

const NONE = { 404: { about: 'No such file' } };
const GONE = { 410: { about: 'The file was removed after 30 days; upload it again' } };
/** Every row of the file is read for it. */
const PREVIEW_MS = 120_000;

/** The name of a mapping, from an address. @throws Refused `invalid` */
function nameIn(name: string): string {
  const parsed = mappingName.safeParse(name, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalid(faultsOf(parsed.error).map(({ words }) => ({ path: 'name', words })));
}

/** Complaints that another system received and closed: what admins do about files of them. */
export const importRoutes = (cases: Pick<Cases, 'imports'>): Route[] => [...fileRoutes(cases), ...mappingRoutes(cases)];

function fileRoutes({ imports }: Pick<Cases, 'imports'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/imports',
      tag: 'operation',
      id: 'listImports',
      summary: 'Files of old complaints and what became of them, the newest first',
      access: 'admin',
      answers: { 200: { about: 'The latest 50', schema: List } },
      handle: async ({ staff }) => reply(200, { items: await imports.list(staff) }),
    }),
    route({
      method: 'post',
      path: '/api/imports',
      tag: 'operation',
      id: 'uploadImport',
      summary: 'Upload a file of old complaints; nothing is imported yet',
      access: 'admin',
      multipart: { file: 'CSV, XLSX, or a JSON export of Zammad or Zendesk; 32 MiB at most', fields: {} },
      answers: {
        201: { about: 'Its columns, its first rows, and a mapping to begin with', schema: Opened },
        413: { about: 'The file is too large' },
        415: { about: 'The file cannot be read, and why' },
      },
      timeLimitMs: 0,
      async handle({ request, staff }) {
        return reply(201, await readUpload(request, IMPORT_MAX_BYTES, (file) => imports.upload(file, staff)));
      },
    }),
    route({
      method: 'get',
      path: '/api/imports/:id',
      tag: 'operation',
      id: 'getImport',
      summary: 'How far an import has come',
      access: 'admin',
      answers: { 200: { about: 'The import', schema: Shown }, ...NONE },
      handle: async ({ params, staff }) => reply(200, await imports.get(params.id, staff)),
    }),
    route({
      method: 'get',
      path: '/api/imports/:id/columns',
      tag: 'operation',
      id: 'getImportColumns',
      summary: 'Its columns, its first rows, and a mapping to begin with',
      access: 'admin',
      answers: { 200: { about: 'As at the upload', schema: Opened }, ...NONE, ...GONE },
      timeLimitMs: PREVIEW_MS,
      handle: async ({ params, staff }) => reply(200, await imports.open(params.id, staff)),
    }),
    route({
      method: 'post',
      path: '/api/imports/:id/preview',
      tag: 'operation',
      id: 'previewImport',
      summary: 'What would become of each row; nothing is imported',
      access: 'admin',
      body: Choice,
      largeBody: true,
      answers: {
        200: { about: 'Counts, faults by row, and the first rows as they are read', schema: Preview },
        ...NONE,
        ...GONE,
      },
      timeLimitMs: PREVIEW_MS,
      handle: async ({ params, body, staff }) => reply(200, await imports.preview(params.id, body, staff)),
    }),
    route({
      method: 'post',
      path: '/api/imports/:id/start',
      tag: 'operation',
      id: 'startImport',
      summary: 'Import it; what was imported before is left alone, and nobody gets a mail',
      access: 'admin',
      body: Start,
      largeBody: true,
      answers: {
        202: { about: 'It runs', schema: Shown },
        ...NONE,
        409: { about: 'It runs already' },
        ...GONE,
      },
      handle: async ({ params, body, staff }) => reply(202, await imports.start(params.id, body, staff)),
    }),
    route({
      method: 'get',
      path: '/api/imports/:id/refused',
      tag: 'operation',
      id: 'getRefusedRows',
      summary: 'The rows that were refused, with the reason of each; mended, the file may be uploaded again',
      access: 'admin',
      query: z.strictObject({ language: z.enum(LANGUAGES).default('zh-CN') }),
      answers: { 200: { about: 'The rows', mediaType: 'text/csv' }, ...NONE, ...GONE },
      timeLimitMs: 0,
      async handle({ params, query, staff, response }) {
        await sendTable(response, await imports.refusedRows(params.id, query.language, staff));
        return undefined;
      },
    }),
  ];
}

function mappingRoutes({ imports }: Pick<Cases, 'imports'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/import-mappings',
      tag: 'operation',
      id: 'listImportMappings',
      summary: 'Mappings of columns that were kept, by name',
      access: 'admin',
      answers: { 200: { about: 'The mappings', schema: MappingList } },
      handle: async ({ staff }) => reply(200, { items: await imports.mappings(staff) }),
    }),
    route({
      method: 'put',
      path: '/api/import-mappings/:name',
      tag: 'operation',
      id: 'keepImportMapping',
      summary: 'Keep a mapping under this name, in place of the one before',
      access: 'admin',
      body: Choice,
      largeBody: true,
      answers: { 200: { about: 'The mapping', schema: Mapping } },
      handle: async ({ params, body, staff }) =>
        reply(200, await imports.keepMapping(nameIn(params.name), body, staff)),
    }),
    route({
      method: 'delete',
      path: '/api/import-mappings/:name',
      tag: 'operation',
      id: 'removeImportMapping',
      summary: 'Forget a mapping',
      access: 'admin',
      answers: { 200: { about: 'It is gone', schema: MappingRemoved }, 404: { about: 'No such mapping' } },
      async handle({ params, staff }) {
        await imports.removeMapping(params.name, staff);
        return reply(200, { removed: true });
      },
    }),
  ];
}
