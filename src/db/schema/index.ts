export { accessLog } from './access-log';
export { accessMails } from './access-mails';
export { accounts } from './accounts';
export { biLabels } from './bi-labels';
export { calendars } from './calendars';
export { calls } from './calls';
export { channelActs } from './channel-acts';
export { care } from './care';
export { causeWeeks } from './cause-weeks';
export { caseClocks } from './case-clocks';
export { caseEvents } from './case-events';
export { caseGroupMembers, caseGroups } from './case-groups';
export { caseMerges } from './case-merges';
export { caseReads } from './case-reads';
export { cases } from './cases';
export { chatIds, chatRoomNews, chatRooms } from './chat-rooms';
export { wechatAccounts, wechatPeople } from './wechat';
export { chatFiles, chatMessages, chats } from './chats';
export { complaints } from './complaints';
export { actionCases, actionSheets, actionTasks } from './action-pages';
export { correctiveActions } from './corrective-actions';
export { customerMessages } from './customer-messages';
export { customers } from './customers';
export { digests } from './digests';
export { evidence } from './evidence';
export { exportReads } from './export-reads';
export {
  factActions,
  factCases,
  factContacts,
  factGone,
  factPromises,
  factRedress,
  factRounds,
  factsDue,
  factSpans,
  factSurveys,
} from './facts';
export { formDrafts } from './form-drafts';
export { houseMails } from './house-mails';
export { idempotencyKeys } from './idempotency-keys';
export { incidents } from './incidents';
export { importMappings } from './import-mappings';
export { importRefusals } from './import-refusals';
export { imports } from './imports';
export { inboundHooks } from './inbound-hooks';
export { inboundMessages } from './inbound-messages';
export { inboundPlaces } from './inbound-places';
export { leaves } from './leaves';
export { libraryActs, libraryEntries, libraryKeys, libraryUses, libraryVersions } from './library';
export { limits } from './limits';
export { links } from './links';
export { matterKeys } from './matter-keys';
export { noticeChoices } from './notice-choices';
export { pushes, pushSubscriptions } from './push';
export { notices } from './notices';
export { outbox } from './outbox';
export { ownModels } from './own-models';
export { passkeyChallenges } from './passkey-challenges';
export { passkeys } from './passkeys';
export { pendingDecisions } from './pending-decisions';
export { platformAccounts, platformActs, platformComplaints, platformNotices, platformReplies } from './platforms';
export { policies } from './policies';
export { policyDrafts } from './policy-drafts';
export { redress } from './redress';
export { reportRemarks, reports, reportWishes, savedReports } from './reports';
export { savedViews } from './saved-views';
export { searchDocs } from './search-docs';
export { sessions } from './sessions';
export { shifts } from './shifts';
export { signInFailures } from './sign-in-failures';
export { signInLinks } from './sign-in-links';
export { signInSubjects } from './sign-in-subjects';
export { suggestions } from './suggestions';
export { texts } from './texts';
export { trackers, trackerTickets } from './trackers';
export { userTokens } from './user-tokens';
export { users } from './users';
export { webhookDeliveries, webhookEndpoints } from './webhooks';
export { workflowStarts } from './workflow-starts';
