import type { Request } from 'express';
import type { Language } from '../../domain/basics/types';
import type { NotKept } from './complaint-form';
import type { Form } from './form-data';
import { withLang } from './request';
import type { Intake } from './views';

/** Files of one form at most. */
export const MOST_FILES = 9;

/** What became of a form's files: how many are in the case, and why the others are not. */
export interface Kept {
  kept: number;
  notKept: Set<NotKept>;
}

/** One after the other; after the first that finds nobody there, the rest is not waited for. */
export async function attachAll(
  intake: Pick<Intake, 'attach'>,
  caseNo: string,
  code: string,
  form: Form,
): Promise<Kept> {
  const notKept = new Set<NotKept>(form.moreFiles ? ['many'] : []);
  let kept = 0;
  for (const item of form.files) {
    if (item.fault) notKept.add(item.fault === 'large' ? 'large' : 'away');
    else if (!notKept.has('away')) {
      const attached = await intake.attach(caseNo, code, item);
      if (attached === 'kept') kept++;
      else notKept.add(attached === 'unknown' ? 'away' : attached);
    }
  }
  return { kept, notKept };
}

/** Makes the form's language known to whoever asks the request for it; @returns the form's key */
export function spoken(req: Request, form: Form): string {
  req.body = { lang: form.values.get('lang')?.[0] ?? '' };
  return form.values.get('key')?.[0] ?? '';
}

/** The receipt, which says what became of the files. */
export function receiptUrl(caseNo: string, code: string, lang: Language | undefined, { kept, notKept }: Kept): string {
  const url = withLang(`/complain/${caseNo}?code=${encodeURIComponent(code)}`, lang);
  return `${url}${kept > 0 ? `&kept=${kept}` : ''}${notKept.size > 0 ? `&not=${[...notKept].join(',')}` : ''}`;
}
