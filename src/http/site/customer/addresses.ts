import type { Language } from '../../../domain/basics/types';

/** The address of the progress page. Without `lang` the page is shown in the language of the complaint. */
export const progressUrl = (caseNo: string, code: string, lang?: Language): string =>
  `/p/${encodeURIComponent(caseNo)}?code=${encodeURIComponent(code)}${lang ? `&lang=${lang}` : ''}`;
