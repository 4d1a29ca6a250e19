import type { Request, Response } from 'express';
import {
  groupDecisionNamed,
  isRefused,
  type CaseAnswer,
  type CaseGroupView,
  type CaseView,
  type RefusedKind,
} from '../../../cases';
import { faultsOf, type Fault } from '../../../domain/basics/faults';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import type { Language, Words } from '../../../domain/basics/types';
import type { Staff } from '../../../domain/case/permissions';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../../domain/decisions/catalogue';
import { CHANGED } from '../../../domain/decisions/decide';
import { revocableId } from '../../../domain/decisions/undo';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { decisionIdOf, field, newNonce, param } from '../kit/request';
import { inLanguage } from '../../../render/words';
import { tellSuccess, type Tell, type Wording } from '../kit/wording';
import { formOf, type DecisionForm } from './forms/model';
import type { Known } from './forms/known';
import { readDecisionForm, typedOf, type Typed } from './forms/read';
import { ALSO, alsoContext, alsoIn, decideAlso, IN_GROUP } from './case-group';
import { DRAFT, draftContext, keepSent, withoutCarried } from './drafts';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn, readerOf, safeTarget } from './session';

/** What was sent for a decision and could not be taken, to be shown again. */
export interface Refused {
  decision: DecisionName;
  typed: Typed;
  faults?: readonly Fault[];
  /** The refusal; of what the schema says there is none. */
  because?: { code: string; words: Words };
  /** Names of files that were taken, beside others that were not. */
  taken?: readonly string[];
  /** The last entry of the case that the sender had seen; undefined: the form does not say. */
  seq?: number | undefined;
  /** The other cases of the group that were ticked; undefined: it was for this case alone. */
  also?: readonly string[] | undefined;
  /** The entry of the library whose reply was put into it. */
  entry?: string | undefined;
}

/** The decision of that name; undefined for any other text. */
export const decisionNamed = (name: string): DecisionName | undefined => DECISION_NAMES.find((one) => one === name);

/** What the form is shown again for, with the reason, and under which status. */
const STATUS_AGAIN: Partial<Record<RefusedKind, number>> = {
  conflict: 409,
  forbidden: 403,
  tooLarge: 413,
  unsupported: 415,
  away: 503,
  full: 507,
};

/** What the form of a decision in this case is made from: what can be chosen, and by whom. */
export async function knownOf(
  view: CaseView,
  { cases: { policies, roster }, res }: { cases: Pick<DeskNeeds['cases'], 'policies' | 'roster'>; res: Response },
): Promise<Known> {
  const { id, role } = actorIn(res);
  const [policy, staff, departments] = await Promise.all([
    policies.version(view.policyVersion),
    roster.staff(),
    roster.departments(),
  ]);
  return { case: view, viewer: { id, role }, staff: staff.filter(({ active }) => active), departments, policy };
}

