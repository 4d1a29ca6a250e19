/**
 * The door of `src/db`: `openDatabase` connects, `createStores` gives one store for each subject. SQL on the tables is
 * written in this folder alone.
 * @module
 */
import type { Database } from './database';
import { withoutValues } from './errors';
import { accessLogStore } from './stores/access-log';
import { accessMailStore } from './stores/access-mails';
import { accountStore } from './stores/accounts';
import { actionPageStore } from './stores/action-pages';
import { actionStore } from './stores/actions';
import { auditStore } from './stores/audit';
import { biStore } from './stores/bi';
import { calendarStore } from './stores/calendars';
import { careStore } from './stores/care';
import { causeWeekStore } from './stores/cause-weeks';
import { callStore } from './stores/calls';
import { caseStore } from './stores/cases';
import { channelActStore } from './stores/channel-acts';
import { chatRoomStore } from './stores/chat-rooms';
import { wechatStore } from './stores/wechat';
import { chatStore } from './stores/chats';
import { closedReportStore } from './stores/closed-reports';
import { customerMessageStore } from './stores/customer-messages';
import { complaintStore } from './stores/complaints';
import { connectionStore } from './stores/connections';
import { digestStore } from './stores/digests';
import { evidenceStore } from './stores/evidence';
import { exportReadStore } from './stores/export-reads';
import { factStore } from './stores/facts';
import { figureStore } from './stores/figures';
import { forecastStore } from './stores/forecast';
import { topicStore } from './stores/topics';
import { formDraftStore } from './stores/form-drafts';
import { groupStore } from './stores/groups';
import { importStore } from './stores/imports';
import { houseMailStore } from './stores/house-mails';
import { inboundHookStore } from './stores/inbound-hooks';
import { inboundStore } from './stores/inbound';
import { inboundPlaceStore } from './stores/inbound-places';
import { ledgerStore } from './stores/ledger';
import { libraryStore } from './stores/library';
import { linkStore } from './stores/links';
import { mergeStore } from './stores/merges';
import { noticeChoiceStore } from './stores/notice-choices';
import { noticeStore } from './stores/notices';
import { outboxStore } from './stores/outbox';
import { ownModelStore } from './stores/own-models';
import { passkeyStore } from './stores/passkeys';
import { pendingDecisionStore } from './stores/pending-decisions';
import { pushStore } from './stores/push';
import { platformStore } from './stores/platforms';
import { policyStore } from './stores/policies';
import { policyDraftStore } from './stores/policy-drafts';
import { queueStore } from './stores/queue';
import { readStore } from './stores/reads';
import { reportCountStore } from './stores/report-counts';
import { rosterStore } from './stores/roster';
import { sessionStore } from './stores/sessions';
import { signInFailureStore } from './stores/sign-in-failures';
import { signInLinkStore } from './stores/sign-in-links';
import { signInSubjectStore } from './stores/sign-in-subjects';
import { savedReportStore } from './stores/saved-reports';
import { savedViewStore } from './stores/saved-views';
import { startStore } from './stores/starts';
import { suggestionStore } from './stores/suggestions';
import { textStore } from './stores/texts';
import { trackerStore } from './stores/trackers';
import { userStore } from './stores/users';
import { watchStore } from './stores/watch';
import { webhookStore } from './stores/webhooks';
import { whatIfStore } from './stores/what-if';

export { caseChanges, type CaseChanges } from './stores/case-changes';
export { openDatabase, type Database, type DatabaseOptions } from './database';
export * from './errors';
export * from './records';
export { ensureHouse } from './stores/policies';
export { countsInDatabase, type Counts } from './stores/limits';
export type { LockOut } from './stores/sign-in-failures';
export { BI_ROLE, ensureBi } from './stores/bi-setup';
export type { BiRows } from './stores/bi';
export { writeMissingKeys } from './stores/matter-keys';
export { writeMissingDocs } from './stores/search-docs';
export { reportStore, type PromiseLag, type ReportStore } from './stores/reports';
export type { LibraryFilter, OfferedEntry } from './stores/library';
export type { NoticePlace } from './stores/notices';
export type { Gathering, Reader } from './stores/digests';
export type { Counted, Days, FigureScope } from './stores/figures';
export { BANDS, type ReturnCounts, type Within } from './stores/report-counts';
export type { ReportKey } from './stores/closed-reports';
export { routeOf, samePeople, type Waiting } from './stores/queue';
export type { Availability } from './stores/availability';
export { hashToken, type StaffChange } from './stores/users';
export { differencesBetween } from './stores/ledger-check';
export type { ChangedWord, ReadCount } from './stores/own-models';
export type { PendingDecision } from './stores/pending-decisions';
export type { ActionEntry } from './stores/action-pages';
export type { CareCounts, EndedRow, ListedCare } from './stores/care';
export type { ActionDue, BoneCount, CauseWeek, Frequent, GroupCases, OpenAction } from './stores/cause-weeks';
export type { ListedSuggestion, SuggestionCounts } from './stores/suggestions';
export type { Incident } from './stores/incidents';
export type { JoinRefusal } from './stores/groups';
export type { MergeRefusal } from './stores/merges';

