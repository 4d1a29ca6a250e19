import type { Request, Response } from 'express';
import { isRefused, suggestionAct, wantedSuggestion, type SuggestionList, type SuggestionShown } from '../../../cases';
import { faultsOf, type Fault } from '../../../domain/basics/faults';
import { readCaseNumber } from '../../../domain/basics/ids';
import type { Words } from '../../../domain/basics/types';
import { isAuditor } from '../../../domain/case/permissions';
import type { Context } from '../../../render/engine';
import { cut, pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, param, queried, typedText } from '../kit/request';
import { sayIn, tellWords, type Tell, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import { faultAt, toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/suggestions';

type State = SuggestionShown['state'];
type Act = SuggestionShown['may'][number];

const STATE_WORDS: Record<State, Words> = {
  new: { zh: '新的', en: 'new' },
  considered: { zh: '研究中', en: 'under consideration' },
  adopted: { zh: '已采纳', en: 'adopted' },
  done: { zh: '已办成', en: 'carried out' },
  declined: { zh: '未采纳', en: 'declined' },
  merged: { zh: '已合并', en: 'merged' },
};
const STATES = Object.keys(STATE_WORDS) as State[];

const DONE: DoneWords = {
  made: { zh: '已登记。', en: 'It is in the register.' },
  consider: { zh: '已转为研究中。', en: 'It is under consideration.' },
  adopt: { zh: '已采纳，会告诉提建议的人。', en: 'It is adopted; whoever suggested it will be told.' },
  decline: { zh: '已记为未采纳，会告诉提建议的人。', en: 'It is declined; whoever suggested it will be told.' },
  carryOut: { zh: '已记为办成，会告诉提建议的人。', en: 'It is carried out; whoever suggested it will be told.' },
  merge: { zh: '已合并。', en: 'It is merged.' },
  tell: { zh: '已记下：告知过了。', en: 'Noted: they have been told.' },
};

/** What somebody has typed of a new one. */
interface Typed {
  text: string;
  caseNo: string;
  source: string;
}

const given = (fields: Record<string, string>) =>
  Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== ''));

/** How many characters of a suggestion the list shows. */
const SHORT = 120;

/** The two pages: the register, and one of it. */
function showing({ cases: { suggestions, roster }, answers }: DeskNeeds) {
  async function showAll(
    req: Request,
    res: Response,
    status: number,
    {
      typed = { text: '', caseNo: '', source: 'staff' },
      faults = [],
    }: { typed?: Typed; faults?: readonly Fault[] } = {},
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const state = STATES.find((one) => one === queried(req, 'state'));
    const before = Number(queried(req, 'before'));
    const page = Number.isInteger(before) && before > 0 && before < 2 ** 31 ? { before } : {};
    const list = await suggestions.list({ ...(state && { state }), ...page }, actorIn(res));
    const to = (words: Record<string, string>): string => `${HERE}?${new URLSearchParams(words).toString()}`;
    const say = sayIn(language);
    answers.page(
      res,
      status,
      'suggestions',
      wording,
      {
        heading: say('改进建议', 'Improvement ideas'),
        ...toldIn(req, DONE, language),
        figures: figuresContext(list, wording),
        filters: [
          { words: say('全部', 'all'), href: HERE, isOn: state === undefined },
          ...STATES.map((one) => ({
            words: inLanguage(STATE_WORDS[one], language),
            href: to({ state: one }),
            isOn: one === state,
          })),
        ],
        items: list.items.map((one) => rowContext(one, wording)),
        older: list.next === undefined ? null : to({ ...(state && { state }), before: String(list.next) }),
        mayAdd: !isAuditor(actorIn(res)),
        ...typed,
        isCustomers: typed.source === 'customer',
        textFault: faultAt(faults, 'text', language),
        caseFault: faultAt(faults, 'caseNo', language),
      },
      HERE,
    );
  }

  async function showOne(
    req: Request,
    res: Response,
    status: number,
    { typed = {}, faults = [], tell }: { typed?: Record<string, string>; faults?: readonly Fault[]; tell?: Tell } = {},
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const one = await suggestions.get(idIn(req), actorIn(res));
    const may = (name: Act): boolean => one.may.includes(name);
    const people = may('adopt')
      ? (await roster.staff()).filter(({ active, role }) => active && role !== 'auditor')
      : [];
    answers.page(
      res,
      status,
      'suggestion',
      wording,
      {
        heading: sayIn(language)(`建议 ${one.id}`, `Suggestion ${one.id}`),
        ...(tell ?? toldIn(req, DONE, language)),
        ...rowContext(one, wording),
        text: one.text,
        result: one.result ?? null,
        reason: one.reason ?? null,
        intoHref: one.into === undefined ? null : `${HERE}/${one.into}`,
        into: one.into ?? null,
        mayConsider: may('consider'),
        mayAdopt: may('adopt'),
        mayDecline: may('decline'),
        mayCarryOut: may('carryOut'),
        mayMerge: may('merge'),
        mayTell: may('tell'),
        people: people.map(({ id, name, nameEn }) => ({
          id,
          name: inLanguage({ zh: name, en: nameEn ?? name }, language),
          isOn: id === typed.owner,
        })),
        typed: { dueOn: '', reason: '', refusal: '', result: '', into: '', ...typed },
        ownerFault: faultAt(faults, 'owner', language),
        dueFault: faultAt(faults, 'dueOn', language),
        reasonFault: typed.act === 'adopt' ? faultAt(faults, 'reason', language) : null,
        refusalFault: typed.act === 'decline' ? faultAt(faults, 'reason', language) : null,
        resultFault: faultAt(faults, 'result', language),
        intoFault: faultAt(faults, 'into', language),
      },
      `${HERE}/${one.id}`,
    );
  }

  return { showAll, showOne };
}

