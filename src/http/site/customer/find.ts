import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import type { Context } from '../../../render/engine';
import type { PageRoute } from '../kit/page';
import type { PageNeeds } from './page';
import { field, langOf } from '../kit/request';
import { progressUrl } from './addresses';

/**
 * @param wrong number and code did not fit
 * @param caseNo what the form shows as the number
 */
export const findContext = (wrong: boolean, caseNo: string): Context => ({ narrow: true, wrong, caseNo });

/** The page that asks for case number and access code, and redirects to the progress page. */
export function findPage({ cases, answers }: Pick<PageNeeds, 'cases' | 'answers'>): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/p',
      who: 'anybody',
      about: { zh: '输入单号和查询码', en: 'asks for number and access code' },
      handle: (req, res) => answers.page(res, 200, 'find', answers.wordingOf(req), findContext(false, '')),
    },
    {
      method: 'post',
      path: '/p',
      who: 'anybody',
      about: { zh: '打开进展页', en: 'opens the progress page' },
      form: true,
      async handle(req, res) {
        const [caseNo, code] = [readCaseNumber(field(req, 'caseNo')), field(req, 'code').trim()];
        const known = isCaseNumber(caseNo) && (await cases.progress(caseNo, code));
        if (known) res.redirect(303, progressUrl(caseNo, code, langOf(req)));
        else if (await answers.tooManyMisses(req, res)) return;
        else answers.page(res, 404, 'find', answers.wordingOf(req), findContext(true, caseNo.slice(0, 20)));
      },
    },
  ];
}
