import type { Language } from '../../domain/basics/types';

/**
 * Stands in mails to customers above all that their mail programs quote of them: what is above it is the answer. Programs
 * break and indent lines, so it is short.
 */
export const REPLY_ABOVE: Readonly<Record<Language, string>> = {
  'zh-CN': '—— 请在此行上方回复 ——',
  en: '—— Please reply above this line ——',
};
