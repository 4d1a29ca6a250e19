import { randomUUID } from 'node:crypto';
import type { Stores } from '../../db';
import type { Fault } from '../../domain/basics/faults';
import { given } from '../../domain/basics/given';
import { isUuid } from '../../domain/basics/ids';
import type { Words } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import { TRACKER_KINDS, type TrackerKind } from '../../domain/case/trackers';
import { outgoingAddress, seal, type Allowed } from '../../outgoing';
import { conflict, invalid, mustBe, mustRead, notFound } from '../refused';
import type { ChangedTracker, TrackerShown, WantedTracker } from './answers';

/** Trackers of other departments, to which requests for help go. For admins; auditors may look. */
export interface TrackerAccess {
  /** All of them, the oldest first. @throws Refused `forbidden` below an admin; as everything here */
  list(actor: Staff): Promise<TrackerShown[]>;
  /** @throws Refused `notFound` */
  get(id: string, actor: Staff): Promise<TrackerShown>;
  /**
   * Connects one more; requests of its department go there from the next one on.
   * @throws Refused `invalid` (`url`, `place`, `token`, `hookSecret`, `department`); `conflict` (`too_many_trackers`) for the 21st
   */
  create(wanted: WantedTracker, actor: Staff): Promise<TrackerShown>;
  /** Changes what is given. While it is off, its tickets stay as they are. @throws Refused as `create`, and `notFound` */
  change(id: string, changed: ChangedTracker, actor: Staff): Promise<TrackerShown>;
  /** Removes it; what its tickets say in cases goes with it, the tickets there stay. @throws Refused `notFound` */
  remove(id: string, actor: Staff): Promise<void>;
  /** Has it tried, once, also while it is off; `test` of the tracker says how it went. @throws Refused `notFound` */
  test(id: string, actor: Staff): Promise<TrackerShown>;
  /** The teams and departments whose requests may go to one, by id. */
  departments(actor: Staff): Promise<{ id: string; name: Words }[]>;
}

interface Needs {
  trackers: Stores['trackers'];
  departments: () => Promise<{ id: string; name: Words }[]>;
  /** `LINK_SECRET`, under which tokens and secrets are sealed. */
  secret: string;
  allowed: Allowed;
  hookUrl: (id: string) => string;
}

const MOST = 20;

const TOO_MANY = conflict({
  code: 'too_many_trackers',
  words: {
    zh: `已接上 ${MOST} 个工单系统；请先删除不用的`,
    en: `${MOST} trackers are connected already; remove one that is not used first`,
  },
});

const fault = (path: string, zh: string, en: string): Fault => ({ path, words: { zh, en } });

