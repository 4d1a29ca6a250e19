import {
  listWords,
  SOON_MS,
  type BulkAnswer,
  type HandingPlan,
  type ListedCase,
  type StaffEntry,
} from '../../../cases';
import { isCaseNumber } from '../../../domain/basics/ids';
import { MINUTE } from '../../../domain/basics/milliseconds';
import type { Language, Words } from '../../../domain/basics/types';
import { isAuditor, readsAs, type Staff } from '../../../domain/case/permissions';
import { daysAfter } from '../../../domain/time/calendar';
import { toMs } from '../../../domain/time/duration';
import { houseDate } from '../../../house';
import type { Context } from '../../../render/engine';
import { dayTitle, dayWords, initialOf, pageTime, timeOfDay } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { decisionIdOf, field, newNonce, queried } from '../kit/request';
import { NOTHING_TO_TELL, sayIn, tellWords, type Wording } from '../kit/wording';
import { FIGURES_PAGE, tile } from './figures';
import { typedOf } from './forms/read';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { gradeContext, leftWords, rowContext, titleOf } from './rows';
import { actorIn, readerOf } from './session';
import { buttonsFor, offerContext, similarIn, waitingFor } from './waiting';

const HERE = '/desk/board';
/** How much of what is over is on the line. */
const PAST_MS = 30 * MINUTE;
const SPAN_MS = PAST_MS + SOON_MS;
/** Cases that are read for the line and the table: those that press most. */
const READ = 100;
/** Rows of the table, decisions beside it. */
const SHOWN = 10;
const DECIDED = 3;
/** Marks whose words would stand on each other have none: so much of the line one needs. */
const ROOM = 0.2;
const HEIGHTS = [18, 38];
const WEEK: readonly string[] = ['responded', 'resolvedGeneral', 'resolvedMajor', 'satisfied'];

const percent = (share: number): string => `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`;
const dueOf = ({ pressing, paused }: ListedCase): number | undefined =>
  paused || !pressing ? undefined : toMs(pressing.dueAt);

/** `/desk/cases?open=true&…` */
const listAt = (words: Record<string, string | undefined>): string =>
  `/desk/cases?${new URLSearchParams(
    Object.entries({ open: 'true', ...words }).filter((one): one is [string, string] => one[1] !== undefined),
  ).toString()}`;

/** The marks of one line, those that are over at its beginning. */
function marksOf(items: readonly ListedCase[], { language, now }: Wording): Context[] {
  const from = toMs(now) - PAST_MS;
  const ends = HEIGHTS.map(() => Number.NEGATIVE_INFINITY);
  return items.map((item) => {
    const due = dueOf(item) ?? 0;
    const at = Math.max(0.01, (due - from) / SPAN_MS);
    const height = (ends[0] as number) <= at ? 0 : 1;
    const isTold = (ends[height] as number) <= at;
    ends[height] = at + (isTold ? ROOM : 0.02);
    const isOver = item.pressing?.status === 'breached';
    const promise = item.pressing ? inLanguage(item.pressing.name, language) : '';
    const told = isOver ? leftWords(due - toMs(now), language) : `${item.customerName} ${promise}`;
    const isLast = at > 1 - ROOM;
    return {
      ...gradeContext(item, language),
      caseNo: item.caseNo,
      href: `/desk/cases/${item.caseNo}`,
      x: percent(at),
      y: HEIGHTS[height] ?? 18,
      isOver,
      told: isTold ? told : null,
      textX: isLast ? -11 : 11,
      anchor: isLast ? 'end' : 'start',
      full: `${item.customerName} ${promise} ${isOver ? told : timeOfDay(due)}`,
    };
  });
}

/** Half hours on the line. */
function axisOf({ now }: Wording): Context {
  const from = toMs(now) - PAST_MS;
  const half = 30 * MINUTE;
  const first = Math.ceil(from / half) * half;
  const ticks = Array.from({ length: Math.floor((from + SPAN_MS - first) / half) + 1 }, (_, n) => first + n * half);
  return {
    now: percent(PAST_MS / SPAN_MS),
    nowText: timeOfDay(toMs(now)),
    ticks: ticks
      .filter((ms) => ms > from + 5 * MINUTE && ms < from + SPAN_MS - 5 * MINUTE)
      .map((ms) => ({
        x: percent((ms - from) / SPAN_MS),
        text: timeOfDay(ms),
        hidden: Math.abs(ms - toMs(now)) < 12 * MINUTE,
      })),
  };
}

interface Lane {
  context: Context;
  isRisk: boolean;
  first: number;
}

