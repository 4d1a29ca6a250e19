import { z } from 'zod';
import { type Cases, policyDifference, policyFile, policyPack, publishedPolicy } from '../../cases';
import { versionNumber } from '../../domain/basics/bounds';
import { PACKS } from '../../domain/policy/packs';
import { document, Draft, title } from './policy-drafts';
import { checked, reply, route, versionIn, type Route } from './route';
import { named } from './schemas';

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
export const Packs = named('PolicyPacks', z.object({ items: z.array(named('PolicyPack', policyPack)) }));
export const Differences = named(
  'PolicyDifferences',
  z.object({ items: z.array(named('PolicyDifference', policyDifference)) }),
);

/**
 * Published policies: to be read, exported to a file and imported as a draft, and compared; and the packs of clocks
 * that a policy can take over.
 */
export function policyRoutes({ drafts }: Pick<Cases, 'drafts'>): Route[] {
  return [
    route({
      method: 'get',
      tag: 'house',
      path: '/api/policies/:version',
      id: 'getPolicy',
      summary: 'One published version',
      access: 'agent',
      answers: { 200: { about: 'The version', schema: Published }, 404: { about: 'No such version' } },
      handle: async ({ params }) => reply(200, await drafts.version(versionIn(params.version))),
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
        const file = await drafts.export(versionIn(params.version));
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
      handle: async ({ params }) =>
        reply(200, { items: await drafts.compare(versionIn(params.a), versionIn(params.b)) }),
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
  ];
}
