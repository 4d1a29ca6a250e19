import type { Request, Response } from 'express';
import type { Rank, Words } from '../../../domain/basics/types';

/**
 * Who may open an address. `anybody`; `code`: the customer, with case number and access code; `link`: whoever has the
 * link that holds the token. A rank: staff of this one or a higher one.
 */
export type Who = 'anybody' | 'code' | 'link' | Rank;

/** One address of a page. GET must not change anything. The list of addresses and the tests are made from these. */
export interface PageRoute {
  method: 'get' | 'post';
  /** In Express' form: `/p/:caseNo`. */
  path: string;
  who: Who;
  /** What the address is for, as the list of addresses says it. */
  about: Words;
  /** The body is a form without files: it is parsed before `handle`, which reads it by `field` and `written`. */
  form?: true;
  handle(req: Request, res: Response): Promise<void> | void;
}