/** The register of suggestions: what customers and staff suggest, decided, carried out and told back. */
export function suggestionsPage(needs: DeskNeeds): DeskRoute[] {
  const { cases, answers } = needs;
  const { suggestions } = cases;
  const { showAll, showOne } = showing(needs);

  /** Takes what is done with it, and leads back to its page. */
  async function act(req: Request, res: Response): Promise<void> {
    const name = field(req, 'act');
    const typed = Object.fromEntries(
      ['owner', 'dueOn', 'reason', 'refusal', 'result', 'into'].map((one) => [one, typedText(req, one)]),
    );
    const { owner = '', dueOn = '', reason = '', refusal = '', result = '', into = '' } = typed;
    const inputs: Record<string, object> = {
      adopt: given({ owner, dueOn, reason }),
      decline: { reason: refusal },
      carryOut: { result },
      merge: { into: Number(into) },
    };
    const shown = { ...typed, act: name };
    const read = suggestionAct.safeParse({ act: name, ...inputs[name] }, { reportInput: true });
    if (!read.success) return showOne(req, res, 422, { typed: shown, faults: faultsOf(read.error) });
    const id = idIn(req);
    try {
      await suggestions.act(id, read.data, actorIn(res));
      res.redirect(303, `${HERE}/${id}?done=${name}`);
    } catch (error) {
      if (isRefused(error, 'invalid')) {
        return showOne(req, res, 422, { typed: shown, faults: error.details.faults ?? [] });
      }
      if (!isRefused(error, 'conflict')) throw error;
      await showOne(req, res, 409, { typed: shown, tell: tellWords(error.words, answers.wordingOf(req).language) });
    }
  }

  return [
    {
      method: 'get',
      path: HERE,
      who: 'colleague',
      about: {
        zh: '改进建议：客户和员工提的，采纳、办成、告知',
        en: 'suggestions of customers and staff, and what became of them',
      },
      nav: { name: { zh: '改进建议', en: 'Improvement ideas' }, icon: 'i-nudge', isOfHouse: true },
      handle: (req, res) => showAll(req, res, 200),
    },
    {
      method: 'post',
      path: HERE,
      who: 'colleague',
      about: { zh: '登记一条建议', en: 'puts a suggestion down' },
      form: true,
      async handle(req, res) {
        const typed = {
          text: typedText(req, 'text'),
          caseNo: field(req, 'caseNo').trim(),
          source: field(req, 'source'),
        };
        const { text, caseNo, source } = typed;
        const wanted = { text, ...(caseNo !== '' && { caseNo: readCaseNumber(caseNo) }), ...given({ source }) };
        const read = wantedSuggestion.safeParse(wanted, { reportInput: true });
        if (!read.success) return showAll(req, res, 422, { typed, faults: faultsOf(read.error) });
        try {
          const { id } = await suggestions.add(read.data, actorIn(res));
          res.redirect(303, `${HERE}/${id}?done=made`);
        } catch (error) {
          if (!isRefused(error, 'invalid')) throw error;
          await showAll(req, res, 422, { typed, faults: error.details.faults ?? [] });
        }
      },
    },
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'colleague',
      about: { zh: '一条建议：内容、决定和告知', en: 'a suggestion: what it says, what was decided, who was told' },
      handle: (req, res) => showOne(req, res, 200),
    },
    {
      method: 'post',
      path: `${HERE}/:id`,
      who: 'colleague',
      about: { zh: '研究、采纳、不采纳、办成、合并，或记下已告知', en: 'moves a suggestion on' },
      form: true,
      handle: act,
    },
  ];
}

