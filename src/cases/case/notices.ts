import type { NoticePlace, Stores } from '../../db';
import type { NoticeRow } from '../../db/records';
import type { Instant, Words } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import type { DecisionName } from '../../domain/decisions/catalogue';
import { askedOf } from '../../domain/views/asked';
import { noticeWords } from '../../domain/views/notice-words';
import { Refused } from '../refused';

/** Something that the house has told one of the staff. */
export interface Notice {
  id: number;
  /** When they were told. */
  at: Instant;
  isUnread: boolean;
  /** What happened, in one line. */
  words: Words;
  /** The decision it asks for; whether they may take it is for the case to say. */
  asks?: DecisionName;
  caseNo: string;
  customerName: string;
  /** The beginning of the customer's words; empty when they were erased. */
  opening: string;
}

/** What the house tells staff: every mail to them about a case is a notice on the desk as well. */
export interface Notices {
  /**
   * What somebody was told of cases that they may see now, the newest first, 50 a page. One is read when its case was
   * opened since, or when it was ticked.
   * @param cursor `next` of the page before
   * @throws Refused `invalid` (`bad_cursor`) for any other text
   */
  list(actor: Staff, cursor?: string): Promise<{ items: Notice[]; next?: string }>;
  /** How many are unread, of the newest 300. @param besides a case that is just being opened */
  unread(actor: Staff, besides?: string): Promise<number>;
  /** Ticks one as read; one of somebody else stays as it is. */
  read(actor: Staff, id: number): Promise<void>;
  /** Ticks all that they had been told by then. */
  readUpTo(actor: Staff, at: Instant): Promise<void>;
}

const PAGE = 50;

/** Builds `Notices`. */
export function createNotices({ notices }: { notices: Stores['notices'] }): Notices {
  return {
    async list(actor, cursor) {
      const before = cursor === undefined ? undefined : placeOf(cursor);
      const rows = await notices.list(actor.id, actor, PAGE + 1, before);
      const page = rows.slice(0, PAGE);
      const last = page.at(-1);
      return {
        items: page.map((row) => noticeOf(row, actor)),
        ...(rows.length > PAGE && last && { next: `${last.at}_${last.id}` }),
      };
    },
    unread: (actor, besides) => notices.countUnread(actor.id, actor, besides),
    read: (actor, id) => notices.read(actor.id, id),
    readUpTo: (actor, at) => notices.readUpTo(actor.id, at),
  };
}

function noticeOf({ id, at, isUnread, kind, event, state, customerName, opening }: NoticeRow, actor: Staff): Notice {
  const asks = askedOf(event, state, actor.id);
  return {
    id,
    at,
    isUnread,
    words: noticeWords(kind, event, state, actor.id),
    ...(asks !== undefined && { asks }),
    caseNo: state.caseNo,
    customerName,
    opening,
  };
}

/** @throws Refused `invalid` for a text that is no `next` of a page */
function placeOf(cursor: string): NoticePlace {
  const [, at = '', id = ''] = /^(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_(\d{1,15})$/.exec(cursor) ?? [];
  if (Number.isNaN(Date.parse(at)) || new Date(at).toISOString() !== at) {
    throw new Refused('invalid', 'bad_cursor', {
      zh: 'cursor 不是上一页给出的；请从第一页看起',
      en: 'cursor is not one that a page before gave; begin with the first page',
    });
  }
  return { at, id: Number(id) };
}
