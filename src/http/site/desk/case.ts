import type { Request, Response } from 'express';
import { groupDecisionNamed, isRefused, type ContactShown, type StoryFilter } from '../../../cases';
import type { DecisionName } from '../../../domain/decisions/catalogue';
import type { Language } from '../../../domain/basics/types';
import { isCaseNumber, isUuid, readCaseNumber } from '../../../domain/basics/ids';
import { readsAs, type Staff } from '../../../domain/case/permissions';
import { sendEvidence } from '../../middleware/download';
import { param, queried } from '../kit/request';
import { NOTHING_TO_TELL, type Tell } from '../kit/wording';
import { attachingRoute } from './attaching';
import { barContext } from './bar';
import { headContext } from './case-head';
import { callsOfCase, factsContext } from './case-facts';
import { messagesContext, newsByRoute, tellNewsBy } from './case-messages';
import { handingOf, handingRoute } from './handing-over';
import { platformActRoute, platformContext } from './platform-case';
import { looksAddress } from './case-looks';
import { pastPage } from './case-past';
import { filterLinks, filterNamed, storyContext } from './case-story';
import { decidingRoute, decisionFormContext, decisionNamed, tellDone, type Refused, type ShowAgain } from './deciding';
import type { DeskNeeds } from './page';
import { presenceShown } from './presence';
import { groupContext, groupRoutes, tellGroup } from './case-group';
import { similarContext } from './case-similar';
import { libraryContext } from './case-library';
import type { DeskRoute } from './route';
import { besideOf } from './case-parts';
import { suggestedContext, wordsContext } from './case-words';
import { actorIn } from './session';
import { tellUndone, undoContext, undoingRoute } from './undoing';

/** What the page is shown with, beside the case itself. */
interface Shown {
  /** The decision whose form is open. */
  form?: DecisionName | undefined;
  /** Which form of the policy `fillForm` is about. */
  policyForm?: string | undefined;
  /** The case that `merge` is to go into. */
  into?: string | undefined;
  /** The entry of the library whose reply is put into the form. */
  entry?: string | undefined;
  /** What was sent and not taken. */
  refused?: Refused;
  /** The decision that has just been taken. */
  done?: DecisionName | undefined;
  /** What is told in place of that. */
  told?: Tell | undefined;
  /** What of the story. */
  filter?: StoryFilter;
  /** How the customer is reached, for who asked to see it. */
  contact?: ContactShown;
}

/** Where the chat is that a case came from, and who looked at it; null: none, or not for this person. */
async function linksOf({ chats }: Pick<DeskNeeds['cases'], 'chats'>, caseNo: string, actor: Staff) {
  const chat = readsAs(actor, 'agent') ? await chats.desk.ofCase(caseNo) : undefined;
  return {
    chatHref: chat === undefined ? null : `/desk/chats/${chat}`,
    looksHref: readsAs(actor, 'supervisor') ? looksAddress(caseNo) : null,
  };
}

/** The reply of an entry of the library, filled in for this case; undefined: none was chosen, or it is not offered any more. */
async function insertedIn(
  { library }: Pick<DeskNeeds['cases'], 'library'>,
  caseNo: string,
  actor: Staff,
  { entry }: Shown,
): Promise<{ entry: string; text: string } | undefined> {
  if (entry === undefined) return undefined;
  try {
    return { entry, text: (await library.reply(entry, caseNo, actor)).text };
  } catch (error) {
    if (isRefused(error, 'notFound') || isRefused(error, 'forbidden')) return undefined;
    throw error;
  }
}

/** What was done just before, by the address: a decision taken back, or another way to tell the customer. */
function toldIn(req: Request, language: Language): Tell | undefined {
  const undone = decisionNamed(queried(req, 'undone'));
  return undone ? tellUndone(undone, language) : (tellNewsBy(req, language) ?? tellGroup(req, language));
}

