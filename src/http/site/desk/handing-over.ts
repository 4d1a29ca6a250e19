import type { Request, Response } from 'express';
import { isRefused, wantedTicket, type CaseView, type HandingOver, type TicketView } from '../../../cases';
import type { Words } from '../../../domain/basics/types';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import type { Staff } from '../../../domain/case/permissions';
import { TRACKER_KINDS } from '../../../domain/case/trackers';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, param } from '../kit/request';
import { sayIn, tellWords, type Tell, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import { codeWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';
import { TRACKER_CODES } from './trackers';

/** What of a case may be handed over: nothing. */
export const NOTHING_TO_HAND: HandingOver = { subjects: [], trackers: [] };

/** What of a case this person may hand over now. Where nothing is open, nobody is asked. */
export const handingOf = async (
  { caseNo, helpTasks, actions }: Pick<CaseView, 'caseNo' | 'helpTasks' | 'actions'>,
  { tickets }: Pick<DeskNeeds['cases'], 'tickets'>,
  actor: Staff,
): Promise<HandingOver> =>
  helpTasks.some(({ open }) => open) || actions.some(({ status }) => status !== 'ended')
    ? tickets.offered(caseNo, actor)
    : NOTHING_TO_HAND;

/** Comments that the case shows; the tracker has them all. */
const SHOWN = 3;

/** A request's or an action's ticket in a tracker, for the pane of facts; null: there is none to show. */
export function ticketContext(ticket: TicketView | undefined, { language, now }: Wording): Context | null {
  if (!ticket || ticket.state === 'dropped') return null;
  const { state, key, url, status, assignee, comments, lookedAt, code } = ticket;
  const say = sayIn(language);
  const why = code === undefined ? '' : codeWords(TRACKER_CODES, code, language);
  const standing = {
    new: say('正在建工单', 'is being made'),
    open: status ?? say('已建', 'made'),
    closing: say('这边已了结，正在告诉对方', 'settled here; they are being told'),
    done: say('已办结', 'settled'),
    lost: say(
      '工单在那边已被删除或移走，已再发邮件请该部门',
      'deleted or moved away there; the department is asked by mail again',
    ),
    failed: say(`对方不收这张工单：${why}`, `not taken there: ${why}`),
  }[state];
  return {
    name: `${ticket.tracker} · ${inLanguage(TRACKER_KINDS[ticket.kind], language)}`,
    key: key ?? null,
    url: url ?? null,
    standing,
    warns: state === 'lost' || state === 'failed',
    assignee: assignee ?? null,
    waits: state !== 'failed' && state !== 'lost' && why !== '' ? why : null,
    looked: lookedAt === undefined ? null : pageTime(lookedAt, language, now),
    comments: comments.slice(-SHOWN).map(({ author, at, text }) => ({
      who: `${author} · ${pageTime(at, language, now)}`,
      text,
    })),
  };
}

/** The trackers to which this may be handed over; empty: it may not. */
export const handTo = (subject: string, { subjects, trackers }: HandingOver): Context[] =>
  subjects.includes(subject) ? trackers.map(({ id, name }) => ({ id, name, subject })) : [];

const INCOMPLETE: Words = {
  zh: '没有说交什么、交到哪里；请在案件里的协助或措施旁边再按一次',
  en: 'It does not say what is handed over, and where; press the button beside the request or the action in the case again',
};

/** Hands a request for help or a corrective action over to a tracker. @param showTold the case again, with what went wrong */
export const handingRoute = (
  { cases, answers }: Pick<DeskNeeds, 'cases' | 'answers'>,
  showTold: (req: Request, res: Response, status: number, told: Tell) => Promise<void>,
): DeskRoute => ({
  method: 'post',
  path: '/desk/cases/:caseNo/tickets',
  who: 'agent',
  about: { zh: '把一项协助或措施交给工单系统', en: 'hands a request for help or an action over to a tracker' },
  form: true,
  async handle(req, res) {
    const caseNo = readCaseNumber(param(req, 'caseNo'));
    if (!isCaseNumber(caseNo)) return answers.message(req, res, 404, 'unknown');
    const wanted = wantedTicket.safeParse({ subject: field(req, 'subject'), trackerId: field(req, 'trackerId') });
    const { language } = answers.wordingOf(req);
    if (!wanted.success) return showTold(req, res, 400, tellWords(INCOMPLETE, language));
    try {
      await cases.tickets.handOver(caseNo, wanted.data, actorIn(res));
      res.redirect(303, `/desk/cases/${caseNo}#facts`);
    } catch (error) {
      if (!isRefused(error, 'conflict')) throw error;
      await showTold(req, res, 409, tellWords(error.words, language));
    }
  },
});