/** Wraps a store's methods so that the errors they throw carry no values of the statement (`withoutValues`). */
function hidingValues<Store extends object>(store: Store): Store {
  const methods = Object.entries(store).map(([name, method]: [string, (...args: unknown[]) => Promise<unknown>]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await method.apply(store, args);
      } catch (error) {
        throw withoutValues(error);
      }
    },
  ]);
  return Object.fromEntries(methods) as Store;
}

/**
 * All stores on one database. Make them once in each process: several remember things (where ledgers end, what was just
 * given to whom, policies, the roster). Their errors carry no values; `isDatabaseAway` tells an outage from a fault.
 */
export function createStores(database: Database) {
  const roster = rosterStore(database);
  return {
    complaints: hidingValues(complaintStore(database)),
    starts: hidingValues(startStore(database)),
    texts: hidingValues(textStore(database)),
    ledger: hidingValues(ledgerStore(database)),
    cases: hidingValues(caseStore(database)),
    reads: hidingValues(readStore(database)),
    users: hidingValues(userStore(database, roster)),
    accounts: hidingValues(accountStore(database)),
    accessLog: hidingValues(accessLogStore(database)),
    accessMails: hidingValues(accessMailStore(database)),
    sessions: hidingValues(sessionStore(database)),
    signInFailures: hidingValues(signInFailureStore(database)),
    signInLinks: hidingValues(signInLinkStore(database)),
    signInSubjects: hidingValues(signInSubjectStore(database)),
    passkeys: hidingValues(passkeyStore(database)),
    roster: hidingValues(roster),
    queue: hidingValues(queueStore(database)),
    policies: hidingValues(policyStore(database)),
    policyDrafts: hidingValues(policyDraftStore(database)),
    calendars: hidingValues(calendarStore(database)),
    evidence: hidingValues(evidenceStore(database)),
    imports: hidingValues(importStore(database)),
    inbound: hidingValues(inboundStore(database)),
    inboundPlaces: hidingValues(inboundPlaceStore(database)),
    inboundHooks: hidingValues(inboundHookStore(database)),
    bi: hidingValues(biStore(database)),
    calls: hidingValues(callStore(database)),
    care: hidingValues(careStore(database)),
    causeWeeks: hidingValues(causeWeekStore(database)),
    houseMails: hidingValues(houseMailStore(database)),
    suggestions: hidingValues(suggestionStore(database)),
    channelActs: hidingValues(channelActStore(database)),
    connections: hidingValues(connectionStore(database)),
    outbox: hidingValues(outboxStore(database)),
    notices: hidingValues(noticeStore(database)),
    noticeChoices: hidingValues(noticeChoiceStore(database)),
    pushes: hidingValues(pushStore(database)),
    digests: hidingValues(digestStore(database)),
    exportReads: hidingValues(exportReadStore(database)),
    facts: hidingValues(factStore(database)),
    figures: hidingValues(figureStore(database)),
    closedReports: hidingValues(closedReportStore(database)),
    reportCounts: hidingValues(reportCountStore(database)),
    savedReports: hidingValues(savedReportStore(database)),
    forecast: hidingValues(forecastStore(database)),
    topics: hidingValues(topicStore(database)),
    library: hidingValues(libraryStore(database)),
    links: hidingValues(linkStore(database)),
    actions: hidingValues(actionStore(database)),
    actionPages: hidingValues(actionPageStore(database)),
    groups: hidingValues(groupStore(database)),
    merges: hidingValues(mergeStore(database)),
    audit: hidingValues(auditStore(database)),
    pendingDecisions: hidingValues(pendingDecisionStore(database)),
    watch: hidingValues(watchStore(database)),
    webhooks: hidingValues(webhookStore(database)),
    chatRooms: hidingValues(chatRoomStore(database)),
    wechat: hidingValues(wechatStore(database)),
    trackers: hidingValues(trackerStore(database)),
    platforms: hidingValues(platformStore(database)),
    chats: hidingValues(chatStore(database)),
    customerMessages: hidingValues(customerMessageStore(database)),
    whatIf: hidingValues(whatIfStore(database)),
    savedViews: hidingValues(savedViewStore(database)),
    ownModels: hidingValues(ownModelStore(database)),
    formDrafts: hidingValues(formDraftStore(database)),
  };
}

export type Stores = ReturnType<typeof createStores>;

export { wechatSource } from './stores/wechat';