/** A line for each person with open cases, and one for what nobody has: who is away and has due work first, then by what is due first. */
function lanesOf(
  people: readonly StaffEntry[],
  items: readonly ListedCase[],
  wording: Wording,
  mayPlan: boolean,
): Context[] {
  const { language, now } = wording;
  const say = sayIn(language);
  const end = toMs(now) + SOON_MS;
  const soon = items.filter((item) => (dueOf(item) ?? end) < end);
  const firstOf = (own: readonly ListedCase[]): number =>
    Math.min(Number.POSITIVE_INFINITY, ...own.map((item) => dueOf(item) ?? Infinity));
  const lanes = people.flatMap((person): Lane[] => {
    const own = soon.filter(({ owner }) => owner?.id === person.id);
    if (person.open === 0) return [];
    const { onLeave, offDuty, open, maxOpen, team, id } = person;
    const full = maxOpen === undefined || maxOpen === 0 ? undefined : Math.min(1, open / maxOpen);
    return [
      {
        isRisk: onLeave !== undefined && own.length > 0,
        first: firstOf(own),
        context: {
          name: person.name,
          initial: initialOf(person.name),
          about: onLeave
            ? say(
                `休假，至 ${dayWords(onLeave.until, language, now)}`,
                `on leave until ${dayWords(onLeave.until, language, now)}`,
              )
            : `${team} · ${offDuty ? say('不当班', 'off duty') : say('在岗', 'at work')}`,
          load: maxOpen
            ? say(`在办 ${open} / ${maxOpen}`, `${open} of ${maxOpen} open`)
            : say(`在办 ${open}`, `${open} open`),
          full: full === undefined ? null : percent(full),
          isFull: full !== undefined && full > 0.9,
          isAway: onLeave !== undefined,
          marks: marksOf(own, wording),
          href: listAt({ owner: id, sort: 'due' }),
          plan: mayPlan && onLeave ? { href: `${HERE}/plan?from=${encodeURIComponent(id)}`, open } : null,
          handOn: mayPlan && !onLeave ? `${HERE}/plan?from=${encodeURIComponent(id)}` : null,
        },
      },
    ];
  });
  const nobodys = soon.filter(({ owner }) => owner === undefined);
  if (nobodys.length > 0) {
    const first = firstOf(nobodys);
    lanes.push({
      isRisk: false,
      first,
      context: {
        name: say('未分派', 'Unassigned'),
        initial: say('未', '–'),
        about: say(`最早 ${timeOfDay(first)} 到期`, `the first due ${timeOfDay(first)}`),
        load: say(`两小时内 ${nobodys.length} 件`, `${nobodys.length} within two hours`),
        full: null,
        marks: marksOf(nobodys, wording),
        href: listAt({ owner: 'nobody', sort: 'due' }),
        plan: null,
        handOn: null,
      },
    });
  }
  return lanes
    .toSorted((a, b) => Number(b.isRisk) - Number(a.isRisk) || a.first - b.first)
    .map(({ context }) => context);
}

/** What is over time, and what stands still. */
const stuckRow = (item: ListedCase, wording: Wording): Context => {
  const { language, now } = wording;
  const say = sayIn(language);
  const over = item.pressing?.status === 'breached' ? leftWords(toMs(item.pressing.dueAt) - toMs(now), language) : null;
  return {
    ...gradeContext(item, language),
    caseNo: item.caseNo,
    href: `/desk/cases/${item.caseNo}`,
    title: titleOf(item.opening, language),
    owner: item.owner?.name ?? '–',
    where: inLanguage(item.waitsFor, language),
    when:
      over ??
      say(
        `${dayWords(item.updatedAt, language, now)}起没有动`,
        `nothing since ${dayWords(item.updatedAt, language, now)}`,
      ),
    isOver: over !== null,
    stepIn: item.allowed.includes('reassign') ? `/desk/cases/${item.caseNo}?do=reassign` : null,
  };
};

const REASON: Words = { zh: '按看板的改派计划', en: 'as planned on the board' };

function planContext(plan: HandingPlan, { language, now }: Wording): Context {
  const say = sayIn(language);
  const can = plan.items.filter(({ to }) => to !== undefined);
  return {
    heading: say(`改派 ${plan.from.name} 的案件`, `Hand on the cases of ${plan.from.name}`),
    from: plan.from.id,
    count: can.length,
    rows: plan.items.map((item) => ({
      ...gradeContext({ grade: item.grade, category: 'other' }, language),
      caseNo: item.caseNo,
      href: `/desk/cases/${item.caseNo}`,
      title: titleOf(item.opening, language),
      customer: item.customerName,
      due: item.dueAt === undefined ? null : pageTime(item.dueAt, language, now),
      value: item.to ? `${item.caseNo}.${item.seq}.${item.to.id}` : null,
      to: item.to?.name ?? say('没有人能接', 'nobody can take it'),
      because: inLanguage(item.because, language),
    })),
    people: plan.people.map(({ name, open, after, maxOpen }) => ({
      name,
      load: `${open} → ${after}${maxOpen === undefined ? '' : ` / ${maxOpen}`}`,
    })),
    reason: inLanguage(REASON, language),
    nonce: newNonce(),
  };
}

