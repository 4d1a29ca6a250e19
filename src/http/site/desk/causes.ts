import { causesQuery, type BoneShown, type CausesShown, type RisenShown } from '../../../cases';
import { daysAfter } from '../../../domain/time/calendar';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { queried } from '../kit/request';
import { NOTHING_TO_TELL, sayIn, tellWords, type Wording } from '../kit/wording';
import { ACTIONS_PAGE } from './action-context';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/causes';
/** Cases of a rise that are named at first; the others are one click away. */
const FIRST_CASES = 6;
/** Weeks that are one click away. */
const WEEKS_SHOWN = 12;

const caseIn = (caseNo: string): Context => ({ caseNo, href: `/desk/cases/${caseNo}` });

/** The cases that were received in these days and have this in common, as the figures list them. */
function casesAt({ from, to }: { from: string; to: string }, values: Record<string, string>): string {
  return `/desk/figures/received/cases?${new URLSearchParams({ from, to, ...values }).toString()}`;
}

/** What rises in a week, what there is most of, and where it comes from. */
export function causesPage({ cases: { causes }, answers }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'get',
      path: HERE,
      who: 'supervisor',
      about: {
        zh: '原因：每周什么多起来了、什么最多，鱼骨图和没有结束的纠正措施',
        en: 'causes: what rises week by week, what there is most of, the fishbone and open corrective actions',
      },
      nav: { name: { zh: '原因', en: 'Causes' }, icon: 'i-tool', isOfHouse: true },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const week = queried(req, 'week');
        const read = causesQuery.safeParse(week === '' ? {} : { week });
        const told = read.success
          ? NOTHING_TO_TELL
          : tellWords(
              {
                zh: '地址里的这一周看不懂，下面是最近的一周。',
                en: 'The address asks for no week; below is the last one.',
              },
              wording.language,
            );
        const shown = await causes.weekly(read.data ?? {}, actorIn(res));
        answers.page(res, 200, 'causes', wording, { ...told, ...causesContext(shown, wording) });
      },
    },
  ];
}

function causesContext(shown: CausesShown, wording: Wording): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const { week, to, found, madeAt, weeks, rising, frequent, period, bones, due } = shown;
  return {
    heading: say('原因', 'Causes'),
    about: say(
      `${week} 到 ${to} 的投诉，和之前八周比。`,
      `Complaints from ${week} to ${to}, held against the eight weeks before.`,
    ),
    found,
    when: madeAt ? pageTime(madeAt, language, now) : null,
    weeks: weeks.slice(0, WEEKS_SHOWN).map((one) => ({
      name: one.slice(5),
      href: `${HERE}?week=${one}`,
      current: one === week,
    })),
    week,
    rising: rising.map((one) => risenContext(one, to, wording)),
    lists: frequent.map(({ dimension, name, groups }) => ({
      name: inLanguage(name, language),
      rows: groups.map(({ value, name: own, now: count, usual }) => ({
        name: inLanguage(own, language),
        now: count,
        usual,
        href: casesAt({ from: week, to }, { [dimension]: value }),
      })),
    })),
    due: due.map(({ values, cases, caseNo }) => ({
      name: values.map(({ name }) => inLanguage(name, language)).join(' · '),
      counts: say(
        `60 天内 ${cases.length} 件，没有进行中的措施`,
        `${cases.length} in 60 days, and no action under way`,
      ),
      href: caseNo === undefined ? null : `/desk/cases/${caseNo}?do=planAction#dock`,
      cases: cases.slice(0, FIRST_CASES).map(caseIn),
      others: cases.slice(FIRST_CASES).map(caseIn),
      more: cases.length > FIRST_CASES ? cases.length - FIRST_CASES : null,
    })),
    period,
    fishbone: fishboneContext(bones, wording),
    bones: bones.map((bone) => boneContext(bone, period, wording)),
  };
}

