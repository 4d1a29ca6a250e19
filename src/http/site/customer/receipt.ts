import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import { attachAll, filesInQuery, MOST_FILES, receiptUrl, takeLanguage } from './attaching';
import { receiptContext } from './complaint-form';
import { readForm, type Form } from '../kit/form-data';
import type { PageRoute } from '../kit/page';
import type { PageNeeds } from './page';
import { langOf, param, queried } from '../kit/request';

/** The receipt of a complaint, and the form by which further files are sent to it. */
export function receiptPage({ cases, intake, limits, fileBytes, spool, answers }: PageNeeds): PageRoute[] {
  const most = { files: MOST_FILES, fileBytes };
  return [
    {
      method: 'get',
      path: '/complain/:caseNo',
      who: 'code',
      about: { zh: '刚提交的投诉的回执', en: 'the receipt of a complaint just sent' },
      async handle(req, res) {
        const caseNo = readCaseNumber(param(req, 'caseNo'));
        const code = queried(req, 'code');
        const view = isCaseNumber(caseNo) && code !== '' ? await cases.progress(caseNo, code) : undefined;
        if (!view) return answers.unknown(req, res);
        const wording = answers.wordingOf(req, view.language);
        const self = `/complain/${caseNo}?code=${encodeURIComponent(code)}`;
        answers.page(
          res,
          200,
          'receipt',
          wording,
          receiptContext(view, code, wording, { ...filesInQuery(req), most }),
          self,
        );
      },
    },
    {
      method: 'post',
      path: '/complain/:caseNo/files',
      who: 'code',
      about: { zh: '补传没有随表单收到的文件', en: 'files that did not arrive with the form' },
      async handle(req, res) {
        if (await answers.tooOften(limits.uploads, req, res)) return;
        const caseNo = readCaseNumber(param(req, 'caseNo'));
        const codeIn = (values: Form['values']): string => values.get('code')?.[0] ?? '';
        const knows = async (code: string): Promise<boolean> =>
          isCaseNumber(caseNo) && code !== '' && (await cases.progress(caseNo, code)) !== undefined;
        // The form has the code before its files, so that without the right one no file is written to disk.
        const form = await readForm(req, { ...most, spool, admit: (values) => knows(codeIn(values)) });
        try {
          takeLanguage(req, form);
          const code = codeIn(form.values);
          if (!form.admitted || !(await knows(code))) return answers.unknown(req, res);
          res.redirect(303, receiptUrl(caseNo, code, langOf(req), await attachAll(intake, caseNo, code, form)));
        } finally {
          await form.dispose();
        }
      },
    },
  ];
}