/** What was ticked of a plan, by who is to get it; what is no such thing is left out. */
function movesIn(req: { body: unknown }): Map<string, { caseNo: string; expectedSeq: number }[]> {
  const moves = new Map<string, { caseNo: string; expectedSeq: number }[]>();
  const seen = new Set<string>();
  for (const value of typedOf(req.body).get('move') ?? []) {
    const [caseNo = '', seq = '', ...rest] = value.split('.');
    const owner = rest.join('.');
    if (!isCaseNumber(caseNo) || !/^\d{1,6}$/.test(seq) || owner === '' || seen.has(caseNo)) continue;
    seen.add(caseNo);
    moves.set(owner, [...(moves.get(owner) ?? []), { caseNo, expectedSeq: Number(seq) }]);
  }
  return moves;
}

const NOTHING_TICKED: Words = { zh: '没有勾选案件。', en: 'No case is ticked.' };

type Parts = DeskNeeds['cases'];

/** What waits for whoever leads, the most pressing. */
async function decisions({ handling, policies, reports }: Parts, actor: Staff, wording: Wording): Promise<Context> {
  const { language } = wording;
  const { cards, more } = await waitingFor(handling, actor, DECIDED);
  const similar = similarIn(reports);
  return {
    more,
    cards: await Promise.all(
      cards.map(async ({ item, answer, decision }) => ({
        ...rowContext(item, wording),
        waits: inLanguage(item.waitsFor, language),
        offer: await offerContext(answer.case, {
          policy: await policies.version(answer.case.policyVersion),
          similar,
          language,
        }),
        buttons: buttonsFor(answer, decision, language),
      })),
    ),
  };
}

/** What was promised this week and kept. */
async function week({ figures }: Parts, actor: Staff, team: string | undefined, wording: Wording): Promise<Context[]> {
  const to = houseDate(toMs(wording.now));
  const from = daysAfter(to, -((new Date(`${to}T00:00:00Z`).getUTCDay() + 6) % 7));
  const query = { from, to, ...(team !== undefined && { team }) };
  const { figures: all } = await figures.all(query, actor);
  return WEEK.flatMap((id) => all.filter((one) => one.id === id)).map((one) => tile(one, query, wording));
}

/** The board of whoever leads: the next two hours by person, what waits for them, what is over time or stands still. */
export function boardPage(needs: DeskNeeds): DeskRoute[] {
  const { cases, answers } = needs;
  const { handling, roster } = cases;
  return [
    {
      method: 'get',
      path: HERE,
      who: 'supervisor',
      about: { zh: '主管看板：未来两小时，按人排列', en: 'the board of whoever leads: the next two hours by person' },
      nav: { name: { zh: '看板', en: 'Board' }, icon: 'i-users', isOfHouse: true },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const { language, now } = wording;
        const say = sayIn(language);
        const actor = actorIn(res);
        const leadsAll = readsAs(actor, 'manager');
        const wanted = queried(req, 'team');
        const team = leadsAll ? wanted || undefined : actor.team;
        const of = { open: 'true', ...(team !== undefined && { team }) } as const;
        const list = (words: object) => handling.list(listWords.parse({ sort: 'due', ...words }), actor);
        const total = async (words: object): Promise<number> => (await list({ ...words, limit: 1 })).total ?? 0;
        const [pressing, nobodys, still, people, teams, broken, soon, led, reopened, decide, figuresOfWeek] =
          await Promise.all([
            list({ ...of, limit: READ }),
            list({ open: 'true', owner: 'nobody', limit: READ }),
            list({ ...of, still: 'true', limit: SHOWN }),
            roster.staff(),
            roster.departments(),
            total({ ...of, promise: 'broken' }),
            total({ ...of, promise: 'soon' }),
            total({ toDecide: 'me' }),
            total({ ...of, round: '2' }),
            decisions(cases, actor, wording),
            week(cases, actor, team, wording),
          ]);
        const over = pressing.items.filter(({ pressing: promise }) => promise?.status === 'breached');
        const stuck = [...over.slice(0, SHOWN), ...still.items.filter(({ breached }) => !breached)].slice(0, 2 * SHOWN);
        const owned = pressing.items.filter(({ owner }) => owner !== undefined);
        answers.page(res, 200, 'board', wording, {
          ...NOTHING_TO_TELL,
          heading: say('主管看板', 'Board'),
          about: `${team ?? say('全部团队', 'all teams')} · ${dayTitle(now, language)}`,
          live: true,
          also: 'led',
          teams: leadsAll
            ? [{ name: say('全部', 'All'), href: HERE, current: team === undefined }].concat(
                teams.map(({ id, name }) => ({
                  name: inLanguage(name, language),
                  href: `${HERE}?team=${encodeURIComponent(id)}`,
                  current: id === team,
                })),
              )
            : [],
          counts: [
            {
              n: broken,
              name: say('已超时', 'over time'),
              href: listAt({ team, promise: 'broken' }),
              look: 'c-breach',
            },
            {
              n: soon,
              name: say('两小时内到期', 'within two hours'),
              href: listAt({ team, promise: 'soon' }),
              look: 'c-warn',
            },
            { n: nobodys.total ?? 0, name: say('未分派', 'unassigned'), href: listAt({ owner: 'nobody' }) },
            { n: led, name: say('等我决定', 'to decide'), href: '/desk/waiting' },
            { n: still.total ?? 0, name: say('停滞', 'standing still'), href: listAt({ team, still: 'true' }) },
            { n: reopened, name: say('重新打开', 'opened again'), href: listAt({ team, round: '2' }) },
          ],
          axis: axisOf(wording),
          lanes: lanesOf(
            people.filter((person) => person.active && (team === undefined || person.team === team)),
            [...owned, ...nobodys.items],
            wording,
            !isAuditor(actor),
          ),
          stuck: stuck.map((item) => stuckRow(item, wording)),
          stuckMore: Math.max(0, broken + (still.total ?? 0) - stuck.length),
          decide,
          week: figuresOfWeek,
          weekHref: FIGURES_PAGE,
        });
      },
    },
    ...planRoutes(needs),
  ];
}

