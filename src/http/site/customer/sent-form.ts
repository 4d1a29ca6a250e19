import type { Request } from 'express';
import { readCaseNumber } from '../../../domain/basics/ids';
import { decisionIdOf, field, langOf, param } from '../kit/request';
import { progressUrl } from './addresses';

/** A form of the progress page, as it was sent: which case and code it is for, and the page that shows the result. */
export interface SentForm {
  caseNo: string;
  code: string;
  back: string;
  /** The id of the decision that the form takes. @param what the decision's name */
  decisionId: (what: string) => string;
}

/** Reads what every form of the progress page carries. */
export function sentForm(req: Request): SentForm {
  const caseNo = readCaseNumber(param(req, 'caseNo'));
  const code = field(req, 'code');
  return {
    caseNo,
    code,
    back: progressUrl(caseNo, code, langOf(req)),
    decisionId: (what) => decisionIdOf(what, `${caseNo}/${code}`, field(req, 'nonce')),
  };
}
