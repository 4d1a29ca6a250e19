import type { Articles, CustomerChat, CustomerPages } from '../../../cases';
import type { Limits } from '../../middleware/limits';
import type { Spool } from '../../spool';
import type { PageRoute } from '../kit/page';
import type { CustomerAnswers } from './answers';
import type { Intake } from './contract';
import type { Place } from './place';
import type { WaitingFiles } from './waiting-files';

/** What the customers' pages work with; each page names the parts it needs. */
export interface PageNeeds {
  cases: CustomerPages;
  intake: Intake;
  chat: CustomerChat;
  /** What the house has published for customers. */
  articles: Articles;
  /** Shared with the API, so that both count together. */
  limits: Pick<Limits, 'wrongCodes' | 'complaints' | 'uploads' | 'chatLines' | 'newChats'>;
  /** Bytes of the largest file that is taken. */
  fileBytes: number;
  /** Customers can be told by text message; left out: they cannot. */
  sms?: boolean | undefined;
  /** Disk space for files until their form has been read. */
  spool: Spool;
  /** Files of forms that were refused. */
  waiting: WaitingFiles;
  answers: CustomerAnswers;
  /** Where the complaint form and its receipts stand, or the chat. */
  place: Place;
}

/** Makes the addresses of a page: the page itself and the forms on it. */
export type Page = (needs: PageNeeds) => PageRoute[];
