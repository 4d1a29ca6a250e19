import type { Language, Words } from '../../../domain/basics/types';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import { inLanguage } from '../../../render/words';
import { findContext } from './find';
import type { PageRoute } from '../kit/page';
import type { PageNeeds } from './page';
import { progressContext } from './progress-context';
import { param, queried, written } from '../kit/request';
import { progressUrl } from './addresses';
import { NOTHING_TO_TELL, tellWords, type Tell } from '../kit/wording';
import { sentForm } from './sent-form';
import { writingRoutes, type ShowProgress } from './writing';

/**
 * The progress page: how the complaint stands, and the forms by which its customer writes, asks for a call, chases,
 * withdraws or reopens it.
 */
export function progressPage({ cases, answers }: Pick<PageNeeds, 'cases' | 'answers'>): PageRoute[] {
  const showProgress: ShowProgress = async (req, res, status, caseNo, code, tell, typed = {}) => {
    const view = isCaseNumber(caseNo) ? await cases.progress(caseNo, code) : undefined;
    if (!view) return answers.unknown(req, res);
    const wording = answers.wordingOf(req, view.language);
    answers.page(
      res,
      status,
      'progress',
      wording,
      { ...progressContext(view, code, wording, typed), ...tell(wording.language) },
      progressUrl(caseNo, code),
    );
  };

  /** The form for a decision that needs the customer's reason; `missing` is said (422) when it was left empty. */
  const withReason = (what: 'reopen' | 'withdraw', about: Words, missing: Words): PageRoute => ({
    method: 'post',
    path: `/p/:caseNo/${what}`,
    who: 'code',
    about,
    form: true,
    async handle(req, res) {
      const { caseNo, code, back, decisionId } = sentForm(req);
      const reason = written(req, 'reason');
      if (reason === undefined) {
        await showProgress(req, res, 422, caseNo, code, (language) => tellWords(missing, language), { [what]: '' });
        return;
      }
      const outcome = await cases[what](caseNo, code, { reason, decisionId: decisionId(what) });
      await answers.submitted(req, res, outcome, back, (status, tell) =>
        showProgress(req, res, status, caseNo, code, tell, { [what]: reason }),
      );
    },
  });

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
        const tell = Object.hasOwn(DONE, done) ? tellDone(DONE[done as keyof typeof DONE]) : () => NOTHING_TO_TELL;
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
          (status, tell) => showProgress(req, res, status, caseNo, code, tell),
          `${back}&done=chase`,
        );
      },
    },
    ...writingRoutes({ cases, answers }, showProgress),
    withReason(
      'reopen',
      { zh: '要求继续办理', en: 'asks for another round' },
      { zh: '请写下还有什么没解决。', en: 'Please say what is not solved.' },
    ),
    withReason(
      'withdraw',
      { zh: '撤回投诉', en: 'takes the complaint back' },
      { zh: '请写一句为什么撤回。', en: 'Please say in a few words why you withdraw it.' },
    ),
  ];
}

/** What is said above the page when a form was taken. */
const DONE = {
  chase: { zh: '催办已送到，负责人和主管会看到。', en: 'Sent: your handler and their lead will see it.' },
  write: { zh: '已送到，负责人会看到并答复您。', en: 'Sent: your handler will read it and answer you.' },
  call: { zh: '已记下，我们会给您回电。', en: 'We have it, and will call you.' },
} satisfies Record<string, Words>;

const tellDone =
  (words: Words) =>
  (language: Language): Tell => ({ tell: inLanguage(words, language), tellWarns: false });
