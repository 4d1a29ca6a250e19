/**
 * Group chats of staff on other platforms ("rooms"): which platforms, what is told there of cases, and to which of them.
 * @module
 */
import { isOpen } from '../promises/clock';
import type { PromiseName } from '../promises/names';
import type { Words } from '../basics/types';
import type { CaseEvent } from './events';
import { DANGER, type CaseState } from './state';

interface KindAbout extends Words {
  /** Where addresses of its robots lie: a host, or with a full stop in front all hosts under it. */
  hosts: readonly string[];
  /** Its robots may be set to take signed messages alone. */
  signs: boolean;
  /** How a person is named there, so that a message calls them. */
  person: { pattern: RegExp; words: Words };
}

/** The platforms. What they take is described beside each one's adapter (src/channels/rooms/kinds/). */
export const ROOM_KINDS = {
  wecom: {
    zh: '企业微信',
    en: 'WeCom',
    hosts: ['qyapi.weixin.qq.com'],
    signs: false,
    person: {
      pattern: /^[A-Za-z0-9][\w.@-]{0,63}$/,
      words: { zh: '企业微信账号（userid）', en: 'WeCom account (userid)' },
    },
  },
  dingtalk: {
    zh: '钉钉',
    en: 'DingTalk',
    hosts: ['oapi.dingtalk.com'],
    signs: true,
    person: {
      pattern: /^(?:1\d{10}|\+\d{1,4}-\d{5,14}|[A-Za-z0-9][\w-]{0,63})$/,
      words: { zh: '钉钉手机号，或 userId', en: 'DingTalk mobile number, or userId' },
    },
  },
  feishu: {
    zh: '飞书',
    en: 'Feishu',
    hosts: ['open.feishu.cn', 'open.larksuite.com'],
    signs: true,
    person: {
      pattern: /^(?:ou_)?[A-Za-z0-9][\w-]{0,63}$/,
      words: { zh: '飞书 open_id（ou_ 开头），或 user_id', en: 'Feishu open_id (ou_…), or user_id' },
    },
  },
  slack: {
    zh: 'Slack',
    en: 'Slack',
    hosts: ['hooks.slack.com', 'hooks.slack-gov.com'],
    signs: false,
    person: {
      pattern: /^[UW][A-Z0-9]{5,20}$/,
      words: { zh: 'Slack 成员 ID（U 或 W 开头）', en: 'Slack member ID (U… or W…)' },
    },
  },
  teams: {
    zh: 'Microsoft Teams',
    en: 'Microsoft Teams',
    hosts: ['.api.powerplatform.com', '.logic.azure.com', '.webhook.office.com'],
    signs: false,
    person: {
      pattern: /^[^\s<>@"]{1,64}@[A-Za-z0-9.-]{1,190}$/,
      words: { zh: 'Teams 登录邮箱', en: 'Teams sign-in mail address' },
    },
  },
} as const satisfies Record<string, KindAbout>;

export type RoomKind = keyof typeof ROOM_KINDS;
export const ROOM_KIND_NAMES = Object.keys(ROOM_KINDS) as [RoomKind, ...RoomKind[]];

/** What is told, in the order of the form; each room takes what it wants. */
export const ROOM_NEWS = {
  urgent: {
    name: { zh: '重大投诉', en: 'Major complaints' },
    about: { zh: '新来的，升为重大的，或客户的话显得更严重', en: 'New ones, raised ones, and words that sound worse' },
  },
  atRisk: {
    name: { zh: '承诺快到期', en: 'Promises at risk' },
    about: { zh: '超时之前的提醒', en: 'The warning before a promise breaks' },
  },
  broken: { name: { zh: '承诺超时', en: 'Broken promises' }, about: { zh: '刚超时的', en: 'As they break' } },
  escalated: {
    name: { zh: '升级', en: 'Escalations' },
    about: { zh: '升级给主管、经理或指定的人', en: 'To a supervisor, a manager or somebody named' },
  },
  help: {
    name: { zh: '请求协助', en: 'Requests for help' },
    about: { zh: '请某个部门协助', en: 'A department is asked' },
  },
} as const satisfies Record<string, { name: Words; about: Words }>;

export type RoomNews = keyof typeof ROOM_NEWS;
export const ROOM_NEWS_NAMES = Object.keys(ROOM_NEWS) as [RoomNews, ...RoomNews[]];

/** What rooms are told of an event. */
export interface NewsOfCase {
  news: RoomNews;
  /** It does not wait for quiet hours to end: danger to somebody, or a major case that is late. */
  isUrgent: boolean;
  /** Rooms of these teams are told. */
  teams: string[];
  /** So are rooms of no team. */
  isForHouse: boolean;
}

/** Promises whose dates are nobody's of the house to keep. */
const NOT_OURS: readonly PromiseName[] = ['customerAnswer', 'survey', 'pause'];

/**
 * What rooms are told of an event; undefined: nothing. Of a case about one of the staff nothing is told anywhere, since
 * whoever is complained of may read along.
 * @param state after it
 */
export function roomNews(event: CaseEvent, state: CaseState, before: CaseState | undefined): NewsOfCase | undefined {
  if (state.against.length > 0) return undefined;
  const teams = state.owner ? [state.owner.team] : [];
  const isMajor = state.grade === 'major';
  switch (event.type) {
    case 'turnedWorse': {
      const isUrgent = event.data.rules.includes(DANGER);
      return event.data.grade === 'major' ? { news: 'urgent', isUrgent, teams, isForHouse: true } : undefined;
    }
    case 'promiseWarned':
    case 'promiseBreached': {
      const promise = state.clocks[event.data.clock]?.promise;
      if (promise === undefined || NOT_OURS.includes(promise)) return undefined;
      const task = state.helpTasks.find(({ id }) => `help:${id}` === event.data.clock);
      const asked = task ? [...teams, task.department] : teams;
      return event.type === 'promiseWarned'
        ? { news: 'atRisk', isUrgent: false, teams: asked, isForHouse: true }
        : { news: 'broken', isUrgent: isMajor, teams: asked, isForHouse: true };
    }
    case 'escalated': {
      const { because, team } = event.data;
      // Between those who lead and whom it is about.
      if (because === 'named' || because === 'complainedOf') return undefined;
      const told = team === undefined ? teams : [...teams, team];
      return { news: 'escalated', isUrgent: isMajor, teams: told, isForHouse: true };
    }
    case 'helpRequested':
      return { news: 'help', isUrgent: false, teams: [event.data.department], isForHouse: true };
    default:
      return majorNews(state, before);
  }
}

/** That a case is major now: told to the house once, and to a team as soon as the case is theirs. */
function majorNews(state: CaseState, before: CaseState | undefined): NewsOfCase | undefined {
  if (state.grade !== 'major' || state.stage === 'archived') return undefined;
  const wasMajor = before?.grade === 'major';
  const team = state.owner?.team;
  if (wasMajor && (team === undefined || team === before.owner?.team)) return undefined;
  const teams = team === undefined ? [] : [team];
  const isUrgent = state.suggestion?.rules.includes(DANGER) === true;
  return { news: 'urgent', isUrgent, teams, isForHouse: !wasMajor };
}

/** Whether news that has not left yet is none any more, as the case stands now; see also `isMoot` (src/channels/moot.ts). */
export function isOldNews(news: RoomNews, event: CaseEvent, state: CaseState): boolean {
  if (state.stage === 'archived' || state.against.length > 0) return true;
  if (event.type === 'promiseBreached') {
    const clock = state.clocks[event.data.clock];
    return !clock || !isOpen(clock) || clock.version !== event.data.version;
  }
  return news === 'urgent' && event.type !== 'turnedWorse' && state.grade !== 'major';
}

/** Whom the message about an event calls: whoever has to act now, or nobody. */
export function responsibleFor(event: CaseEvent, { owner, helpTasks }: CaseState): string | undefined {
  switch (event.type) {
    case 'helpRequested':
      return event.data.assignee;
    case 'escalated':
      return event.data.to === 'person' ? event.data.person : event.data.to === 'owner' ? owner?.id : undefined;
    case 'promiseWarned':
    case 'promiseBreached':
      return helpTasks.find(({ id }) => `help:${id}` === event.data.clock)?.assignee ?? owner?.id;
    default:
      return owner?.id;
  }
}
