import { z } from 'zod';
import {
  type Cases,
  draft,
  invalid,
  listedDraft,
  policyDifference,
  policyFile,
  policyPack,
  publishedPolicy,
  readWhatIf,
  whatIfReport,
  whatIfSchema,
} from '../../cases';
import { versionNumber } from '../../domain/basics/bounds';
import { faultsOf } from '../../domain/basics/faults';
import { PACKS } from '../../domain/policy/packs';
import { policyVersion } from '../../domain/policy/schema';
import { reply, route, type Route } from './route';
import { named, PolicyAnswer } from './schemas';

const title = z.string().trim().min(1).max(80);
const document = z.record(z.string(), z.unknown()).describe('a policy without its version, right or wrong');

export const Draft = named('PolicyDraftSaved', draft);
export const DraftList = named('PolicyDraftList', z.object({ items: z.array(listedDraft) }));
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

export const Published = named('PolicyPublished', publishedPolicy);
export const File = named(
  'PolicyFile',
  z.looseObject({
    format: z.literal('redress-policy'),
    formatVersion: z.literal(1),
    version: versionNumber.optional(),
    title: title.optional(),
    policy: document,
    packs: z.array(z.looseObject({ id: z.string(), version: versionNumber })).optional(),
  }),
);
const Exported = named('PolicyFileExported', policyFile);
export const Packs = named('PolicyPacks', z.object({ items: z.array(policyPack) }));
export const Differences = named('PolicyDifferences', z.object({ items: z.array(policyDifference) }));

const WhatIfBody = named('WhatIf', whatIfSchema);
export const WhatIfAnswer = named('WhatIfReport', whatIfReport);

const number = (text: string | undefined): number => {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 && value < 2_147_483_648 ? value : 0;
};

/** A body with what is wrong with it in both languages. */
function checked<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalid(faultsOf(parsed.error));
}

/** Policies from a draft to the version in force, and the past under other rules. */
export function policyRoutes(cases: Cases): Route[] {
  const { drafts } = cases;
  const newer = { 409: { about: 'Somebody else saved it meanwhile, or it has been published' } };
  return [
    route({
      method: 'get',
      tag: 'house',
      path: '/api/policies/:version',
      id: 'getPolicy',
      summary: 'One published version',
      access: 'agent',
      answers: { 200: { about: 'The version', schema: Published }, 404: { about: 'No such version' } },
      handle: async ({ params }) => reply(200, await drafts.version(number(params.version))),
    }),
    route({
      method: 'get',
      tag: 'house',
      path: '/api/policies/:version/export',
      id: 'exportPolicy',
      summary: 'One version as a file, with its calendars and the packs its clocks come from',
      access: 'agent',
      answers: { 200: { about: 'The file', schema: Exported }, 404: { about: 'No such version' } },
      async handle({ params, response }) {
        const file = await drafts.export(number(params.version));
        response.setHeader('Content-Disposition', `attachment; filename="policy-${file.version}.json"`);
        return reply(200, file);
      },
    }),
    route({
      method: 'get',
      tag: 'house',
      path: '/api/policies/:a/compare/:b',
      id: 'comparePolicies',
      summary: 'Every place in which two versions differ',
      access: 'agent',
      answers: { 200: { about: 'The differences', schema: Differences }, 404: { about: 'No such version' } },
      handle: async ({ params }) => reply(200, { items: await drafts.compare(number(params.a), number(params.b)) }),
    }),
    route({
      method: 'post',
      tag: 'house',
      checksBody: true,
      path: '/api/policies/import',
      largeBody: true,
      id: 'importPolicy',
      summary: 'An exported file becomes a draft',
      access: 'manager',
      body: File,
      answers: { 201: { about: 'The draft, with what is wrong with it', schema: Draft } },
      async handle({ body, staff }) {
        const file = checked(z.record(z.string(), z.unknown()), body);
        return reply(201, await drafts.import(file, staff));
      },
    }),
    route({
      method: 'get',
      tag: 'house',
      path: '/api/policy-packs',
      id: 'listPolicyPacks',
      summary: 'Clocks of laws and regulators, ready to be taken into a policy',
      access: 'agent',
      answers: { 200: { about: 'All packs', schema: Packs } },
      handle: async () => reply(200, { items: [...PACKS] }),
    }),
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
    route({
      method: 'post',
      tag: 'house',
      checksBody: true,
      path: '/api/what-if',
      id: 'whatIf',
      summary: 'Promises of the past under other rules: which would have been broken, and which not',
      access: 'manager',
      body: WhatIfBody,
      answers: { 200: { about: 'What would have been; nothing is changed', schema: WhatIfAnswer } },
      timeLimitMs: 60_000,
      handle: async ({ body }) => reply(200, await cases.reports.whatIf(readWhatIf(body))),
    }),
  ];
}
