import type { CaseEvent } from '../../domain/case/events';
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

  /** What house and customer wrote to each other; a text that has been erased is left out. */
  async messages(events: readonly CaseEvent[]): Promise<NonNullable<ProgressView['messages']>> {
    const letters = events.flatMap((item) =>
      item.type === 'wroteToCustomer' ||
      item.type === 'customerWrote' ||
      (item.type === 'responded' && item.data.via === 'mail')
        ? [item]
        : [],
    );
    const bodies =
      letters.length > 0
        ? await this.needs.texts.get(letters.map(({ data }) => data.text.textId))
        : new Map<string, { body: string }>();
    const told = letters.map(async ({ type, at, actor, data }) => {
      const text = bodies.get(data.text.textId)?.body;
      if (type === 'customerWrote') return text === undefined ? [] : [{ at, from: 'customer' as const, text }];
      const byWords = actor.kind === 'staff' ? await this.needs.staff.words(actor.id) : undefined;
      return text === undefined ? [] : [{ at, from: 'house' as const, by: byWords?.zh, byWords, text }];
    });
    return (await Promise.all(told)).flat();
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
