import type { CaseState } from '../../domain/case/state';
import type { Stores } from '../../db';
import type { StaffDirectory } from '../access/staff';
import type { ProgressView } from './answers';

interface Needs {
  texts: Pick<Stores['texts'], 'get'>;
  staff: Pick<StaffDirectory, 'words'>;
}

/** What every view of a customer tells in the same way. */
export class Told {
  constructor(private readonly needs: Needs) {}

  async handler({ owner }: CaseState): Promise<Pick<ProgressView, 'handler' | 'handlerWords'>> {
    if (!owner) return {};
    const handlerWords = await this.needs.staff.words(owner.id);
    return { handler: handlerWords.zh, handlerWords };
  }

  /** After a low score: who gets in touch, and by when. */
  async followUp({ followUp, clocks }: CaseState): Promise<ProgressView['followUp']> {
    if (followUp?.status !== 'open') return undefined;
    const byWords = followUp.assignee === undefined ? undefined : await this.needs.staff.words(followUp.assignee);
    return { by: byWords?.zh, byWords, dueAt: clocks.followUp?.dueAt };
  }

  /** @returns nothing: there is none, or it has been erased */
  async text(textId: string | undefined): Promise<string | undefined> {
    return textId === undefined ? undefined : (await this.needs.texts.get([textId])).get(textId)?.body;
  }
}

/** An offer that still waits for the customer's answer, also a late one. */
export const isOffered = (state: CaseState): boolean =>
  (state.proposal?.status === 'offered' || state.proposal?.status === 'unanswered') &&
  state.notSubstantiated === undefined &&
  state.stage === 'resolve';
