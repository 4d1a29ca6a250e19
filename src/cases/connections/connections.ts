import { randomUUID } from 'node:crypto';
import type { Stores } from '../../db';
import { given } from '../../domain/basics/given';
import { HOUR, SECOND } from '../../domain/basics/milliseconds';
import { CONNECTION_NAMES } from '../../domain/case/connections';
import type { Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import type { StaffDirectory } from '../access/staff';
import { conflict, mustBe, mustRead, Refused } from '../refused';
import type { ChannelActShown, Connection } from './answers';
import { CONNECTIONS, hostOf, mailSources, type ConnectionConfig } from './lines';

/** What is connected, and who has changed it. For admins; auditors may look. */
export interface ConnectionAccess {
  /** A line for each way in and out. @throws Refused `forbidden`; as everything here */
  list(actor: Staff): Promise<Connection[]>;
  /**
   * Plans a mail to this admin, which goes the way of all mails; `lastTest` of the line says how it went.
   * @throws Refused `conflict` for whoever has no mail address; `tooMany` after five within an hour
   */
  testMail(actor: Staff): Promise<void>;
  /** What admins did, the newest first. @param subjectId about one hook, receiver or chat alone */
  acts(actor: Staff, subjectId?: string): Promise<ChannelActShown[]>;
}

interface Needs {
  stores: Pick<Stores, 'connections' | 'channelActs' | 'accessMails' | 'users'>;
  /** Right side of the mail's Message-ID. */
  mailDomain: string;
  staff: Pick<StaffDirectory, 'names'>;
  config: ConnectionConfig;
  clock: () => number;
}

/** Tests within an hour. */
const TESTS = 5;

const NO_ADDRESS = conflict({
  code: 'no_address',
  words: {
    zh: '您的账号没有邮箱，测试无处可发；请先让管理员登记邮箱',
    en: 'your account has no mail address to send a test to; have one entered first',
  },
});
const TOO_MANY = new Refused(
  'tooMany',
  'too_many',
  { zh: `一小时内已发过 ${TESTS} 封测试；请稍后再试`, en: `${TESTS} tests were sent within an hour; try again later` },
  { retryAfterSeconds: HOUR / SECOND },
);

/** Acts that are shown. */
const SHOWN = 20;

/** Builds `ConnectionAccess`. */
export function createConnections({ stores, staff, config, mailDomain, clock }: Needs): ConnectionAccess {
  return {
    async list(actor) {
      mustRead(actor, 'admin');
      const [traffic, sources, lastTest] = await Promise.all([
        stores.connections.traffic((config.EMBED_SITES ?? []).map(hostOf)),
        stores.connections.sources(mailSources(config)),
        stores.accessMails.lastTest(actor.id),
      ]);
      const known = { config, traffic, sources, now: clock() };
      return CONNECTION_NAMES.flatMap((name) => {
        const entry = CONNECTIONS[name];
        const { title, docs, page, test } = entry;
        return entry.lines(known).map(({ isOn, isStuck = false, about, part, lookedAt, figures }): Connection => {
          const { waiting, waitingSince, stuck, stuckSince, code, lastInAt, lastOutAt } = figures;
          return {
            name,
            title,
            about,
            // What is stuck is told also where nothing is on any more.
            state: stuck > 0 || isStuck ? 'stuck' : isOn ? 'working' : 'off',
            waiting,
            stuck,
            docs: `docs/channels/${docs}.md`,
            test: test === true,
            ...(name === 'mailOut' && given({ lastTest })),
            ...given({ part, page, lookedAt, waitingSince, stuckSince, code, lastInAt, lastOutAt }),
          };
        });
      });
    },

    async testMail(actor) {
      mustBe(actor, 'admin');
      const user = await stores.users.byId(actor.id);
      if (!user || user.email === '') throw NO_ADDRESS;
      const now = clock();
      const wanted = {
        userId: actor.id,
        messageId: `<test.${randomUUID()}@${mailDomain}>`,
        at: toInstant(now),
      };
      const isPlanned = await stores.accessMails.planTest(wanted, { most: TESTS, since: toInstant(now - HOUR) });
      if (!isPlanned) throw TOO_MANY;
    },

    async acts(actor, subjectId) {
      mustRead(actor, 'admin');
      const acts = await stores.channelActs.latest(SHOWN, subjectId);
      const names = await staff.names(acts.map(({ by }) => by));
      return acts.map((act) => ({ ...act, byName: names.get(act.by) ?? act.by }));
    },
  };
}
