import { isDatabaseAway } from '../../db/errors';
import type { LinkPurpose, Links } from '../access/links';
import type { Decided } from '../answer-parts';
import { isRefused } from '../refused';
import type { ProposalView, SurveyView } from './answers';
import type { Customer, CustomerPages, Submitted, WayOn } from './contract';
import type { Entry, Followed } from './entry';

interface Needs {
  api: Omit<Customer, 'pages'>;
  entry: Pick<Entry, 'follow'>;
  links: Pick<Links, 'progressUrl'>;
  suggest: (caseNo: string, code: string, wanted: { text: string; key?: string }) => Promise<unknown>;
  care: { isKnown(token: string): boolean; stop(token: string): Promise<void> };
  proposalOf: (known: Followed) => Promise<ProposalView>;
  surveyOf: (known: Followed) => Promise<SurveyView>;
  sendLink: (caseNo: string, contact: string) => Promise<void>;
}

/** Builds `CustomerPages` over the same use cases that the API has. */
export function createPages({
  api,
  entry,
  links,
  suggest,
  care,
  proposalOf,
  surveyOf,
  sendLink,
}: Needs): CustomerPages {
  /**
   * A view for a link's page. Only after the link was answered, and while it has not expired, it shows the way to the
   * progress page, which holds the access code: a link alone must not give away the whole case.
   */
  const withWayOn =
    <V extends object>(purpose: LinkPurpose, show: (known: Followed) => Promise<V>) =>
    (token: string): Promise<(V & WayOn) | undefined> =>
      unlessUnknown(
        entry.follow(purpose, token).then(async (known) => {
          const { record, link } = known;
          const view = await show(known);
          return link.used && !link.expired ? { ...view, progressUrl: links.progressUrl(record.caseNo) } : view;
        }),
      );

  return {
    progress: (caseNo, code) => unlessUnknown(api.progress(caseNo, code)),
    proposal: withWayOn('proposal', proposalOf),
    survey: withWayOn('survey', surveyOf),
    answer: (token, input) => submitted(api.answer(token, input)),
    rate: (token, input) => submitted(api.rate(token, input)),
    chase: (caseNo, code, input) => submitted(api.chase(caseNo, code, input)),
    write: (caseNo, code, input) => submitted(api.write(caseNo, code, input)),
    callBack: (caseNo, code, input) => submitted(api.callBack(caseNo, code, input)),
    withdraw: (caseNo, code, input) => submitted(api.withdraw(caseNo, code, input)),
    reopen: (caseNo, code, input) => submitted(api.reopen(caseNo, code, input)),
    suggest: (caseNo, code, { text, decisionId }) =>
      submitted(suggest(caseNo, code, { text, key: decisionId }).then(() => ({ status: 'taken' }))),
    isCare: (token) => care.isKnown(token),
    stopCare: (token) => submitted(care.stop(token).then(() => ({ status: 'taken' }))),
    sendLink,
    isAway: (error) => isDatabaseAway(error),
  };
}

/** The result, or undefined for `notFound`. */
async function unlessUnknown<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isRefused(error, 'notFound')) return undefined;
    throw error;
  }
}

/** What became of a form; rejects only for a bug. */
async function submitted(work: Promise<Pick<Decided, 'status'>>): Promise<Submitted> {
  try {
    return { kind: (await work).status };
  } catch (error) {
    if (isDatabaseAway(error)) return { kind: 'away' };
    if (!isRefused(error)) throw error;
    if (error.kind === 'notFound') return { kind: 'unknown' };
    return error.kind === 'away' ? { kind: 'away' } : { kind: 'refused', words: error.words };
  }
}
