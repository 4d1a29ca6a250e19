import type { ListedCase, Notice } from '../../../cases';
import { actorOf, dayMarks, isRefused } from '../../../cases';
import type { Words } from '../../../domain/basics/types';
import { atLeast, isAuditor, readsAs } from '../../../domain/case/permissions';
import { toMs } from '../../../domain/time/duration';
import type { Context } from '../../../render/engine';
import { dayTitle, pageTime } from '../../../render/format';
import { field, newNonce, queried } from '../kit/request';
import { NOTHING_TO_TELL, sayIn, tellWords, type Wording } from '../kit/wording';
import { USUAL_COLUMNS } from './columns';
import { noticeContext } from './notices';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { ribbonContext } from './ribbon';
import { rowContext } from './rows';
import { actorIn, readerOf } from './session';

const NOTHING_TO_TAKE: Words = {
  zh: '现在没有您可以接的案件。',
  en: 'There is no case that you could take now.',
};

/** Of one's own cases the rows need not say whose they are. */
const OWN_COLUMNS = USUAL_COLUMNS.filter((column) => column !== 'owner');

/** The latest notices that My day shows. */
const RECENT = 6;

/** The most cases that My day shows; who has more finds the rest in the list. */
const SHOWN = 100;

/** My day: what needs me now, by what breaks first and can still be kept. */
export function dayPage({ cases: { handling, notices }, answers }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'post',
      path: '/desk/next',
      who: 'agent',
      about: { zh: '接下一单', en: 'takes the next case of the queue' },
      form: true,
      async handle(req, res) {
        try {
          const { caseNo, status } = await handling.takeNext(actorIn(res), field(req, 'nonce') || newNonce());
          if (status === 'accepted') return answers.message(req, res, 202, 'accepted', `/desk/cases/${caseNo}`);
          res.redirect(303, `/desk/cases/${caseNo}`);
        } catch (error) {
          if (!isRefused(error, 'conflict')) throw error;
          res.redirect(303, '/desk?told=nothing');
        }
      },
    },
    {
      method: 'get',
      path: '/desk',
      who: 'colleague',
      about: { zh: '我的一天：现在该做什么', en: 'My day: what needs me now' },
      nav: { name: { zh: '我的一天', en: 'My day' }, icon: 'i-day' },
      async handle(req, res) {
        const { user } = readerOf(res);
        const actor = actorOf(user);
        const wording = answers.wordingOf(req);
        const mine = { owner: 'me', open: 'true' } as const;
        const [counts, page, asked, queue, told] = await Promise.all([
          handling.counts({ owner: 'me' }, actor),
          handling.list({ ...mine, sort: 'due', limit: SHOWN }, actor),
          handling.list({ asked: 'me', sort: 'due', limit: SHOWN }, actor),
          // Colleagues of other departments take no cases.
          readsAs(actor, 'agent')
            ? handling.list({ owner: 'nobody', open: 'true', sort: 'due', limit: 1 }, actor)
            : undefined,
          notices.list(actor),
        ]);
        const others = asked.items.filter(({ owner }) => owner?.id !== user.id);
        const groups = groupsOf(page.items, wording, others);
        const next = page.items.find((item) => canStillBeKept(item, wording.now)) ?? others[0];
        answers.page(res, 200, 'day', wording, {
          heading: sayIn(wording.language)('我的一天', 'My day'),
          live: true,
          also: 'own',
          today: dayTitle(wording.now, wording.language),
          ...(queried(req, 'told') === 'nothing' ? tellWords(NOTHING_TO_TAKE, wording.language) : NOTHING_TO_TELL),
          nonce: newNonce(),
          mayTake: !isAuditor(actor) && atLeast(actor, 'agent'),
          counts: { ...counts },
          ribbon: ribbonContext(page.items, wording),
          next: next ? { ...rowContext(next, wording), words: next.opening } : null,
          groups: groups.map(({ id, name, hint, items }) => ({
            id,
            name,
            hint,
            rows: items.map((item) => rowContext(item, wording, id === 'asked' ? USUAL_COLUMNS : OWN_COLUMNS)),
          })),
          isEmpty: groups.length === 0,
          more: Math.max(0, counts.open - page.items.length),
          recent: recentOf(told.items, wording),
          queue: queue
            ? {
                count: queue.total ?? 0,
                earliest: queue.items[0]?.pressing
                  ? pageTime(queue.items[0].pressing.dueAt, wording.language, wording.now)
                  : null,
                open: counts.open,
                max: user.maxOpen ?? null,
              }
            : null,
        });
      },
    },
  ];
}

/** The latest that the reader was told, with the day where it is not today. */
const recentOf = (notices: readonly Notice[], wording: Wording): Context[] =>
  notices.slice(0, RECENT).map((notice) => ({
    ...noticeContext(notice, wording),
    when: pageTime(notice.at, wording.language, wording.now),
  }));

/** Whether the promise that presses most is not broken yet and its clock runs. */
const canStillBeKept = ({ pressing, paused }: ListedCase, now: string): boolean =>
  pressing !== undefined && !paused && pressing.status !== 'breached' && pressing.dueAt > now;

interface Group {
  id: string;
  name: string;
  hint: string | null;
  items: ListedCase[];
}

/**
 * The cases in the groups of the day, each in the order of what presses; groups without cases are left out.
 * @param asked cases of others in which something is asked of the reader
 */
export function groupsOf(
  items: readonly ListedCase[],
  { language, now }: Wording,
  asked: readonly ListedCase[] = [],
): Group[] {
  const say = sayIn(language);
  const { inAnHour, dayEnds } = dayMarks(toMs(now));
  const groups: Record<'broken' | 'hour' | 'asked' | 'today' | 'waiting' | 'later', Group> = {
    broken: {
      id: 'broken',
      name: say('已超时', 'Over time'),
      hint: say('主管已收到提醒', 'whoever leads has been told'),
      items: [],
    },
    hour: {
      id: 'hour',
      name: say('一小时内', 'Within the hour'),
      hint: say('按到期先后', 'in the order of their due times'),
      items: [],
    },
    asked: {
      id: 'asked',
      name: say('请您办', 'Asked of you'),
      hint: say('别人负责的案件里，等您答复或执行', 'in cases of others, which wait for your answer or work'),
      items: [...asked],
    },
    today: { id: 'today', name: say('今天', 'Today'), hint: null, items: [] },
    waiting: { id: 'waiting', name: say('等待他人与暂停', 'Waiting and paused'), hint: null, items: [] },
    later: { id: 'later', name: say('明天以后', 'Later'), hint: null, items: [] },
  };
  for (const item of items) {
    const due = item.pressing?.dueAt;
    if (item.pressing?.status === 'breached') groups.broken.items.push(item);
    else if (item.paused || due === undefined) groups.waiting.items.push(item);
    else if (due < inAnHour) groups.hour.items.push(item);
    else if (due < dayEnds) groups.today.items.push(item);
    else groups.later.items.push(item);
  }
  return Object.values(groups).filter((group) => group.items.length > 0);
}