/** A plan for handing on the cases of somebody, and carrying it out. */
function planRoutes({ cases: { board, handling }, answers }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'get',
      path: `${HERE}/plan`,
      who: 'supervisor',
      about: { zh: '改派某人案件的计划', en: 'a plan for handing on the cases of somebody' },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const plan = await board.planHanding(queried(req, 'from'), actorIn(res));
        const told = queried(req, 'told') === 'none' ? tellWords(NOTHING_TICKED, wording.language) : NOTHING_TO_TELL;
        const context = { ...told, ...planContext(plan, wording), mayDecide: !isAuditor(actorIn(res)) };
        answers.page(res, 200, 'board-plan', wording, { ...context, report: null }, HERE);
      },
    },
    {
      method: 'post',
      path: `${HERE}/plan`,
      who: 'supervisor',
      about: { zh: '按计划改派勾选的案件', en: 'hands on the cases that are ticked in a plan' },
      form: true,
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const { language } = wording;
        const moves = movesIn(req);
        const from = field(req, 'from');
        if (moves.size === 0) return res.redirect(303, `${HERE}/plan?from=${encodeURIComponent(from)}&told=none`);
        const actor = actorIn(res);
        const reason = field(req, 'reason').trim().slice(0, 500) || inLanguage(REASON, language);
        const base = decisionIdOf('board', readerOf(res).user.id, field(req, 'nonce'));
        const answered: BulkAnswer[] = [];
        for (const [owner, chosen] of moves) {
          answered.push(
            await handling.decideInBulk(
              {
                decision: 'reassign',
                input: { owner, reason },
                cases: chosen.map(({ caseNo, expectedSeq: formSeq }) => ({ caseNo, formSeq })),
                decisionId: `${base}/${owner}`,
              },
              actor,
            ),
          );
        }
        const sum = (of: 'taken' | 'accepted' | 'refused'): number => answered.reduce((n, one) => n + one[of], 0);
        answers.page(
          res,
          200,
          'board-plan',
          wording,
          {
            ...NOTHING_TO_TELL,
            heading: sayIn(language)('改派', 'Handing on'),
            rows: [],
            people: [],
            report: {
              taken: sum('taken'),
              accepted: sum('accepted'),
              refused: sum('refused'),
              items: answered
                .flatMap(({ items }) => items.filter(({ status }) => status === 'refused'))
                .map(refusedContext(language)),
            },
          },
          HERE,
        );
      },
    },
  ];
}

const refusedContext =
  (language: Language) =>
  ({ caseNo, because }: { caseNo: string; because?: Words | undefined }): Context => ({
    caseNo,
    href: `/desk/cases/${caseNo}`,
    why: because ? inLanguage(because, language) : '',
  });
