import { z } from 'zod';
import { channelAct, connection, type Cases } from '../../cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const ConnectionList = named(
  'ConnectionList',
  z.object({
    items: z.array(named('Connection', connection)),
    changes: z.array(named('ChannelAct', channelAct)).describe('what admins did, the newest first, at most 20'),
  }),
);

const MailTested = named('MailTested', z.object({ planned: z.literal(true) }));

/** What is connected, as the desk's page of channels says it. */
export const connectionRoutes = ({ connections }: Pick<Cases, 'connections'>): Route[] => [
  route({
    method: 'get',
    path: '/api/channels',
    tag: 'operation',
    id: 'listConnections',
    summary: 'What is connected: when something last came in and went out, what waits, what is stuck, who changed it',
    access: 'admin',
    answers: { 200: { about: 'A line for each way in and out', schema: ConnectionList } },
    async handle({ staff }) {
      const [items, changes] = await Promise.all([connections.list(staff), connections.acts(staff)]);
      return reply(200, { items, changes });
    },
  }),
  route({
    method: 'post',
    path: '/api/channels/mailOut/test',
    tag: 'operation',
    id: 'testMail',
    summary: 'Send a test mail to oneself; `lastTest` of the line says how it went',
    access: 'admin',
    answers: {
      200: { about: 'It goes the way of all mails', schema: MailTested },
      409: { about: 'Whoever asks has no mail address' },
      429: { about: 'Five within an hour' },
    },
    async handle({ staff }) {
      await connections.testMail(staff);
      return reply(200, { planned: true as const });
    },
  }),
];
