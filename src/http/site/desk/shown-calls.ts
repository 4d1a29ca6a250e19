import type { Response } from 'express';
import type { ListedCase, OwnCall } from '../../../cases';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { sayIn, type Wording } from '../kit/wording';
import { nameOf } from './phone/caller';
import { HERE } from './phone/fields';
import { rowContext } from './rows';

/** A call at the reader's extension, with the cases in which the caller's number stands. */
export interface ShownCall {
  call: OwnCall;
  known: readonly ListedCase[];
}

/** The calls that `admit` has looked up. */
export const callsIn = (res: Response): readonly ShownCall[] =>
  (res.locals.calls as readonly ShownCall[] | undefined) ?? [];

/** A call is written down by the page that is answered: its note is not shown there. */
export const noteIsHere = (res: Response, id: string): void => {
  res.locals.calls = callsIn(res).filter(({ call }) => call.id !== id);
};

/** Open cases of a caller that are named at once; the others are on the page of the call. */
const NAMED = 2;

/** What the layout shows of the reader's calls. The first is opened by a key. */
export const callsContext = (res: Response, wording: Wording): Context[] => {
  const { language, now } = wording;
  const say = sayIn(language);
  return callsIn(res).map(({ call: { id, number, line, is, rangAt }, known }, index) => {
    const open = known.filter(({ stage }) => stage !== 'archived');
    const asked = new URLSearchParams({ ...(number !== undefined && { number }), call: id });
    return {
      id,
      number: number ?? say('号码未显示', 'Number withheld'),
      name: nameOf(known) || null,
      state: {
        ringing: say('来电', 'Ringing'),
        answered: say('通话中', 'On the line'),
        ended: say('通话已结束', 'The call has ended'),
      }[is],
      rings: is === 'ringing',
      since: pageTime(rangAt, language, now),
      line: line ?? null,
      open: open.slice(0, NAMED).map((item) => rowContext(item, wording)),
      more: open.length > NAMED ? say(`还有 ${open.length - NAMED} 件在办`, `${open.length - NAMED} more open`) : null,
      isKnown: known.length > 0,
      href: `${HERE}?${asked.toString()}`,
      key: index === 0 ? 'KeyC' : null,
    };
  });
};