function risenContext(
  { by, values, from, now, customers, usual, onceIn, cases }: RisenShown,
  to: string,
  { language }: Wording,
): Context {
  const say = sayIn(language);
  const days = from === daysAfter(to, -6) ? say('这一周', 'this week') : say('近两周', 'in two weeks');
  const counted = by === 'received' ? say('收到', 'received') : say('办结', 'resolved');
  return {
    name: values.map(({ name }) => inLanguage(name, language)).join(' · '),
    counts: say(
      `${days}${counted} ${now} 件 · ${customers} 位客户 · 平常 ${usual} 件`,
      `${now} ${counted} ${days} · ${customers} customers · ${usual} as a rule`,
    ),
    sure:
      onceIn === undefined
        ? null
        : say(`全凭偶然，大约 ${onceIn} 周才有一次`, `by chance alone about once in ${onceIn} weeks`),
    cases: cases.slice(0, FIRST_CASES).map(caseIn),
    others: cases.slice(FIRST_CASES).map(caseIn),
    more: cases.length > FIRST_CASES ? cases.length - FIRST_CASES : null,
  };
}

function boneContext(
  { bone, name, cases, actions, causes }: BoneShown,
  period: CausesShown['period'],
  { language }: Wording,
): Context {
  const say = sayIn(language);
  const ofBone = { fishbone: bone ?? '' };
  return {
    id: `bone-${bone ?? 'none'}`,
    name: inLanguage(name, language),
    told: say(`${cases} 件`, `${cases} cases`),
    href: cases > 0 && bone !== null ? casesAt(period, ofBone) : null,
    causes: causes.map((one) => ({
      name: inLanguage(one.name, language),
      told: say(`${one.cases} 件`, `${one.cases} cases`),
      href: one.cases > 0 ? casesAt(period, { ...ofBone, cause: one.cause }) : null,
      actions: one.actions > 0 ? say(`${one.actions} 项措施未结束`, `${one.actions} open actions`) : null,
    })),
    actions: actions.map(({ actionId, kind, started }) => ({
      actionId,
      href: `${ACTIONS_PAGE}/${actionId}`,
      about: `${kind === 'urgent' ? say('紧急', 'urgent') : say('预防', 'preventive')} · ${started ? say('已开始', 'under way') : say('未开始', 'not started')}`,
    })),
  };
}

/** The drawing, in its own units: three bones above the spine, three below it. */
const WIDTH = 440;
const HEIGHT = 250;
const SPINE = HEIGHT / 2;
const [FIRST_JOINT, STEP, SLANT, REACH] = [126, 104, 52, 84];

/** The six bones with their counts; each leads to its place in the list. The width of a bone says how much lies in it. */
function fishboneContext(bones: readonly BoneShown[], { language }: Wording): Context {
  const say = sayIn(language);
  const drawn = bones.filter(({ bone }) => bone !== null);
  const total = drawn.reduce((sum, { cases }) => sum + cases, 0);
  const most = Math.max(1, ...drawn.map(({ cases }) => cases));
  return {
    width: WIDTH,
    height: HEIGHT,
    spine: SPINE,
    head: WIDTH - 74,
    total: say(`${total} 件`, String(total)),
    bones: drawn.map(({ bone, name, cases, actions }, n) => {
      const isAbove = n < 3;
      const joint = FIRST_JOINT + STEP * (n % 3);
      const end = isAbove ? SPINE - REACH : SPINE + REACH;
      const told = say(`${cases} 件`, String(cases));
      return {
        href: `#bone-${bone ?? ''}`,
        x1: joint - SLANT,
        y1: end,
        x2: joint,
        y2: SPINE,
        stroke: (1.5 + (4.5 * cases) / most).toFixed(1),
        label: inLanguage(name, language),
        told: actions.length > 0 ? `${told} · ${say(`措施 ${actions.length}`, `actions ${actions.length}`)}` : told,
        x: joint - SLANT,
        y: isAbove ? end - 24 : end + 18,
        yTold: isAbove ? end - 8 : end + 34,
      };
    }),
  };
}
