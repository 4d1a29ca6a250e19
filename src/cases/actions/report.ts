import type { Stores } from '../../db';
import type { KnownIdentities } from '../../text/personal';
import { withoutIdentities } from '../../text/personal';
import type { Language, Words } from '../../domain/basics/types';
import { CAUSE_WORDS } from '../../domain/basics/words';
import type { Staff } from '../../domain/case/permissions';
import type { Effect } from '../../domain/facts/effect';
import { toInstant, toMs } from '../../domain/time/duration';
import { houseDate } from '../../house';
import { cut, dateTime } from '../../render/format';
import { inLanguage } from '../../render/words';
import type { VisibleCases } from '../case/visible';
import type { Known } from '../library/known';
import { pdfFile, type DocumentFile } from '../pdf-file';
import type { ActionPage } from './answers';

export interface ReportNeeds {
  stores: { actionPages: Pick<Stores['actionPages'], 'whysOf'>; texts: Pick<Stores['texts'], 'get'> };
  visible: Pick<VisibleCases, 'see' | 'answerOn'>;
  known: Known;
  orgName: string;
  clock: () => number;
}

/** How many of its cases a report tells of, and how much of each. */
const CASES_TOLD = 10;
const CASE_TOLD = 300;

export const ACTION_STATUS_WORDS: Record<ActionPage['status'], Words> = {
  planned: { zh: '已计划，未开始', en: 'planned, not started' },
  started: { zh: '实施中', en: 'under way' },
  ended: { zh: '已结束，效果已达到', en: 'ended, its effect is reached' },
};

export const ACTION_KIND_WORDS: Record<ActionPage['kind'], Words> = {
  urgent: { zh: '紧急', en: 'urgent' },
  preventive: { zh: '预防', en: 'preventive' },
};

const EFFECT_WORDS: Record<Effect['told'], Words> = {
  fewer: { zh: '确实少了', en: 'fewer, and not by chance' },
  more: { zh: '反而多了', en: 'more, and not by chance' },
  unclear: { zh: '可能只是偶然，还不能下结论', en: 'may be chance: cannot be told yet' },
  early: { zh: '件数太少，还不能下结论', en: 'too few: cannot be told yet' },
};

/** What is seen of the effect, in one sentence. */
export function effectWords({ told, ratio, low, high }: NonNullable<ActionPage['effect']>, language: Language): string {
  const words = inLanguage(EFFECT_WORDS[told], language);
  if (ratio === null || low === null) return words;
  const times = `${ratio} (${low}–${high ?? '∞'})`;
  return language === 'zh-CN'
    ? `${words}；之后是之前的 ${times} 倍`
    : `${words}; the rate after is ${times} times that before`;
}

/** A rate with its interval. */
export const rateWords = ({ rate, low, high }: NonNullable<ActionPage['effect']>['before']): string =>
  rate === null || low === null || high === null ? '–' : `${rate}‰ (${low}–${high})`;

/** Tells what the cases of an action say, without what tells who anybody is; `plain` takes the same out of other texts. */
function createTold({ stores: { actionPages, texts }, visible, known }: ReportNeeds) {
  return async function toldOf(page: ActionPage, language: Language, actor: Staff) {
    const caseNos = page.gathers.slice(0, CASES_TOLD).map(({ caseNo }) => caseNo);
    const whys = await actionPages.whysOf(caseNos);
    const bodies = await texts.get([...whys.values()].flat());
    const identities: KnownIdentities[] = [];
    const cases: [string, string][] = [];
    const reasons: [string, string][] = [];
    for (const caseNo of caseNos) {
      const seen = await visible.see(caseNo, actor);
      // Staff are named in such a report: who takes part in it is what its first part is about.
      const { customers = [], numbers = [] } = await known(caseNo);
      const customer = { customers, numbers };
      identities.push(customer);
      const { case: view } = await visible.answerOn(seen, actor, { masked: true });
      cases.push([caseNo, cut(withoutIdentities(view.text ?? '', customer, language).trim(), CASE_TOLD)]);
      const lines = (whys.get(caseNo) ?? []).flatMap((id) => bodies.get(id)?.body ?? []);
      if (lines.length > 0) {
        reasons.push([
          caseNo,
          lines.map((line, at) => `${at + 1}. ${withoutIdentities(line, customer, language)}`).join('\n'),
        ]);
      }
    }
    const all: KnownIdentities = {
      customers: identities.flatMap(({ customers = [] }) => customers),
      numbers: identities.flatMap(({ numbers = [] }) => numbers),
    };
    const plain = (text: string | null | undefined): string | null =>
      text ? withoutIdentities(text, all, language) : null;
    return { cases, reasons, plain };
  };
}
type Told = Awaited<ReturnType<ReturnType<typeof createTold>>>;

