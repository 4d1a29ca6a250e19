import { z } from 'zod';
import {
  changedEntry,
  entryVersion,
  libraryEntry,
  libraryForCase,
  libraryItem,
  libraryList,
  libraryQuery,
  libraryReply,
  returnedEntry,
  submittedEntry,
  trainingPack,
  trainingQuery,
  wantedEntry,
  wantedUse,
  writeUp,
  type Cases,
} from '../../cases';
import { sendTable } from '../middleware/download';
import { reply, route, type Route } from './route';
import { named } from './schemas';

named('LibraryItem', libraryItem);
const Entry = named('LibraryEntry', libraryEntry);
const List = named('LibraryList', libraryList);
const Wanted = named('LibraryEntryNew', wantedEntry);
const Changed = named('LibraryEntryChange', changedEntry);
const Submitted = named('LibrarySubmit', submittedEntry);
const Returned = named('LibraryReturn', returnedEntry);
const Version = named('LibraryVersion', entryVersion);
const Removed = named('LibraryRemoved', z.object({ removed: z.literal(true) }));
const WriteUp = named('LibraryWriteUp', writeUp);
const ForCase = named('LibraryForCase', libraryForCase);
const Reply = named('LibraryReply', libraryReply);
const Use = named('LibraryUse', wantedUse);
const Counted = named('LibraryUseCounted', z.object({ counted: z.boolean() }));

const Pack = named('TrainingPack', trainingPack);

const UNKNOWN = { 404: { about: 'No such entry, or not yours to see' } };
const UNSEEN = { 404: { about: 'No such case, or not yours to see' } };
const STANDS = { 409: { about: 'Somebody has changed it meanwhile, or it stands elsewhere' } };

/** What solved cases have taught: written, reviewed, and found while handling. */
export const libraryRoutes = ({ library }: Pick<Cases, 'library'>): Route[] => [
  ...training(library),
  ...entries(library),
  ...review(library),
  ...inCases(library),
];

/** What people learn from. */
const training = (library: Cases['library']): Route[] => [
  route({
    method: 'get',
    path: '/api/library/training',
    tag: 'library',
    id: 'getTraining',
    summary: 'A training pack: what is published, by topic, those first that helped in most cases; 60 lessons at most',
    access: 'agent',
    query: trainingQuery,
    answers: { 200: { about: 'The pack', schema: Pack } },
    handle: async ({ query, staff }) => reply(200, await library.training(query, staff)),
  }),
  route({
    method: 'get',
    path: '/api/library/training/export',
    tag: 'library',
    id: 'exportTraining',
    summary: 'A training pack as PDF, in the language of its lessons',
    access: 'agent',
    query: trainingQuery,
    answers: { 200: { about: 'A document', mediaType: ['application/pdf'] } },
    async handle({ query, staff, response }) {
      await sendTable(response, await library.trainingFile(query, staff));
      return undefined;
    },
  }),
];

/** Entries as they are written. */
const entries = (library: Cases['library']): Route[] => [
  route({
    method: 'get',
    path: '/api/library',
    tag: 'library',
    id: 'listLibrary',
    summary: 'Entries of the library, the last changed first: what is published, your own, and for whoever leads all',
    access: 'agent',
    query: libraryQuery,
    answers: { 200: { about: 'A page', schema: List } },
    handle: async ({ query: filter, staff }) => reply(200, await library.list(filter, staff)),
  }),
  route({
    method: 'post',
    path: '/api/library',
    tag: 'library',
    id: 'createLibraryEntry',
    summary: 'Write an entry: a draft, which somebody else who leads publishes',
    access: 'agent',
    body: Wanted,
    answers: { 201: { about: 'The draft', schema: Entry }, 404: { about: 'The case is not yours to see' } },
    handle: async ({ body, staff }) => reply(201, await library.create(body, staff)),
  }),
  route({
    method: 'get',
    path: '/api/library/:id',
    tag: 'library',
    id: 'getLibraryEntry',
    summary: 'An entry, what in it may tell who somebody is, and what you may do with it',
    access: 'agent',
    answers: { 200: { about: 'The entry', schema: Entry }, ...UNKNOWN },
    handle: async ({ params, staff }) => reply(200, await library.get(params.id, staff)),
  }),
  route({
    method: 'patch',
    path: '/api/library/:id',
    tag: 'library',
    id: 'changeLibraryEntry',
    summary: 'Write its next version, which has to be reviewed again; what is published stays until then',
    access: 'agent',
    body: Changed,
    answers: {
      200: { about: 'The entry', schema: Entry },
      403: { about: 'Somebody else is writing it' },
      ...UNKNOWN,
      ...STANDS,
    },
    handle: async ({ params, body, staff }) => reply(200, await library.change(params.id, body, staff)),
  }),
  route({
    method: 'delete',
    path: '/api/library/:id',
    tag: 'library',
    id: 'removeLibraryEntry',
    summary: 'Remove an entry that was never published',
    access: 'agent',
    answers: {
      200: { about: 'It is gone', schema: Removed },
      403: { about: 'Somebody else is writing it' },
      ...UNKNOWN,
      409: { about: 'It was published: it can be withdrawn' },
    },
    async handle({ params, staff }) {
      await library.remove(params.id, staff);
      return reply(200, { removed: true as const });
    },
  }),
];

