import type { Request, Response } from 'express';
import { isRefused, type Foreseen, type ListedCase } from '../../../../cases';
import { faultsOf, type Fault } from '../../../../domain/basics/faults';
import { isCaseNumber } from '../../../../domain/basics/ids';
import type { Words } from '../../../../domain/basics/types';
import type { Staff } from '../../../../domain/case/permissions';
import { DECISIONS } from '../../../../domain/decisions/catalogue';
import type { Context } from '../../../../render/engine';
import { pageTime } from '../../../../render/format';
import { decisionIdOf, field, newNonce, queried } from '../../kit/request';
import { NOTHING_TO_TELL, sayIn, tellWords, type Wording } from '../../kit/wording';
import { typedOf, type Typed } from '../forms/read';
import { DRAFT, draftContext, keepSent, withoutCarried } from '../drafts';
import type { DeskNeeds } from '../page';
import type { DeskRoute } from '../route';
import { gradeContext, rowContext } from '../rows';
import { actorIn } from '../session';
import { noteIsHere } from '../shown-calls';
import { callersCases, nameOf } from './caller';
import { HERE, phoneForm, readComplaint } from './fields';
import { foundContext, PUT, putInto } from './found';
import { BUTTONS, CALL, phoneFiling } from './filing';

const NOT_ADDED: Words = { zh: '没有并入：', en: 'Not added: ' };

/** What the page is shown with. */
interface Shown {
  typed?: Typed;
  faults?: readonly Fault[];
  tell?: Words;
  /** The number that was asked for. */
  number?: string;
}

/**
 * Phone entry: the number brings up the customer and their open cases; what they say is read with them, read back to them
 * in three sentences, and filed; or it is added to a case of theirs.
 */
