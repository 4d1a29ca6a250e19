import type { CaseView } from '../../../cases';
import type { Language } from '../../../domain/basics/types';
import { CATEGORY_WORDS, RULE_WORDS } from '../../../domain/basics/words';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { isSmallPicture } from '../../middleware/download';
import { newNonce } from '../kit/request';
import { sayIn, type Wording } from '../kit/wording';
import { gradeContext } from './rows';

/** The icon of a kind of file. */
const fileIcon = (mediaType: string): string =>
  mediaType.startsWith('image/')
    ? 'i-img'
    : mediaType.startsWith('video/')
      ? 'i-film'
      : mediaType.startsWith('audio/')
        ? 'i-mic'
        : 'i-clip';

type Mark = CaseView['suggestion']['marks'][number];

/** How words of a rule look: as those of a major or an important complaint; the category's are quieter. */
const lookOf = (rule: string): 'major' | 'important' | 'category' =>
  rule.startsWith('M') ? 'major' : rule.startsWith('I') ? 'important' : 'category';
const LOOKS = ['major', 'important', 'category'] as const;

/** What a rule is called, or the category; of a rule that there is no more, its code. */
function nameOf(rule: string, language: Language): string {
  const words = RULE_WORDS[rule] ?? CATEGORY_WORDS[rule as keyof typeof CATEGORY_WORDS];
  return words === undefined ? rule : inLanguage(words, language);
}

/** A text in pieces, each whole in or out of every mark. Whoever hears the page hears the rule where its words end. */
function markedPieces(text: string, marks: readonly Mark[], language: Language): Context[] {
  const say = sayIn(language);
  const cuts = [...new Set([0, text.length, ...marks.flatMap(({ from, to }) => [from, to])])].toSorted((a, b) => a - b);
  return cuts.slice(1).map((to, n) => {
    const from = cuts[n] ?? 0;
    const over = marks.filter((mark) => mark.from <= from && mark.to >= to);
    const names = (of: readonly Mark[]): string =>
      [...new Set(of.map(({ rule }) => nameOf(rule, language)))].join(say('、', ', '));
    const ended = names(over.filter((mark) => mark.to === to));
    return {
      text: text.slice(from, to),
      look: LOOKS.find((look) => over.some(({ rule }) => lookOf(rule) === look)) ?? null,
      title: names(over),
      ended: ended === '' ? null : say(`（${ended}）`, ` (${ended})`),
    };
  });
}

/** The customer's words and what they ask for, with what led to the suggestion marked in them, and the files below. */
export function wordsContext(view: CaseView, wording: Wording): Context {
  const { marks } = view.suggestion;
  const pieces = (text: string, field: Mark['in']): Context[] =>
    markedPieces(
      text,
      marks.filter((mark) => mark.in === field),
      wording.language,
    );
  return {
    words: pieces(view.text, 'text'),
    isDoubtful: view.senderCheck?.verdict === 'doubtful',
    wanted: view.wantedRemedy ? pieces(view.wantedRemedy, 'wantedRemedy') : null,
    files: filesContext(view, wording),
  };
}

/**
 * What the words suggest, and why.
 * @param mayTake whether it can be taken as it stands; it cannot after the customer has written something worse
 */
export function suggestedContext(view: CaseView, { language }: Wording, mayTake: boolean): Context {
  const { grade, category, reasons, marks, amountCny } = view.suggestion;
  const say = sayIn(language);
  return {
    ...gradeContext({ grade, category }, language),
    reasons: reasons.map(({ rule, words }) => ({
      name: nameOf(rule, language),
      look: lookOf(rule),
      // Words that are not found in the text any more are listed.
      words: marks.some((mark) => mark.rule === rule) ? [] : words,
    })),
    amount:
      amountCny === undefined ? null : say(`涉及 ${amountCny} 元`, `CN¥${amountCny.toLocaleString('en')} at stake`),
    take:
      mayTake && view.worse === undefined
        ? { action: `/desk/cases/${view.caseNo}/decisions/grade`, nonce: newNonce(), seq: view.seq, grade, category }
        : null,
  };
}

const filesContext = ({ caseNo, evidence }: CaseView, { language, now }: Wording): Context[] =>
  evidence.map((file) => ({
    name: file.fileName,
    href: `/desk/cases/${caseNo}/evidence/${file.evidenceId}`,
    icon: fileIcon(file.mediaType),
    isPicture: isSmallPicture(file),
    about: `${pageTime(file.addedAt, language, now)} · ${file.sha256.slice(0, 8)}`,
  }));