/** Entries on their way to being offered, and back. */
const review = (library: Cases['library']): Route[] => [
  route({
    method: 'post',
    path: '/api/library/:id/submit',
    tag: 'library',
    id: 'submitLibraryEntry',
    summary: 'Send a draft to the review, once it has been read and nobody can be recognised by it',
    access: 'agent',
    body: Submitted,
    answers: {
      200: { about: 'The entry', schema: Entry },
      403: { about: 'Somebody else is writing it' },
      ...UNKNOWN,
      ...STANDS,
      422: { about: 'Something is missing, or a name or number is still in it: `errors` names field and kind' },
    },
    handle: async ({ params, body, staff }) => reply(200, await library.submit(params.id, body.version, staff)),
  }),
  route({
    method: 'post',
    path: '/api/library/:id/return',
    tag: 'library',
    id: 'returnLibraryEntry',
    summary: 'Send an entry back from the review, with what is to be changed',
    access: 'supervisor',
    body: Returned,
    answers: { 200: { about: 'The entry', schema: Entry }, ...UNKNOWN, ...STANDS },
    handle: async ({ params, body, staff }) =>
      reply(200, await library.returnIt(params.id, body.version, body.note, staff)),
  }),
  route({
    method: 'post',
    path: '/api/library/:id/publish',
    tag: 'library',
    id: 'publishLibraryEntry',
    summary: 'Publish an entry that somebody else has written',
    access: 'supervisor',
    body: Version,
    answers: {
      200: { about: 'The entry', schema: Entry },
      403: { about: '`own_entry`: you wrote a part of it' },
      ...UNKNOWN,
      ...STANDS,
      422: { about: 'A name or number is still in it: `errors` names field and kind' },
    },
    handle: async ({ params, body, staff }) => reply(200, await library.publish(params.id, body.version, staff)),
  }),
  route({
    method: 'post',
    path: '/api/library/:id/withdraw',
    tag: 'library',
    id: 'withdrawLibraryEntry',
    summary: 'Take an entry back: it is offered to nobody any more',
    access: 'agent',
    body: Version,
    answers: {
      200: { about: 'The entry', schema: Entry },
      403: { about: 'What was published is withdrawn by whoever leads' },
      ...UNKNOWN,
      ...STANDS,
    },
    handle: async ({ params, body, staff }) => reply(200, await library.withdraw(params.id, body.version, staff)),
  }),
];

/** The library while a case is handled. */
const inCases = (library: Cases['library']): Route[] => [
  route({
    method: 'get',
    path: '/api/cases/:caseNo/library',
    tag: 'library',
    id: 'findInLibrary',
    summary: 'The few published entries that fit a case best, and why',
    access: 'agent',
    answers: { 200: { about: 'At most three', schema: ForCase }, ...UNSEEN },
    handle: async ({ params, staff }) => reply(200, await library.forCase(params.caseNo, staff)),
  }),
  route({
    method: 'get',
    path: '/api/cases/:caseNo/library/:id',
    tag: 'library',
    id: 'getLibraryReply',
    summary: 'The reply of a published entry with its variables filled in for a case; sends nothing',
    access: 'agent',
    answers: { 200: { about: 'The text', schema: Reply }, 404: { about: 'No such entry or case' } },
    async handle({ params, staff }) {
      const { text, unfilled } = await library.reply(params.id, params.caseNo, staff);
      return reply(200, { text, unfilled });
    },
  }),
  route({
    method: 'post',
    path: '/api/library/:id/uses',
    tag: 'library',
    id: 'countLibraryUse',
    summary: 'Count that an entry was sent to a customer, once for each decision',
    access: 'agent',
    body: Use,
    answers: { 200: { about: '`counted`: now, not before', schema: Counted }, 404: { about: 'No such entry or case' } },
    handle: async ({ params, body, staff }) => reply(200, await library.used(params.id, body, staff)),
  }),
  route({
    method: 'get',
    path: '/api/cases/:caseNo/write-up',
    tag: 'library',
    id: 'writeUpCase',
    summary: 'A solved case as an entry for the library, with names, numbers and addresses taken out; stores nothing',
    access: 'agent',
    answers: {
      200: { about: 'To be read, completed and created', schema: WriteUp },
      ...UNSEEN,
      409: { about: '`not_solved`' },
    },
    handle: async ({ params, staff }) => reply(200, await library.writeUp(params.caseNo, staff)),
  }),
];