/** 0 for what is no number: no suggestion has it. */
const idIn = (req: Request): number => {
  const id = Number(param(req, 'id'));
  return Number.isInteger(id) && id > 0 && id < 2 ** 31 ? id : 0;
};

function figuresContext({ figures }: SuggestionList, { language }: Wording): Context[] {
  const say = sayIn(language);
  const { received, merged, open, adopted, done, declined, adoptedRate, toTell } = figures;
  const decided = adopted + done + declined;
  const rate = adoptedRate === null ? '–' : `${Math.round(adoptedRate * 100)}%`;
  return [
    {
      name: say('采纳率', 'Adopted rate'),
      value:
        decided === 0
          ? rate
          : say(`${rate}（${decided} 条中 ${adopted + done} 条）`, `${rate} (${adopted + done} of ${decided})`),
    },
    {
      name: say('收到', 'Received'),
      value: say(`${received} 条，其中 ${merged} 条已合并`, `${received}, ${merged} of them merged`),
    },
    { name: say('待决定', 'To be decided'), value: String(open) },
    {
      name: say('采纳后办成', 'Carried out of the adopted'),
      value: say(`${adopted + done} 条中 ${done} 条`, `${done} of ${adopted + done}`),
    },
    ...(toTell === 0
      ? []
      : [{ name: say('邮件告知不了，要人去说', 'No mail reaches them: to be told'), value: String(toTell) }]),
  ];
}

function rowContext(one: SuggestionShown, wording: Wording): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const at = (instant: string): string => pageTime(instant, language, now);
  const { told } = one;
  const who = one.by ? one.by.name : say('客户本人', 'the customer');
  return {
    id: one.id,
    href: `${HERE}/${one.id}`,
    short: cut(one.text, SHORT),
    state: inLanguage(STATE_WORDS[one.state], language),
    who: one.source === 'customer' ? say(`客户的，${who}登记`, `a customer's, put down by ${who}`) : who,
    when: at(one.createdAt),
    caseNo: one.caseNo ?? null,
    caseHref: one.caseNo === undefined ? null : `/desk/cases/${one.caseNo}`,
    merged: one.merged === 0 ? null : say(`合并了 ${one.merged} 条`, `${one.merged} merged into it`),
    owner: one.owner ? say(`${one.owner.name}负责`, `in charge: ${one.owner.name}`) : null,
    due: one.dueOn === undefined ? null : say(`${one.dueOn} 前`, `by ${one.dueOn}`),
    isLate: one.isLate,
    decided:
      one.decidedBy && one.decidedAt !== undefined
        ? say(`${one.decidedBy.name}，${at(one.decidedAt)}`, `${one.decidedBy.name}, ${at(one.decidedAt)}`)
        : null,
    told: told
      ? {
          waiting: say('告知的邮件在路上', 'the mail that tells them is on its way'),
          mail:
            told.at === undefined
              ? say('已发邮件告知', 'told by mail')
              : say(`${at(told.at)} 已发邮件告知`, `told by mail ${at(told.at)}`),
          person:
            told.at === undefined
              ? say('已告知', 'told')
              : say(`${at(told.at)} 已由人告知`, `told in person ${at(told.at)}`),
          none: say('还没告知：没有能送到的邮箱', 'not told yet: no mail reaches them'),
        }[told.how]
      : null,
    toldFails: told?.how === 'none',
  };
}
