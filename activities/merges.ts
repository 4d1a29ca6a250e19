import type { MergeRefusal, Stores } from '../src/db';
import { UNSIGNED } from '../src/domain/decisions/decide';
import { MERGE_UNKNOWN } from '../src/domain/decisions/ending';
import type { Refusal } from '../src/domain/decisions/define';
import type { Activities } from './interface';
import { isSigned, type Senders } from './senders';

/** What whoever merges is told when the reservation is refused. */
const WORDS: Record<MergeRefusal, Refusal['words']> = {
  unknown: MERGE_UNKNOWN.words,
  closed: { zh: '要并入的那件案件已归档', en: 'the case to merge into is archived' },
  cycle: { zh: '那件案件正要并入本案', en: 'that case is being merged into this one' },
  leaving: {
    zh: '那件案件正在撤诉，不能并入；请稍后再看，它没有撤成时可以再试',
    en: 'that case is being withdrawn, so nothing can be merged into it; look again later, it may go on',
  },
  not_open: {
    zh: '两件案件之一已经并入或正要并入别的案件',
    en: 'one of the two cases has been merged elsewhere, or is about to be',
  },
};

/** See `Activities.claimMerge`. Key: (case, target); a repeat of a reservation that was granted is granted again. */
export const claimMerge =
  ({ merges }: Pick<Stores, 'merges'>, senders: Senders): Activities['claimMerge'] =>
  async ({ sender, ...wanted }) => {
    if (!senders.allowUnsigned && !isSigned(senders, wanted.caseNo, sender)) return { refusal: UNSIGNED };
    const claimed = await merges.claim(wanted);
    return claimed.ok ? {} : { refusal: { code: `merge_${claimed.code}`, words: WORDS[claimed.code] } };
  };
