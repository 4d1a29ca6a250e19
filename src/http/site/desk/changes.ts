import { isDeepStrictEqual } from 'node:util';
import { actorOf } from '../../../cases';
import { isCaseNumber } from '../../../domain/basics/ids';
import { eventStream } from '../kit/event-stream';
import { queried } from '../kit/request';
import { presenceShown } from './presence';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

/** The most cases that one page shows. */
const MOST = 120;
/** How often it is looked whether the session still holds, and its owner may see what they saw. */
const SESSION_MS = 60_000;

/**
 * Tells a page of changes as server-sent events, for as long as it is open: `changed` with the number of a case,
 * `noticed` when there is a new notice for the reader or another number of customers waits in chats, `missed` when changes may have been missed, `present` with who else has
 * the case open (`PresenceShown`). `of`: the cases that the page shows; `also`: `own`, `led` or `chats` (`Followed`); `at`: the case
 * whose page it is, or the place of the form that is open on it.
 */
export function changesPage({ cases: { following, signIn }, answers, cookies }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'get',
      path: '/desk/changes',
      who: 'colleague',
      isBare: true,
      about: { zh: '案件变化的推送（服务器发送事件）', en: 'changes in cases, as server-sent events' },
      handle(req, res) {
        const { language } = answers.wordingOf(req);
        const [also, at] = [queried(req, 'also'), queried(req, 'at')];
        const [caseNo = ''] = at.split('/', 1);
        const followed = {
          cases: new Set(queried(req, 'of').split(',').filter(isCaseNumber).slice(0, MOST)),
          also: also === 'own' || also === 'led' || also === 'chats' ? also : undefined,
          at: isCaseNumber(caseNo) ? { caseNo, form: at === caseNo ? undefined : at } : undefined,
        } as const;
        const send = eventStream(res);
        const actor = actorIn(res);
        const unfollow = following.follow(actor, followed, {
          changed: (number) => send(`event: changed\ndata: ${number}\n\n`),
          present: (others) => send(`event: present\ndata: ${JSON.stringify(presenceShown(others, language))}\n\n`),
          noticed: () => send('event: noticed\ndata:\n\n'),
          missed: () => send('event: missed\ndata:\n\n'),
          ended: () => void res.end(),
        });
        const sessionId = cookies.sessionId(req);
        const check = setInterval(() => {
          // While Postgres does not answer nobody is sent away; the next look decides.
          void Promise.resolve(sessionId === undefined ? undefined : signIn.session(sessionId))
            .then((session) => {
              if (!session) res.end('event: over\ndata:\n\n');
              // The page connects again, as whoever they are by now.
              else if (!isDeepStrictEqual(actorOf(session.user), actor)) res.end();
            })
            .catch(() => undefined);
        }, SESSION_MS);
        res.once('close', () => {
          clearInterval(check);
          unfollow();
        });
        send('retry: 1000\n\n');
      },
    },
  ];
}
