import { randomUUID } from 'node:crypto';
import type { Stores } from '../../db';
import type { Fault } from '../../domain/basics/faults';
import { given } from '../../domain/basics/given';
import { isUuid } from '../../domain/basics/ids';
import { ROOM_KINDS, ROOM_NEWS_NAMES, type RoomKind } from '../../domain/case/rooms';
import type { Staff } from '../../domain/case/permissions';
import type { RoomQuiet } from '../../domain/policy/notice-choices';
import { isNamed, outgoingAddress, seal, type Allowed } from '../../outgoing';
import { conflict, invalid, mustBe, mustRead, notFound } from '../refused';
import type { ChangedRoom, Room, WantedRoom } from './answers';

/** Group chats of staff that are told of cases. For admins; auditors may look. */
export interface RoomAccess {
  /** All of them, the oldest first. @throws Refused `forbidden` below an admin; as everything here but `chatIds` */
  list(actor: Staff): Promise<Room[]>;
  /** @throws Refused `notFound` */
  get(id: string, actor: Staff): Promise<Room>;
  /**
   * Tells one more, from the next event on.
   * @throws Refused `invalid` (`url`, `secret`, `team`, `quiet`); `conflict` (`too_many_rooms`) for the 51st
   */
  create(wanted: WantedRoom, actor: Staff): Promise<Room>;
  /**
   * Changes what is given. While it is off nothing is planned for it; what waits for it goes on when it is on again, if it is
   * still news.
   * @throws Refused as `create`, and `notFound`
   */
  change(id: string, changed: ChangedRoom, actor: Staff): Promise<Room>;
  /** Removes it with what waits for it. @throws Refused `notFound` */
  remove(id: string, actor: Staff): Promise<void>;
  /** Has a test sent, once, also while it is off; `test` of the room says how it went. @throws Refused `notFound` */
  test(id: string, actor: Staff): Promise<Room>;
  /** The teams and departments that a room may be of, by id. */
  teams(actor: Staff): Promise<{ id: string; name: { zh: string; en: string } }[]>;
  /** The platforms in use, with the name under which this person is called there; `''` where they have given none. */
  chatIds(actor: Staff): Promise<{ kind: RoomKind; chatId: string }[]>;
  /**
   * Keeps the names under which this person is called; an empty one ends it. What is not given stays.
   * @throws Refused `invalid` (the platform) for what is none there; nothing is kept then
   */
  keepChatIds(wanted: Partial<Record<RoomKind, string>>, actor: Staff): Promise<void>;
}

interface Needs {
  rooms: Stores['chatRooms'];
  departments: () => Promise<{ id: string; name: { zh: string; en: string } }[]>;
  /** `LINK_SECRET`, under which addresses and secrets are sealed. */
  secret: string;
  allowed: Allowed;
}

const MOST = 50;

const TOO_MANY = conflict({
  code: 'too_many_rooms',
  words: {
    zh: `已接上 ${MOST} 个群；请先删除不用的`,
    en: `${MOST} chats are connected already; remove one that is not used first`,
  },
});

