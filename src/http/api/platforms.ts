import { z } from 'zod';
import { casePlatform, changedPlatform, platform, platformActWanted, wantedPlatform, type Cases } from '../../cases';
import { countingWrong, limitStrangers, type Limits } from '../middleware/limits';
import { UNSEEN } from './cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const Platform = named('Platform', platform);
const WantedPlatform = named('WantedPlatform', wantedPlatform);
const ChangedPlatform = named('ChangedPlatform', changedPlatform);
const List = named('PlatformList', z.object({ items: z.array(Platform) }));
const CasePlatform = named('CasePlatform', z.object({ platform: casePlatform.optional() }));
const ActWanted = named('PlatformActWanted', platformActWanted);
const ActPlanned = named('PlatformActPlanned', z.object({ planned: z.literal(true) }));
const Heard = named('PlatformHeard', z.union([z.object({ code: z.literal('SUCCESS') }), z.literal('success')]));
const one = z.string().max(300).default('');
const Signed = z.object({ timestamp: one, nonce: one, signature: one, msg_signature: one, echostr: one });

const UNKNOWN = { 404: { about: 'No such account' } };

/** Accounts at platforms whose customers complain there. */
export const platformRoutes = ({ platforms, platformCases }: Pick<Cases, 'platforms' | 'platformCases'>): Route[] => [
  route({
    method: 'get',
    path: '/api/platforms',
    tag: 'platforms',
    id: 'listPlatforms',
    summary: 'Accounts at platforms whose customers complain there, and whether they work',
    access: 'admin',
    answers: { 200: { about: 'All of them, the oldest first', schema: List } },
    handle: async ({ staff }) => reply(200, { items: await platforms.list(staff) }),
  }),
  route({
    method: 'post',
    path: '/api/platforms',
    tag: 'platforms',
    id: 'createPlatform',
    summary: 'Connect an account; its keys are not shown again',
    access: 'admin',
    body: WantedPlatform,
    answers: {
      201: { about: 'Its complaints become cases', schema: Platform },
      409: { about: 'This merchant is connected already, or too many are' },
    },
    handle: async ({ body, staff }) => reply(201, await platforms.create(body, staff)),
  }),
  route({
    method: 'get',
    path: '/api/platforms/:id',
    tag: 'platforms',
    id: 'getPlatform',
    summary: 'An account at a platform',
    access: 'admin',
    answers: { 200: { about: 'It', schema: Platform }, ...UNKNOWN },
    handle: async ({ params, staff }) => reply(200, await platforms.get(params.id, staff)),
  }),
  route({
    method: 'patch',
    path: '/api/platforms/:id',
    tag: 'platforms',
    id: 'changePlatform',
    summary: 'Change an account, switch it off or on; what is left out stays',
    access: 'admin',
    body: ChangedPlatform,
    answers: { 200: { about: 'It', schema: Platform }, ...UNKNOWN },
    handle: async ({ params, body, staff }) => reply(200, await platforms.change(params.id, body, staff)),
  }),
  route({
    method: 'post',
    path: '/api/platforms/:id/test',
    tag: 'platforms',
    id: 'testPlatform',
    summary:
      'Try whether complaints can be listed, or an access token can be had, also while it is off; `test` says how it went',
    access: 'admin',
    answers: { 202: { about: 'It is tried within a second or two', schema: Platform }, ...UNKNOWN },
    handle: async ({ params, staff }) => reply(202, await platforms.test(params.id, staff)),
  }),
  route({
    method: 'get',
    path: '/api/cases/:caseNo/platform',
    tag: 'platforms',
    id: 'getCasePlatform',
    summary: 'What the complaint of a case is at its platform, by when the platform wants what, and what went there',
    access: 'colleague',
    answers: { 200: { about: 'It; empty for a case that came another way', schema: CasePlatform }, ...UNSEEN },
    async handle({ params, staff }) {
      const found = await platformCases.ofCase(params.caseNo, staff);
      return reply(200, found ? { platform: found } : {});
    },
  }),
  route({
    method: 'post',
    path: '/api/cases/:caseNo/platform',
    tag: 'platforms',
    id: 'actOnPlatform',
    summary:
      'Tell the platform that it is settled, what was decided of a refund, or hand in evidence; no money moves by this',
    access: 'agent',
    body: ActWanted,
    answers: {
      202: { about: 'It is noted in the case, and passed on within seconds', schema: ActPlanned },
      ...UNSEEN,
      409: { about: 'Not possible there now, under way already, or not yours to decide' },
      422: { about: 'This platform needs more with it, or takes less' },
    },
    async handle({ params, body, staff }) {
      await platformCases.act(params.caseNo, body, staff);
      return reply(202, { planned: true });
    },
  }),
];

/** What takes notices of platforms (src/channels/platforms). Its refusals are told as they are. */
export interface TakesNotices {
  take(
    accountId: string,
    given: {
      headers: Readonly<Record<string, string | string[] | undefined>>;
      query: Readonly<Record<string, string>>;
      raw: Buffer;
    },
  ): Promise<object | string>;
  greet(accountId: string, query: Readonly<Record<string, string>>): Promise<string>;
}

/** WeChat hangs up after five seconds and posts again: whoever is slower must have answered before that. */
const TIME_LIMIT_MS = 4_000;
const UNSIGNED = 'No such account, or it is off, or signature, moment or key are wrong';
const TOO_MANY = 'Too many notices, or too many wrong signatures, from this address';

/** Where platforms tell us of complaints. */
export const noticeRoutes = (notices: TakesNotices, limits: Pick<Limits, 'posts' | 'wrongSignatures'>): Route[] => [
  route({
    method: 'get',
    path: '/hooks/platforms/:id',
    tag: 'platforms',
    id: 'greetPlatform',
    summary: 'Answers a platform when our address is entered there (mini-programs and stores)',
    access: 'public',
    query: Signed,
    before: [limitStrangers(limits.posts)],
    answers: {
      200: { about: '`echostr` as it came', schema: z.string(), mediaType: 'text/plain' },
      401: { about: UNSIGNED },
      429: { about: TOO_MANY },
    },
    handle: ({ params, query, request, response }) =>
      countingWrong(limits, request, async () => {
        response.type('text/plain').send(await notices.greet(params.id, query));
        return undefined;
      }),
  }),
  route({
    method: 'post',
    path: '/hooks/platforms/:id',
    tag: 'platforms',
    id: 'hearPlatform',
    summary: 'A signed notice of a platform: its complaint is looked at next; the same notice again changes nothing',
    access: 'public',
    query: Signed,
    before: [limitStrangers(limits.posts)],
    raw: { maxBytes: 64 * 1024, about: 'As the platform writes it, 64 KiB at most' },
    timeLimitMs: TIME_LIMIT_MS,
    answers: {
      200: {
        about:
          'Kept; what is true is asked for at the platform. WeChat Pay hears `{"code":"SUCCESS"}`, others the word `success`',
        schema: Heard,
        mediaType: ['application/json', 'text/plain'],
      },
      401: { about: UNSIGNED },
      429: { about: TOO_MANY },
    },
    handle: ({ params, query, request, response }) =>
      countingWrong(limits, request, async () => {
        const heard = await notices.take(params.id, { headers: request.headers, query, raw: request.body as Buffer });
        // The time limit may have answered before.
        if (response.headersSent) return undefined;
        if (typeof heard === 'string') response.type('text/plain').send(heard);
        else response.json(heard);
        return undefined;
      }),
  }),
];
