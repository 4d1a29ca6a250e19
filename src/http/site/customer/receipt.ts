import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import { attachAll, filesInQuery, MOST_FILES, receiptUrl, takeLanguage } from './attaching';
import { receiptContext } from './complaint-form';
import { readForm, type Form } from '../kit/form-data';
import type { PageRoute } from '../kit/page';
import type { PageNeeds } from './page';
import { inFrame } from './place';
import { langOf, param, queried } from '../kit/request';

/** The receipt of a complaint, and the form by which further files are sent to it. */
export function receiptPage({ cases, intake, limits, fileBytes, spool, answers, place }: PageNeeds): PageRoute[] {
  const most = { files: MOST_FILES, fileBytes };
  return [
    {
      method: 'get',
      path: `${place.path}/:caseNo`,
      who: 'code',
      about: {
        zh: `刚提交的投诉的回执${inFrame(place).zh}`,
        en: `the receipt of a complaint just sent${inFrame(place).en}`,
      },
      async handle(req, res) {
        const caseNo = readCaseNumber(param(req, 'caseNo'));
        const code = queried(req, 'code');
        const view = isCaseNumber(caseNo) && code !== '' ? await cases.progress(caseNo, code) : undefined;
        if (!view) return answers.unknown(req, res);
        const wording = answers.wordingOf(req, view.language);
        const self = place.to(req, `/${caseNo}`, `code=${encodeURIComponent(code)}`);
        const to = place.to(req, `/${caseNo}/files`);
        answers.page(
          res,
          200,
          'receipt',
          wording,
          receiptContext(view, code, wording, { ...filesInQuery(req), most, to }),
          self,
        );
      },
    },
    {
      method: 'post',
      path: `${place.path}/:caseNo/files`,
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
          const files = await attachAll(intake, caseNo, code, form);
          res.redirect(303, receiptUrl(place, req, { caseNo, code, lang: langOf(req), files }));
        } finally {
          await form.dispose();
        }
      },
    },
  ];
}