/** Builds `RoomAccess`. */
export function createRooms({ rooms, departments, secret: house, allowed }: Needs): RoomAccess {
  const noSuch = () => notFound({ zh: '群', en: 'chat' });
  async function one(id: string): Promise<Room> {
    const found = (await rooms.list()).find((row) => row.id === id);
    if (!found) throw noSuch();
    return shown(found);
  }

  /** @throws Refused `invalid` for what this platform or this house does not have */
  async function check(kind: RoomKind, { url, secret, team, quiet }: Partial<ChangedRoom>): Promise<void> {
    const faults: Fault[] = [];
    if (url !== undefined && !isRobot(kind, url, allowed)) faults.push({ path: 'url', words: noRobot(kind) });
    if (typeof secret === 'string' && !ROOM_KINDS[kind].signs) faults.push({ path: 'secret', words: noSecret(kind) });
    if (typeof team === 'string' && !(await departments()).some(({ id }) => id === team)) {
      faults.push({
        path: 'team',
        words: {
          zh: '没有这个团队或部门；请选列出的',
          en: 'there is no such team or department; choose one that is listed',
        },
      });
    }
    if (quiet !== undefined && isEmpty(quiet)) {
      faults.push({
        path: 'quiet',
        words: { zh: '开始和结束不能是同一时间', en: 'must begin and end at different times' },
      });
    }
    if (faults.length > 0) throw invalid(faults);
  }

  const sealed = (id: string, { url, secret }: { url?: string | undefined; secret?: string | null | undefined }) => ({
    ...(url !== undefined && { url: seal(url, house, `room/${id}/url`) }),
    ...(secret !== undefined && { secret: secret === null ? null : seal(secret, house, `room/${id}/secret`) }),
  });

  return {
    async list(actor) {
      mustRead(actor, 'admin');
      return (await rooms.list()).map(shown);
    },

    async get(id, actor) {
      mustRead(actor, 'admin');
      return one(id);
    },

    async create({ name, kind, url, secret = null, language = 'zh-CN', team, news, quiet }, actor) {
      mustBe(actor, 'admin');
      await check(kind, { url, secret, team, quiet });
      if ((await rooms.list()).length >= MOST) throw TOO_MANY;
      const id = randomUUID();
      await rooms.create({
        id,
        name,
        kind,
        url: seal(url, house, `room/${id}/url`),
        secret: secret === null ? null : seal(secret, house, `room/${id}/secret`),
        language,
        team: team ?? null,
        news: news ?? [...ROOM_NEWS_NAMES],
        quiet: quiet ?? { kind: 'off' },
        createdBy: actor.id,
      });
      return one(id);
    },

    async change(id, changed, actor) {
      mustBe(actor, 'admin');
      const { kind } = await one(id);
      await check(kind, changed);
      const { url, secret, ...rest } = changed;
      if (!(await rooms.change(id, { ...given(rest), ...sealed(id, { url, secret }) }, actor.id))) throw noSuch();
      return one(id);
    },

    async remove(id, actor) {
      mustBe(actor, 'admin');
      if (!isUuid(id) || !(await rooms.remove(id, actor.id))) throw noSuch();
    },

    async test(id, actor) {
      mustBe(actor, 'admin');
      if (!isUuid(id) || !(await rooms.wantTest(id))) throw noSuch();
      return one(id);
    },

    async teams(actor) {
      mustRead(actor, 'admin');
      return departments();
    },

    async chatIds({ id }) {
      const [kinds, chatIds] = await Promise.all([rooms.kindsInUse(), rooms.chatIdsOf(id)]);
      return kinds.map((kind) => ({ kind, chatId: chatIds[kind] ?? '' }));
    },

    async keepChatIds(wanted, { id }) {
      const all = Object.entries(wanted) as [RoomKind, string][];
      const faults = all
        .filter(([kind, chatId]) => chatId !== '' && !ROOM_KINDS[kind].person.pattern.test(chatId))
        .map(([kind]) => ({ path: kind, words: noPerson(kind) }));
      if (faults.length > 0) throw invalid(faults);
      for (const [kind, chatId] of all) await rooms.keepChatId(id, kind, chatId === '' ? null : chatId);
    },
  };
}

/** Whether it is the address of a robot of this platform, or one inside that is allowed. */
function isRobot(kind: RoomKind, text: string, allowed: Allowed): boolean {
  const url = outgoingAddress(text, { allowed });
  if (!url) return false;
  // Allowed by the configuration alone: a server of one's own.
  if (isNamed(url, allowed) || !outgoingAddress(text, {})) return true;
  return ROOM_KINDS[kind].hosts.some((host) =>
    host.startsWith('.') ? url.hostname.endsWith(host) : url.host === host,
  );
}

const noRobot = (kind: RoomKind) => {
  const { zh, en, hosts } = ROOM_KINDS[kind];
  const host = hosts.map((one) => one.replace(/^\./, '*.')).join(', ');
  return {
    zh: `不是${zh}机器人的地址：须以 https 开头，主机是 ${host}；自建的请先由运维写进 OUTGOING_ALLOWED`,
    en: `must be the address of a robot of ${en}: https, at ${host}; have a server of your own named in OUTGOING_ALLOWED first`,
  };
};
const noSecret = (kind: RoomKind) => ({
  zh: `${ROOM_KINDS[kind].zh}不用签名密钥；请留空`,
  en: `${ROOM_KINDS[kind].en} signs nothing; leave it empty`,
});
const noPerson = (kind: RoomKind) => {
  const { person } = ROOM_KINDS[kind];
  return {
    zh: `不像${person.words.zh}；请核对，或留空`,
    en: `must be a ${person.words.en}; check it, or leave it empty`,
  };
};

const isEmpty = (quiet: RoomQuiet): boolean => quiet.kind === 'hours' && quiet.from === quiet.to;

const shown = ({
  failures,
  sentAt,
  testAt,
  testCode,
  ...rest
}: Awaited<ReturnType<Stores['chatRooms']['list']>>[number]): Room => ({
  ...rest,
  status: rest.enabled ? (failures > 0 ? 'failing' : 'working') : 'off',
  ...(sentAt !== undefined && { lastSentAt: sentAt }),
  ...(testAt !== undefined && {
    test: { at: testAt, ...(testCode !== undefined && testCode !== 'sending' && { code: testCode }) },
  }),
});
