import type { Request, Response } from 'express';
import { actorOf, isRefused } from '../../../cases';
import type { Fault } from '../../../domain/basics/faults';
import type { Words } from '../../../domain/basics/types';
import { REPORT_KINDS, REPORT_WORDS } from '../../../domain/facts/periods';
import { ROOM_KINDS, type RoomKind } from '../../../domain/case/rooms';
import {
  NOTICE_GROUP_WORDS,
  NOTICE_GROUPS,
  USUAL_QUIET,
  type NoticeChoices,
} from '../../../domain/policy/notice-choices';
import { inLanguage } from '../../../render/words';
import { pageTime } from '../../../render/format';
import { field, queried } from '../kit/request';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { readerOf } from './session';

const HERE = '/desk/account/notices';

const DONE: Record<string, Words> = {
  yes: { zh: '已保存，马上生效。', en: 'Saved. It holds from now on.' },
  device: { zh: '这台设备会收到提醒。', en: 'This device is told from now on.' },
  chat: { zh: '已保存；群里的消息会这样提到您。', en: 'Saved. Messages in chats call you by it.' },
  reports: { zh: '已保存；从下一期起。', en: 'Saved. It holds from the next report on.' },
  removed: { zh: '那台设备不再收到提醒。', en: 'That device is told no more.' },
};

/** What the page has typed or chosen; times of quiet hours stay there while another way is chosen. */
interface Typed {
  bellOnly: readonly string[];
  quiet: { kind: string; from: string; to: string };
}

/** Names in chats that were typed and refused. */
interface ChatTyped {
  typed: Partial<Record<RoomKind, string>>;
  faults: readonly Fault[];
}

type Needs = Pick<DeskNeeds, 'cases' | 'answers' | 'cookies'>;
type Show = ReturnType<typeof showing>;

/** The page. */
function showing({ cases: { devices, rooms, periodReports }, answers }: Pick<Needs, 'cases' | 'answers'>) {
  return async function show(
    req: Request,
    res: Response,
    status: number,
    typed: Typed,
    told: { tell?: Words | undefined; fault?: Words; deviceFault?: Words; chat?: ChatTyped },
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language, now } = wording;
    const say = (words: Words): string => inLanguage(words, language);
    const actor = actorOf(readerOf(res).user);
    const reports = await periodReports.wishes(actor);
    answers.page(res, status, 'account-notices', wording, {
      heading: say({ zh: '通知怎样送到', en: 'How notices reach me' }),
      tell: told.tell ? say(told.tell) : null,
      tellWarns: false,
      fault: told.fault ? say(told.fault) : null,
      groups: NOTICE_GROUPS.map((group) => ({
        group,
        name: say(NOTICE_GROUP_WORDS[group].name),
        about: say(NOTICE_GROUP_WORDS[group].about),
        byMail: !typed.bellOnly.includes(group),
      })),
      off: typed.quiet.kind === 'off',
      working: typed.quiet.kind === 'working',
      hours: typed.quiet.kind === 'hours',
      from: typed.quiet.from,
      to: typed.quiet.to,
      reports: reports
        ? REPORT_KINDS.map((kind) => ({ kind, name: say(REPORT_WORDS[kind]), isOn: reports.includes(kind) }))
        : null,
      pushKey: devices.key ?? null,
      deviceFault: told.deviceFault ? say(told.deviceFault) : null,
      chats: (await rooms.chatIds(actor)).map(({ kind, chatId }) => {
        const fault = told.chat?.faults.find(({ path }) => path === kind);
        return {
          kind,
          words: say(ROOM_KINDS[kind].person.words),
          chatId: told.chat?.typed[kind] ?? chatId,
          fault: fault ? say(fault.words) : null,
        };
      }),
      devices: (await devices.list(actor)).map(({ id, userAgent, since }) => ({
        id,
        browser: userAgent === '' ? say({ zh: '未知浏览器', en: 'unknown browser' }) : userAgent,
        since: pageTime(since, language, now),
      })),
    });
  };
}

