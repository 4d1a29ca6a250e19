import type { Staff } from '../../domain/case/permissions';
import { CAUSE_WORDS } from '../../domain/basics/words';
import { cut } from '../../render/format';
import { inLanguage } from '../../render/words';
import { withoutIdentities } from '../../text/personal';
import type { VisibleCases } from '../case/visible';
import { conflict, mustRead } from '../refused';
import { LIBRARY_MOST, type WriteUp } from './answers';
import type { Known } from './known';

interface Needs {
  visible: Pick<VisibleCases, 'see' | 'answerOn'>;
  known: Known;
}

const TITLE = 40;

const NOT_SOLVED = conflict({
  code: 'not_solved',
  words: {
    zh: '案件还没有办结；办结以后再写进知识库',
    en: 'the case is not solved yet; write it up once it is',
  },
});

/** Builds `LibraryAccess.writeUp`: what the ledger says of a solved case, with identities taken out. */
export const createWriteUp =
  ({ visible, known }: Needs) =>
  async (caseNo: string, actor: Staff): Promise<WriteUp> => {
    mustRead(actor, 'agent');
    const seen = await visible.see(caseNo, actor);
    const { case: view } = await visible.answerOn(seen, actor, { masked: true });
    if (!view.resolution && view.outcome === undefined) throw NOT_SOLVED;
    const { language, product, category } = view;
    const identities = await known(caseNo);
    const plain = (text: string | null | undefined, most: number): string =>
      cut(withoutIdentities(text ?? '', identities, language), most);
    const cause = view.rootCause?.cause ?? view.resolution?.cause;
    const problem = plain(view.text, LIBRARY_MOST.problem);
    return {
      caseNo,
      language,
      title: cut((problem.trim().split(/[\n。！!？?；;]/u, 1)[0] ?? '').trim(), TITLE),
      problem,
      cause: [
        ...(cause === undefined ? [] : [inLanguage(CAUSE_WORDS[cause], language)]),
        plain(view.findings.at(-1)?.text, LIBRARY_MOST.cause - TITLE),
      ]
        .filter((line) => line !== '')
        .join('\n'),
      solution: plain(view.summary?.text ?? view.proposal?.solution, LIBRARY_MOST.solution),
      reply: plain(view.proposal?.solution, LIBRARY_MOST.reply),
      product: product
        ? cut([product.name, product.model].filter((part) => part !== undefined).join(' '), LIBRARY_MOST.product)
        : '',
      category,
      isPublic: false,
      question: '',
      answer: '',
    };
  };
