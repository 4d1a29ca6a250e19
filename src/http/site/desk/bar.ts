import type { CaseAnswer } from '../../../cases';
import type { Language } from '../../../domain/basics/types';
import type { Context } from '../../../render/engine';
import { inLanguage } from '../../../render/words';

const OTHERS = 4;

export function barContext({ case: view, allowed, waiting }: CaseAnswer, language: Language): Context {
  const button = ({ decision, label }: CaseAnswer['allowed'][number]): Context => ({
    href: `/desk/cases/${view.caseNo}?do=${decision}#dock`,
    label: inLanguage(label, language),
    key: null,
    code: null,
  });
  const [next, ...rest] = allowed;
  return {
    next: next ? { ...button(next), reason: inLanguage(view.waitsFor, language) } : null,
    others: rest.slice(0, OTHERS).map(button),
    more: rest.slice(OTHERS).map(button),
    moreCount: Math.max(0, rest.length - OTHERS),
    waiting: waiting.map(({ label, because }) => ({
      label: inLanguage(label, language),
      because: inLanguage(because.words, language),
      link: null,
    })),
    waitingCount: waiting.length,
  };
}
