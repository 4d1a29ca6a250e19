import type { Request, Response } from 'express';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import type { Language } from '../../../domain/basics/types';
import { readNotKept, type NotKept } from './complaint-form';
import { readForm, type Form } from '../kit/form-data';
import { param, queried, withLang } from '../kit/request';
import type { Intake } from './contract';
import type { PageNeeds } from './page';
import type { Place } from './place';
import type { JoinedForm } from './waiting-files';

/** How many files one form may bring. */
export const MOST_FILES = 9;

/** What became of a form's files: how many are in the case, and why the others are not. */
export interface Kept {
  kept: number;
  notKept: Set<NotKept>;
}

/**
 * Puts a form's files into the case, one after the other. When the case does not take one (Postgres or the disk is
 * away), no further file is tried: the next would most likely fail too, and each try takes time. A file that the form
 * itself could not keep (`FormFile.fault`) stops no other. The same file again changes nothing.
 * Never rejects because of a file: what was wrong with it stands in `notKept`.
 */
export async function attachAll(
  intake: Pick<Intake, 'attach'>,
  caseNo: string,
  code: string,
  form: Form & Partial<Pick<JoinedForm, 'missing' | 'delivered'>>,
): Promise<Kept> {
  const notKept = new Set<NotKept>(form.moreFiles ? ['many'] : []);
  if (form.missing) notKept.add('away');
  let kept = 0;
  let isAway = false;
  for (const item of form.files) {
    if (item.fault) notKept.add(item.fault === 'large' ? 'large' : 'away');
    else if (!isAway) {
      const attached = await intake.attach(caseNo, code, item);
      if (attached === 'kept') kept++;
      else notKept.add(attached === 'unknown' ? 'away' : attached);
      isAway = attached === 'away' || attached === 'unknown';
    }
  }
  if (!isAway) form.delivered?.();
  return { kept, notKept };
}

/**
 * Puts the language that was chosen in the form into `req.body`, where `langOf` finds it: a form with files is not
 * parsed by Express.
 */
export function takeLanguage(req: Request, form: Form): void {
  req.body = { lang: form.values.get('lang')?.[0] ?? '' };
}

/** The address of the receipt. It carries what became of the files, so that the page can say it after the redirect. */
export function receiptUrl(
  place: Place,
  req: Request,
  { caseNo, code, lang, files }: { caseNo: string; code: string; lang: Language | undefined; files: Kept },
): string {
  const url = place.to(req, `/${caseNo}`, `code=${encodeURIComponent(code)}`);
  return `${withLang(url, lang)}${filesQuery(files)}`;
}

/** What became of a form's files, as an address carries it to the next page; empty without files. */
export const filesQuery = ({ kept, notKept }: Kept): string =>
  `${kept > 0 ? `&kept=${kept}` : ''}${notKept.size > 0 ? `&not=${[...notKept].join(',')}` : ''}`;

/** The same as it stands in an address. */
export const filesInQuery = (req: Request): { kept: number; notKept: NotKept[] } => ({
  kept: /^\d$/.test(queried(req, 'kept')) ? Number(queried(req, 'kept')) : 0,
  notKept: readNotKept(queried(req, 'not')),
});

/**
 * Reads a form about a complaint that may bring files, and hands it to `take` with its fields in `req.body`, as if Express
 * had parsed it. The form has the code before its files: without the right one no file is written to disk, and the answer
 * is that of an unknown link.
 */
export async function withFiles(
  req: Request,
  res: Response,
  needs: Pick<PageNeeds, 'cases' | 'limits' | 'fileBytes' | 'spool' | 'waiting' | 'answers'>,
  take: (form: JoinedForm) => Promise<void>,
): Promise<void> {
  const { cases, limits, fileBytes, spool, waiting, answers } = needs;
  if (await answers.tooOften(limits.uploads, req, res)) return;
  const caseNo = readCaseNumber(param(req, 'caseNo'));
  const admit = async (values: Form['values']): Promise<boolean> => {
    const code = values.get('code')?.[0] ?? '';
    return isCaseNumber(caseNo) && code !== '' && (await cases.progress(caseNo, code)) !== undefined;
  };
  const form = waiting.join(await readForm(req, { files: MOST_FILES, fileBytes, spool, admit }), MOST_FILES);
  try {
    req.body = Object.fromEntries([...form.values].map(([name, values]) => [name, values[0] ?? '']));
    // Of a form without new files nobody has asked yet whether the code is right.
    await (form.admitted ? take(form) : answers.unknown(req, res));
  } finally {
    await form.dispose();
  }
}
