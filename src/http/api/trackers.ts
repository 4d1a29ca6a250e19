import { z } from 'zod';
import { changedTracker, handingOver, tracker, wantedTicket, wantedTracker, type Cases } from '../../cases';
import { countingWrong, limitStrangers, type Limits } from '../middleware/limits';
import { UNSEEN } from './cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const Tracker = named('Tracker', tracker);
const WantedTracker = named('WantedTracker', wantedTracker);
const ChangedTracker = named('ChangedTracker', changedTracker);
const List = named('TrackerList', z.object({ items: z.array(Tracker) }));
const Removed = named('TrackerRemoved', z.object({ removed: z.literal(true) }));
const HandingOver = named('HandingOver', handingOver);
const WantedTicket = named('WantedTicket', wantedTicket);
const Planned = named('TicketPlanned', z.object({ planned: z.literal(true) }));
const Heard = named('TrackerHeard', z.object({ ok: z.literal(true) }));

const UNKNOWN = { 404: { about: 'No such tracker' } };

/** Trackers of other departments, and handing over what of a case. */
export const trackerRoutes = ({ trackers, tickets }: Pick<Cases, 'trackers' | 'tickets'>): Route[] => [
  route({
    method: 'get',
    path: '/api/trackers',
    tag: 'trackers',
    id: 'listTrackers',
    summary: 'Trackers of other departments to which requests for help go, and whether they work',
    access: 'admin',
    answers: { 200: { about: 'All of them, the oldest first', schema: List } },
    handle: async ({ staff }) => reply(200, { items: await trackers.list(staff) }),
  }),
  route({
    method: 'post',
    path: '/api/trackers',
    tag: 'trackers',
    id: 'createTracker',
    summary: 'Connect a tracker; its token and secret are not shown again',
    access: 'admin',
    body: WantedTracker,
    answers: { 201: { about: 'It takes requests from the next one on', schema: Tracker }, 409: { about: 'Too many' } },
    handle: async ({ body, staff }) => reply(201, await trackers.create(body, staff)),
  }),
  route({
    method: 'get',
    path: '/api/trackers/:id',
    tag: 'trackers',
    id: 'getTracker',
    summary: 'A tracker',
    access: 'admin',
    answers: { 200: { about: 'It', schema: Tracker }, ...UNKNOWN },
    handle: async ({ params, staff }) => reply(200, await trackers.get(params.id, staff)),
  }),
  route({
    method: 'patch',
    path: '/api/trackers/:id',
    tag: 'trackers',
    id: 'changeTracker',
    summary: 'Change a tracker, switch it off or on; what is left out stays',
    access: 'admin',
    body: ChangedTracker,
    answers: { 200: { about: 'It', schema: Tracker }, ...UNKNOWN },
    handle: async ({ params, body, staff }) => reply(200, await trackers.change(params.id, body, staff)),
  }),
  route({
    method: 'delete',
    path: '/api/trackers/:id',
    tag: 'trackers',
    id: 'removeTracker',
    summary: 'Remove a tracker; the tickets there stay, cases show them no more',
    access: 'admin',
    answers: { 200: { about: 'It is gone', schema: Removed }, ...UNKNOWN },
    async handle({ params, staff }) {
      await trackers.remove(params.id, staff);
      return reply(200, { removed: true });
    },
  }),
  route({
    method: 'post',
    path: '/api/trackers/:id/test',
    tag: 'trackers',
    id: 'testTracker',
    summary: 'Try whether a tracker can be reached, also while it is off; `test` says how it went',
    access: 'admin',
    answers: { 202: { about: 'It is tried within a second or two', schema: Tracker }, ...UNKNOWN },
    handle: async ({ params, staff }) => reply(202, await trackers.test(params.id, staff)),
  }),
  route({
    method: 'get',
    path: '/api/cases/:caseNo/tickets',
    tag: 'trackers',
    id: 'getHandingOver',
    summary: 'What of a case you may hand over to a tracker now; the tickets themselves stand in the case',
    access: 'colleague',
    answers: { 200: { about: 'What, and where to', schema: HandingOver }, ...UNSEEN },
    handle: async ({ params, staff }) => reply(200, await tickets.offered(params.caseNo, staff)),
  }),
  route({
    method: 'post',
    path: '/api/cases/:caseNo/tickets',
    tag: 'trackers',
    id: 'handOver',
    summary: 'Hand a request for help or a corrective action over to a tracker',
    access: 'agent',
    body: WantedTicket,
    answers: {
      202: { about: 'The ticket is made within seconds', schema: Planned },
      ...UNSEEN,
      409: { about: 'It is settled, has a ticket, or must not go there' },
    },
    async handle({ params, body, staff }) {
      await tickets.handOver(params.caseNo, body, staff);
      return reply(202, { planned: true });
    },
  }),
];

/** What takes calls of trackers (src/channels/trackers). Its refusals are told as they are. */
export interface TakesHints {
  /** @returns headers of the answer */
  take(hint: {
    trackerId: string;
    headers: Readonly<Record<string, string | string[] | undefined>>;
    raw: Buffer;
  }): Promise<Record<string, string>>;
}

/** Where trackers call us. */
export const hintRoutes = (hints: TakesHints, limits: Pick<Limits, 'posts' | 'wrongSignatures'>): Route[] => [
  route({
    method: 'get',
    path: '/hooks/trackers/:id',
    tag: 'trackers',
    id: 'greetTracker',
    summary: 'Says that somebody is here: some trackers ask before they call',
    access: 'public',
    answers: { 200: { about: 'Whatever the address', schema: Heard } },
    handle: () => Promise.resolve(reply(200, { ok: true as const })),
  }),
  route({
    method: 'post',
    path: '/hooks/trackers/:id',
    tag: 'trackers',
    id: 'hearTracker',
    summary: 'A signed call of a tracker: its tickets are looked at soon',
    access: 'public',
    before: [limitStrangers(limits.posts)],
    raw: { maxBytes: 1024 * 1024, about: 'As the tracker writes it, 1 MiB at most' },
    answers: {
      200: { about: 'Heard; what is true is asked for at the tracker', schema: Heard },
      401: { about: 'No such tracker, or it is off, or the signature is wrong' },
      429: { about: 'Too many calls, or too many wrong signatures, from this address' },
    },
    handle: ({ params, request, response }) =>
      countingWrong(limits, request, async () => {
        const raw = request.body as Buffer;
        const headers = await hints.take({ trackerId: params.id, headers: request.headers, raw });
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        return reply(200, { ok: true as const });
      }),
  }),
];
