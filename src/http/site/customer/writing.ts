import type { Request, Response } from 'express';
import type { Language } from '../../../domain/basics/types';
import { toInstant } from '../../../domain/time/duration';
import { houseMoment } from '../../../house';
import type { PageRoute } from '../kit/page';
import { LONGEST_SUGGESTION } from '../../../cases';
import { field, written } from '../kit/request';
import { tellWords, type Tell } from '../kit/wording';
import { attachAll, filesQuery, withFiles } from './attaching';
import type { PageNeeds } from './page';
import type { Typed } from './progress-context';
import { sentForm } from './sent-form';
import { waitingOrLost } from './waiting-context';
import type { JoinedForm } from './waiting-files';

/** Shows the progress page. `tell`: the sentence above it. `typed`: what to show again in the forms. */
export type ShowProgress = (
  req: Request,
  res: Response,
  status: number,
  caseNo: string,
  code: string,
  tell: (language: Language) => Tell,
  typed?: Typed,
) => Promise<void>;

/** The forms by which the customer writes to whoever handles the complaint, and asks for a call. */
export function writingRoutes(needs: PageNeeds, showProgress: ShowProgress): PageRoute[] {
  const { cases, intake, answers } = needs;

  /** Takes what the customer wrote, and then puts the files beside it into the case. */
  async function write(req: Request, res: Response, form: JoinedForm): Promise<void> {
    const { caseNo, code, back, decisionId } = sentForm(req);
    const text = written(req, 'text');
    if (text === undefined) {
      const missing = { zh: '请写下要说的话。', en: 'Please write what you want to say.' };
      const typed = { write: '', ...(await waitingOrLost(form)) };
      await showProgress(req, res, 422, caseNo, code, (language) => tellWords(missing, language), typed);
      return;
    }
    const outcome = await cases.write(caseNo, code, { text, decisionId: decisionId('write') });
    const stands = outcome.kind === 'taken' || outcome.kind === 'accepted';
    const files = stands ? filesQuery(await attachAll(intake, caseNo, code, form)) : '';
    await answers.submitted(
      req,
      res,
      outcome,
      `${back}${files}`,
      async (status, tell) =>
        showProgress(req, res, status, caseNo, code, tell, { write: text, ...(await waitingOrLost(form)) }),
      `${back}&done=write${files}`,
    );
  }

  return [
    {
      method: 'post',
      path: '/p/:caseNo/suggest',
      who: 'code',
      about: { zh: '提一个建议', en: 'suggests what could be done better' },
      form: true,
      async handle(req, res) {
        const { caseNo, code, back, decisionId } = sentForm(req);
        const text = written(req, 'text');
        if (text === undefined || text.length > LONGEST_SUGGESTION) {
          const missing = {
            zh: `请写下您的建议，最多 ${LONGEST_SUGGESTION} 字。`,
            en: `Please write your suggestion, in ${LONGEST_SUGGESTION} characters at most.`,
          };
          const typed = { suggest: text ?? '' };
          await showProgress(req, res, 422, caseNo, code, (language) => tellWords(missing, language), typed);
          return;
        }
        const outcome = await cases.suggest(caseNo, code, { text, decisionId: decisionId('suggest') });
        await answers.submitted(
          req,
          res,
          outcome,
          back,
          (status, tell) => showProgress(req, res, status, caseNo, code, tell, { suggest: text }),
          `${back}&done=suggest`,
        );
      },
    },
    {
      method: 'post',
      path: '/p/:caseNo/write',
      who: 'code',
      about: { zh: '给负责人写信，可带文件', en: 'writes to whoever handles it, with files if need be' },
      handle: (req, res) => withFiles(req, res, needs, (form) => write(req, res, form)),
    },
    {
      method: 'post',
      path: '/p/:caseNo/call-back',
      who: 'code',
      about: { zh: '请回电', en: 'asks for a call' },
      form: true,
      async handle(req, res) {
        const { caseNo, code, back, decisionId } = sentForm(req);
        const note = written(req, 'note');
        const typed = { from: field(req, 'from').trim(), note: note ?? '' };
        const ms = typed.from === '' ? undefined : houseMoment(typed.from);
        if (typed.from !== '' && ms === undefined) {
          const unread = {
            zh: '回电的时间看不懂，请写成 2026-11-25 16:00，或不写。',
            en: 'The time for the call cannot be read; write it like 2026-11-25 16:00, or leave it out.',
          };
          await showProgress(req, res, 422, caseNo, code, (language) => tellWords(unread, language), {
            callBack: typed,
          });
          return;
        }
        const wish = { ...(ms !== undefined && { from: toInstant(ms) }), ...(note !== undefined && { note }) };
        const outcome = await cases.callBack(caseNo, code, { ...wish, decisionId: decisionId('callBack') });
        await answers.submitted(
          req,
          res,
          outcome,
          back,
          (status, tell) => showProgress(req, res, status, caseNo, code, tell, { callBack: typed }),
          `${back}&done=call`,
        );
      },
    },
  ];
}
