import type { Stores } from '../../db';
import { given } from '../../domain/basics/given';
import { CONNECTION_NAMES } from '../../domain/case/connections';
import type { Staff } from '../../domain/case/permissions';
import type { StaffDirectory } from '../access/staff';
import { mustRead } from '../refused';
import type { ChannelActShown, Connection } from './answers';
import { CONNECTIONS, hostOf, mailSources, type ConnectionConfig } from './lines';

/** What is connected, and who has changed it. For admins; auditors may look. */
export interface ConnectionAccess {
  /** A line for each way in and out. @throws Refused `forbidden`; as everything here */
  list(actor: Staff): Promise<Connection[]>;
  /** What admins did, the newest first. @param subjectId about one hook, receiver or chat alone */
  acts(actor: Staff, subjectId?: string): Promise<ChannelActShown[]>;
}

interface Needs {
  stores: Pick<Stores, 'connections' | 'channelActs'>;
  staff: Pick<StaffDirectory, 'names'>;
  config: ConnectionConfig;
  clock: () => number;
}

/** Acts that are shown. */
const SHOWN = 20;

/** Builds `ConnectionAccess`. */
export function createConnections({ stores, staff, config, clock }: Needs): ConnectionAccess {
  return {
    async list(actor) {
      mustRead(actor, 'admin');
      const [traffic, sources] = await Promise.all([
        stores.connections.traffic((config.EMBED_SITES ?? []).map(hostOf)),
        stores.connections.sources(mailSources(config)),
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
            ...given({ part, page, lookedAt, waitingSince, stuckSince, code, lastInAt, lastOutAt }),
          };
        });
      });
    },

    async acts(actor, subjectId) {
      mustRead(actor, 'admin');
      const acts = await stores.channelActs.latest(SHOWN, subjectId);
      const names = await staff.names(acts.map(({ by }) => by));
      return acts.map((act) => ({ ...act, byName: names.get(act.by) ?? act.by }));
    },
  };
}
