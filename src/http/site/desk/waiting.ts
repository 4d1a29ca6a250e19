import type { CaseAnswer, CaseView, ListedCase } from '../../../cases';
import { listWords } from '../../../cases';
import type { Language } from '../../../domain/basics/types';
import { isAuditor, type Staff } from '../../../domain/case/permissions';
import { DECISIONS, type DecisionName } from '../../../domain/decisions/catalogue';
import { PLATFORM_KINDS } from '../../../domain/case/platforms';
import type { Policy } from '../../../domain/policy/schema';
import type { Context } from '../../../render/engine';
import { money } from '../../../render/format';
import { inLanguage, remedyText } from '../../../render/words';
import { queried } from '../kit/request';
import { NOTHING_TO_TELL, sayIn, type Wording } from '../kit/wording';
import { actionBar } from './forms/action-bar';
import { begun } from './forms/making';
import { decisionFormContext, decisionNamed, tellDone } from './deciding';
import type { DeskNeeds } from './page';
import { deadlineContext } from './platform-case';
import type { DeskRoute } from './route';
import { rowContext } from './rows';
import { actorIn } from './session';

const HERE = '/desk/waiting';

/** What is decided in a case that waits for somebody who leads: in the list `toDecide`. */
function ledDecision({ awaits, stage }: Pick<ListedCase, 'awaits' | 'stage'>): DecisionName {
  if (awaits.includes('approval')) return 'approve';
  return stage === 'feedback' ? 'followUp' : 'recordRevisit';
}

/** What else is offered beside the decision that the case waits for. */
const BESIDE: Partial<Record<DecisionName, readonly DecisionName[]>> = { approve: ['reject', 'reassign'] };

/** A case with the decision that it waits for. */
export interface Card {
  item: ListedCase;
  answer: CaseAnswer;
  decision: DecisionName;
}

/** The most cases that are shown, and that are read at once: some are for others who lead. */
const SHOWN = 20;
const READ = 40;

/**
 * The cases in which this person may take the decision that they wait for, by what presses most.
 * @returns `more`: whether there are others beside those shown
 */
export async function waitingFor(
  handling: DeskNeeds['cases']['handling'],
  actor: Staff,
  most = SHOWN,
): Promise<{ cards: Card[]; more: boolean }> {
  // Whoever decides nothing would only have all of them read.
  if (isAuditor(actor)) return { cards: [], more: false };
  const found: Omit<Card, 'answer'>[] = [];
  for (let cursor: string | undefined, isEnd = false; !isEnd && found.length <= most;) {
    const words = listWords.parse({ toDecide: 'me', sort: 'due', limit: READ, cursor });
    const { items, next } = await handling.list(words, actor);
    const led = items.map((item) => ({ item, decision: ledDecision(item) }));
    found.push(...led.filter(({ item, decision }) => item.allowed.includes(decision)));
    cursor = next;
    isEnd = next === undefined;
  }
  const cards = found.slice(0, most).map(async (one) => ({
    ...one,
    answer: await handling.show(one.item.caseNo, actor, undefined, { masked: true }),
  }));
  return { cards: await Promise.all(cards), more: found.length > most };
}

