import { z } from 'zod';
import {
  callEvent,
  caseCall,
  hookChange,
  hookShown,
  hookTried,
  hookTry,
  hookWithSecret,
  wantedHook,
  type Cases,
} from '../../cases';
import { countingWrong, limitStrangers, type Limits } from '../middleware/limits';
import { reply, route, type Call, type Route } from './route';
import { named } from './schemas';

/** What takes posts of other systems (src/channels/webhook-in). Its refusals are told as they are. */
export interface TakesPosts {
  take(post: {
    hookId: string;
    timestamp: string | undefined;
    nonce: string | undefined;
    signature: string | undefined;
    raw: Buffer;
  }): Promise<{ id: number; isNew: boolean }>;
}

/** What hears of calls from a telephone system (src/channels/webhook-in). Its refusals are told as they are. */
export interface HearsCalls {
  hear(post: Parameters<TakesPosts['take']>[0]): Promise<{ toAgent: boolean }>;
}

const Hook = named('InboundHook', hookShown);
const HookList = named('InboundHookList', z.object({ items: z.array(Hook) }));
const HookWithSecret = named('InboundHookWithSecret', hookWithSecret);
const WantedHook = named('WantedInboundHook', wantedHook);
const HookChange = named('InboundHookChange', hookChange);
const HookTry = named('InboundHookTry', hookTry);
const HookTried = named('InboundHookTried', hookTried);
const CallEvent = named('CallEvent', callEvent);
const CallHeard = named(
  'CallHeard',
  z.object({ toAgent: z.boolean().describe('whether the extension is somebody’s, who sees the call on the desk') }),
);
const CallList = named('CaseCallList', z.object({ items: z.array(named('CaseCall', caseCall)) }));
const MessageKept = named('MessageKept', z.object({ id: z.int().describe('of the message, as the log names it') }));

const NONE = { 404: { about: 'No such hook' } };

const text = { type: 'string' };

/** Systems of the house that post complaints: what admins do about them. */
export function inboundHookRoutes({ inboundHooks: hooks }: Pick<Cases, 'inboundHooks'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/inbound-hooks',
      tag: 'operation',
      id: 'listInboundHooks',
      summary: 'Systems that may post complaints, by name',
      access: 'admin',
      answers: { 200: { about: 'The hooks, without their secrets', schema: HookList } },
      handle: async ({ staff }) => reply(200, { items: await hooks.list(staff) }),
    }),
    route({
      method: 'post',
      path: '/api/inbound-hooks',
      tag: 'operation',
      id: 'createInboundHook',
      summary: 'Let a system post complaints; its secret is in this answer and nowhere else',
      access: 'admin',
      body: WantedHook,
      answers: { 201: { about: 'The hook and its secret', schema: HookWithSecret } },
      handle: async ({ body, staff }) => reply(201, await hooks.create(body, staff)),
    }),
    route({
      method: 'patch',
      path: '/api/inbound-hooks/:id',
      tag: 'operation',
      id: 'changeInboundHook',
      summary: 'Change its name or mapping, or switch it on or off; what is left out stays',
      access: 'admin',
      body: HookChange,
      answers: { 200: { about: 'The hook', schema: Hook }, ...NONE },
      handle: async ({ params, body, staff }) => reply(200, await hooks.change(params.id, body, staff)),
    }),
    route({
      method: 'post',
      path: '/api/inbound-hooks/:id/rotate',
      tag: 'operation',
      id: 'rotateInboundHook',
      summary: 'Give it another secret; the one before is taken for a day more',
      access: 'admin',
      answers: { 200: { about: 'The hook and its new secret', schema: HookWithSecret }, ...NONE },
      handle: async ({ params, staff }) => reply(200, await hooks.rotate(params.id, staff)),
    }),
    route({
      method: 'post',
      path: '/api/inbound-hooks/:id/try',
      tag: 'operation',
      id: 'tryInboundHook',
      summary: 'The complaint that a body would become; nothing is filed',
      access: 'admin',
      body: HookTry,
      largeBody: true,
      answers: { 200: { about: 'The complaint', schema: HookTried }, ...NONE },
      handle: async ({ params, body, staff }) => reply(200, await hooks.tryOut(params.id, body, staff)),
    }),
  ];
}

