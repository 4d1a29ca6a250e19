import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { actionAct, boardQuery, isRefused, reportQuery } from '../../../cases';
import { faultsOf, type Fault } from '../../../domain/basics/faults';
import { readsAs } from '../../../domain/case/permissions';
import { inLanguage } from '../../../render/words';
import { sendTable } from '../../middleware/download';
import { field, param, queried, typedText } from '../kit/request';
import { NOTHING_TO_TELL, tellWords, type Tell } from '../kit/wording';
import { actionContext, ACTIONS_PAGE, boardContext, TEXT_PARTS, type BoardFilter } from './action-context';
import type { DeskNeeds } from './page';
import { faultAt, toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const DONE: DoneWords = {
  write: { zh: '已保存。', en: 'It is saved.' },
  addTask: { zh: '任务已加上。', en: 'The task is added.' },
  finishTask: { zh: '任务已完成。', en: 'The task is done.' },
  dropTask: { zh: '任务已取消。', en: 'The task is dropped.' },
  gather: { zh: '案件已并入，案件里也记下了。', en: 'The case is gathered; a note in it says so.' },
  release: { zh: '案件已移出。', en: 'The case is let out.' },
  tell: { zh: '已在案件里记下措施结束。', en: 'The cases are told that it ended.' },
};

const SHEET = ['product', 'region', ...TEXT_PARTS.map(({ name }) => name)] as const;
/** Fields that are shown again as they were typed. */
const TYPED = [...SHEET, 'text', 'owner', 'dueOn', 'caseNo'] as const;

/** What was typed of an act, as its schema wants it. */
function inputOf(req: Request, act: string): object {
  switch (act) {
    case 'write':
      return {
        version: Number(field(req, 'version')),
        ...Object.fromEntries(SHEET.map((name) => [name, typedText(req, name)])),
      };
    case 'addTask':
      return {
        text: typedText(req, 'text'),
        owner: field(req, 'owner'),
        dueOn: field(req, 'dueOn'),
        key: field(req, 'key'),
      };
    case 'finishTask': {
      const result = typedText(req, 'result');
      return { task: Number(field(req, 'task')), ...(result !== '' && { result }) };
    }
    case 'dropTask':
      return { task: Number(field(req, 'task')) };
    case 'gather':
    case 'release':
      return { caseNo: field(req, 'caseNo').trim() };
    default:
      return {};
  }
}

/** Shows one action. */
function showing({ cases: { actions, roster }, answers }: DeskNeeds) {
  return async function showOne(
    req: Request,
    res: Response,
    status: number,
    { act = '', faults = [], tell }: { act?: string; faults?: readonly Fault[]; tell?: Tell } = {},
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const actor = actorIn(res);
    const page = await actions.get(param(req, 'id'), actor);
    const mayChange = page.may.includes('change');
    const people = mayChange ? (await roster.staff()).filter(({ active, role }) => active && role !== 'auditor') : [];
    const { sheet } = page;
    const stands = Object.fromEntries(SHEET.map((name) => [name, sheet[name] ?? '']));
    const typed = Object.fromEntries(TYPED.map((name) => [name, typedText(req, name)]));
    const shown: Record<string, string> = act === 'write' ? typed : { ...typed, ...stands };
    const faultOf = (name: string): string | null => faultAt(faults, name, language);
    answers.page(
      res,
      status,
      'action',
      wording,
      {
        ...(tell ?? toldIn(req, DONE, language)),
        ...actionContext(page, wording, readsAs(actor, 'supervisor')),
        isWriting: act === 'write',
        typed: shown,
        fields: TEXT_PARTS.map(({ name, words }) => ({
          name,
          words: inLanguage(words, language),
          text: shown[name] ?? '',
          fault: faultOf(name),
        })),
        productFault: faultOf('product'),
        regionFault: faultOf('region'),
        textFault: act === 'addTask' ? faultOf('text') : null,
        ownerFault: faultOf('owner'),
        dueFault: faultOf('dueOn'),
        caseFault: act === 'gather' ? faultOf('caseNo') : null,
        key: randomUUID(),
        people: people.map(({ id, name, nameEn }) => ({
          id,
          name: inLanguage({ zh: name, en: nameEn ?? name }, language),
          isOn: id === shown.owner,
        })),
      },
      `${ACTIONS_PAGE}/${page.id}`,
    );
  };
}

/** Corrective actions: the board by plan, do, check, act, and one of them with its tasks, cases, effect and 8D report. */
export function actionsPage(needs: DeskNeeds): DeskRoute[] {
  const { cases, answers } = needs;
  const { actions } = cases;
  const showOne = showing(needs);

  /** Takes what is done with it, and leads back to its page. */
  async function act(req: Request, res: Response): Promise<void> {
    const name = field(req, 'act');
    const read = actionAct.safeParse({ act: name, ...inputOf(req, name) }, { reportInput: true });
    if (!read.success) return showOne(req, res, 422, { act: name, faults: faultsOf(read.error) });
    const id = param(req, 'id');
    try {
      await actions.act(id, read.data, actorIn(res));
      res.redirect(303, `${ACTIONS_PAGE}/${id}?done=${name}`);
    } catch (error) {
      if (isRefused(error, 'invalid')) {
        return showOne(req, res, 422, { act: name, faults: error.details.faults ?? [] });
      }
      if (!isRefused(error, 'conflict')) throw error;
      const tell = tellWords(error.words, answers.wordingOf(req).language);
      await showOne(req, res, 409, { act: name, tell });
    }
  }

  return [
    {
      method: 'get',
      path: ACTIONS_PAGE,
      who: 'colleague',
      about: {
        zh: '纠正措施：按计划、实施、检查、处置排列',
        en: 'corrective actions by plan, do, check and act',
      },
      nav: { name: { zh: '纠正措施', en: 'Actions' }, icon: 'i-swap', isOfHouse: true },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const asked: BoardFilter = Object.fromEntries(
          (['owner', 'cause', 'product', 'late', 'ended'] as const).flatMap((name) => {
            const value = queried(req, name);
            return value === '' ? [] : [[name, value]];
          }),
        );
        const read = boardQuery.safeParse(asked);
        const filter = read.success ? asked : {};
        const board = await actions.board(read.success ? read.data : {}, actorIn(res));
        answers.page(
          res,
          200,
          'actions',
          wording,
          { ...NOTHING_TO_TELL, ...boardContext(board, filter, wording) },
          ACTIONS_PAGE,
        );
      },
    },
    {
      method: 'get',
      path: `${ACTIONS_PAGE}/:id`,
      who: 'colleague',
      about: {
        zh: '一项纠正措施：时限、任务、案件、效果',
        en: 'a corrective action: its clock, tasks, cases and effect',
      },
      handle: (req, res) => showOne(req, res, 200),
    },
    {
      method: 'get',
      path: `${ACTIONS_PAGE}/:id/report`,
      who: 'colleague',
      about: { zh: '它的 8D 报告（PDF）', en: 'its 8D report as PDF' },
      async handle(req, res) {
        const read = reportQuery.safeParse(req.query);
        const id = param(req, 'id');
        if (!read.success) return res.redirect(303, `${ACTIONS_PAGE}/${id}`);
        await sendTable(res, await actions.report(id, read.data.lang === 'zh' ? 'zh-CN' : 'en', actorIn(res)));
      },
    },
    {
      method: 'post',
      path: `${ACTIONS_PAGE}/:id`,
      who: 'colleague',
      about: {
        zh: '填写内容、增加和完成任务、并入案件、告知结束',
        en: 'writes its texts and tasks, gathers cases, tells them of its end',
      },
      form: true,
      handle: act,
    },
  ];
}
