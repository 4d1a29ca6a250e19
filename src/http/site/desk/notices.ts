import { isRefused, type Notice } from '../../../cases';
import { inLanguage } from '../../../render/words';
import { timeOfDay } from '../../../render/format';
import type { Context } from '../../../render/engine';
import { field, queried } from '../kit/request';
import type { Wording } from '../kit/wording';
import { formAddress } from './bar';
import { byDay } from './days';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { titleOf } from './rows';
import { actorIn } from './session';

const HERE = '/desk/notices';

/** What the house has told the reader: each notice leads to its case, with the form of what it asks for. */
export function noticesPage({ cases: { notices }, answers }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'get',
      path: HERE,
      who: 'colleague',
      about: { zh: '通知', en: 'notices' },
      async handle(req, res) {
        const cursor = queried(req, 'cursor');
        const wording = answers.wordingOf(req);
        const say = (zh: string, en: string): string => inLanguage({ zh, en }, wording.language);
        try {
          const { items, next } = await notices.list(actorIn(res), cursor === '' ? undefined : cursor);
          answers.page(res, 200, 'notices', wording, {
            heading: say('通知', 'Notices'),
            days: byDay(items, wording, (notice) => noticeContext(notice, wording)),
            // What comes while the page is read stays unread.
            upTo: cursor === '' ? (items[0]?.at ?? null) : null,
            older: next === undefined ? null : `${HERE}?cursor=${next}`,
            newest: cursor === '' ? null : HERE,
          });
        } catch (error) {
          if (!isRefused(error, 'invalid')) throw error;
          answers.message(req, res, 400, 'malformed', HERE);
        }
      },
    },
    {
      method: 'post',
      path: `${HERE}/read`,
      who: 'colleague',
      own: true,
      about: { zh: '标记一条通知为已读', en: 'ticks a notice as read' },
      form: true,
      async handle(req, res) {
        const id = field(req, 'id');
        if (!/^[1-9]\d{0,14}$/.test(id)) return answers.message(req, res, 400, 'malformed', HERE);
        await notices.read(actorIn(res), Number(id));
        res.redirect(303, HERE);
      },
    },
    {
      method: 'post',
      path: `${HERE}/read-all`,
      who: 'colleague',
      own: true,
      about: { zh: '标记全部通知为已读', en: 'ticks all notices as read' },
      form: true,
      async handle(req, res) {
        const upTo = new Date(field(req, 'upTo'));
        if (Number.isNaN(upTo.getTime())) return answers.message(req, res, 400, 'malformed', HERE);
        await notices.readUpTo(actorIn(res), upTo.toISOString());
        res.redirect(303, HERE);
      },
    },
  ];
}

/** A notice as a line: when, what, and the case it leads to, with the form of what it asks for. */
export const noticeContext = (
  { id, at, isUnread, words, asks, caseNo, ...about }: Notice,
  { language }: Wording,
): Context => ({
  id,
  caseNo,
  isUnread,
  at,
  time: timeOfDay(Date.parse(at)),
  words: inLanguage(words, language),
  href: asks === undefined ? `/desk/cases/${caseNo}` : formAddress(caseNo, asks),
  title: titleOf(about.opening, language),
  customer: about.customerName,
});
