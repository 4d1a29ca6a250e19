import { z } from 'zod';
import { type Cases, draft, listedDraft } from '../../cases';
import { policyVersion } from '../../domain/policy/schema';
import { checked, reply, route, type Route } from './route';
import { named, PolicyAnswer } from './schemas';

export const title = z.string().trim().min(1).max(80);
export const document = z.record(z.string(), z.unknown()).describe('a policy without its version, right or wrong');

export const Draft = named('PolicyDraftSaved', draft);
export const DraftList = named(
  'PolicyDraftList',
  z.object({ items: z.array(named('ListedPolicyDraft', listedDraft)) }),
);
const DraftNew = named(
  'PolicyDraftNew',
  z.strictObject({
    title,
    from: policyVersion.optional().describe('this version; left out: the one in force'),
    policy: document.optional(),
  }),
);
const DraftSave = named(
  'PolicyDraftSave',
  z.strictObject({ revision: policyVersion, title: title.optional(), policy: document }),
);
const PackAdd = named(
  'PolicyPackAdd',
  z.strictObject({ pack: z.string().max(60), revision: policyVersion.optional() }),
);
const Nothing = named('Nothing', z.strictObject({}));
const DraftPublish = named('PolicyDraftPublish', z.strictObject({ revision: policyVersion.optional() }));

/** What routes answer that change a draft on top of an older revision. */
const newer = { 409: { about: 'Somebody else saved it meanwhile, or it has been published' } };

/** Drafts of a policy: written, rehearsed and published as the next version. */
export function policyDraftRoutes({ drafts }: Pick<Cases, 'drafts'>): Route[] {
  return [
    route({
      method: 'get',
      tag: 'house',
      path: '/api/policy-drafts',
      id: 'listPolicyDrafts',
      summary: 'Drafts, the last changed first',
      access: 'manager',
      answers: { 200: { about: 'All drafts', schema: DraftList } },
      handle: async () => reply(200, { items: await drafts.list() }),
    }),
    route({
      method: 'post',
      tag: 'house',
      checksBody: true,
      path: '/api/policy-drafts',
      largeBody: true,
      id: 'createPolicyDraft',
      summary: 'A new draft, from a version or a document; it may be wrong for now',
      access: 'manager',
      body: DraftNew,
      answers: { 201: { about: 'The draft, with what is wrong with it', schema: Draft } },
      async handle({ body, staff }) {
        return reply(201, await drafts.create(checked(DraftNew, body), staff));
      },
    }),
    route({
      method: 'get',
      tag: 'house',
      path: '/api/policy-drafts/:id',
      id: 'getPolicyDraft',
      summary: 'A draft, with what is wrong with it and its last rehearsal',
      access: 'manager',
      answers: { 200: { about: 'The draft', schema: Draft }, 404: { about: 'No such draft' } },
      handle: async ({ params }) => reply(200, await drafts.get(params.id)),
    }),
    route({
      method: 'post',
      tag: 'house',
      checksBody: true,
      path: '/api/policy-drafts/:id',
      largeBody: true,
      id: 'savePolicyDraft',
      summary: 'Save a draft, on top of the revision that was read',
      access: 'manager',
      body: DraftSave,
      answers: { 200: { about: 'The draft', schema: Draft }, 404: { about: 'No such draft' }, ...newer },
      async handle({ params, body, staff }) {
        return reply(200, await drafts.save(params.id, checked(DraftSave, body), staff));
      },
    }),
    route({
      method: 'post',
      tag: 'house',
      checksBody: true,
      path: '/api/policy-drafts/:id/packs',
      id: 'addPolicyPack',
      summary: "Take a pack's clocks into a draft",
      access: 'manager',
      body: PackAdd,
      answers: { 200: { about: 'The draft', schema: Draft }, 404: { about: 'No such draft' }, ...newer },
      async handle({ params, body, staff }) {
        return reply(200, await drafts.addPack(params.id, checked(PackAdd, body), staff));
      },
    }),
    route({
      method: 'post',
      tag: 'house',
      checksBody: true,
      path: '/api/policy-drafts/:id/rehearse',
      id: 'rehearsePolicyDraft',
      summary: 'Take invented complaints through the draft in virtual time, and keep what comes of it',
      access: 'manager',
      body: Nothing,
      answers: {
        200: { about: 'The draft with its rehearsal', schema: Draft },
        404: { about: 'No such draft' },
        ...newer,
      },
      timeLimitMs: 30_000,
      async handle({ params, body }) {
        checked(Nothing, body ?? {});
        return reply(200, await drafts.rehearse(params.id));
      },
    }),
    route({
      method: 'post',
      tag: 'house',
      checksBody: true,
      path: '/api/policy-drafts/:id/publish',
      id: 'publishPolicyDraft',
      summary: 'Publish a rehearsed draft as the next version; running cases stay under theirs',
      access: 'manager',
      body: DraftPublish,
      answers: {
        201: { about: 'Published, with its version and the calendars frozen into it', schema: PolicyAnswer },
        404: { about: 'No such draft' },
        409: { about: 'This revision has not been rehearsed, there is a newer one, or it is published already' },
      },
      async handle({ params, body, staff }) {
        return reply(201, await drafts.publish(params.id, checked(DraftPublish, body ?? {}), staff));
      },
    }),
  ];
}
