import type { CaseState } from '../../domain/case/state';
import type { Stores } from '../../db';
import type { StaffDirectory } from '../access/staff';
import type { ProgressView } from './answers';

interface Needs {
  texts: Pick<Stores['texts'], 'get'>;
  staff: Pick<StaffDirectory, 'words'>;
}

/** Parts that all views for customers share. */
export class SharedParts {
  constructor(private readonly needs: Needs) {}

  /** The owner's name; empty while there is none. */
  async handler({ owner }: CaseState): Promise<Pick<ProgressView, 'handler' | 'handlerWords'>> {
    if (!owner) return {};
    const handlerWords = await this.needs.staff.words(owner.id);
    return { handler: handlerWords.zh, handlerWords };
  }

  /** Who gets in touch after a low score, and by when; undefined if no follow-up is open. */
  async followUp({ followUp, clocks }: CaseState): Promise<ProgressView['followUp']> {
    if (followUp?.status !== 'open') return undefined;
    const byWords = followUp.assignee === undefined ? undefined : await this.needs.staff.words(followUp.assignee);
    return { by: byWords?.zh, byWords, dueAt: clocks.followUp?.dueAt };
  }

  /** A stored text; undefined if there is none, or if it has been erased. */
  async text(textId: string | undefined): Promise<string | undefined> {
    return textId === undefined ? undefined : (await this.needs.texts.get([textId])).get(textId)?.body;
  }
}

/** Whether an offer still waits for the customer's answer; a late answer (`unanswered`) counts, too. */
export const isOffered = (state: CaseState): boolean =>
  (state.proposal?.status === 'offered' || state.proposal?.status === 'unanswered') &&
  state.notSubstantiated === undefined &&
  state.stage === 'resolve';