/** What was found each time that the effect was looked at. */
const roundsOf = (page: ActionPage, say: (zh: string, en: string) => string, at: (instant: string) => string) =>
  page.history.flatMap((entry) =>
    entry.what === 'measured' || entry.what === 'judged'
      ? [
          [
            entry.round === undefined ? '' : String(entry.round),
            at(entry.at),
            entry.what === 'measured'
              ? say(`${entry.before} 件 → ${entry.after} 件`, `${entry.before} → ${entry.after}`)
              : say(`${entry.by?.name ?? ''} 判断`, `judged by ${entry.by?.name ?? '–'}`),
            entry.reached === true ? say('达到', 'reached') : say('未达到', 'not reached'),
          ],
        ]
      : [],
  );

/** What the template is given. */
function dataOf(
  page: ActionPage,
  { cases, reasons, plain }: Told,
  { language, orgName, ms }: { language: Language; orgName: string; ms: number },
) {
  const say = (zh: string, en: string): string => (language === 'zh-CN' ? zh : en);
  const now = toInstant(ms);
  const day = (instant: string | undefined): string | null => (instant === undefined ? null : houseDate(toMs(instant)));
  const at = (instant: string): string => dateTime(instant, language, now);
  const { sheet, effect, containment } = page;
  const total = page.cases;
  const more = total - cases.length;
  const stopped = containment?.stoppedAt;
  return {
    title: plain(page.title) ?? inLanguage(CAUSE_WORDS[page.cause], language),
    about: `${page.id} · ${orgName} · ${houseDate(ms)}`,
    figures: [
      { value: String(total), name: say('案件', 'Cases') },
      ...(effect
        ? [
            {
              value: rateWords(effect.before).split(' ')[0] ?? '–',
              name: say('之前，每千件投诉', 'Before, of 1,000 complaints'),
            },
            {
              value: rateWords(effect.after).split(' ')[0] ?? '–',
              name: say('之后，每千件投诉', 'After, of 1,000 complaints'),
            },
          ]
        : []),
    ],
    cause: inLanguage(CAUSE_WORDS[page.cause], language),
    concerns: [sheet.product, sheet.region].filter((one) => one !== undefined).join(' · ') || null,
    owner: page.owner.name,
    state: inLanguage(ACTION_STATUS_WORDS[page.status], language),
    opened: day(page.plannedAt),
    made: houseDate(ms),
    team: [
      [page.owner.name, say('负责人', 'Owner')],
      ...[...new Map(page.tasks.map(({ owner }) => [owner.id, owner.name]))]
        .filter(([id]) => id !== page.owner.id)
        .map(([, name]) => [name, say('任务', 'Tasks')]),
    ],
    problem: plain(sheet.problem),
    cases,
    moreCases: more > 0 ? say(`另有 ${more} 件未列出`, `${more} more are not listed`) : null,
    containment: {
      kind: inLanguage(ACTION_KIND_WORDS[page.kind], language),
      clock: containment
        ? stopped === undefined
          ? say(`须在 ${at(containment.dueAt)} 前开始`, `to be started by ${at(containment.dueAt)}`)
          : say(
              `须在 ${at(containment.dueAt)} 前开始，${at(stopped)} 已开始${containment.state === 'broken' ? '（超时）' : ''}`,
              `to be started by ${at(containment.dueAt)}; started ${at(stopped)}${containment.state === 'broken' ? ' (late)' : ''}`,
            )
        : null,
      text: plain(sheet.containment),
    },
    rootCause: plain(sheet.rootCause),
    whys: reasons,
    action: plain(page.description),
    plan: plain(sheet.plan),
    tasks: page.tasks.map((task) => [
      [plain(task.text), plain(task.result)].filter((one) => one !== null).join('\n→ '),
      task.owner.name,
      task.dueOn,
      day(task.doneAt) ?? (task.isLate ? say('逾期', 'late') : say('未完成', 'open')),
    ]),
    rates: effect
      ? [
          [
            say('之前', 'Before'),
            `${day(effect.from)} – ${day(effect.middle)}`,
            String(effect.before.hits),
            String(effect.before.of),
            rateWords(effect.before),
          ],
          [
            say('之后', 'After'),
            `${day(effect.middle)} – ${day(effect.to)}`,
            String(effect.after.hits),
            String(effect.after.of),
            rateWords(effect.after),
          ],
        ]
      : [],
    effect: effect
      ? [
          effectWords(effect, language),
          ...(effect.unknown === 0
            ? []
            : [
                say(
                  `之后有 ${effect.unknown} 件原因未定，未计入`,
                  `${effect.unknown} complaints after have no cause yet and are not counted`,
                ),
              ]),
        ].join(language === 'zh-CN' ? '。' : '. ')
      : null,
    rounds: roundsOf(page, say, at),
    prevention: plain(sheet.prevention),
    recognition: plain(sheet.recognition),
  };
}

/** Builds the 8D report of an action as somebody may see it. */
export function createReport(needs: ReportNeeds) {
  const { orgName, clock } = needs;
  const toldOf = createTold(needs);

  return async function report(page: ActionPage, language: Language, actor: Staff): Promise<DocumentFile> {
    const data = dataOf(page, await toldOf(page, language, actor), { language, orgName, ms: clock() });
    return pdfFile({ template: 'eight-d', language, data }, `8D-${page.id}-${houseDate(clock())}`);
  };
}