const header = ({ request }: Call, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

const SIGNED = {
  'X-Redress-Timestamp': { about: 'Seconds since 1970, within 5 minutes of now', schema: text },
  'X-Redress-Nonce': { about: '8 to 100 visible ASCII characters, new for each message', schema: text },
  'X-Redress-Signature': {
    about: '`v1=` and the HMAC-SHA256 over `timestamp.nonce.body` with the secret, in hex',
    schema: text,
  },
};

/** What was posted, for whoever checks its signature; wrong ones are counted. */
const signed = <T>(
  call: Call,
  limits: Pick<Limits, 'wrongSignatures'>,
  use: (post: Parameters<TakesPosts['take']>[0]) => Promise<T>,
): Promise<T> =>
  countingWrong(limits, call.request, () =>
    use({
      hookId: (call.params as { id: string }).id,
      timestamp: header(call, 'x-redress-timestamp'),
      nonce: header(call, 'x-redress-nonce'),
      signature: header(call, 'x-redress-signature'),
      raw: call.request.body as Buffer,
    }),
  );

const UNSIGNED = 'No such hook, or it is off, or the signature is wrong or not of now; nothing was kept';
const TOO_MANY = 'Too many messages, or too many wrong signatures, from this address';

/** Where the systems themselves post. */
export const postRoutes = (posts: TakesPosts, limits: Pick<Limits, 'posts' | 'wrongSignatures'>): Route[] => [
  route({
    method: 'post',
    path: '/hooks/:id',
    tag: 'complaints',
    id: 'postComplaint',
    summary: 'A signed complaint of another system, in its own JSON',
    access: 'public',
    before: [limitStrangers(limits.posts)],
    raw: { maxBytes: 1024 * 1024, about: 'JSON as the mapping of the hook expects it, 1 MiB at most' },
    headers: SIGNED,
    answers: {
      202: { about: 'Kept; it becomes a case, whatever happens to us now', schema: MessageKept },
      200: { about: 'Known already: the same answer', schema: MessageKept },
      401: { about: UNSIGNED },
      409: { about: 'The nonce was just used with another body' },
      422: { about: 'It is no complaint by the mapping; it was kept, and waits for somebody to look' },
      429: { about: TOO_MANY },
    },
    async handle(call) {
      const { id, isNew } = await signed(call, limits, (post) => posts.take(post));
      return reply(isNew ? 202 : 200, { id });
    },
  }),
];

/** What takes the reports of the SMS gateway (src/channels/sms). */
export interface HearsSms {
  signed(post: Parameters<TakesPosts['take']>[0]): Promise<unknown>;
  keyed(key: string, raw: Buffer): Promise<unknown>;
}

const REPORTS = {
  tag: 'operation',
  access: 'public',
  raw: { maxBytes: 1024 * 1024, about: 'JSON or a form, as `reports` in the file of `SMS_GATEWAY` reads it' },
} as const;
const SmsAnswer = named('SmsReportsAnswer', z.unknown().describe('what that file says under `reports.answer`'));

/** Where the SMS gateway tells what became of messages. */
export const smsReportRoutes = (hears: HearsSms, limits: Pick<Limits, 'posts' | 'wrongSignatures'>): Route[] => [
  route({
    ...REPORTS,
    method: 'post',
    path: '/hooks/:id/sms',
    id: 'postSmsReports',
    summary: 'What became of text messages; signed as a complaint is',
    before: [limitStrangers(limits.posts)],
    headers: SIGNED,
    answers: {
      200: { about: 'Written down', schema: SmsAnswer },
      401: { about: UNSIGNED },
      422: { about: 'It holds no reports' },
      429: { about: TOO_MANY },
      503: { about: 'Temporal is away; the same may come again' },
    },
    handle: async (call) => reply(200, await signed(call, limits, (post) => hears.signed(post))),
  }),
  route({
    ...REPORTS,
    method: 'post',
    path: '/hooks/sms/:key',
    id: 'postSmsReportsByKey',
    summary: 'The same of a gateway that cannot sign: the key stands in the address',
    before: [limitStrangers(limits.posts)],
    answers: {
      200: { about: 'Written down', schema: SmsAnswer },
      401: { about: 'A wrong key, or none is set' },
      422: { about: 'It holds no reports' },
      429: { about: TOO_MANY },
      503: { about: 'Temporal is away; the same may come again' },
    },
    handle: ({ params, request }) =>
      countingWrong(limits, request, async () => reply(200, await hears.keyed(params.key, request.body as Buffer))),
  }),
];

/** Where the telephone system of the house tells of calls. */
export const callRoutes = (
  { calls }: Pick<Cases, 'calls'>,
  hears: HearsCalls | undefined,
  limits: Pick<Limits, 'posts' | 'wrongSignatures'>,
): Route[] => [
  route({
    method: 'get',
    path: '/api/cases/:caseNo/calls',
    tag: 'cases',
    id: 'listCalls',
    summary: 'Calls that belong to the case, with the addresses of their recordings',
    access: 'colleague',
    answers: { 200: { about: 'The calls, the first at the top', schema: CallList }, 404: { about: 'No such case' } },
    handle: async ({ params, staff }) => reply(200, { items: await calls.ofCase(params.caseNo, staff) }),
  }),
  ...(hears
    ? [
        route({
          method: 'post',
          path: '/hooks/:id/calls',
          tag: 'complaints',
          id: 'postCall',
          summary:
            'What a telephone system tells of a call: it rings, is answered, has ended; signed as a complaint is',
          access: 'public',
          before: [limitStrangers(limits.posts)],
          raw: { maxBytes: 16 * 1024, about: 'JSON as `CallEvent`, 16 KiB at most', schema: CallEvent },
          headers: SIGNED,
          answers: {
            200: { about: 'Written down', schema: CallHeard },
            401: { about: UNSIGNED },
            422: { about: 'It tells of no call; nothing was written down' },
            429: { about: TOO_MANY },
          },
          handle: async (call) => reply(200, await signed(call, limits, (post) => hears.hear(post))),
        }),
      ]
    : []),
];
