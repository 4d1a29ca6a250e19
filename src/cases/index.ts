/**
 * What callers may import of this folder: the contract, and the schemas, types and refusals that come with it. The code
 * behind it (`create.ts` and the folders beside) is imported by the programs alone.
 * @module
 */
export type * from './cases';
export { away, forbidden, invalid, isRefused, notFound, Refused, type RefusedKind, wrongCode } from './refused';
/** Whether an error means that Postgres is away; for callers that may not import `src/db`. */
export { isDatabaseAway, isUnstorable } from '../db/errors';

export type { AccountShown } from './access/own-account';
export type { CurrentSession, ListedSession, Sender, SignedIn } from './access/sessions';
export type { NeedsCode, TooLate, Wrong } from './access/sign-in';
export type { GivenLink, OpenLink } from './access/sign-in-links';
export type { ListedPasskey } from './access/passkeys';
export type { Kept } from './access/identity-provider';
export type { AccessNote, PersonAccess } from './access/people';
export type { Locked } from './access/tries';
export { messagesOfCase, NEWS_WAYS, type MessagesOfCase, type NewsWay } from './inbound/customer-messages';
export { cut, hookMapping, languageOf, readPosted, unmapped, type Posted } from './inbound/hook-mapping';
export { channelAct, connection, type ChannelActShown, type Connection } from './connections/answers';
export {
  exportLog,
  exportQuery,
  exportTables,
  type ExportLog,
  type ExportQuery,
  type ExportTables,
} from './exports/answers';
export type { ExportedTable } from './exports/exports';
export { DATA_MEDIA_TYPES } from '../render/data-file';
export {
  figureCases,
  figureCasesQuery,
  figureFileQuery,
  figureQuery,
  figuresFileQuery,
  figureShown,
  figuresShown,
  oneFigureQuery,
  type CountedShown,
  type FigureCases,
  type FigureCasesQuery,
  type FigureQuery,
  type FigureShown,
  type FiguresShown,
  type OneFigureQuery,
} from './figures/answers';
export { causesQuery, causesShown, type BoneShown, type CausesShown, type RisenShown } from './causes/answers';
export type { CauseAccess } from './causes/causes';
export {
  actionAct,
  actionBoard,
  actionPage,
  boardQuery,
  PDCA,
  reportQuery,
  type ActionAct,
  type ActionActName,
  type ActionBoard,
  type ActionCard,
  type ActionPage,
} from './actions/answers';
export { ACTION_KIND_WORDS, ACTION_STATUS_WORDS, effectWords, rateWords } from './actions/report';
export {
  REPORT_PARTS,
  reportFileQuery,
  reportList,
  reportListQuery,
  reportShown,
  reportWishes,
  wantedRemark,
  wantedSavedReport,
  wantedSignature,
  type RemarkShown,
  type ReportLine,
  type ReportList,
  type ReportShown,
  type SavedReportShown,
} from './reports/answers';
export { toldSections, toldState, type ToldLine } from './reports/telling';
export { readingFigures, type OwnModelShown, type ReadingFigures } from './learning/answers';
export {
  changedEntry,
  entryVersion,
  LIBRARY_STATES,
  libraryEntry,
  libraryForCase,
  libraryItem,
  libraryList,
  libraryQuery,
  libraryReply,
  returnedEntry,
  submittedEntry,
  trainingPack,
  trainingQuery,
  wantedEntry,
  wantedUse,
  writeUp,
  type LibraryEntry,
  type LibraryForCase,
  type LibraryItem,
  type LibraryList,
  type TrainingPack,
  type TrainingQuery,
} from './library/answers';
export { topicWords } from './library/training';
export type { Articles } from './library/finding';
export { IDENTITY_WORDS } from './library/checking';
export { SUGGESTION_STATES } from '../db/records';
export { CARE_SHOWN, careAct, careEntry, careList, type CareAct, type CareList, type CareShown } from './care/answers';
export {
  customerSuggestion,
  LONGEST_SUGGESTION,
  suggestion,
  suggestionAct,
  suggestionList,
  suggestionMade,
  type SuggestionAct,
  type SuggestionActName,
  type SuggestionList,
  type SuggestionShown,
  wantedSuggestion,
} from './suggestions/answers';
export { mailboxSource } from './connections/lines';
export { callEvent, caseCall, type CaseCall, type OwnCall } from './inbound/calls';
export {
  hookChange,
  hookShown,
  type HookShown,
  hookSource,
  hookTried,
  hookTry,
  hookWithSecret,
  OLD_SECRET_MS,
  wantedHook,
} from './inbound/hooks';
export { importOpened, importPreview, importShown, savedMapping } from './import/answers';
export type { ImportOpened, ImportPreview, ImportShown, SavedMapping } from './import/answers';
export { FIELD_NAMES, fieldOf, type FieldName } from './import/fields';
export { IMPORT_MAX_BYTES, importChoice, importStart, mappingName, type ImportChoice } from './import/imports';
export type { InboundAccess, WaitingMessage } from './inbound/inbound';
export type { ReportedMail, Undelivered } from './inbound/undelivered';
export type { Said } from './chat/bot';
export { complaintOf } from './chat/parts';
export { isChoice } from './chat/terms';
export { articlesIn } from './chat/words';
export type { ChatLine, Chats, ChatView, CustomerChat, OpenChat } from './chat/contract';
export type { Notice } from './case/notices';
export type { Present } from './case/presence';
export type { Undoable } from './case/undo';
export { actorOf } from './access/staff';
export { schemaName } from './case/case-view';
export { aboutWords } from './case/decision-about';
/** The list's filters, order and page, as words of an address. */
export {
  dayMarks,
  exportWords,
  listFilters,
  listWords,
  HEARD,
  PROMISE_STATES,
  SOON_MS,
  type ListFilters,
  type ListWords,
} from './case/list-words';
export { MEDIA_TYPES } from './case/export';
export { GROUP_DECISIONS, groupDecisionNamed, type GroupDecision } from './case/group-decisions';
export { MOST_IN_GROUP } from './case/groups';
export { DECIDED_AT_ONCE } from './case/bulk';
export { MOVED_AT_ONCE } from './case/moves';
export type {
  BulkAnswer,
  CaseAnswer,
  CaseGroupView,
  CaseView,
  ContactShown,
  ListedCase,
  Look,
  PromiseAnswer,
  SavedView,
  SimilarCases,
  TicketView,
} from './case/answers';
/** The schemas of the answers, from which their types come. */
export { decisionStored, decisionTaken, instant, person, words, type Decided } from './answer-parts';
export {
  ACTION_STATUS,
  actionRow,
  cannedReply,
  bulkAnswer,
  caseAfterDecision,
  caseAnswer,
  caseCounts,
  caseListItem,
  casesMoved,
  caseView,
  contactShown,
  decisionAccepted,
  groupOfCase,
  caseGroup,
  look,
  promiseAnswer,
  savedView,
  similarCase,
  similarCases,
  replyPreview,
  summary,
  takenNext,
  timelineEntry,
  wantedView,
  whyNot,
} from './case/answers';
export { story, storyDay, storyEntry, storyGroup, type Story, type StoryEntry } from './case/story-answers';
export { STORY_FILTERS, type StoryFilter } from './case/story-kinds';
export { evidenceAdded } from './evidence/answers';
export { filed } from './filing/answers';
export type { CasePlatformView, PlatformShown } from './platforms/answers';
export { casePlatform, changedPlatform, platform, platformActWanted, wantedPlatform } from './platforms/answers';
export type { Room } from './rooms/answers';
export type { WechatAccountShown } from './wechat/answers';
export { createRepeating, type Repeating } from './repeating';
export type { HandingOver, TrackerShown } from './trackers/answers';
export { changedTracker, handingOver, tracker, wantedTicket, wantedTracker } from './trackers/answers';
export type { TicketSettled } from './trackers/tickets';
export { changedRoom, room, wantedRoom } from './rooms/answers';
export { changedWechatAccount, wantedWechatAccount, wechatAccount } from './wechat/answers';
export type { Webhook, WebhookLogged } from './webhooks/answers';
export {
  changedWebhook,
  wantedWebhook,
  webhook,
  webhookDelivery,
  webhookMessage,
  webhookTest,
} from './webhooks/answers';
export {
  handingPlan,
  handingWanted,
  type HandingPlan,
  type StaffEntry,
  department,
  forecast,
  leave,
  queueEntry,
  shift,
  staffEntry,
  staffSelf,
  topics,
} from './people/answers';
export type { Topics } from './people/answers';
export {
  calendarPreview,
  draft,
  importedCalendar,
  listedCalendar,
  listedDraft,
  policyDifference,
  policyFile,
  policyPack,
  publishedCalendar,
  publishedPolicy,
  whatIfReport,
} from './rules/answers';
export {
  progress,
  proposal,
  scores,
  survey,
  type OfferView,
  type ProgressView,
  type ProposalView,
  type Scores,
  type SurveyView,
} from './customer/answers';
export type { CustomerPages, Submitted, WayOn } from './customer/contract';
export type { Uploader } from './evidence/evidence';
export type { FoundFact } from './case/found';
export type { Foreseen } from './filing/file';

export { answeredThere, complaintSchema, MOST_TEXT, type ComplaintBody } from './filing/complaint-input';
export { readWhatIf, whatIfSchema } from './rules/what-if';
