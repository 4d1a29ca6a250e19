/**
 * Trackers of other departments (GitHub issues, Jira, …): which kinds there are, and what of a case is handed to them.
 * @module
 */
import { worksOn } from './permissions';
import type { Actor, Words } from '../basics/types';
import type { CaseEvent } from './events';
import type { CaseState } from './state';

interface KindAbout extends Words {
  /** Where its API lies for everybody; left out: every house has one of its own. */
  url?: string;
  /** The project, list or product that takes the tickets. */
  place: { pattern: RegExp; words: Words };
  /** What calls are signed in with. */
  token: { pattern: RegExp; words: Words };
  /** Whether it can call us when a ticket changes. */
  calls: boolean;
}

/** One visible word of ASCII. */
const WORD = /^[\x21-\x7e]{8,500}$/;

/** The kinds. Which contract each is spoken with is said beside its adapter (src/channels/trackers/kinds/). */
export const TRACKER_KINDS = {
  github: {
    zh: 'GitHub Issues',
    en: 'GitHub issues',
    url: 'https://api.github.com',
    place: {
      pattern: /^[\w.-]{1,100}\/[\w.-]{1,100}$/,
      words: { zh: '仓库，写成 所有者/仓库', en: 'repository, as owner/name' },
    },
    token: { pattern: WORD, words: { zh: '访问令牌（能读写 Issues）', en: 'access token that may write issues' } },
    calls: true,
  },
  jira: {
    zh: 'Jira',
    en: 'Jira',
    place: {
      pattern: /^[A-Z][A-Z0-9_]{1,30}(?:\/[^/]{1,60})?$/,
      words: { zh: '项目键；不用“Task”类型就再写 /类型', en: 'project key; another issue type than Task after a /' },
    },
    token: {
      pattern: WORD,
      words: {
        zh: 'Cloud 写 登录邮箱:API 令牌；自建的写个人访问令牌',
        en: 'Cloud: login mail:API token; Data Center: personal access token',
      },
    },
    calls: true,
  },
  trello: {
    zh: 'Trello',
    en: 'Trello',
    url: 'https://api.trello.com',
    place: {
      pattern: /^[0-9a-f]{24}(?:\/[0-9a-f]{24})?$/,
      words: {
        zh: '列表 ID；办结的移到另一列表就再写 /它的 ID',
        en: 'list id; that of the list of what is done after a /',
      },
    },
    token: { pattern: /^[\x21-\x7e]{8,}:[\x21-\x7e]{8,}$/, words: { zh: 'API key:token', en: 'API key:token' } },
    calls: true,
  },
  asana: {
    zh: 'Asana',
    en: 'Asana',
    url: 'https://app.asana.com',
    place: { pattern: /^\d{5,30}$/, words: { zh: '项目 ID（数字）', en: 'project id, in figures' } },
    token: { pattern: WORD, words: { zh: '个人访问令牌', en: 'personal access token' } },
    calls: true,
  },
  bugzilla: {
    zh: 'Bugzilla',
    en: 'Bugzilla',
    place: {
      pattern: /^[^/]{1,64}\/[^/]{1,64}(?:\/[^/]{1,64})?$/,
      words: {
        zh: '产品/组件，版本不是 unspecified 就再写 /版本',
        en: 'product/component, another version than unspecified after a /',
      },
    },
    token: { pattern: WORD, words: { zh: 'API key', en: 'API key' } },
    calls: false,
  },
} as const satisfies Record<string, KindAbout>;

export type TrackerKind = keyof typeof TRACKER_KINDS;
export const TRACKER_KIND_NAMES = Object.keys(TRACKER_KINDS) as [TrackerKind, ...TrackerKind[]];

/**
 * Where a ticket stands. `new`: to be made. `open`: it waits for the other department. `closing`: settled here, and to be
 * said and closed there. `done`: settled on both sides. `lost`: it is gone there. `dropped`: settled here before it was made.
 * `failed`: it is not taken there.
 */
export const TICKET_STATES = ['new', 'open', 'closing', 'done', 'lost', 'dropped', 'failed'] as const;
export type TicketState = (typeof TICKET_STATES)[number];

/** Who settled what a ticket was made for: the department there, or somebody here. */
export type SettledBy = 'there' | 'here';

/** A request for help for the tracker of its department. */
export interface HandedOver {
  /** The id of the request. */
  subject: string;
  department: string;
}

/**
 * What of an event goes to the tracker of a department, by itself. Of a case about one of the staff nothing goes: whoever is
 * complained of may read along there. @param state after the event
 */
export function handedOver(event: CaseEvent, state: CaseState): HandedOver | undefined {
  if (event.type !== 'helpRequested' || state.against.length > 0) return undefined;
  return { subject: event.data.taskId, department: event.data.department };
}

/** Whether a request for help (`h1`) or a corrective action still waits for somebody. */
export const isWanted = ({ stage, helpTasks, actions }: CaseState, subject: string): boolean =>
  ((stage === 'assign' || stage === 'resolve') && helpTasks.some(({ id, open }) => open && id === subject)) ||
  actions.some(({ id, status }) => id === subject && status !== 'ended');

/** What a person may hand over now: requests for help that are open, and corrective actions that have not ended. */
export function mayHandOver(actor: Actor, state: CaseState): string[] {
  if (state.against.length > 0 || !worksOn(actor, state)) return [];
  return [...state.helpTasks, ...state.actions].map(({ id }) => id).filter((id) => isWanted(state, id));
}
