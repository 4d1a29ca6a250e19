import { type Decided, wrongCode } from '../../cases';
import { reply, type Call } from './route';
import * as schemas from './schemas';

/** The code as sent; without one the address does not exist. */
export function codeOf(call: Call<unknown, unknown>): string {
  if (call.code === undefined || call.code.length > 64) throw wrongCode();
  return call.code;
}

export const decidedReply = (decided: Decided) =>
  decided.status === 'taken' ? reply(200, decided) : reply(202, decided);

/** Where the code does not fit. */
export const CODE_ANSWERS = {
  404: { about: 'No such complaint, or another code' },
};
/** What may come of a decision that a customer takes. */
export const DECIDED = {
  200: { about: 'Done', schema: schemas.Taken },
  202: { about: 'Stored with the case; it counts as soon as a worker takes it', schema: schemas.Stored },
  ...CODE_ANSWERS,
  409: { about: 'Not possible now, and why' },
};
