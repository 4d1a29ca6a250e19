import type { Request, Response } from 'express';
import { isRefused, type Undoable } from '../../../cases';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import type { Language } from '../../../domain/basics/types';
import { DECISIONS, type DecisionName } from '../../../domain/decisions/catalogue';
import type { Context } from '../../../render/engine';
import { inLanguage } from '../../../render/words';
import { field, param } from '../kit/request';
import { tellSuccess, tellWords, type Tell } from '../kit/wording';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

/** What the partial `undo` is given. */
export const undoContext = ({ decisionId, name, until }: Undoable, language: Language): Context => {
  const { label } = DECISIONS[name];
  return { decisionId, until, done: inLanguage({ zh: `已${label.zh}`, en: `Done: ${label.en}` }, language) };
};

/** What is told after a decision was taken back. */
export const tellUndone = (decision: DecisionName, language: Language): Tell => {
  const { label } = DECISIONS[decision];
  return tellSuccess({ zh: `已撤销：${label.zh}`, en: `Undone: ${label.en}` }, language);
};

/**
 * The address to which the button “undo” is sent.
 * @param showTold shows the case with what stands against it
 */
export function undoingRoute(
  { cases, answers }: Pick<DeskNeeds, 'cases' | 'answers'>,
  showTold: (req: Request, res: Response, status: number, told: Tell) => Promise<void>,
): DeskRoute {
  return {
    method: 'post',
    path: '/desk/cases/:caseNo/undo',
    who: 'colleague',
    about: {
      zh: '撤销自己刚做的决定：10 秒内，之后没有别的变化',
      en: 'undoes the decision that one has just taken: for 10 seconds, while nothing has followed',
    },
    form: true,
    async handle(req, res) {
      const caseNo = readCaseNumber(param(req, 'caseNo'));
      if (!isCaseNumber(caseNo)) return answers.message(req, res, 404, 'unknown');
      const { language } = answers.wordingOf(req);
      try {
        const { name, status } = await cases.handling.undo(caseNo, field(req, 'decision'), actorIn(res), language);
        if (status === 'accepted') return answers.message(req, res, 202, 'accepted', `/desk/cases/${caseNo}`);
        res.redirect(303, `/desk/cases/${caseNo}?undone=${name}`);
      } catch (error) {
        const status = isRefused(error, 'conflict') ? 409 : isRefused(error, 'forbidden') ? 403 : undefined;
        if (status === undefined || !isRefused(error)) throw error;
        await showTold(req, res, status, tellWords(error.words, language));
      }
    },
  };
}
