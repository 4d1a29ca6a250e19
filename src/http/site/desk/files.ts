import type { RequestHandler, Response } from 'express';
import type { Spool } from '../../spool';
import { readForm, type Form } from '../kit/form-data';
import { readerOf } from './session';

/** Where files of forms wait until they are in a case, and how large one may be. */
export interface FilesNeeds {
  spool: Spool;
  /** Bytes of one file. */
  fileBytes: number;
}

/** Files of one form, as many as a customer may send at once. */
export const MOST_FILES = 9;

/**
 * Makes what reads a form with files: its fields go into `req.body`, as those of other forms, and its files lie on disk until
 * the answer is sent. Before the token of the reader's session has come, no file is written.
 */
export const filesReader =
  ({ spool, fileBytes }: FilesNeeds): RequestHandler =>
  async (req, res, next) => {
    const { formToken } = readerOf(res);
    const form = await readForm(req, {
      files: MOST_FILES,
      fileBytes,
      spool,
      admit: (values) => Promise.resolve(values.get('csrf')?.[0] === formToken),
    });
    res.once('close', () => void form.dispose());
    req.body = Object.fromEntries(
      [...form.values].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
    );
    res.locals.form = form;
    next();
  };

/** The form that was read for a page that takes files. */
export const formIn = (res: Response): Form => res.locals.form as Form;
