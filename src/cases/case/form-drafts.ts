import type { Stores } from '../../db';
import type { FormDraft } from '../../db/records';
import { isCleanText, UNCLEAN } from '../../domain/basics/free-text';
import { isCaseNumber, isUuid } from '../../domain/basics/ids';
import { DAY } from '../../domain/basics/milliseconds';
import type { Staff } from '../../domain/case/permissions';
import { DECISION_NAMES } from '../../domain/decisions/catalogue';
import { toInstant } from '../../domain/time/duration';
import { invalid, Refused } from '../refused';
import type { Presence } from './presence';

/**
 * What somebody has typed into a form and not sent yet, so that it is there again when they open the form, in any browser.
 * Everybody has drafts of their own alone; a draft is kept for a week.
 *
 * A form is named by its place: the case's number and the decision (`C261123-7KQ4MX/propose`), for a form of the policy with
 * its id behind (`…/fillForm/site-visit`); `phone` for phone entry, with the number that called behind (`phone/138…`); a chat
 * by its id for the answer there (`chat/6f9f…`).
 */
export interface FormDrafts {
  /** The draft of this form; undefined: there is none. */
  get(place: string, actor: Staff): Promise<Pick<FormDraft, 'fields' | 'at'> | undefined>;
  /**
   * Keeps what is typed in place of what was kept before; with nothing but blanks nothing is kept. Beyond 100 drafts of a
   * person the oldest are removed.
   * @param fields the values of each control by its name
   * @throws Refused `invalid` for a place where no form is; `tooLarge` for more than 32 kB
   */
  keep(place: string, fields: FormDraft['fields'], actor: Staff): Promise<void>;
  /** Removes the draft, if there is one. */
  remove(place: string, actor: Staff): Promise<void>;
}

interface Needs {
  drafts: Stores['formDrafts'];
  /** Whoever has something typed into a form of a case is seen writing there. */
  presence: Pick<Presence, 'wrote'>;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** So long a draft is kept. */
const KEPT_MS = 7 * DAY;
/** Drafts of one person. */
const MOST = 100;
/** Bytes of one draft, as JSON in UTF-8. */
const MOST_BYTES = 32 * 1024;

/** Builds `FormDrafts`. */
export function createFormDrafts({ drafts, presence, clock }: Needs): FormDrafts {
  const remove = async (place: string, actor: Staff): Promise<void> => {
    await drafts.remove(actor.id, place);
    presence.wrote(place, actor, false);
  };
  const since = () => toInstant(clock() - KEPT_MS);
  return {
    get: async (place, { id }) => (isPlace(place) ? drafts.get(id, place, since()) : undefined),

    async keep(place, fields, actor) {
      if (!isPlace(place)) {
        throw invalid([{ path: 'draft', words: { zh: '没有这个表单', en: 'there is no such form' } }]);
      }
      const values = Object.values(fields).flat();
      if (![...Object.keys(fields), ...values].every(isCleanText)) throw invalid([{ path: 'fields', words: UNCLEAN }]);
      if (Buffer.byteLength(JSON.stringify(fields)) > MOST_BYTES) throw TOO_LARGE;
      if (values.every((value) => value.trim() === '')) return remove(place, actor);
      await drafts.keep({ userId: actor.id, place, fields, at: toInstant(clock()) }, { since: since(), most: MOST });
      presence.wrote(place, actor, true);
    },

    async remove(place, actor) {
      if (isPlace(place)) await remove(place, actor);
    },
  };
}

const TOO_LARGE = new Refused('tooLarge', 'draft_too_large', {
  zh: `草稿最多 ${MOST_BYTES / 1024} kB；请写短一些，或先提交`,
  en: `a draft has at most ${MOST_BYTES / 1024} kB; write less, or send it first`,
});

/** Whether a form may be at this place. */
function isPlace(place: string): boolean {
  const [first = '', second, third, ...more] = place.split('/');
  if (first === 'phone')
    return third === undefined && (second === undefined || (isCleanText(second) && second.length <= 60));
  if (first === 'chat') return third === undefined && isUuid(second ?? '');
  const isForm = third === undefined || (second === 'fillForm' && /^[\w-]{1,60}$/.test(third));
  return isCaseNumber(first) && DECISION_NAMES.some((name) => name === second) && isForm && more.length === 0;
}