/** What the partial `form` is given. */
export async function decisionFormContext(
  decision: DecisionName,
  {
    answer,
    wording,
    cases,
    res,
    refused,
    policyForm,
    into,
    group,
    insert,
    back,
  }: {
    answer: CaseAnswer;
    wording: Wording;
    cases: DeskNeeds['cases'];
    res: Response;
    refused?: Refused | undefined;
    policyForm?: string | undefined;
    /** The case that `merge` is to go into. */
    into?: string | undefined;
    /** The group that the case leads, with how this decision would come to the others. */
    group?: CaseGroupView | undefined;
    /** What of the library is put into an answer. */
    insert?: { entry: string; text: string } | undefined;
    /** The page to go back to, of those without a query; left out: the case. */
    back?: string | undefined;
  },
): Promise<Context> {
  const { formToken } = readerOf(res);
  const { case: view } = answer;
  const fresh: Known = {
    ...(await knownOf(view, { cases, res })),
    ...(policyForm !== undefined && { form: policyForm }),
    ...(into !== undefined && { into }),
    ...(insert && { reply: insert.text }),
    ...(refused && {
      typed: refused.typed,
      faults: refused.faults,
      refusedBy: refused.because?.code,
      because: refused.because?.words,
    }),
  };
  const empty = formOf(decision, wording, fresh);
  // Each form of the policy has a draft of its own.
  const form =
    decision === 'fillForm'
      ? empty.controls.find(({ kind, name }) => kind === 'hidden' && name === 'form')?.value
      : undefined;
  const place = [view.caseNo, decision, ...(form === undefined ? [] : [form])].join('/');
  const draft = refused ? undefined : await cases.formDrafts.get(place, actorIn(res));
  const model = draft
    ? formOf(decision, wording, { ...fresh, typed: withInserted(typedFrom(draft.fields, empty), insert?.text) })
    : empty;
  const asked = new URLSearchParams({
    ...(back !== undefined && { case: view.caseNo }),
    do: decision,
    ...(form !== undefined && { form }),
  });
  const overtaken = refused && (await overtakenBy(refused, { answer, wording, cases, res }));
  const entry = insert?.entry ?? (refused?.entry || undefined);
  const shownAt = back ?? `/desk/cases/${view.caseNo}`;
  return {
    // A file comes with its form, and is stored before the decision is taken.
    action: `/desk/cases/${view.caseNo}/${model.multipart ? 'evidence' : `decisions/${decision}`}`,
    cancel: shownAt,
    model: overtaken ? { ...model, errors: [] } : model,
    overtaken: overtaken ?? null,
    taken: refused?.taken?.length ? refused.taken.join(wording.language === 'zh-CN' ? '、' : ', ') : null,
    also: alsoContext(group, refused?.also, wording.language),
    draft: draftContext(draft, place, `${shownAt}?${asked.toString()}`, wording),
    hidden: [
      { name: 'csrf', value: formToken },
      { name: 'nonce', value: newNonce() },
      // Whoever was told of a missing field has not been told of what others did since they opened the form.
      {
        name: 'seq',
        value: String(refused && refused.because?.code !== CHANGED.code ? (refused.seq ?? view.seq) : view.seq),
      },
      ...(back === undefined ? [] : [{ name: 'back', value: back }]),
      ...(entry === undefined ? [] : [{ name: 'entry', value: entry }]),
    ],
  };
}

/**
 * What others have done since the form was opened, where it was refused for that: when, and who did what.
 * @returns undefined: it was refused for something else
 */
async function overtakenBy(
  { because, seq }: Refused,
  { answer, wording, cases, res }: { answer: CaseAnswer; wording: Wording; cases: DeskNeeds['cases']; res: Response },
): Promise<Context[] | undefined> {
  if (because?.code !== CHANGED.code || seq === undefined) return undefined;
  const { caseNo, seq: last } = answer.case;
  const { language, now } = wording;
  const entries = await cases.handling.overtaking(caseNo, actorIn(res), seq);
  // Of what came after the case was read they are told when they send the form again.
  const seen = entries.filter((entry) => entry.seq <= last);
  return seen.length === 0
    ? undefined
    : seen.map(({ at, words, quotes }) => ({
        at,
        time: pageTime(at, language, now),
        words: inLanguage(words, language),
        quotes: quotes.flatMap(({ text }) => (text === null ? [] : [text])),
      }));
}

/** What had been typed, with what is put into it behind it; it is put there once. */
function withInserted(typed: Typed, reply: string | undefined): Typed {
  const [text = ''] = typed.get('text') ?? [];
  if (reply === undefined || text.includes(reply)) return typed;
  return new Map([...typed, ['text', [text.trim() === '' ? reply : `${text.trimEnd()}\n\n${reply}`]]]);
}

/** A draft, as the form is filled in with it: what the form carries without asking is that of now. */
function typedFrom(fields: Readonly<Record<string, string[]>>, { controls }: DecisionForm): Typed {
  const typed = new Map<string, readonly string[]>(Object.entries(fields));
  for (const { kind, name, value, wasName } of controls) {
    if (kind === 'hidden') typed.set(name, [value]);
    if (wasName !== null) typed.delete(wasName);
  }
  return typed;
}

/**
 * The address to which the forms of decisions are sent.
 * @param again shows the case with the form as it was filled in, and says what stands against it
 */
