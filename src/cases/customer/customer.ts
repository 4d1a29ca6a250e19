import type { Stores } from '../../db';
import type { Links } from '../access/links';
import type { StaffDirectory } from '../access/staff';
import type { Deciding } from '../case/decide';
import { asked, CustomerActs } from './acts';
import type { Customer } from './contract';
import type { Entry, Followed } from './entry';
import { proposalOf, surveyOf } from './linked';
import { sendLostLink } from './lost-link';
import { createPages } from './pages';
import { Progress } from './progress';
import { SharedParts } from './shared-parts';

interface Needs {
  stores: Stores;
  staff: StaffDirectory;
  links: Links;
  entry: Entry;
  deciding: Pick<Deciding, 'take'>;
  /** Puts a suggestion into the register. */
  suggest: (caseNo: string, code: string, wanted: { text: string; key?: string }) => Promise<unknown>;
  /** Links of mails to those on the care list. */
  care: { isKnown(token: string): boolean; stop(token: string): Promise<void> };
  /** Right side of the Message-ID of the mail with a lost link. */
  mailDomain: string;
  clock: () => number;
}

/** Builds `Customer`. */
export function createCustomer({
  stores,
  staff,
  links,
  entry,
  deciding,
  suggest,
  care,
  mailDomain,
  clock,
}: Needs): Customer {
  const { ledger, texts } = stores;
  const shared = new SharedParts({ texts, staff });
  const progress = new Progress({ stores, links, shared, clock });
  const acts = new CustomerActs({ entry, links: stores.links, deciding });
  const proposal = (known: Followed) => proposalOf({ ledger, shared }, known);
  const survey = (known: Followed) => surveyOf({ ledger, shared }, known);

  const api: Omit<Customer, 'pages'> = {
    progress: async (caseNo, code) => progress.of(await entry.load(await entry.enter(caseNo, code))),
    proposal: async (token) => proposal(await entry.follow('proposal', token)),
    survey: async (token) => survey(await entry.follow('survey', token)),

    answer(token, { decisionId, ...input }) {
      const inputOf = (proposalId: string) => ({ ...input, via: 'link', proposalId });
      return acts.byLink('proposal', token, 'customerAnswer', inputOf, decisionId);
    },
    rate: (token, { decisionId, ...input }) =>
      acts.byLink(
        'survey',
        token,
        'recordSurvey',
        (surveyId, policy) => ({ ...input, ...asked(input.answers, policy), via: 'link', surveyId }),
        decisionId,
      ),

    chase: (caseNo, code, { decisionId, ...input }) => acts.byCode(caseNo, code, 'chase', input, decisionId),
    write: (caseNo, code, { decisionId, text, via = 'link' }) =>
      acts.speakUp(caseNo, code, 'customerWrote', { text, via }, decisionId),
    callBack: (caseNo, code, { decisionId, ...input }) =>
      acts.speakUp(caseNo, code, 'wantCallBack', { ...input, via: 'link' }, decisionId),
    withdraw: (caseNo, code, { decisionId, ...input }) => acts.byCode(caseNo, code, 'withdraw', input, decisionId),
    reopen: (caseNo, code, { decisionId, ...input }) => acts.byCode(caseNo, code, 'reopen', input, decisionId),
  };

  const pages = createPages({
    api,
    entry,
    links,
    suggest,
    care,
    proposalOf: proposal,
    surveyOf: survey,
    sendLink: (caseNo, contact) => sendLostLink({ stores, mailDomain, clock }, caseNo, contact),
  });
  return { ...api, pages };
}