/** The page of a case: the customer's words, what happened, what is known, and what may be decided. */
export function casePage({ cases, answers }: DeskNeeds): DeskRoute[] {
  const { handling } = cases;
  const past = pastPage({ cases, answers });

  async function show(req: Request, res: Response, status: number, shown: Shown): Promise<void> {
    const caseNo = readCaseNumber(param(req, 'caseNo'));
    if (!isCaseNumber(caseNo)) return answers.message(req, res, 404, 'unknown');
    const actor = actorIn(res);
    const { filter = 'all' } = shown;
    const wording = answers.wordingOf(req);
    const [answer, promises, story, beside, calls, messages, platform, similar, { group }, library] = await Promise.all(
      [
        // Masked: whoever wants to call asks for the number, and the look is written down.
        handling.show(caseNo, actor, undefined, { masked: true }),
        handling.promises(caseNo, actor),
        handling.story(caseNo, actor, { filter }),
        besideOf(handling, caseNo, actor, wording),
        cases.calls.ofCase(caseNo, actor),
        cases.messages.ofCase(caseNo, actor),
        cases.platformCases.ofCase(caseNo, actor),
        handling.similar(caseNo, actor),
        handling.group(caseNo, actor, groupDecisionNamed(shown.refused?.decision ?? shown.form ?? '')),
        readsAs(actor, 'agent') ? cases.library.forCase(caseNo, actor) : { items: [] },
      ],
    );
    const { language } = wording;
    const { case: view } = answer;
    const undoable = shown.done && (await handling.undoable(caseNo, actor));
    // A form is open for what may be decided now, and for what was just refused.
    const decision =
      shown.refused?.decision ?? answer.allowed.find(({ decision: name }) => name === shown.form)?.decision;
    answers.page(res, status, 'case', wording, {
      wide: true,
      live: true,
      ...headContext(view, wording),
      ...(shown.told ?? (shown.done ? tellDone(shown.done, language) : NOTHING_TO_TELL)),
      undo: undoable && undoable.name === shown.done ? undoContext(undoable, language) : null,
      ...wordsContext(view, wording),
      suggested: suggestedContext(view, wording, !decision && answer.allowed.some((one) => one.decision === 'grade')),
      facts: factsContext({ ...view, customer: { ...view.customer, ...shown.contact } }, promises.items, wording, {
        handing: await handingOf(view, cases, actor),
      }),
      caseCalls: callsOfCase(calls, wording),
      messages: messagesContext(messages, wording),
      platform: platformContext(platform, wording),
      similar: similarContext(similar, answer, group, wording),
      group: groupContext(group, caseNo, answer, wording),
      library: libraryContext(library, answer, actor, wording),
      ...(await linksOf(cases, caseNo, actor)),
      isMasked: shown.contact === undefined && (view.customer.phone ?? view.customer.email) !== undefined,
      story: storyContext(story, caseNo, wording),
      filters: filterLinks(
        filter,
        caseNo,
        {
          ...(decision !== undefined && { do: decision }),
          ...(shown.policyForm !== undefined && { form: shown.policyForm }),
        },
        language,
      ),
      past: null,
      present: presenceShown(await cases.following.present(caseNo, actor), language),
      thenHref: `/desk/cases/${caseNo}?at=${view.seq}`,
      bar: barContext(answer, wording),
      form: decision
        ? await decisionFormContext(decision, {
            answer,
            wording,
            cases,
            res,
            refused: shown.refused,
            policyForm: shown.policyForm,
            into: shown.into,
            group,
            insert: await insertedIn(cases, caseNo, actor, shown),
          })
        : null,
      ...beside,
    });
  }

  const again: ShowAgain = (req, res, status, refused) => show(req, res, status, { refused });

  const showTold = (req: Request, res: Response, status: number, told: Tell): Promise<void> =>
    show(req, res, status, { told });

  const showNow = (req: Request, res: Response): Promise<void> =>
    show(req, res, 200, {
      form: decisionNamed(queried(req, 'do')),
      policyForm: queried(req, 'form') || undefined,
      into: readCaseNumber(queried(req, 'into')) || undefined,
      entry: queried(req, 'entry') || undefined,
      done: decisionNamed(queried(req, 'done')),
      told: toldIn(req, answers.wordingOf(req).language),
      filter: filterNamed(queried(req, 'show')),
    });

  return [
    {
      method: 'get',
      path: '/desk/cases/:caseNo',
      who: 'colleague',
      about: {
        zh: '一件案件；`show` 只看往来、备注、决定或承诺，`at` 看它在某一条记录之后的样子',
        en: 'a case; `show` narrows its story, `at` shows it as it stood after an entry',
      },
      handle: (req, res) =>
        queried(req, 'at') === '' ? showNow(req, res) : past(req, res, param(req, 'caseNo'), queried(req, 'at')),
    },
    contactRoute({ cases, answers }, (req, res, contact) => show(req, res, 200, { contact })),
    newsByRoute({ cases, answers }, showTold),
    decidingRoute({ cases, answers }, again),
    attachingRoute({ cases, answers }, again),
    undoingRoute({ cases, answers }, showTold),
    handingRoute({ cases, answers }, showTold),
    ...groupRoutes({ cases, answers }, showTold),
    platformActRoute({ cases, answers }, showTold),
    fileRoute({ cases, answers }),
  ];
}

/** The customer's phone and mail. @param showWith the case with them */
const contactRoute = (
  { cases: { handling }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>,
  showWith: (req: Request, res: Response, contact: ContactShown) => Promise<void>,
): DeskRoute => ({
  method: 'post',
  path: '/desk/cases/:caseNo/contact',
  who: 'colleague',
  about: {
    zh: '显示客户的电话和邮箱，并记下谁看过',
    en: "shows the customer's phone and mail, and notes who looked",
  },
  form: true,
  async handle(req, res) {
    const caseNo = readCaseNumber(param(req, 'caseNo'));
    if (!isCaseNumber(caseNo)) return answers.message(req, res, 404, 'unknown');
    await showWith(req, res, await handling.contact(caseNo, actorIn(res)));
  },
});

/** A file of the evidence. */
const fileRoute = ({ cases, answers }: Pick<DeskNeeds, 'cases' | 'answers'>): DeskRoute => ({
  method: 'get',
  path: '/desk/cases/:caseNo/evidence/:evidenceId',
  who: 'colleague',
  about: { zh: '证据文件', en: 'a file of its evidence' },
  isBare: true,
  async handle(req, res) {
    const [caseNo, evidenceId] = [param(req, 'caseNo'), param(req, 'evidenceId')];
    if (!isUuid(evidenceId)) return answers.message(req, res, 404, 'unknown');
    const { file, content } = await cases.evidence.open(caseNo, evidenceId, actorIn(res));
    await sendEvidence(res, file, content, { inPlace: true });
  },
});