export function decidingRoute(
  { cases, answers }: Pick<DeskNeeds, 'cases' | 'answers'>,
  showAgain: ShowAgain,
): DeskRoute {
  /** The forms of the policy that the case follows: only they say of which types the values of `fillForm` are. */
  async function formsOf(caseNo: string, actor: Staff) {
    const { case: view } = await cases.handling.show(caseNo, actor, undefined, { masked: true });
    return (await cases.policies.version(view.policyVersion)).forms;
  }

  const again = showingAgain(cases, showAgain);

  return {
    method: 'post',
    path: '/desk/cases/:caseNo/decisions/:decision',
    who: 'colleague',
    about: { zh: '做一个决定', en: 'takes a decision' },
    form: true,
    async handle(req, res) {
      const caseNo = readCaseNumber(param(req, 'caseNo'));
      const decision = decisionNamed(param(req, 'decision'));
      if (!isCaseNumber(caseNo) || !decision) return answers.message(req, res, 404, 'unknown');
      const actor = actorIn(res);
      const typed = typedIn(req);
      const forms = decision === 'fillForm' ? await formsOf(caseNo, actor) : [];
      const input = DECISIONS[decision].api.safeParse(readDecisionForm(decision, typed, forms), { reportInput: true });
      if (!input.success)
        return again(req, res, 422, { decision, typed, faults: faultsOf(input.error), ...openedWith(req) });
      const ids = {
        decisionId: revocableId(decision, decisionIdOf(decision, `${caseNo}/${actor.id}`, field(req, 'nonce'))),
        formSeq: seqIn(req),
      };
      try {
        const done = await cases.handling.decide(caseNo, decision, { ...input.data, ...ids }, actor);
        await cases.formDrafts.remove(field(req, DRAFT), actor);
        if ('decision' in done) await countUse(cases, { entry: field(req, 'entry'), caseNo, ...done.decision }, actor);
        if ('status' in done) return answers.message(req, res, 202, 'accepted', `/desk/cases/${caseNo}`);
        const to = field(req, 'back') === '' ? `/desk/cases/${caseNo}` : safeTarget(field(req, 'back'));
        const name = groupDecisionNamed(decision);
        const report = await decideAlso(cases, req, res, { caseNo, decision: name, decisionId: ids.decisionId });
        res.redirect(303, `${to}?done=${decision}${report === undefined ? '' : `&group=${report}`}`);
      } catch (error) {
        const [status, refused] = asRefused(error, decision, typed);
        await again(req, res, status, { ...refused, ...openedWith(req) });
      }
    },
  };
}

/** Counts that an entry of the library was sent, if one was; what cannot be counted stands in nobody's way. */
async function countUse(
  { library }: Pick<DeskNeeds['cases'], 'library'>,
  { entry, caseNo, decisionId }: { entry: string; caseNo: string; decisionId: string },
  actor: Staff,
): Promise<void> {
  if (entry === '') return;
  try {
    await library.used(entry, { caseNo, decisionId }, actor);
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}

/** The last entry of the case that a form was made with. */
const seqIn = (req: Request): number | undefined =>
  /^\d{1,6}$/.test(field(req, 'seq')) ? Number(field(req, 'seq')) : undefined;

/** What the form carries beside what is typed: it is shown again with it. */
const openedWith = (req: Request): Pick<Refused, 'seq' | 'also' | 'entry'> => ({
  seq: seqIn(req),
  also: alsoIn(req),
  entry: field(req, 'entry'),
});

/** Shows the case with the form as it was filled in. */
export type ShowAgain = (req: Request, res: Response, status: number, refused: Refused) => Promise<void>;

/** Keeps what was sent and not taken as the form's draft, and shows it again. */
export const showingAgain =
  (cases: Pick<DeskNeeds['cases'], 'formDrafts'>, showAgain: ShowAgain): ShowAgain =>
  async (req, res, status, refused) => {
    await keepSent({ cases, res }, field(req, DRAFT), refused.typed);
    await showAgain(req, res, status, refused);
  };

/** What was typed into the form of a decision. */
export const typedIn = (req: Request): Typed => withoutCarried(typedOf(req.body), [IN_GROUP, ALSO]);

/** A refusal that is told above the form, with its status. @throws every other error as it is */
export function asRefused(error: unknown, decision: DecisionName, typed: Typed): [status: number, Refused] {
  if (!isRefused(error)) throw error;
  const { kind, code, words, details } = error;
  if (kind === 'invalid') return [422, { decision, typed, faults: details.faults ?? [], because: { code, words } }];
  // Away: Temporal does not answer and nothing is stored, so what was typed must not be lost.
  const status = STATUS_AGAIN[kind];
  if (status === undefined) throw error;
  return [status, { decision, typed, because: { code, words } }];
}

/** What is told after a decision was taken. */
export const tellDone = (decision: DecisionName, language: Language): Tell => {
  const { label } = DECISIONS[decision];
  return tellSuccess({ zh: `已完成：${label.zh}`, en: `Done: ${label.en}` }, language);
};
