import type { Request, Response } from 'express';
import { isRefused, type Webhook, type WebhookLogged } from '../../../cases';
import { HOUR, DAY } from '../../../domain/basics/milliseconds';
import type { Language, Words } from '../../../domain/basics/types';
import { atLeast } from '../../../domain/case/permissions';
import {
  WEBHOOK_EVENT_NAMES,
  WEBHOOK_EVENTS,
  WEBHOOK_TEST,
  type WebhookEvent,
} from '../../../domain/case/webhook-events';
import { toInstant } from '../../../domain/time/duration';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, param, queried } from '../kit/request';
import type { Wording } from '../kit/wording';
import { actsContext, CHANNELS_PAGE } from './connections';
import type { DeskNeeds } from './page';
import { CALL_CODES, codeWords, receiverPage, RECEIVER_DONE, toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/webhooks';
const ID = /^[1-9]\d{0,14}$/u;

const DONE: DoneWords = {
  ...RECEIVER_DONE,
  saved: { zh: '已保存，从下一个事件起生效。', en: 'Saved. It holds from the next event on.' },
  again: { zh: '会重发，编号不变。', en: 'It goes out again under its own id.' },
};

const CODES: DoneWords = {
  ...CALL_CODES,
  not_sent: { zh: '一直没有发出', en: 'was never sent' },
};

/** How far back messages are sent again. */
const SPANS: Readonly<Record<string, { ms: number; words: Words }>> = {
  hour: { ms: HOUR, words: { zh: '最近一小时', en: 'The last hour' } },
  day: { ms: DAY, words: { zh: '最近一天', en: 'The last day' } },
  week: { ms: 7 * DAY, words: { zh: '最近七天', en: 'The last seven days' } },
};

/** What somebody has typed of a receiver. */
interface Typed {
  url: string;
  description: string;
  /** Undefined: all. */
  events: WebhookEvent[] | undefined;
}
const typedIn = (req: Request): Typed => ({
  url: field(req, 'url').trim(),
  description: field(req, 'description').trim(),
  events:
    field(req, 'all') === 'yes' ? undefined : WEBHOOK_EVENT_NAMES.filter((name) => field(req, `on-${name}`) === 'yes'),
});
const NO_EVENT: Words = {
  zh: '一个事件都没选；请选至少一个，或选“全部事件”',
  en: 'no event is chosen; choose one at least, or “All events”',
};
const TOO_LONG: Words = { zh: '备注最多 200 个字，写在一行里', en: 'a note has 200 characters at most, in one line' };

/** The two pages: all receivers, and one with what was sent to it. */
function showing({ cases: { webhooks, connections }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>) {
  const mayAct = (res: Response): boolean => atLeast(actorIn(res), 'admin');

  async function showAll(
    req: Request,
    res: Response,
    status: number,
    typed: Typed = { url: '', description: '', events: undefined },
    fault?: Fault,
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const all = await webhooks.list(actorIn(res));
    answers.page(
      res,
      status,
      'webhooks',
      wording,
      {
        heading: inLanguage({ zh: 'Webhook', en: 'Webhooks' }, language),
        ...toldIn(req, DONE, language),
        webhooks: all.map((one) => rowContext(one, wording)),
        mayAct: mayAct(res),
        form: formContext(typed, fault, language),
      },
      HERE,
    );
  }

  async function showOne(
    req: Request,
    res: Response,
    status: number,
    {
      id = param(req, 'id'),
      typed,
      fault,
      secret,
    }: { id?: string; typed?: Typed; fault?: Fault; secret?: string } = {},
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const before = queried(req, 'before');
    const one = await webhooks.get(id, actorIn(res));
    const log = await webhooks.deliveries(id, { before: ID.test(before) ? Number(before) : undefined }, actorIn(res));
    const acts = await connections.acts(actorIn(res), id);
    const { url, description, events } = one;
    answers.page(
      res,
      status,
      'webhook',
      wording,
      {
        heading: hostOf(url),
        ...toldIn(req, DONE, language),
        ...rowContext(one, wording),
        secret: secret ?? null,
        mayAct: mayAct(res),
        form: formContext(typed ?? { url, description, events }, fault, language),
        log: log.items.map((item) => logContext(item, wording)),
        spans: Object.entries(SPANS).map(([span, { words }]) => ({ span, words: inLanguage(words, language) })),
        acts: actsContext(acts, wording),
        older: log.next === undefined ? null : `${HERE}/${id}?before=${log.next}`,
      },
      `${HERE}/${id}`,
    );
  }

  return { showAll, showOne };
}

/** Other systems that are told what happens to cases: who they are, whether they work, what was sent. */
export function webhooksPage({ cases, answers, clock }: DeskNeeds): DeskRoute[] {
  const { webhooks } = cases;
  const { showAll, showOne } = showing({ cases, answers });

  const { acting, backTo, testing, switching, removing } = receiverPage(HERE, answers);

  return [
    {
      method: 'get',
      path: HERE,
      who: 'admin',
      about: { zh: 'webhook：把案件动态告诉其他系统', en: 'webhooks: other systems that are told what happens' },
      nav: { name: { zh: 'Webhook', en: 'Webhooks' }, icon: 'i-hook', isOfHouse: true, behind: CHANNELS_PAGE },
      handle: (req, res) => showAll(req, res, 200),
    },
    {
      method: 'post',
      path: HERE,
      who: 'admin',
      about: { zh: '接上一个系统', en: 'connects another system' },
      form: true,
      async handle(req, res) {
        const typed = typedIn(req);
        const fault = faultOf(typed);
        if (fault) return showAll(req, res, 422, typed, fault);
        try {
          const { webhook, secret } = await webhooks.create(wanted(typed), actorIn(res));
          await showOne(req, res, 200, { id: webhook.id, secret });
        } catch (error) {
          if (!isRefused(error, 'invalid') && !isRefused(error, 'conflict')) throw error;
          const words = error.details.faults?.[0]?.words ?? error.words;
          await showAll(req, res, error.kind === 'invalid' ? 422 : 409, typed, { at: 'url', words });
        }
      },
    },
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'admin',
      about: { zh: '一个接收地址和它的发送记录', en: 'a receiver of webhooks, and what was sent to it' },
      handle: (req, res) => showOne(req, res, 200),
    },
    {
      method: 'post',
      path: `${HERE}/:id`,
      who: 'admin',
      about: { zh: '修改接收地址', en: 'changes a receiver' },
      form: true,
      async handle(req, res) {
        const typed = typedIn(req);
        const [fault, id] = [faultOf(typed), param(req, 'id')];
        if (fault) return showOne(req, res, 422, { typed, fault });
        try {
          await webhooks.change(id, { ...wanted(typed), events: typed.events ?? null }, actorIn(res));
          res.redirect(303, backTo(id, 'saved'));
        } catch (error) {
          if (!isRefused(error, 'invalid')) throw error;
          const words = error.details.faults?.[0]?.words ?? error.words;
          await showOne(req, res, 422, { typed, fault: { at: 'url', words } });
        }
      },
    },
    {
      method: 'post',
      path: `${HERE}/:id/rotate`,
      who: 'admin',
      about: { zh: '换一个密钥', en: 'gives a receiver another secret' },
      form: true,
      async handle(req, res) {
        const { secret } = await webhooks.rotate(param(req, 'id'), actorIn(res));
        await showOne(req, res, 200, { secret });
      },
    },
    testing({ zh: '发一条测试', en: 'sends a test' }, (id, actor) => webhooks.test(id, actor)),
    switching({ zh: '停用或启用', en: 'switches a receiver off or on' }, (id, enabled, actor) =>
      webhooks.change(id, { enabled }, actor),
    ),
    acting('replay', { zh: '重发消息', en: 'sends messages again' }, async (req, res, id) => {
      const [one, wantedSpan] = [field(req, 'delivery'), field(req, 'span')];
      const span = Object.hasOwn(SPANS, wantedSpan) ? SPANS[wantedSpan] : undefined;
      if (ID.test(one)) await webhooks.replay(id, { id: Number(one) }, actorIn(res));
      else if (span) await webhooks.replay(id, { since: toInstant(clock() - span.ms) }, actorIn(res));
      else return undefined;
      return backTo(id, 'again');
    }),
    removing({ zh: '删除接收地址和记录', en: 'removes a receiver with its log' }, (id, actor) =>
      webhooks.remove(id, actor),
    ),
  ];
}

interface Fault {
  at: 'url' | 'description' | 'events';
  words: Words;
}

/** What the use case takes: a note that is empty stays out. */
const wanted = ({ url, description, events }: Typed) => ({ url, description, ...(events && { events }) });

/** What only the form can get wrong; addresses are judged by the use case. */
function faultOf({ description, events }: Typed): Fault | undefined {
  if (description.length > 200 || /\p{Cc}/u.test(description)) return { at: 'description', words: TOO_LONG };
  return events?.length === 0 ? { at: 'events', words: NO_EVENT } : undefined;
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

function rowContext(one: Webhook, { language, now }: Wording): Context {
  const say = (zh: string, en: string): string => inLanguage({ zh, en }, language);
  const since = one.failingSince && pageTime(one.failingSince, language, now);
  return {
    id: one.id,
    url: one.url,
    href: `${HERE}/${one.id}`,
    description: one.description === '' ? null : one.description,
    isOn: one.enabled,
    fails: one.status === 'failing' || one.offBecause === 'gone',
    state: {
      working: say('正常', 'works'),
      failing: say(`从 ${since} 起送不到`, `has failed since ${since}`),
      off: one.offBecause === 'gone' ? say('对方回答 410，已停用', 'off: it answered 410') : say('已停用', 'off'),
    }[one.status],
    wants: one.events
      ? say(`${one.events.length} 种事件`, `${one.events.length} kinds of events`)
      : say('全部事件', 'all events'),
    waiting: one.waiting === 0 ? null : say(`${one.waiting} 条等着发`, `${one.waiting} waiting`),
    last: one.lastSentAt === undefined ? null : pageTime(one.lastSentAt, language, now),
  };
}

function formContext({ url, description, events }: Typed, fault: Fault | undefined, language: Language): Context {
  const words = (at: Fault['at']): string | null => (fault?.at === at ? inLanguage(fault.words, language) : null);
  return {
    url,
    description,
    all: events === undefined,
    urlFault: words('url'),
    descriptionFault: words('description'),
    eventsFault: words('events'),
    events: WEBHOOK_EVENT_NAMES.map((name) => ({
      name,
      about: inLanguage(WEBHOOK_EVENTS[name], language),
      isOn: events === undefined || events.includes(name),
    })),
  };
}

function logContext(item: WebhookLogged, { language, now }: Wording): Context {
  const say = (zh: string, en: string): string => inLanguage({ zh, en }, language);
  const { code, durationMs, attempts } = item;
  const how = code === undefined ? null : codeWords(CODES, code, language);
  return {
    id: item.id,
    messageId: item.messageId,
    about: item.type === WEBHOOK_TEST ? say('测试', 'Test') : inLanguage(WEBHOOK_EVENTS[item.type], language),
    at: item.plannedAt,
    when: pageTime(item.plannedAt, language, now),
    state: { waiting: say('等着发', 'waiting'), sent: say('已收下', 'taken'), failed: say('没有送到', 'not taken') }[
      item.state
    ],
    fails: item.state === 'failed' || (item.state === 'waiting' && how !== null),
    how:
      how === null
        ? null
        : durationMs === undefined
          ? how
          : say(`${how}，${durationMs} 毫秒`, `${how}, ${durationMs} ms`),
    tries: attempts > 1 ? say(`第 ${attempts} 次`, `attempt ${attempts}`) : null,
  };
}
