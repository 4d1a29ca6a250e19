import type { Request, Response } from 'express';
import { careAct, isRefused, type CareList, type CareShown } from '../../../cases';
import { faultsOf, type Fault } from '../../../domain/basics/faults';
import type { Words } from '../../../domain/basics/types';
import { atLeast } from '../../../domain/case/permissions';
import { CARE_RULE_WORDS } from '../../../domain/policy/care';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, param, queried, typedText } from '../kit/request';
import { planned, sayIn, tellWords, type Tell, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import { faultAt, toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/care';

type Outcome = NonNullable<CareShown['winBack']>['outcome'];

const WIN_BACK_WORDS: Record<Outcome, Words> = {
  boughtAgain: { zh: '又买了', en: 'bought again' },
  saidSo: { zh: '说会再买', en: 'said that they would buy again' },
  no: { zh: '说不会再买', en: 'said that they would not' },
};
const OUTCOMES = Object.keys(WIN_BACK_WORDS) as Outcome[];

const NEXT_WORDS: Record<CareShown['next'], Words> = {
  call: { zh: '打电话，讲使用提示', en: 'call them with tips' },
  later: { zh: '过些天打电话', en: 'call them some days from now' },
  askWinBack: { zh: '问问还会不会买', en: 'ask whether they would buy again' },
  nothing: { zh: '没有要做的', en: 'nothing' },
  caseFirst: { zh: '还有投诉在办，先办完', en: 'a complaint is open: see it through first' },
};

const DONE: DoneWords = {
  called: { zh: '电话已记下。', en: 'The call is noted.' },
  winBack: { zh: '已记下。', en: 'It is noted.' },
  birthday: { zh: '生日已保存。', en: 'The birthday is saved.' },
  optOut: { zh: '已记下：不再关怀这位客户。', en: 'Noted: this customer is left alone.' },
};

/** The two pages: the list, and one of it. */
function showing({ cases: { care }, answers }: DeskNeeds) {
  async function showAll(req: Request, res: Response): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const say = sayIn(language);
    const show = queried(req, 'show') === 'all' ? 'all' : 'calls';
    const list = await care.list(show, actorIn(res));
    answers.page(
      res,
      200,
      'care-list',
      wording,
      {
        heading: say('重点关怀', 'Care list'),
        ...toldIn(req, DONE, language),
        figures: figuresContext(list, wording),
        filters: [
          { words: say('要打的电话', 'calls to make'), href: HERE, isOn: show === 'calls' },
          { words: say('全部', 'all'), href: `${HERE}?show=all`, isOn: show === 'all' },
        ],
        isCalls: show === 'calls',
        items: list.items.map((one) => rowContext(one, wording)),
        isCut: list.isCut,
      },
      HERE,
    );
  }

  async function showOne(
    req: Request,
    res: Response,
    status: number,
    {
      typed = {},
      faults = [],
      tell,
      phone,
    }: { typed?: Record<string, string>; faults?: readonly Fault[]; tell?: Tell; phone?: string | undefined } = {},
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const one = await care.get(param(req, 'id'), actorIn(res));
    const mayAct = atLeast(actorIn(res), 'agent');
    const chosen = typed.outcome ?? one.winBack?.outcome;
    answers.page(
      res,
      status,
      'care-one',
      wording,
      {
        heading: one.customerName,
        ...(tell ?? toldIn(req, DONE, language)),
        ...rowContext({ ...one, phone: phone ?? one.phone }, wording),
        isMasked: mayAct && phone === undefined && one.phone !== undefined,
        mayCall: mayAct && (one.next === 'call' || one.next === 'later'),
        mayAct,
        mayStop: mayAct && !one.optedOut,
        outcomes: OUTCOMES.map((value) => ({
          value,
          words: inLanguage(WIN_BACK_WORDS[value], language),
          isOn: value === chosen,
        })),
        typed: { note: '', birthday: one.birthday ?? '', ...typed },
        noteFault: faultAt(faults, 'note', language),
        birthdayFault: faultAt(faults, 'on', language),
      },
      `${HERE}/${one.id}`,
    );
  }

  return { showAll, showOne };
}

/** The care list: customers who are looked after when their complaint is over. */
export function carePage(needs: DeskNeeds): DeskRoute[] {
  const { cases, answers } = needs;
  const { showAll, showOne } = showing(needs);

  /** Writes down what was done about one of them, and leads back to their page. */
  async function act(req: Request, res: Response): Promise<void> {
    const name = field(req, 'act');
    const note = typedText(req, 'note');
    const [outcome, birthday] = [field(req, 'outcome'), field(req, 'birthday').trim()];
    const inputs: Record<string, object> = {
      called: { ...(note !== '' && { note }), ...(outcome !== '' && { winBack: outcome }) },
      winBack: { outcome },
      birthday: { on: birthday === '' ? null : birthday },
    };
    const typed = { note, outcome, birthday };
    const read = careAct.safeParse({ act: name, ...inputs[name] }, { reportInput: true });
    if (!read.success) return showOne(req, res, 422, { typed, faults: faultsOf(read.error) });
    try {
      const { id } = await cases.care.act(param(req, 'id'), read.data, actorIn(res));
      res.redirect(303, name === 'called' ? `${HERE}?done=called` : `${HERE}/${id}?done=${name}`);
    } catch (error) {
      if (!isRefused(error, 'conflict')) throw error;
      await showOne(req, res, 409, { typed, tell: tellWords(error.words, answers.wordingOf(req).language) });
    }
  }

  /** The whole number, for who is to call; the look is written down. */
  async function showNumber(req: Request, res: Response): Promise<void> {
    const actor = actorIn(res);
    const { caseNo } = await cases.care.get(param(req, 'id'), actor);
    const { phone } = await cases.handling.contact(caseNo, actor);
    await showOne(req, res, 200, { phone });
  }

  return [
    {
      method: 'get',
      path: HERE,
      who: 'agent',
      about: { zh: '重点关怀：要打的电话、问候、挽回', en: 'the care list: calls to make, greetings, who came back' },
      nav: { name: { zh: '重点关怀', en: 'Care list' }, icon: 'i-star', isOfHouse: true },
      handle: showAll,
    },
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'agent',
      about: { zh: '一位关怀的客户', en: 'a customer on the care list' },
      handle: (req, res) => showOne(req, res, 200),
    },
    {
      method: 'post',
      path: `${HERE}/:id`,
      who: 'agent',
      about: { zh: '记下电话、是否再来、生日，或不要关怀', en: 'writes down what was done about one of them' },
      form: true,
      handle: act,
    },
    {
      method: 'post',
      path: `${HERE}/:id/contact`,
      who: 'agent',
      about: { zh: '显示客户的电话，并记下谁看过', en: "shows the customer's number, and notes who looked" },
      form: true,
      handle: showNumber,
    },
  ];
}

