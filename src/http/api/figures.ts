import {
  figureCases,
  figureCasesQuery,
  figureQuery,
  figureShown,
  figuresShown,
  oneFigureQuery,
  type Cases,
} from '../../cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const Figures = named('Figures', figuresShown);
const Figure = named('Figure', figureShown);
const FigureCases = named('FigureCases', figureCases);
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
