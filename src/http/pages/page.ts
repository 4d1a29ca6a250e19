import type { Request, Response } from 'express';
import type { CustomerPages } from '../../cases';
import type { Limits } from '../middleware/limits';
import type { Spool } from '../spool';
import type { Answers } from './answers';
import type { Intake } from './views';

/** One address of a page. GET changes nothing. */
export interface PageRoute {
  method: 'get' | 'post';
  path: string;
  /** The body is a form without files and has been read (`field`, `written`). */
  form?: true;
  handle(req: Request, res: Response): Promise<void> | void;
}

/** What pages work with; each names what it needs of it. */
export interface PageNeeds {
  cases: CustomerPages;
  intake: Intake;
  /** Of the API and these pages together. */
  limits: Pick<Limits, 'wrongCodes' | 'complaints' | 'uploads'>;
  /** Largest file of a complaint. */
  fileBytes: number;
  /** Where files wait until their form has been read. */
  spool: Spool;
  answers: Answers;
}

/** A page with its forms. */
export type Page = (needs: PageNeeds) => PageRoute[];
