import type { CaseAnswer, LibraryForCase } from '../../../cases';
import { atLeast, type Staff } from '../../../domain/case/permissions';
import type { Context } from '../../../render/engine';
import { sayIn, type Wording } from '../kit/wording';
import { LIBRARY_PAGE, usesWords } from './library-context';

/** What the library has for a case, for the pane of facts; and where a solved case is written up. Null: neither. */
export function libraryContext(
  { items }: LibraryForCase,
  { case: view, allowed }: Pick<CaseAnswer, 'case' | 'allowed'>,
  actor: Staff,
  wording: Wording,
): Context | null {
  const say = sayIn(wording.language);
  const can = (name: string): boolean => allowed.some(({ decision }) => decision === name);
  // Whoever has a mail address is written to; others are spoken to, and what was said is put down.
  const decision = view.customer.email !== undefined && can('write') ? 'write' : can('respond') ? 'respond' : undefined;
  const isSolved = view.resolution !== undefined || view.outcome !== undefined;
  const writeHref = isSolved && atLeast(actor, 'agent') ? `${LIBRARY_PAGE}/new?case=${view.caseNo}` : null;
  if (items.length === 0 && writeHref === null) return null;
  return {
    items: items.map(({ id, title, solution, hasReply, words, same, uses }) => ({
      href: `${LIBRARY_PAGE}/${id}`,
      title,
      solution,
      why: [
        ...(same.includes('product') ? [say('同一产品', 'same product')] : []),
        ...(same.includes('category') ? [say('同一类别', 'same category')] : []),
        ...(words.length > 0 ? [`“${words.join(say('、', ', '))}”`] : []),
      ].join(' · '),
      uses: usesWords(uses, wording),
      insertHref:
        hasReply && decision !== undefined ? `/desk/cases/${view.caseNo}?do=${decision}&entry=${id}#dock` : null,
    })),
    writeHref,
  };
}
