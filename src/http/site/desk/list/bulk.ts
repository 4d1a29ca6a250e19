import type { Request, Response } from 'express';
import { DECIDED_AT_ONCE, listWords, type BulkAnswer, type CaseView, type ListedCase } from '../../../../cases';
import { faultsOf, type Fault } from '../../../../domain/basics/faults';
import { isCaseNumber } from '../../../../domain/basics/ids';
import type { Language, Words } from '../../../../domain/basics/types';
import type { Staff } from '../../../../domain/case/permissions';
import { DECISIONS } from '../../../../domain/decisions/catalogue';
import type { Context } from '../../../../render/engine';
import { inLanguage } from '../../../../render/words';
import { decisionIdOf, field, newNonce, param } from '../../kit/request';
import { sayIn } from '../../kit/wording';
import { knownOf } from '../deciding';
import { withoutCarried } from '../drafts';
import { formOf } from '../forms/model';
import { readDecisionForm, typedOf, type Typed } from '../forms/read';
import type { DeskNeeds } from '../page';
import type { DeskRoute } from '../route';
import { actorIn, readerOf } from '../session';
import { addressOf, asText, wordsIn, type Asked } from './filters';
import type { ListAgain } from './views';

/** The decisions that are offered for many cases at once: their forms ask for nothing that stands in one case alone. */
const IN_BULK = ['assign', 'accept', 'regrade', 'reassign', 'chase', 'note', 'pause', 'resume'] as const;
type InBulk = (typeof IN_BULK)[number];

const inBulk = (name: string): InBulk | undefined => IN_BULK.find((one) => one === name);

/** The ticks, and what else the forms carry. */
const PICKED = 'picked';
const OURS = ['words', PICKED];

/** A case that was ticked, with its last entry as the person saw it. */
interface Picked {
  caseNo: string;
  expectedSeq: number;
}

/** What a tick in the list is sent as. */
export const pickedValue = ({ caseNo, seq }: Pick<ListedCase, 'caseNo' | 'seq'>): string => `${caseNo}.${seq}`;

/** The ticked cases, each once; what is no case number is left out. */
function pickedIn(typed: Typed): Picked[] {
  const picked = (typed.get(PICKED) ?? []).flatMap((value) => {
    const [caseNo = '', seq = ''] = value.split('.', 2);
    return isCaseNumber(caseNo) && /^\d{1,6}$/.test(seq) ? [[caseNo, Number(seq)] as const] : [];
  });
  return [...new Map(picked)].map(([caseNo, expectedSeq]) => ({ caseNo, expectedSeq }));
}

/** What may be decided in at least one of these cases, as buttons of the list's foot. */
export const bulkContext = (items: readonly Pick<ListedCase, 'allowed'>[], language: Language): Context[] =>
  IN_BULK.filter((name) => items.some(({ allowed }) => allowed.includes(name))).map((name) => ({
    value: name,
    label: inLanguage(DECISIONS[name].label, language),
  }));

const NOTHING_PICKED: Words = { zh: '还没有勾选案件。', en: 'No case is ticked.' };
const TOO_MANY: Words = {
  zh: `一次最多 ${DECIDED_AT_ONCE} 件，请减少勾选。`,
  en: `At most ${DECIDED_AT_ONCE} cases at once; please tick fewer.`,
};

/** Why there cannot be so many. */
const faultOf = ({ length }: readonly Picked[]): Words | undefined =>
  length === 0 ? NOTHING_PICKED : length > DECIDED_AT_ONCE ? TOO_MANY : undefined;

