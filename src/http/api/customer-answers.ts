import { type Decided, wrongCode } from '../../cases';
import { reply, type Call } from './route';
import * as schemas from './schemas';

/**
 * The access code as it was sent.
 * @throws Refused `notFound` (404), as for a wrong code, when none was sent or it is longer than any code
 */
export function codeOf(call: Call<unknown, unknown>): string {
  if (call.code === undefined || call.code.length > 64) throw wrongCode();
  return call.code;
}

/** 200 when the decision is in the ledger, 202 when it is stored and waits for a worker. */
export const decidedReply = (decided: Decided) =>
  decided.status === 'taken' ? reply(200, decided) : reply(202, decided);

/** What routes with an access code answer when it does not fit; an unknown case number looks the same. */
export const CODE_ANSWERS = {
  404: { about: 'No such complaint, or another code' },
};
/** The answers of routes by which a customer takes a decision. */
export const DECIDED = {
  200: { about: 'Done', schema: schemas.Taken },
  202: { about: 'Stored with the case; it counts as soon as a worker takes it', schema: schemas.Stored },
  ...CODE_ANSWERS,
  409: { about: 'Not possible now, and why' },
};
