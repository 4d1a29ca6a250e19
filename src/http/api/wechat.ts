import { z } from 'zod';
import { changedWechatAccount, wantedWechatAccount, wechatAccount, type Cases } from '../../cases';
import { countingWrong, limitStrangers, type Limits } from '../middleware/limits';
import { reply, route, type Call, type Route } from './route';
import { named } from './schemas';

const Account = named('WechatAccount', wechatAccount);
const WantedAccount = named('WantedWechatAccount', wantedWechatAccount);
const ChangedAccount = named('ChangedWechatAccount', changedWechatAccount);
const List = named('WechatAccountList', z.object({ items: z.array(Account) }));
const Removed = named('WechatAccountRemoved', z.object({ removed: z.literal(true) }));

const UNKNOWN = { 404: { about: 'No such official account' } };

/** WeChat official accounts to which customers write. */
export const wechatRoutes = ({ wechat }: Pick<Cases, 'wechat'>): Route[] => [
  route({
    method: 'get',
    path: '/api/wechat-accounts',
    tag: 'operation',
    id: 'listWechatAccounts',
    summary: 'WeChat official accounts and customer service accounts to which customers write, and whether they work',
    access: 'admin',
    answers: { 200: { about: 'All of them, the oldest first, without their secrets', schema: List } },
    handle: async ({ staff }) => reply(200, { items: await wechat.list(staff) }),
  }),
  route({
    method: 'post',
    path: '/api/wechat-accounts',
    tag: 'operation',
    id: 'createWechatAccount',
    summary: 'Connect an official account or one of customer service; its secrets are not shown again',
    access: 'admin',
    body: WantedAccount,
    answers: {
      201: { about: 'It, with the address to be entered on the platform', schema: Account },
      409: { about: 'Connected already, or too many' },
    },
    handle: async ({ body, staff }) => reply(201, await wechat.create(body, staff)),
  }),
  route({
    method: 'get',
    path: '/api/wechat-accounts/:id',
    tag: 'operation',
    id: 'getWechatAccount',
    summary: 'An official account',
    access: 'admin',
    answers: { 200: { about: 'It', schema: Account }, ...UNKNOWN },
    handle: async ({ params, staff }) => reply(200, await wechat.get(params.id, staff)),
  }),
  route({
    method: 'patch',
    path: '/api/wechat-accounts/:id',
    tag: 'operation',
    id: 'changeWechatAccount',
    summary: 'Change an official account, switch it off or on; what is left out stays',
    access: 'admin',
    body: ChangedAccount,
    answers: { 200: { about: 'It', schema: Account }, ...UNKNOWN },
    handle: async ({ params, body, staff }) => reply(200, await wechat.change(params.id, body, staff)),
  }),
  route({
    method: 'delete',
    path: '/api/wechat-accounts/:id',
    tag: 'operation',
    id: 'removeWechatAccount',
    summary: 'Remove an official account with who has written to it: they cannot be answered there any more',
    access: 'admin',
    answers: { 200: { about: 'It is removed', schema: Removed }, ...UNKNOWN },
    async handle({ params, staff }) {
      await wechat.remove(params.id, staff);
      return reply(200, { removed: true as const });
    },
  }),
];

/** What takes posts of the platform (src/channels/wechat). Its refusals are told as they are. */
export interface HearsWechat {
  greet(post: {
    accountId: string;
    timestamp: string;
    nonce: string;
    signature: string;
    msgSignature: string;
    echo: string;
  }): Promise<string>;
  take(post: {
    accountId: string;
    timestamp: string;
    nonce: string;
    signature: string;
    msgSignature: string;
    raw: Buffer;
  }): Promise<unknown>;
}

/** The platform hangs up after five seconds and posts again: whoever is slower must have answered before that. */
const TIME_LIMIT_MS = 4_000;

const one = z.string().max(300).default('');
const Signed = z.object({ timestamp: one, nonce: one, signature: one, msg_signature: one, echostr: one });

const postOf = ({ params, query }: Call<z.output<typeof Signed>, unknown, '/:id', 'public'>) => {
  const { timestamp, nonce, signature, msg_signature: msgSignature, echostr: echo } = query;
  return { accountId: params.id, timestamp, nonce, signature, msgSignature, echo };
};

const UNSIGNED = 'No such official account, or it is off, or the signature is wrong or not of now; nothing was kept';
const TOO_MANY = 'Too many messages, or too many wrong signatures, from this address';

/** Where the platform asks and posts. */
export const wechatHookRoutes = (hears: HearsWechat, limits: Pick<Limits, 'posts' | 'wrongSignatures'>): Route[] => [
  route({
    method: 'get',
    path: '/hooks/wechat/:id',
    tag: 'complaints',
    id: 'greetWechat',
    summary: 'Answers the platform when our address is entered there',
    access: 'public',
    query: Signed,
    before: [limitStrangers(limits.posts)],
    answers: {
      200: { about: '`echostr` as it came, that of WeCom decrypted', schema: z.string(), mediaType: 'text/plain' },
      401: { about: UNSIGNED },
      429: { about: TOO_MANY },
    },
    handle: (call) =>
      countingWrong(limits, call.request, async () => {
        call.response.type('text/plain').send(await hears.greet(postOf(call)));
        return undefined;
      }),
  }),
  route({
    method: 'post',
    path: '/hooks/wechat/:id',
    tag: 'complaints',
    id: 'postWechat',
    summary:
      'What customers write to an official account, or that customer service has news, as the platform posts it, encrypted',
    access: 'public',
    query: Signed,
    before: [limitStrangers(limits.posts)],
    raw: { maxBytes: 64 * 1024, about: 'XML with `Encrypt`, 64 KiB at most' },
    timeLimitMs: TIME_LIMIT_MS,
    answers: {
      200: { about: 'Kept, or known already: `success`', schema: z.string(), mediaType: 'text/plain' },
      401: { about: UNSIGNED },
      422: { about: 'It is not encrypted, or for another account; nothing was kept' },
      429: { about: TOO_MANY },
      503: { about: 'It could not be kept in four seconds; the platform posts it again' },
    },
    handle: (call) =>
      countingWrong(limits, call.request, async () => {
        await hears.take({ ...postOf(call), raw: call.request.body as Buffer });
        // The time limit may have answered before.
        if (!call.response.headersSent) call.response.type('text/plain').send('success');
        return undefined;
      }),
  }),
];
