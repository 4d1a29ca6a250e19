import {
  figureCases,
  figureCasesQuery,
  figureFileQuery,
  figureQuery,
  figureShown,
  figuresFileQuery,
  figuresShown,
  MEDIA_TYPES,
  oneFigureQuery,
  type Cases,
} from '../../cases';
import { sendTable } from '../middleware/download';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const Figures = named('Figures', figuresShown);
const Figure = named('Figure', figureShown);
const FigureCases = named('FigureCases', figureCases);
const FILE = { 200: { about: 'A table for spreadsheets', mediaType: Object.values(MEDIA_TYPES) } };
const NO_SUCH = { 404: { about: 'There is no such figure' } };

/** The figures that the department is led by. */
export const figureRoutes = ({ figures }: Pick<Cases, 'figures'>): Route[] => [
  route({
    method: 'get',
    path: '/api/figures',
    tag: 'house',
    id: 'listFigures',
    summary:
      'Every figure with its definition and target: in a period, in the one before, and in the last twelve weeks; below a supervisor only what you have done yourself',
    access: 'agent',
    query: figureQuery,
    answers: { 200: { about: 'At most a minute old', schema: Figures } },
    handle: async ({ query, staff }) => reply(200, await figures.all(query, staff)),
  }),
  route({
    method: 'get',
    path: '/api/figures/export',
    tag: 'house',
    id: 'exportFigures',
    summary: 'Every figure as a row of a file, with target, how sure it is, the last twelve weeks and its definition',
    access: 'agent',
    query: figuresFileQuery,
    answers: FILE,
    async handle({ query, staff, response }) {
      await sendTable(response, await figures.allFile(query, staff));
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/figures/:id',
    tag: 'house',
    id: 'getFigure',
    summary: 'One figure by one or two dimensions; by person, a supervisor is told of their own team',
    access: 'agent',
    query: oneFigureQuery,
    answers: { 200: { about: 'The largest 500 groups', schema: Figure }, ...NO_SUCH },
    handle: async ({ params, query, staff }) => reply(200, await figures.one(params.id, query, staff)),
  }),
  route({
    method: 'get',
    path: '/api/figures/:id/export',
    tag: 'house',
    id: 'exportFigure',
    summary: 'One figure as a file: its groups, or without dimensions its weeks',
    access: 'agent',
    query: figureFileQuery,
    answers: { ...FILE, ...NO_SUCH },
    async handle({ params, query, staff, response }) {
      await sendTable(response, await figures.oneFile(params.id, query, staff));
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/figures/:id/cases',
    tag: 'house',
    id: 'listFigureCases',
    summary: 'The cases behind a figure, the latest first',
    access: 'agent',
    query: figureCasesQuery,
    answers: { 200: { about: '500 at most', schema: FigureCases }, ...NO_SUCH },
    handle: async ({ params, query, staff }) => reply(200, await figures.cases(params.id, query, staff)),
  }),
];
