import type { CaseAnswer } from '../../../cases';
import { inLanguage } from '../../../render/words';
import type { Context } from '../../../render/engine';
import { DECISIONS } from '../../../domain/decisions/catalogue';
import type { Wording } from '../kit/wording';
import { actionBar, type Action, type Place } from './forms/action-bar';

/** Where the case page shows what is missing. */
const PLACES: Record<Place, string> = { help: '#help', proposal: '#proposal', actions: '#actions' };

/** The address of the case with the form of a decision open. @param form which form of the policy is filled in */
export const formAddress = (caseNo: string, decision: string, form: string | null = null): string =>
  `/desk/cases/${caseNo}?do=${decision}${form === null ? '' : `&form=${encodeURIComponent(form)}`}#dock`;

/** What the partial `dock` is given: the buttons of what may be decided, and what is missing for the rest. */
export function barContext(answer: CaseAnswer, wording: Wording): Context {
  const { caseNo } = answer.case;
  const bar = actionBar(answer, wording);
  const button = ({ decision, label, key, form }: Action): Context => ({
    href: formAddress(caseNo, decision, form),
    label,
    key,
    // The place of the key, which an input method does not change.
    code: key === null ? null : `Key${key}`,
  });
  return {
    next: bar.next ? { ...button(bar.next), reason: bar.next.reason } : null,
    waitsFor: bar.waitsFor,
    others: bar.others.map(button),
    more: bar.more.map(button),
    moreCount: bar.more.length,
    moreOrOthers: bar.more.length + bar.others.length > 0 || bar.reply !== null || bar.note !== null,
    reply: bar.reply ? button(bar.reply) : null,
    note: bar.note ? button(bar.note) : null,
    waiting: bar.waiting.map(({ label, because, meets }) => ({
      label,
      because,
      link: meets.decision ? formAddress(caseNo, meets.decision) : meets.place ? PLACES[meets.place] : null,
      linkWords: meets.decision ? inLanguage(DECISIONS[meets.decision].label, wording.language) : null,
    })),
    waitingCount: bar.waiting.length,
  };
}
