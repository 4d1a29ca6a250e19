import type { Request, Response } from 'express';
import { inLanguage } from '../../../render/words';
import type { PageRoute } from '../kit/page';
import type { PageNeeds } from './page';
import { field, langOf, withLang } from '../kit/request';

/**
 * For customers who have lost their code: asks for the case number and a contact, and has the link mailed to the
 * address on record if both fit. The answer is the same if they do not, so every request counts as a wrong code.
 */
export function lostPage({ cases, limits, answers }: Pick<PageNeeds, 'cases' | 'limits' | 'answers'>): PageRoute[] {
  const show = (req: Request, res: Response, status: 200 | 422, caseNo: string): void => {
    const wording = answers.wordingOf(req);
    const title = inLanguage({ zh: '找回查询链接', en: 'Get the link again' }, wording.language);
    const context = { title, narrow: true, incomplete: status === 422, caseNo: caseNo.slice(0, 20) };
    answers.page(res, status, 'lost', wording, context, '/p/lost');
  };
  return [
    {
      method: 'get',
      path: '/p/lost',
      who: 'anybody',
      about: { zh: '链接丢了', en: 'for whoever has lost the link' },
      handle: (req, res) => show(req, res, 200, ''),
    },
    {
      method: 'post',
      path: '/p/lost',
      who: 'anybody',
      about: { zh: '把链接发到登记的邮箱', en: 'mails the link to the address on record' },
      form: true,
      async handle(req, res) {
        const [caseNo, contact] = [field(req, 'caseNo').trim(), field(req, 'contact').trim()];
        if (caseNo === '' || contact === '') return show(req, res, 422, caseNo);
        if (await answers.tooOften(limits.wrongCodes, req, res)) return;
        await cases.sendLink(caseNo.slice(0, 64), contact.slice(0, 254));
        res.redirect(303, withLang('/p/lost/sent', langOf(req)));
      },
    },
    {
      method: 'get',
      path: '/p/lost/sent',
      who: 'anybody',
      about: { zh: '说明去哪里查收', en: 'says where to look' },
      handle: (req, res) => answers.message(req, res, 200, 'linkSent'),
    },
  ];
}
