import type { CaseView } from '../../../cases';
import type { Staff } from '../../../domain/case/permissions';
import type { Context } from '../../../render/engine';
import { isSmallPicture } from '../../middleware/download';
import { pageTime } from '../../../render/format';
import type { Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import { rowContext } from './rows';

/** The icon of a kind of file. */
const fileIcon = (mediaType: string): string =>
  mediaType.startsWith('image/')
    ? 'i-img'
    : mediaType.startsWith('video/')
      ? 'i-film'
      : mediaType.startsWith('audio/')
        ? 'i-mic'
        : 'i-clip';

/** The customer's words, what they ask for, and the files below. */
export const wordsContext = (view: CaseView, wording: Wording): Context => ({
  words: view.text,
  isDoubtful: view.senderCheck?.verdict === 'doubtful',
  wanted: view.wantedRemedy ?? null,
  files: filesContext(view, wording),
});

const filesContext = ({ caseNo, evidence }: CaseView, { language, now }: Wording): Context[] =>
  evidence.map((file) => ({
    name: file.fileName,
    href: `/desk/cases/${caseNo}/evidence/${file.evidenceId}`,
    icon: fileIcon(file.mediaType),
    isPicture: isSmallPicture(file),
    about: `${pageTime(file.addedAt, language, now)} · ${file.sha256.slice(0, 8)}`,
  }));

/** The reader's open cases in the pane beside the case. */
const BESIDE = 50;

/** The pane with the reader's open cases. @param current the case that is shown */
export async function besideOf(
  handling: DeskNeeds['cases']['handling'],
  current: string,
  actor: Staff,
  wording: Wording,
): Promise<Context> {
  const { items, total } = await handling.list({ owner: 'me', open: 'true', sort: 'due', limit: BESIDE }, actor);
  // From a case that is not among them the next one is the first.
  const here = items.findIndex(({ caseNo }) => caseNo === current);
  const keys = new Map([
    [here - 1, 'BracketLeft'],
    [here + 1, 'BracketRight'],
  ]);
  return {
    beside: items.map((item, at) => ({
      ...rowContext(item, wording),
      current: at === here,
      key: keys.get(at) ?? null,
    })),
    besideCount: total ?? items.length,
  };
}