/** Which notices somebody also gets by mail, when mails wait for them, and where else they are told. */
export function accountNoticesPage(needs: DeskNeeds): DeskRoute[] {
  const { noticeChoices } = needs.cases;
  const show = showing(needs);
  return [
    {
      method: 'get',
      path: HERE,
      who: 'colleague',
      about: {
        zh: '通知怎样送到：哪些也发邮件，什么时候不打扰',
        en: 'how notices reach me: which by mail, when they wait',
      },
      async handle(req, res) {
        const chosen = await noticeChoices.chosen(actorOf(readerOf(res).user));
        const done = queried(req, 'done');
        await show(req, res, 200, typedAs(chosen), { tell: Object.hasOwn(DONE, done) ? DONE[done] : undefined });
      },
    },
    {
      method: 'post',
      path: HERE,
      who: 'colleague',
      own: true,
      about: { zh: '选择通知怎样送到', en: 'chooses how notices reach one' },
      form: true,
      async handle(req, res) {
        const kind = field(req, 'quiet');
        const hours = { from: field(req, 'from'), to: field(req, 'to') };
        const bellOnly = NOTICE_GROUPS.filter((group) => field(req, `mail-${group}`) === '');
        try {
          await noticeChoices.choose(
            { bellOnly, quiet: kind === 'hours' ? { kind, ...hours } : { kind } },
            actorOf(readerOf(res).user),
          );
        } catch (error) {
          if (!isRefused(error, 'invalid')) throw error;
          const fault = error.details.faults?.[0]?.words ?? error.words;
          return show(req, res, 422, { bellOnly, quiet: { kind, ...hours } }, { fault });
        }
        res.redirect(303, `${HERE}?done=yes`);
      },
    },
    ...deviceRoutes(needs, show),
    chatRoute(needs, show),
  ];
}

/** Browsers that are told. */
function deviceRoutes({ cases: { noticeChoices, devices }, answers, cookies }: Needs, show: Show): DeskRoute[] {
  return [
    {
      method: 'post',
      path: `${HERE}/devices`,
      who: 'colleague',
      own: true,
      about: { zh: '在这台设备上接收提醒', en: 'has this device told of notices' },
      form: true,
      async handle(req, res) {
        const reader = readerOf(res);
        const actor = actorOf(reader.user);
        const [endpoint, p256dh, auth] = [field(req, 'endpoint'), field(req, 'p256dh'), field(req, 'auth')];
        const from = { userAgent: req.get('User-Agent') ?? '', session: reader.key };
        try {
          cookies.keepDevice(res, await devices.add({ endpoint, p256dh, auth, ...from }, actor));
        } catch (error) {
          if (!isRefused(error, 'invalid')) throw error;
          const deviceFault = error.details.faults?.[0]?.words ?? error.words;
          return show(req, res, 422, typedAs(await noticeChoices.chosen(actor)), { deviceFault });
        }
        res.redirect(303, `${HERE}?done=device`);
      },
    },
    {
      method: 'post',
      path: `${HERE}/devices/remove`,
      who: 'colleague',
      own: true,
      about: { zh: '一台设备不再接收提醒', en: 'has a device told no more' },
      form: true,
      async handle(req, res) {
        const id = field(req, 'id');
        if (!/^[1-9]\d{0,14}$/.test(id)) return answers.message(req, res, 400, 'malformed', HERE);
        await devices.remove(Number(id), actorOf(readerOf(res).user));
        res.redirect(303, `${HERE}?done=removed`);
      },
    },
  ];
}

/** How chats call somebody. */
function chatRoute({ cases: { noticeChoices, rooms } }: Needs, show: Show): DeskRoute {
  return {
    method: 'post',
    path: `${HERE}/chat`,
    who: 'colleague',
    own: true,
    about: { zh: '在群里怎样提到我', en: 'how chats call one' },
    form: true,
    async handle(req, res) {
      const actor = actorOf(readerOf(res).user);
      const given = (await rooms.chatIds(actor)).map(({ kind }) => [kind, field(req, `chat-${kind}`).trim()] as const);
      const typed = Object.fromEntries(given);
      try {
        await rooms.keepChatIds(typed, actor);
      } catch (error) {
        if (!isRefused(error, 'invalid')) throw error;
        const chosen = typedAs(await noticeChoices.chosen(actor));
        return show(req, res, 422, chosen, { chat: { typed, faults: error.details.faults ?? [] } });
      }
      res.redirect(303, `${HERE}?done=chat`);
    },
  };
}

const typedAs = ({ bellOnly, quiet }: NoticeChoices): Typed => ({ bellOnly, quiet: { ...USUAL_QUIET, ...quiet } });
