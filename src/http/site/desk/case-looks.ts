import type { Look } from '../../../cases';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import type { Words } from '../../../domain/basics/types';
import { timeOfDay } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { param, queried } from '../kit/request';
import { sayIn } from '../kit/wording';
import { byDay } from './days';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const WHAT: Record<Look['kind'], Words> = {
  opened: { zh: '看了案件', en: 'opened the case' },
  contact: { zh: '看了客户的电话和邮箱', en: "saw the customer's phone and mail" },
};

/** The address of the page on which stands who looked at a case. */
export const looksAddress = (caseNo: string): string => `/desk/cases/${caseNo}/looks`;

/** Who looked at a case and at its customer's number, for those who lead and auditors. */
export function caseLooksPage({ cases: { handling }, answers }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'get',
      path: looksAddress(':caseNo'),
      who: 'supervisor',
      about: { zh: '谁看过这件案件和客户的电话', en: "who looked at a case and at its customer's phone number" },
      async handle(req, res) {
        const caseNo = readCaseNumber(param(req, 'caseNo'));
        if (!isCaseNumber(caseNo)) return answers.message(req, res, 404, 'unknown');
        const before = queried(req, 'before');
        if (!/^(?:[1-9]\d{0,8})?$/u.test(before))
          return answers.message(req, res, 400, 'malformed', looksAddress(caseNo));
        const wording = answers.wordingOf(req);
        const { items, next } = await handling.looks(caseNo, actorIn(res), before === '' ? undefined : Number(before));
        answers.page(res, 200, 'case-looks', wording, {
          heading: sayIn(wording.language)('谁看过', 'Who looked'),
          caseNo,
          href: `/desk/cases/${caseNo}`,
          days: byDay(items, wording, ({ by, kind, at }) => ({
            at,
            time: timeOfDay(Date.parse(at)),
            who: by.name,
            what: inLanguage(WHAT[kind], wording.language),
          })),
          older: next === undefined ? null : `${looksAddress(caseNo)}?before=${next}`,
          newest: before === '' ? null : looksAddress(caseNo),
        });
      },
    },
  ];
}
