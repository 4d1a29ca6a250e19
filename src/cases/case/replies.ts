import type { Language } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import { filledReply, slipsIn, type ReplyValues } from '../../domain/policy/replies';
import { isOpen } from '../../domain/promises/clock';
import { toInstant } from '../../domain/time/duration';
import { plannedTime } from '../../render/format';
import { inLanguage } from '../../render/words';
import type { StaffDirectory } from '../access/staff';
import type { PolicyCache } from '../rules/policies';
import type { CannedReply, ReplyPreview } from './answers';
import type { Seen, VisibleCases } from './visible';

/** Help with writing to a customer. Every method throws Refused `notFound` if the person may not see the case. */
export interface Replies {
  /**
   * The canned replies of the policy in force, in the customer's language and with their variables filled in for this
   * case. They belong to the house, not to the case, so a newer policy's count in older cases as well.
   */
  cannedReplies(caseNo: string, actor: Staff): Promise<{ language: Language; items: CannedReply[] }>;
  /** A text of one's own, filled in likewise, and what in it would be refused by `write`. */
  previewReply(caseNo: string, actor: Staff, text: string): Promise<ReplyPreview>;
}

interface Needs {
  visible: Pick<VisibleCases, 'see'>;
  policies: Pick<PolicyCache, 'inForce'>;
  staff: Pick<StaffDirectory, 'words'>;
  clock: () => number;
}

/** Builds `Replies`. */
export function createReplies({ visible, policies, staff, clock }: Needs): Replies {
  async function valuesFor({ record, state }: Seen, actor: Staff): Promise<ReplyValues> {
    const { language, caseNo, customer, product } = record;
    const due = state.clocks.resolution;
    const nameOf = async (id: string): Promise<string> => inLanguage(await staff.words(id), language);
    return {
      name: customer.name,
      caseNo,
      writer: await nameOf(actor.id),
      ...(state.owner && { handler: await nameOf(state.owner.id) }),
      ...(product && { product: product.name }),
      // While it stands still, nobody knows when it will be due.
      ...(due &&
        isOpen(due) &&
        due.status !== 'paused' && { dueAt: plannedTime(due.dueAt, language, toInstant(clock())) }),
    };
  }

  return {
    async cannedReplies(caseNo, actor) {
      const seen = await visible.see(caseNo, actor);
      const [policy, values] = await Promise.all([policies.inForce(), valuesFor(seen, actor)]);
      const { language } = seen.record;
      const items = (policy.correspondence?.cannedReplies ?? []).map(({ id, name, text }) => ({
        id,
        name,
        ...filledReply(inLanguage(text, language), values),
      }));
      return { language, items };
    },

    async previewReply(caseNo, actor, text) {
      const seen = await visible.see(caseNo, actor);
      const [policy, values] = await Promise.all([policies.inForce(), valuesFor(seen, actor)]);
      const filled = filledReply(text, values);
      return { ...filled, slips: slipsIn(filled.text, policy) };
    },
  };
}