/** Builds `TrackerAccess`. */
export function createTrackers({ trackers, departments, secret, allowed, hookUrl }: Needs): TrackerAccess {
  const noSuch = () => notFound({ zh: '工单系统', en: 'tracker' });

  async function one(id: string): Promise<TrackerShown> {
    const found = (await trackers.list()).find((row) => row.id === id);
    if (!found) throw noSuch();
    return shown(found, hookUrl);
  }

  /** @throws Refused `invalid` for what this kind or this house does not have @param own the tracker that is changed */
  async function check(kind: TrackerKind, changed: ChangedTracker, own?: string): Promise<void> {
    const faults = faultsIn(kind, changed, allowed);
    const { department } = changed;
    if (typeof department === 'string') {
      const isKnown = (await departments()).some(({ id }) => id === department);
      const other = (await trackers.list()).find((row) => row.department === department && row.id !== own);
      if (!isKnown) faults.push(NO_DEPARTMENT);
      else if (other) faults.push(TAKEN);
    }
    if (faults.length > 0) throw invalid(faults);
  }

  const sealed = (id: string, { token, hookSecret }: ChangedTracker) => ({
    ...(token !== undefined && { token: seal(token, secret, `tracker/${id}/token`) }),
    ...(hookSecret !== undefined && {
      hookSecret: hookSecret === null ? null : seal(hookSecret, secret, `tracker/${id}/hook`),
    }),
  });

  return {
    async list(actor) {
      mustRead(actor, 'admin');
      return (await trackers.list()).map((row) => shown(row, hookUrl));
    },

    async get(id, actor) {
      mustRead(actor, 'admin');
      return one(id);
    },

    async create({ name, kind, url = usualUrl(kind), place, token, hookSecret, language, department }, actor) {
      mustBe(actor, 'admin');
      await check(kind, { url: url ?? '', place, token, hookSecret, department });
      if ((await trackers.list()).length >= MOST) throw TOO_MANY;
      const id = randomUUID();
      const made = await trackers.create({
        id,
        name,
        kind,
        url: url ?? '',
        place,
        token: seal(token, secret, `tracker/${id}/token`),
        hookSecret: hookSecret === undefined ? null : seal(hookSecret, secret, `tracker/${id}/hook`),
        language: language ?? 'zh-CN',
        department: department ?? null,
        createdBy: actor.id,
      });
      if (!made) throw invalid([TAKEN]);
      return one(id);
    },

    async change(id, changed, actor) {
      mustBe(actor, 'admin');
      const { kind } = await one(id);
      await check(kind, changed, id);
      const { token, hookSecret, ...rest } = changed;
      if (!(await trackers.change(id, { ...given(rest), ...sealed(id, { token, hookSecret }) }, actor.id)))
        throw noSuch();
      return one(id);
    },

    async remove(id, actor) {
      mustBe(actor, 'admin');
      if (!isUuid(id) || !(await trackers.remove(id, actor.id))) throw noSuch();
    },

    async test(id, actor) {
      mustBe(actor, 'admin');
      if (!isUuid(id) || !(await trackers.wantTest(id))) throw noSuch();
      return one(id);
    },

    async departments(actor) {
      mustRead(actor, 'admin');
      return departments();
    },
  };
}

const usualUrl = (kind: TrackerKind): string | undefined => {
  const about = TRACKER_KINDS[kind];
  return 'url' in about ? about.url : undefined;
};

const NO_DEPARTMENT = fault(
  'department',
  '没有这个团队或部门；请选列出的',
  'there is no such team or department; choose one that is listed',
);
const TAKEN = fault(
  'department',
  '这个部门已经接了一个工单系统；请先改那一个',
  'has a tracker already; change that one first',
);

/** What does not fit the kind, or may not be called. */
function faultsIn(kind: TrackerKind, { url, place, token, hookSecret }: ChangedTracker, allowed: Allowed): Fault[] {
  const about = TRACKER_KINDS[kind];
  const faults: Fault[] = [];
  if (url !== undefined && !isBase(url, allowed)) {
    faults.push(
      fault(
        'url',
        `不能用：写 ${about.zh} 的 https 地址，不带 ? 和 #；内网的请先由运维写进 OUTGOING_ALLOWED`,
        `must be the https address of ${about.en}, without ? and #; have one inside named in OUTGOING_ALLOWED first`,
      ),
    );
  }
  const checks = [['place', place] as const, ['token', token] as const];
  for (const [path, value] of checks) {
    const { pattern, words } = about[path];
    if (value !== undefined && !pattern.test(value)) {
      faults.push(fault(path, `不像${words.zh}；请核对`, `must be: ${words.en}; check it`));
    }
  }
  if (typeof hookSecret === 'string' && !about.calls) {
    faults.push(fault('hookSecret', `${about.zh}不会通知我们；请留空`, `${about.en} does not call us; leave it empty`));
  }
  return faults;
}

function isBase(text: string, allowed: Allowed): boolean {
  const url = outgoingAddress(text, { allowed });
  return url !== undefined && url.search === '' && url.hash === '' && !text.includes('?') && !text.includes('#');
}

function shown(row: Awaited<ReturnType<Stores['trackers']['list']>>[number], hookUrl: Needs['hookUrl']): TrackerShown {
  const { failures, testAt, testCode, ...rest } = row;
  return {
    ...rest,
    status: rest.enabled ? (failures > 0 ? 'failing' : 'working') : 'off',
    ...(TRACKER_KINDS[row.kind].calls && { hookUrl: hookUrl(row.id) }),
    ...(testAt !== undefined && { test: { at: testAt, ...(testCode !== undefined && { code: testCode }) } }),
  };
}