export function phonePage({ cases, answers }: DeskNeeds): DeskRoute[] {
  const { handling, complaints, formDrafts, calls } = cases;

  /** What was begun for this number, or before any number was known. */
  async function draftOf(number: string, actor: Staff) {
    for (const place of new Set([placeOf(number), placeOf('')])) {
      const draft = await formDrafts.get(place, actor);
      const typed = new Map(Object.entries(draft?.fields ?? {}));
      const of = typed.get('customer.phone')?.[0]?.trim() ?? '';
      if (!draft || (place !== placeOf(number) && of !== '' && of !== number)) continue;
      return { place, at: draft.at, typed: of === '' ? typed.set('customer.phone', [number]) : typed };
    }
    return undefined;
  }

  async function show(req: Request, res: Response, status: number, shown: Shown = {}): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const number = (shown.number ?? shown.typed?.get('customer.phone')?.[0] ?? '').trim();
    const known = await callersCases({ handling }, number, actorIn(res));
    const begun = shown.typed ? undefined : await draftOf(number, actorIn(res));
    const typed: Typed =
      shown.typed ??
      begun?.typed ??
      new Map([
        ['customer.phone', [number]],
        ['customer.name', [nameOf(known)]],
      ]);
    const read = readComplaint(typed);
    const call = shown.typed?.get(CALL)?.[0] ?? queried(req, CALL);
    noteIsHere(res, call);
    answers.page(
      res,
      status,
      'phone',
      wording,
      {
        heading: sayIn(language)('电话登记', 'Phone entry'),
        ...(shown.tell ? tellWords(shown.tell, language) : NOTHING_TO_TELL),
        number,
        ...phoneForm(typed, shown.faults ?? [], wording),
        draft: draftContext(
          begun,
          shown.typed?.get(DRAFT)?.[0] ?? begun?.place ?? placeOf(number),
          addressOf(number),
          wording,
        ),
        nonce: newNonce(),
        call: call || null,
        caller: number === '' ? null : callerContext(known, wording),
        ...foundContext(complaints.found(typed.get('text')?.[0] ?? ''), typed, language),
        suggestion: 'body' in read ? suggestionContext(await complaints.foresee(read.body), wording) : null,
      },
      HERE,
    );
  }

  /** Adds what the customer said to a case of theirs. */
  async function addTo(caseNo: string, typed: Typed, req: Request, res: Response): Promise<void> {
    const actor = actorIn(res);
    const text = [typed.get('text')?.[0] ?? '', typed.get('wantedRemedy')?.[0] ?? '']
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .join('\n');
    if (!isCaseNumber(caseNo)) return answers.message(req, res, 404, 'unknown');
    const via = typed.get('channel')?.[0] === 'counter' ? 'counter' : 'phone';
    const input = DECISIONS.customerWrote.api.safeParse({ text, via }, { reportInput: true });
    if (!input.success) return show(req, res, 422, { typed, faults: faultsOf(input.error) });
    try {
      const decisionId = decisionIdOf('customerWrote', `${caseNo}/${actor.id}`, field(req, 'nonce'));
      const done = await handling.decide(caseNo, 'customerWrote', { ...input.data, decisionId }, actor);
      await formDrafts.remove(field(req, DRAFT), actor);
      await calls.tie(field(req, CALL), caseNo, actor);
      if ('status' in done) return answers.message(req, res, 202, 'accepted', `/desk/cases/${caseNo}`);
      res.redirect(303, `/desk/cases/${caseNo}?done=customerWrote`);
    } catch (error) {
      if (!isRefused(error) || error.kind === 'notFound') throw error;
      const { zh, en } = error.words;
      const tell = { zh: `${NOT_ADDED.zh}${zh}`, en: `${NOT_ADDED.en}${en}` };
      await show(req, res, error.kind === 'away' ? 503 : 409, { typed, tell });
    }
  }

  const filing = phoneFiling({ cases, answers }, (req, res, typed, tell) => show(req, res, 409, { typed, tell }));

  return [
    {
      method: 'get',
      path: HERE,
      who: 'agent',
      about: { zh: '电话登记：来电客户和他们的案件', en: 'phone entry: the caller and their cases' },
      nav: { name: { zh: '电话登记', en: 'Phone' }, icon: 'i-call' },
      handle: (req, res) => show(req, res, 200, { number: queried(req, 'number') }),
    },
    {
      method: 'post',
      path: HERE,
      who: 'agent',
      about: { zh: '读给客户确认、登记，或并入在办案件', en: 'reads it back, files it, or adds it to an open case' },
      form: true,
      async handle(req, res) {
        const typed = typedOf(req.body);
        const step = field(req, 'step');
        if (field(req, PUT) !== '') return show(req, res, 200, { typed: putInto(typed, field(req, PUT)) });
        if (step === 'look') return show(req, res, 200, { typed });
        // Also where no script does: once it is filed or added to a case there is none any more.
        await keepSent({ cases, res }, field(req, DRAFT), withoutCarried(typed, [...BUTTONS, CALL]));
        if (field(req, 'into') !== '') return addTo(field(req, 'into'), typed, req, res);
        const read = readComplaint(typed);
        if ('faults' in read) return show(req, res, step === 'back' ? 200 : 422, { typed, faults: read.faults });
        if (step === 'file') return filing.file(read.body, typed, req, res);
        if (step === 'back') return show(req, res, 200, { typed });
        await filing.readBack(read.body, typed, req, res);
      },
    },
  ];
}

/** Where the draft of a call from this number is kept; an empty number: nobody has asked for one yet. */
const placeOf = (number: string): string => (number === '' ? 'phone' : `phone/${number.replaceAll('/', ' ')}`);

const addressOf = (number: string): string =>
  number === '' ? HERE : `${HERE}?${new URLSearchParams({ number }).toString()}`;

/** The caller as our cases know them: the open ones, into which what they say may go, and how many there were before. */
function callerContext(known: readonly ListedCase[], wording: Wording): Context {
  const open = known.filter(({ stage }) => stage !== 'archived');
  return {
    name: nameOf(known) || null,
    isKnown: known.length > 0,
    open: open.map((item) => ({ ...rowContext(item, wording), mayAdd: item.allowed.includes('customerWrote') })),
    openCount: open.length,
    before: known.length - open.length,
  };
}

/** What the words suggest, with the words that say so, and what is to be said at once where they speak of a hazard. */
function suggestionContext({ suggestion, answerBy }: Foreseen, { language, now }: Wording): Context {
  return {
    ...gradeContext(suggestion, language),
    words: [...new Set(suggestion.reasons.flatMap(({ words }) => words))],
    isHazard: suggestion.reasons.some(({ rule }) => rule === 'M1'),
    answerBy: pageTime(answerBy, language, now, true),
  };
}
