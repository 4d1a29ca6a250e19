import type { Rank, Words } from '../../../domain/basics/types';
import { atLeast, isAuditor, type Staff } from '../../../domain/case/permissions';
import type { PageRoute } from '../kit/page';

/** One address of the desk. */
export interface DeskRoute extends PageRoute {
  who: 'anybody' | Rank;
  /** A form about the reader's own account only: auditors, who change nothing else, may send it too. */
  own?: true;
  /** It answers no page, so nothing is looked up that stands around one: the bell's count. */
  isBare?: true;
  /** The body is a form with files: it is read before `handle`, once its token is known to be right (`files.ts`). */
  takesFiles?: true;
  /**
   * Its place in the navigation: those with a name there, in the order of the table, those about the house after those about
   * cases. On a phone the bar has room for the latter alone, and the others are in the menu of one's account.
   */
  nav?: {
    name: Words;
    icon: string;
    isOfHouse?: true;
    /** The place from which it is reached, and which is marked for it: the navigation does not name it, the palette does. */
    behind?: string;
  };
}

/** Whether somebody may open this address: an auditor every page, and of the forms those about their own account. */
export const mayOpen = ({ who, method, own }: DeskRoute, reader: Staff): boolean =>
  who === 'anybody' || atLeast(reader, who) || (isAuditor(reader) && (method === 'get' || own === true));
