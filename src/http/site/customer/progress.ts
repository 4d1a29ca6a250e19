import type { Request, Response } from 'express';
import type { Language, Words } from '../../../domain/basics/types';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import { inLanguage } from '../../../render/words';
import { attachAll, filesInQuery, filesQuery, MOST_FILES, withFiles } from './attaching';
import { filesTold } from './complaint-form';
import { findContext } from './find';
import type { PageRoute } from '../kit/page';
import type { PageNeeds } from './page';
import { progressContext } from './progress-context';
import { param, queried, written } from '../kit/request';
import { progressUrl } from './addresses';
import { NOTHING_TO_TELL, tellWords, type Tell } from '../kit/wording';
import { sentForm } from './sent-form';
import { waitingOrLost } from './waiting-context';
import type { JoinedForm } from './waiting-files';
import { writingRoutes, type ShowProgress } from './writing';

/**
 * The progress page: how the complaint stands, and the forms by which its customer writes, asks for a call, chases,
 * withdraws or reopens it.
 */
export function progressPage(needs: PageNeeds): PageRoute[] {
  const { cases, intake, fileBytes, answers } = needs;
  const most = { files: MOST_FILES, fileBytes };
  const showProgress: ShowProgress = async (req, res, status, caseNo, code, tell, typed = {}) => {
    const view = isCaseNumber(caseNo) ? await cases.progress(caseNo, code) : undefined;
    if (!view) return answers.unknown(req, res);
    const wording = answers.wordingOf(req, view.language);
    answers.page(
      res,
      status,
      'progress',
      wording,
      { ...progressContext(view, code, wording, most, typed), ...tell(wording.language) },
      progressUrl(caseNo, code),
    );
  };

  /**
   * Takes a decision that needs the customer's reason; `missing` is said (422) when it was left empty. Files come into the
   * case behind it: before, it may be closed to them.
   */
  async function withReason(
    req: Request,
    res: Response,
    what: 'reopen' | 'withdraw',
    missing: Words,
    form?: JoinedForm,
  ): Promise<void> {
    const { caseNo, code, back, decisionId } = sentForm(req);
    const waiting = async () => (form ? waitingOrLost(form) : {});
    const reason = written(req, 'reason');
    if (reason === undefined) {
      const typed = { [what]: '', ...(await waiting()) };
      await showProgress(req, res, 422, caseNo, code, (language) => tellWords(missing, language), typed);
      return;
    }
    const outcome = await cases[what](caseNo, code, { reason, decisionId: decisionId(what) });
    const stands = outcome.kind === 'taken' || outcome.kind === 'accepted';
    const files = form && stands ? filesQuery(await attachAll(intake, caseNo, code, form)) : '';
    await answers.submitted(req, res, outcome, `${back}${files}`, async (status, tell) =>
      showProgress(req, res, status, caseNo, code, tell, { [what]: reason, ...(await waiting()) }),
    );
  }

  return [
    {
      method: 'get',
      path: '/p/:caseNo',
      who: 'code',
      about: { zh: '进展页', en: 'the progress page' },
      async handle(req, res) {
        const caseNo = readCaseNumber(param(req, 'caseNo'));
        const code = queried(req, 'code');
        if (code === '') {
          const known = isCaseNumber(caseNo) ? caseNo : '';
          answers.page(res, 200, 'find', answers.wordingOf(req), findContext(false, known));
          return;
        }
        const done = queried(req, 'done');
        const { kept, notKept } = filesInQuery(req);
        const tell = (language: Language): Tell => {
          const said = Object.hasOwn(DONE, done) ? [inLanguage(DONE[done as keyof typeof DONE], language)] : [];
          const told = [...said, ...filesTold(kept, notKept, fileBytes, language)];
          if (told.length === 0) return NOTHING_TO_TELL;
          return { tell: told.join(language === 'en' ? ' ' : ''), tellWarns: notKept.length > 0 };
        };
        await showProgress(req, res, 200, caseNo, code, tell);
      },
    },
    {
      method: 'post',
      path: '/p/:caseNo/chase',
      who: 'code',
      about: { zh: '催办', en: 'presses for progress' },
      form: true,
      async handle(req, res) {
        const { caseNo, code, back, decisionId } = sentForm(req);
        const note = written(req, 'note');
        const outcome = await cases.chase(caseNo, code, { note, decisionId: decisionId('chase') });
        await answers.submitted(
          req,
          res,
          outcome,
          back,
          (status, tell) =>
            showProgress(req, res, status, caseNo, code, tell, note === undefined ? {} : { chase: note }),
          `${back}&done=chase`,
        );
      },
    },
    ...writingRoutes(needs, showProgress),
    {
      method: 'post',
      path: '/p/:caseNo/reopen',
      who: 'code',
      about: { zh: '要求继续办理，可带文件', en: 'asks for another round, with files if need be' },
      handle: (req, res) =>
        withFiles(req, res, needs, (form) => {
          const missing = { zh: '请写下还有什么没解决。', en: 'Please say what is not solved.' };
          return withReason(req, res, 'reopen', missing, form);
        }),
    },
    {
      method: 'post',
      path: '/p/:caseNo/withdraw',
      who: 'code',
      about: { zh: '撤回投诉', en: 'takes the complaint back' },
      form: true,
      handle: (req, res) =>
        withReason(req, res, 'withdraw', {
          zh: '请写一句为什么撤回。',
          en: 'Please say in a few words why you withdraw it.',
        }),
    },
  ];
}

/** What is said above the page when a form was taken. */
const DONE = {
  chase: { zh: '催办已送到，负责人和主管会看到。', en: 'Sent: your handler and their lead will see it.' },
  write: { zh: '已送到，负责人会看到并答复您。', en: 'Sent: your handler will read it and answer you.' },
  suggest: {
    zh: '谢谢，您的建议已登记。采纳与否，我们都会告诉您。',
    en: 'Thank you, your suggestion is noted. Whether we adopt it or not, we will tell you.',
  },
  call: { zh: '已记下，我们会给您回电。', en: 'We have it, and will call you.' },
} satisfies Record<string, Words>;
