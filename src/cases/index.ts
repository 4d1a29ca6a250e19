/**
 * The door of this folder: the contract, and the words that its callers need. What implements it (`create.ts` and the
 * folders beside) is imported by the programs alone.
 * @module
 */
export type * from './cases';
export { away, forbidden, invalid, isRefused, notFound, Refused, type RefusedKind, wrongCode } from './refused';
/** Is Postgres away, as against a fault of ours? For whoever may not know of the database itself. */
export { isDatabaseAway } from '../db/errors';

export { actorOf } from './access/staff';
export { schemaName } from './case/case-view';
export type { Decided } from './case/decide';
export { aboutWords } from './case/decision-about';
export { MOVED_AT_ONCE } from './case/moves';
export type { OfferView, ProgressView, ProposalView, Scores, Submitted, SurveyView } from './customer/customer';
export type { Uploader } from './evidence/evidence';
export { complaintSchema, type ComplaintBody } from './filing/complaint-input';
export type { PublishedCalendar } from './rules/calendars';
export { readWhatIf, whatIfSchema } from './rules/what-if';
export { SKIP_REASONS, SKIP_WORDS } from './rules/year-file';