/** One decision in many cases: the form for all of them, and a report of what became of it in each. */
export function bulkRoutes({ cases, answers }: Pick<DeskNeeds, 'cases' | 'answers'>, again: ListAgain): DeskRoute[] {
  const { handling } = cases;

  /** The ticked cases, or with `all` those that the list holds from its beginning on. */
  async function picked(req: Request, typed: Typed, asked: Asked, actor: Staff): Promise<Picked[]> {
    if (field(req, 'all') === '') return pickedIn(typed);
    const words = listWords.safeParse({ ...asked, cursor: undefined, limit: DECIDED_AT_ONCE / 2 });
    if (!words.success) return [];
    const first = await handling.list(words.data, actor);
    const second = first.next ? await handling.list({ ...words.data, cursor: first.next }, actor) : { items: [] };
    return [...first.items, ...second.items].map(({ caseNo, seq }) => ({ caseNo, expectedSeq: seq }));
  }

  /** The case of which the form takes what can be chosen: the lowest grade may be owned by most. */
  async function exampleOf(chosen: readonly Picked[], actor: Staff): Promise<CaseView | undefined> {
    const shown = await Promise.all(
      chosen.slice(0, 5).map(({ caseNo }) => handling.show(caseNo, actor, undefined, { masked: true })),
    );
    return shown.map((answer) => answer.case).find(({ grade }) => grade === 'general') ?? shown[0]?.case;
  }

  async function showForm(
    req: Request,
    res: Response,
    status: number,
    { decision, chosen, asked, typed, faults }: Form,
  ): Promise<void> {
    const { formToken } = readerOf(res);
    const wording = answers.wordingOf(req);
    const say = sayIn(wording.language);
    const example = await exampleOf(chosen, actorIn(res));
    if (!example) return again(req, res, 422, asked, NOTHING_PICKED);
    const known = await knownOf(example, { cases, res });
    const model = formOf(decision, wording, { ...known, isForMany: true, typed, faults });
    answers.page(res, status, 'bulk', wording, {
      heading: say(`${model.label} · ${chosen.length} 件`, `${model.label} · ${chosen.length} cases`),
      form: {
        draft: null,
        also: null,
        overtaken: null,
        taken: null,
        action: `/desk/cases/bulk/${decision}`,
        cancel: addressOf(asked),
        model,
        hidden: [
          { name: 'csrf', value: formToken },
          { name: 'nonce', value: newNonce() },
          { name: 'words', value: asText(asked) },
          ...chosen.map(({ caseNo, expectedSeq }) => ({
            name: PICKED,
            value: pickedValue({ caseNo, seq: expectedSeq }),
          })),
        ],
      },
      report: null,
    });
  }

  return [
    {
      method: 'post',
      path: '/desk/cases/bulk',
      who: 'colleague',
      about: { zh: '为勾选的案件打开决定的表单', en: 'opens the form of a decision for the cases that are ticked' },
      form: true,
      async handle(req, res) {
        const asked = wordsIn(field(req, 'words'));
        const decision = inBulk(field(req, 'decision'));
        if (!decision) return answers.message(req, res, 404, 'unknown');
        const chosen = await picked(req, typedOf(req.body), asked, actorIn(res));
        const fault = faultOf(chosen);
        if (fault) return again(req, res, 422, asked, fault);
        await showForm(req, res, 200, { decision, chosen, asked });
      },
    },
    {
      method: 'post',
      path: '/desk/cases/bulk/:decision',
      who: 'colleague',
      about: { zh: '为许多案件做同一个决定', en: 'takes one decision in many cases' },
      form: true,
      async handle(req, res) {
        const asked = wordsIn(field(req, 'words'));
        const decision = inBulk(param(req, 'decision'));
        if (!decision) return answers.message(req, res, 404, 'unknown');
        const all = typedOf(req.body);
        const chosen = pickedIn(all);
        const fault = faultOf(chosen);
        if (fault) return again(req, res, 422, asked, fault);
        const typed = withoutCarried(all, OURS);
        const input = DECISIONS[decision].api.safeParse(readDecisionForm(decision, typed), { reportInput: true });
        if (!input.success) {
          return showForm(req, res, 422, { decision, chosen, asked, typed, faults: faultsOf(input.error) });
        }
        const actor = actorIn(res);
        const report = await handling.decideInBulk(
          {
            decision,
            input: input.data,
            cases: chosen.map(({ caseNo, expectedSeq: formSeq }) => ({ caseNo, formSeq })),
            decisionId: decisionIdOf(`bulk/${decision}`, actor.id, field(req, 'nonce')),
          },
          actor,
        );
        const wording = answers.wordingOf(req);
        answers.page(res, 200, 'bulk', wording, {
          heading: inLanguage(DECISIONS[decision].label, wording.language),
          form: null,
          report: reportContext(report, asked, wording.language),
        });
      },
    },
  ];
}

/** A form for many cases, maybe one that was refused. */
interface Form {
  decision: InBulk;
  chosen: readonly Picked[];
  asked: Asked;
  typed?: Typed;
  faults?: readonly Fault[];
}

/** What became of the decision: how many times it was taken, and why not in the others. */
function reportContext({ taken, accepted, refused, items }: BulkAnswer, asked: Asked, language: Language): Context {
  return {
    taken,
    accepted,
    refused,
    back: addressOf(asked),
    items: items
      .filter(({ status }) => status === 'refused')
      .map(({ caseNo, because }) => ({
        caseNo,
        href: `/desk/cases/${caseNo}`,
        why: because ? inLanguage(because, language) : '',
      })),
  };
}
