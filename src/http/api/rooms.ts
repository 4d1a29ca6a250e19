import { z } from 'zod';
import { changedRoom, room, wantedRoom, type Cases } from '../../cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const Room = named('Room', room);
const WantedRoom = named('WantedRoom', wantedRoom);
const ChangedRoom = named('ChangedRoom', changedRoom);
const List = named('RoomList', z.object({ items: z.array(Room) }));
const Removed = named('RoomRemoved', z.object({ removed: z.literal(true) }));

const UNKNOWN = { 404: { about: 'No such chat' } };

/** Group chats of staff that are told of cases. */
export const roomRoutes = ({ rooms }: Pick<Cases, 'rooms'>): Route[] => [
  route({
    method: 'get',
    path: '/api/rooms',
    tag: 'rooms',
    id: 'listRooms',
    summary: 'Group chats of staff that are told of cases, and whether they work',
    access: 'admin',
    answers: { 200: { about: 'All of them, the oldest first', schema: List } },
    handle: async ({ staff }) => reply(200, { items: await rooms.list(staff) }),
  }),
  route({
    method: 'post',
    path: '/api/rooms',
    tag: 'rooms',
    id: 'createRoom',
    summary: 'Connect a group chat; its address and secret are not shown again',
    access: 'admin',
    body: WantedRoom,
    answers: { 201: { about: 'It is told from the next event on', schema: Room }, 409: { about: 'Too many' } },
    handle: async ({ body, staff }) => reply(201, await rooms.create(body, staff)),
  }),
  route({
    method: 'get',
    path: '/api/rooms/:id',
    tag: 'rooms',
    id: 'getRoom',
    summary: 'A group chat',
    access: 'admin',
    answers: { 200: { about: 'It', schema: Room }, ...UNKNOWN },
    handle: async ({ params, staff }) => reply(200, await rooms.get(params.id, staff)),
  }),
  route({
    method: 'patch',
    path: '/api/rooms/:id',
    tag: 'rooms',
    id: 'changeRoom',
    summary: 'Change a group chat, switch it off or on; what is left out stays',
    access: 'admin',
    body: ChangedRoom,
    answers: { 200: { about: 'It', schema: Room }, ...UNKNOWN },
    handle: async ({ params, body, staff }) => reply(200, await rooms.change(params.id, body, staff)),
  }),
  route({
    method: 'delete',
    path: '/api/rooms/:id',
    tag: 'rooms',
    id: 'removeRoom',
    summary: 'Remove a group chat with what waits for it',
    access: 'admin',
    answers: { 200: { about: 'It is gone', schema: Removed }, ...UNKNOWN },
    async handle({ params, staff }) {
      await rooms.remove(params.id, staff);
      return reply(200, { removed: true });
    },
  }),
  route({
    method: 'post',
    path: '/api/rooms/:id/test',
    tag: 'rooms',
    id: 'testRoom',
    summary: 'Send a group chat a test, also while it is off; `test` says how it went',
    access: 'admin',
    answers: { 202: { about: 'It is sent within a second or two', schema: Room }, ...UNKNOWN },
    handle: async ({ params, staff }) => reply(202, await rooms.test(params.id, staff)),
  }),
];