/** Decisions that wait for whoever leads, with what one needs to take them. */
export function waitingPage({ cases, answers }: DeskNeeds): DeskRoute[] {
  const { handling, policies, reports } = cases;

  return [
    {
      method: 'get',
      path: HERE,
      who: 'supervisor',
      about: { zh: '等我决定', en: 'decisions that wait for me' },
      nav: { name: { zh: '等我决定', en: 'To decide' }, icon: 'i-check' },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const { language } = wording;
        const { cards: waiting, more } = await waitingFor(handling, actorIn(res));
        const asked = decisionNamed(queried(req, 'do'));
        const similar = similarIn(reports);
        const done = decisionNamed(queried(req, 'done'));
        const deadlines = await cases.platformCases.firstDeadlines(waiting.map(({ item }) => item.caseNo));
        answers.page(
          res,
          200,
          'waiting',
          wording,
          {
            heading: sayIn(language)('等我决定', 'To decide'),
            ...(done ? tellDone(done, language) : NOTHING_TO_TELL),
            live: true,
            also: 'led',
            count: waiting.length,
            more,
            cards: await Promise.all(
              waiting.map(async ({ item, answer, decision }, index) => {
                const policy = await policies.version(answer.case.policyVersion);
                const there = deadlines.get(item.caseNo);
                const isOpen = queried(req, 'case') === item.caseNo;
                const open = isOpen && answer.allowed.some((one) => one.decision === asked) ? asked : undefined;
                return {
                  ...rowContext(item, wording),
                  words: item.opening,
                  platform: there
                    ? { name: inLanguage(PLATFORM_KINDS[there.kind], language), ...deadlineContext(there, wording) }
                    : null,
                  why: actionBar(answer, wording).next?.reason ?? inLanguage(item.waitsFor, language),
                  offer: await offerContext(answer.case, { policy, similar, language }),
                  // One filled button on a page: that of the case which presses most.
                  buttons: buttonsFor(answer, decision, language).map((button, n) => ({
                    ...button,
                    filled: asked === undefined && index === 0 && n === 0,
                  })),
                  form: open ? await decisionFormContext(open, { answer, wording, cases, res, back: HERE }) : null,
                };
              }),
            ),
          },
          HERE,
        );
      },
    },
  ];
}

/** The decision and what stands beside it, each with the address that opens its form here. */
export function buttonsFor(
  { case: { caseNo }, allowed }: CaseAnswer,
  decision: DecisionName,
  language: Language,
): Context[] {
  return [decision, ...(BESIDE[decision] ?? [])]
    .filter((name) => allowed.some((one) => one.decision === name))
    .map((name) => ({
      label: begun(inLanguage(DECISIONS[name].label, language)),
      href: `${HERE}?case=${caseNo}&do=${name}#${caseNo}`,
    }));
}

type Similar = (of: Pick<CaseView, 'category' | 'grade'>) => Promise<{ cases: number; median: number | null }>;

/** What similar cases were given, asked for once for all cards. */
export function similarIn(reports: Pick<DeskNeeds['cases']['reports'], 'givenInSimilar'>): Similar {
  const known = new Map<string, ReturnType<Similar>>();
  return ({ category, grade }) => {
    const key = `${category}/${grade}`;
    const answer = known.get(key) ?? reports.givenInSimilar({ category, grade });
    known.set(key, answer);
    return answer;
  };
}

/** Of fewer cases a median says nothing. */
const ENOUGH = 3;

/** The proposal that waits, with whose limit it is within and what similar cases were given; null: another thing waits. */
export async function offerContext(
  view: CaseView,
  { policy, similar, language }: { policy: Policy; similar: Similar; language: Wording['language'] },
): Promise<Context | null> {
  const { proposal } = view;
  if (proposal?.status !== 'awaitingApproval') return null;
  const say = sayIn(language);
  const { cases: count, median } = await similar(view);
  const limit = money(policy.compensation.supervisorUpTo, language);
  return {
    remedies: proposal.remedies.map((remedy) => remedyText(remedy, language)),
    solution: proposal.solution,
    total: money(proposal.total, language),
    limit:
      proposal.total > policy.compensation.supervisorUpTo
        ? say(`超过主管权限 ${limit}`, `above a supervisor's limit of ${limit}`)
        : say(`在主管权限 ${limit}以内`, `within a supervisor's limit of ${limit}`),
    similar:
      median === null || count < ENOUGH
        ? say('同类案件还太少，没有中位数', 'too few similar cases for a median')
        : say(
            `一年内 ${count} 件同类案件的中位数 ${money(median, language)}`,
            `median of ${count} similar cases within a year: ${money(median, language)}`,
          ),
  };
}