function figuresContext({ figures }: CareList, { language }: Wording): Context[] {
  const say = sayIn(language);
  const { entered, called, optedOut, boughtAgain, saidSo, no, winBackRate } = figures;
  const known = boughtAgain + saidSo + no;
  const won = boughtAgain + saidSo;
  const rate = winBackRate === null ? '–' : `${Math.round(winBackRate * 100)}%`;
  return [
    {
      name: say('挽回率', 'Win-back rate'),
      value: known === 0 ? rate : say(`${rate}（${known} 位中 ${won} 位）`, `${rate} (${won} of ${known})`),
    },
    { name: say('又买了', 'Bought again'), value: String(boughtAgain) },
    { name: say('进入名单', 'Entered'), value: String(entered) },
    { name: say('电话打了', 'Called with tips'), value: String(called) },
    { name: say('不要关怀', 'Left alone'), value: String(optedOut) },
  ];
}

function rowContext(one: CareShown, wording: Wording): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const at = (instant: string): string => pageTime(instant, language, now);
  const rules = [...new Set(one.reasons.map(({ rule }) => rule))];
  const { called, winBack, optedOut } = one;
  const isToCall = one.next === 'call' || one.next === 'later';
  return {
    id: one.id,
    href: `${HERE}/${one.id}`,
    name: one.customerName,
    phone: one.phone ?? null,
    caseNo: one.caseNo,
    caseHref: `/desk/cases/${one.caseNo}`,
    why: rules.map((rule) => inLanguage(CARE_RULE_WORDS[rule], language)).join(say('、', ', ')),
    since: say(`${at(one.since)} 办结`, `closed ${at(one.since)}`),
    next: inLanguage(NEXT_WORDS[one.next], language),
    due: isToCall ? say(`${planned(one.tipsBy, wording)} 前`, `by ${planned(one.tipsBy, wording)}`) : null,
    isLate: one.isLate && isToCall,
    called: called
      ? say(`${at(called.at)} ${called.by.name}打过电话`, `called ${at(called.at)} by ${called.by.name}`)
      : null,
    note: called?.note ?? null,
    winBack: winBack
      ? say(
          `${inLanguage(WIN_BACK_WORDS[winBack.outcome], language)}（${winBack.by.name}，${at(winBack.at)}）`,
          `${inLanguage(WIN_BACK_WORDS[winBack.outcome], language)} (${winBack.by.name}, ${at(winBack.at)})`,
        )
      : null,
    birthday: one.birthday === undefined ? null : say(`生日 ${one.birthday}`, `birthday ${one.birthday}`),
    optedOut: optedOut
      ? optedOut.by
        ? say(
            `不要关怀（${optedOut.by.name}，${at(optedOut.at)}）`,
            `wants to be left alone (${optedOut.by.name}, ${at(optedOut.at)})`,
          )
        : say(
            `客户自己说不要关怀（${at(optedOut.at)}）`,
            `wants to be left alone, as they said themselves (${at(optedOut.at)})`,
          )
      : null,
  };
}
