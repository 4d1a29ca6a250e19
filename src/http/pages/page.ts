import type { Request, Response } from 'express';
import type { CustomerPages } from '../../cases';
import type { Limits } from '../middleware/limits';
import type { Spool } from '../spool';
import type { Answers } from './answers';
import type { Intake } from './views';

/** One address of a page. GET must not change anything. */
export interface PageRoute {
  method: 'get' | 'post';
  path: string;
  /** The body is a form without files: it is parsed before `handle`, which reads it by `field` and `written`. */
  form?: true;
  handle(req: Request, res: Response): Promise<void> | void;
}

/** What pages work with; each page names the parts it needs. */
export interface PageNeeds {
  cases: CustomerPages;
  intake: Intake;
  /** Shared with the API, so that both count together. */
  limits: Pick<Limits, 'wrongCodes' | 'complaints' | 'uploads'>;
  /** Bytes of the largest file that is taken. */
  fileBytes: number;
  /** Disk space for files until their form has been read. */
  spool: Spool;
  answers: Answers;
}

/** Makes the addresses of a page: the page itself and the forms on it. */
export type Page = (needs: PageNeeds) => PageRoute[];
