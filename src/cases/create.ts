import { join } from 'node:path';
import { mailDomain } from '../config';
import { ContentFiles } from '../content-files';
import type { CaseChanges, Counts, ReportStore, Stores } from '../db';
import { createActions } from './case/actions';
import type { Cases, Operation } from './cases';
import { createCalendars } from './rules/calendars';
import { createChats } from './chat/chats';
import { createChatFiles } from './chat/files';
import { createChatKeeping } from './chat/keeping';
import type { Repeating } from './repeating';
import { createCustomer } from './customer/customer';
import { Entry } from './customer/entry';
import { createBulk } from './case/bulk';
import { createDeciding, type Deciding } from './case/decide';
import { createDevices } from './case/devices';
import { createDepartments, type Departments } from './people/departments';
import { createDrafts, type Drafts } from './rules/drafts';
import { DAY } from '../domain/basics/milliseconds';
import { toInstant } from '../domain/time/duration';
import type { Engine } from './engine/engine';
import { createEvidence } from './evidence/evidence';
import { createConnections } from './connections/connections';
import type { ConnectionConfig } from './connections/lines';
import { createCalls } from './inbound/calls';
import { createGroups } from './case/groups';
import { createHooks } from './inbound/hooks';
import { createImporting, type Importing } from './import/importing';
import { createImports } from './import/imports';
import { createInboundAccess } from './inbound/inbound';
import { createFollowing, type Following } from './case/following';
import { createFile, createForesee } from './filing/file';
import { foundIn } from './case/found';
import { createFormDrafts } from './case/form-drafts';
import { createForecast } from './people/forecast';
import { createReader } from './learning/reader';
import { createExports } from './exports/exports';
import { createReadLog, type ReadLog } from './exports/read-log';
import { createFigures } from './figures/figures';
import { createMaking } from './reports/making';
import { createReports } from './reports/reports';
import { createCauses } from './causes/causes';
import { createReadingAccess } from './learning/reading';
import { createLibrary } from './library/library';
import { createTopics } from './people/topics';
import type { Links } from './access/links';
import { createMoves } from './case/moves';
import { createNoticeChoosing } from './case/notice-choices';
import { createNotices } from './case/notices';
import { createPresence } from './case/presence';
import { createNaming, type Naming } from './case/naming';
import { PolicyCache } from './rules/policies';
import { createTakeNext } from './case/take-next';
import { PolicyChecking } from './rules/policy-checking';
import { createReading } from './case/read';
import { createReplies } from './case/replies';
import { createCare } from './care/care';
import { createActionPages } from './actions/actions';
import { createKnown } from './library/known';
import { createSuggestions } from './suggestions/suggestions';
import { createSavedViews } from './case/saved-views';
import { createBoard } from './people/handing';
import { createRoster } from './people/roster';
import type { Signing } from '../temporal/signature';
import { StaffDirectory } from './access/staff';
import { createSignIn } from './access/create-sign-in';
import { createCustomerMessages } from './inbound/customer-messages';
import { createCaseTold, createUndelivered } from './inbound/undelivered';
import type { HashCost } from './access/passwords';
import { createStarter, RUSH, type Starter, type Underway } from './engine/starter';
import type { Read } from '../text/suggest';
import { VisibleCases } from './case/visible';
import { createUndo } from './case/undo';
import { createWhatIf } from './rules/what-if';
import { createRooms } from './rooms/rooms';
import { createWechat } from './wechat/wechat';
import { createPlatformCases } from './platforms/complaints';
import { createPlatforms } from './platforms/platforms';
import { createTickets } from './trackers/tickets';
import { createTrackers } from './trackers/trackers';
import { createWebhooks } from './webhooks/webhooks';

/** The part of the configuration that the use cases need (src/config.ts). */
export interface CasesConfig extends ConnectionConfig {
  DATA_DIR: string;
  EVIDENCE_MAX_BYTES: number;
  DECISION_TIMEOUT_MS: number;
  MAIL_FROM: string;
  PUBLIC_URL: string;
  ORG_NAME: string;
  PUSH_TRUSTED_HOSTS?: readonly string[] | undefined;
  /** The secrets of webhooks follow from it, and those of group chats are sealed under it. */
  LINK_SECRET: string;
  OUTGOING_ALLOWED?: readonly string[] | undefined;
  OIDC_ISSUER?: string | undefined;
  OIDC_CLIENT_ID?: string | undefined;
  OIDC_CLIENT_SECRET?: string | undefined;
}

interface Needs {
  stores: Stores;
  reports: ReportStore;
  /** As Postgres tells of them. */
  changes: CaseChanges;
  engine: Engine;
  links: Links;
  signing: Signing;
  config: CasesConfig;
  /** Counts tries to sign in, for all servers together. */
  counts: Counts;
  /** Left out: `HASH_COST`. */
  hashCost?: HashCost;
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
  clock?: () => number;
}

/** What the program that serves `Cases` must run beside it; callers of `Cases` do not see it. */
export interface Upkeep {
  /** Brings accepted complaints to Temporal: `run` when the program serves, `stop` before it ends. */
  readonly starter: Starter;
  /** Whoever looks at pages follows cases here: `stop` before the server waits for its requests to end. */
  readonly following: Following;
  /** Brings started imports to their end: `run` when the program serves, `stop` before it ends. */
  readonly importing: Importing;
  /** Tells whoever waits, ends idle chats: `run` when the program serves, `stop` before it ends. */
  readonly chatKeeping: Repeating;
  /**
   * Makes the folders for evidence and files of chats, removes what a killed process left there, and reads the lexicon. To
   * be called before serving.
   */
  prepare(): Promise<void>;
}

/** What similar cases were given counts for so long: a year. */
const SIMILAR_MS = 365 * DAY;

/** Builds the use cases over the stores and Temporal. Starts nothing. `clock` gives milliseconds since 1970. */
export function createCases({
  stores,
  reports,
  changes,
  engine,
  links,
  signing,
  config,
  counts,
  hashCost,
  log,
  clock = Date.now,
}: Needs): Cases & Upkeep {
  const policies = new PolicyCache(stores.policies, clock);
  const staff = new StaffDirectory(stores.users, clock);
  const underway: Underway = { count: 0, messages: 0 };
  const { complaints, starts } = stores;
  const starter: Starter = createStarter({ complaints, starts, policies, engine, log, underway });
  const read = createReader({ ownModels: stores.ownModels, log, clock });
  const naming = createNaming({ stores, staff });
  const departments = createDepartments({ users: stores.users, policies });
  const visible = new VisibleCases({ stores, policies, staff, naming, clock });
  const deciding = createDeciding({
    stores,
    engine,
    policies,
    staff,
    visible,
    read,
    naming,
    departments,
    starter,
    signing,
    timeoutMs: config.DECISION_TIMEOUT_MS,
    sms: config.SMS_GATEWAY !== undefined,
    clock,
  });
  const entry = new Entry({ stores, policies, links, clock });
  const { customer, ...looking } = withCustomers(
    { stores, links, config, clock },
    { staff, policies, visible, naming, entry, deciding },
  );
  const files = new ContentFiles(join(config.DATA_DIR, 'evidence'));
  const maxBytes = config.EVIDENCE_MAX_BYTES;
  const evidence = createEvidence({ stores, policies, visible, entry, deciding, files, maxBytes });

  const file = createFile({ complaints, policies, read, links, starter, clock, underway });
  const replies = createReplies({ visible, policies, staff, clock });
  const knowledge = createLibrary({ stores, visible, naming, staff, replies, clock });
  const people = together({ stores, changes, staff, visible, log, clock });
  const { chatFiles, ...chatting } = talking(
    { stores, config, log, clock },
    { policies, links, customer, file, deciding, visible, staff, articles: knowledge.articles, ...people },
    evidence,
  );
  const checking = new PolicyChecking(stores);
  const drafts = createDrafts({ stores, policies, checking, clock });
  const readLog = createReadLog({ exportReads: stores.exportReads, clock });
  const reading = createReading({ stores, visible, policies, staff, naming, clock });

  return {
    complaints: {
      foresee: createForesee({ policies, read, clock }),
      found: (text) => foundIn(text, toInstant(clock())),
      file,
      underway,
      isRush: () => underway.count >= RUSH,
    },
    handling: {
      ...reading,
      export: async (words, actor) =>
        readLog.noted(await reading.export(words, actor), { actor, what: 'cases', filter: words }),
      ...replies,
      decide: (caseNo, name, input, actor) => deciding.decide(caseNo, name, input, actor),
      ...createBulk({ deciding, clock }),
      ...createGroups({ stores, visible, naming, staff, policies, deciding, clock }),
      ...createUndo({ stores, visible, deciding, clock }),
      ...createTakeNext({ cases: stores.cases, policies, deciding, clock }),
    },
    notices: createNotices({ notices: stores.notices }),
    devices: devicesOf({ stores, config, clock }),
    noticeChoices: createNoticeChoosing({ choices: stores.noticeChoices }),
    views: createSavedViews({ views: stores.savedViews, staff }),
    ...people,
    customer,
    ...looking,
    ...chatting,
    evidence,
    ...told({ stores, config, departments, staff, links, visible, deciding, clock }),
    ...comingIn({ stores, engine, signing, policies, read, naming, config, links, log, visible, staff, clock }),
    staff,
    signIn: createSignIn({
      stores,
      counts,
      hashCost,
      links,
      mailDomain: mailDomain(config.MAIL_FROM),
      publicUrl: config.PUBLIC_URL,
      issuer: config.ORG_NAME,
      ...providerOf(config),
      log,
      clock,
    }),
    roster: createRoster({ stores, staff, departments, clock }),
    board: createBoard({ stores, staff, clock }),
    policies: policyAccess(stores, policies, checking),
    drafts,
    calendars: createCalendars({ store: stores.calendars, clock }),
    moves: createMoves({ stores, policies, visible, deciding, clock }),
    ...knowledge,
    ...counted({ stores, policies, staff, naming, deciding, visible, config, clock }, knowledge.library, readLog),
    reading: createReadingAccess({ ownModels: stores.ownModels, engine, clock }),
    reports: reporting({ stores, reports, clock }, { policies, staff, drafts, checking }),
    operation: operation(stores, reports),
    starter,
    prepare: preparing([files, chatFiles], read, clock),
  };
}

/** What customers see and do, what they and staff suggest, and who is looked after. */
function withCustomers(
  { stores, links, config, clock }: Pick<Needs, 'stores' | 'links' | 'config'> & { clock: () => number },
  used: {
    staff: StaffDirectory;
    policies: PolicyCache;
    visible: VisibleCases;
    naming: Naming;
    entry: Entry;
    deciding: Deciding;
  },
) {
  const common = { stores, mailDomain: mailDomain(config.MAIL_FROM), clock, ...used };
  const suggestions = createSuggestions(common);
  const care = createCare({ ...common, links });
  const customer = createCustomer({
    ...common,
    links,
    suggest: (caseNo, code, wanted) => suggestions.suggest(caseNo, code, wanted),
    care,
  });
  return { care, suggestions, customer };
}

const preparing = (folders: readonly ContentFiles[], read: Read, clock: () => number) => async (): Promise<void> => {
  for (const folder of folders) await folder.prepare(clock());
  // The first caller should not wait for the lexicon and the newest own model to be read.
  await read({ text: '', language: 'zh-CN' });
};

/** What came in and somebody has to look at, who may post to us, who calls, and what the system before this one had. */
function comingIn({
  stores,
  engine,
  signing,
  policies,
  read,
  naming,
  config,
  links,
  log,
  visible,
  staff,
  clock,
}: Pick<Needs, 'stores' | 'engine' | 'signing' | 'config' | 'links' | 'log'> & {
  policies: PolicyCache;
  read: Read;
  naming: Naming;
  visible: VisibleCases;
  staff: StaffDirectory;
  clock: () => number;
}) {
  const { inbound, inboundHooks: hooks, outbox, imports, users, calls } = stores;
  const tell = createCaseTold({ engine, signing });
  const files = new ContentFiles(join(config.DATA_DIR, 'inbound'));
  const old = new ContentFiles(join(config.DATA_DIR, 'imports'));
  const importing = createImporting({
    stores: { imports, users },
    policies,
    files: old,
    readComplaint: read,
    links,
    log,
    clock,
  });
  return {
    imports: createImports({ imports, files: old, importing, log, clock }),
    importing,
    inbound: createInboundAccess({ inbound, files, naming }),
    undelivered: createUndelivered({ outbox, tell }),
    messages: createCustomerMessages({
      stores,
      visible,
      tell,
      sms: config.SMS_GATEWAY !== undefined,
    }),
    inboundHooks: createHooks({ hooks, inbound, links, log, clock }),
    calls: createCalls({ calls, visible, staff, clock }),
  };
}

/** What the department learns from its complaints and proves by them, and that it is written down when any of it leaves as a file. */
function counted(
  {
    stores,
    policies,
    config,
    ...used
  }: Pick<Needs, 'stores' | 'config'> & {
    policies: PolicyCache;
    staff: StaffDirectory;
    naming: Naming;
    deciding: Deciding;
    visible: VisibleCases;
    clock: () => number;
  },
  library: Cases['library'],
  readLog: ReadLog,
) {
  const { staff, clock } = used;
  const figures = createFigures({ figures: stores.figures, staff, clock });
  const actions = createActionPages({ stores, ...used, known: createKnown({ stores }), orgName: config.ORG_NAME });
  const make = createMaking({ figures: stores.figures, counts: stores.reportCounts, clock });
  const periodReports = createReports({ stores, make, staff, clock });
  const noting = {
    figures: {
      ...figures,
      allFile: async (query, actor) =>
        readLog.noted(await figures.allFile(query, actor), { actor, what: 'figures', filter: query }),
      oneFile: async (id, query, actor) =>
        readLog.noted(await figures.oneFile(id, query, actor), { actor, what: `figures/${id}`, filter: query }),
    },
    actions: {
      ...actions,
      report: async (id, language, actor) =>
        readLog.noted(await actions.report(id, language, actor), {
          actor,
          what: `actions/${id}`,
          filter: { language },
        }),
    },
    periodReports: {
      ...periodReports,
      file: async (kind, period, query, actor) =>
        readLog.noted(await periodReports.file(kind, period, query, actor), {
          actor,
          what: `reports/${kind}/${period}`,
          filter: query,
        }),
    },
    library: {
      ...library,
      trainingFile: async (query, actor) =>
        readLog.noted(await library.trainingFile(query, actor), { actor, what: 'training', filter: query }),
    },
  } satisfies Pick<Cases, 'figures' | 'actions' | 'periodReports' | 'library'>;
  return {
    ...noting,
    causes: createCauses({ causeWeeks: stores.causeWeeks, policies, clock }),
    exports: createExports({ bi: stores.bi, exportReads: stores.exportReads, staff, readLog, clock }),
  };
}

/** Browsers in which staff have allowed notices. */
const devicesOf = ({
  stores: { pushes },
  config: { VAPID_PUBLIC_KEY: key, PUSH_TRUSTED_HOSTS: trusted = [] },
  clock,
}: Pick<Needs, 'stores' | 'config'> & { clock: () => number }) => createDevices({ pushes, key, trusted, clock });

/** Who is told what happens to cases: other systems, group chats of staff, trackers of other departments; and all that is connected. */
function told({
  stores,
  config,
  departments,
  staff,
  links,
  visible,
  deciding,
  clock,
}: Pick<Needs, 'stores' | 'config' | 'links'> & {
  departments: Departments;
  staff: StaffDirectory;
  visible: VisibleCases;
  deciding: Deciding;
  clock: () => number;
}) {
  const { webhooks, chatRooms: rooms, trackers } = stores;
  const { LINK_SECRET: secret, OUTGOING_ALLOWED: allowed = [] } = config;
  return {
    connections: createConnections({ stores, staff, config, mailDomain: mailDomain(config.MAIL_FROM), clock }),
    webhooks: createWebhooks({ webhooks, secret, allowed, clock }),
    rooms: createRooms({ rooms, departments, secret, allowed }),
    wechat: createWechat({ wechat: stores.wechat, links, secret }),
    trackers: createTrackers({
      trackers,
      departments,
      secret,
      allowed,
      hookUrl: (id) => links.trackerHookUrl(id),
    }),
    tickets: createTickets({ stores, visible, deciding }),
    platforms: createPlatforms({
      platforms: stores.platforms,
      secret,
      allowed,
      noticeUrl: (id) => links.platformNoticeUrl(id),
    }),
    platformCases: createPlatformCases({
      stores,
      visible,
      deciding,
      files: new ContentFiles(join(config.DATA_DIR, 'evidence')),
    }),
  };
}

/** Online chats, and what looks after them. */
function talking(
  { stores, config, log, clock }: Pick<Needs, 'stores' | 'config' | 'log'> & { clock: () => number },
  used: Omit<Parameters<typeof createChats>[0], 'stores' | 'orgName' | 'clock' | 'files'>,
  evidence: Parameters<typeof createChatFiles>[0]['evidence'],
) {
  const { chats } = stores;
  const { links } = used;
  const kept = new ContentFiles(join(config.DATA_DIR, 'chats'));
  const files = createChatFiles({ chats, evidence, links, files: kept, maxBytes: config.EVIDENCE_MAX_BYTES, clock });
  return {
    chats: createChats({ ...used, files, stores, orgName: config.ORG_NAME, clock }),
    chatKeeping: createChatKeeping({ chats, files, log, clock }),
    chatFiles: kept,
  };
}

/** What lets several people work on one case: what they type, who is there, and what changes. */
function together({
  stores,
  changes,
  staff,
  visible,
  log,
  clock,
}: Pick<Needs, 'stores' | 'changes' | 'log'> & { staff: StaffDirectory; visible: VisibleCases; clock: () => number }) {
  const presence = createPresence({ changes, staff, clock, log });
  const formDrafts = createFormDrafts({ drafts: stores.formDrafts, presence, clock });
  const following = createFollowing({ cases: stores.cases, changes, presence, visible, drafts: formDrafts, log });
  return { formDrafts, following };
}

function reporting(
  { stores, reports, clock }: Pick<Needs, 'stores' | 'reports'> & { clock: () => number },
  used: { policies: PolicyCache; staff: StaffDirectory; drafts: Drafts; checking: PolicyChecking },
): Cases['reports'] {
  const { policies, staff, drafts, checking } = used;
  return {
    summary: (from, to) => reports.summary({ from, to }),
    givenInSimilar: (of) => reports.givenInSimilar(of, toInstant(clock() - SIMILAR_MS)),
    forecast: createForecast({ stores, policies, staff, clock }),
    topics: createTopics({ stores, clock }),
    whatIf: createWhatIf({ stores, policies, drafts, checking, clock }),
    correctiveActions: createActions({ stores, staff }),
  };
}

function policyAccess(stores: Stores, policies: PolicyCache, checking: PolicyChecking): Cases['policies'] {
  return {
    list: () => stores.policies.list(),
    inForce: () => policies.inForce(),
    version: (version) => policies.version(version),
    async publish(doc, by) {
      const policy = await stores.policies.publish(await checking.checked(doc), by.id);
      policies.forget();
      return policy;
    },
  };
}

/** The identity provider, when it is set. */
function providerOf({ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret }: CasesConfig) {
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return {};
  return { provider: { issuer, clientId, clientSecret } };
}

function operation(stores: Stores, reports: ReportStore): Operation {
  return {
    async figures() {
      const [
        open,
        outboxDepth,
        startsDepth,
        lag,
        stuck,
        decisions,
        inbound,
        webhooks,
        rooms,
        trackers,
        platforms,
        sms,
      ] = await Promise.all([
        stores.cases.openCounts(),
        stores.outbox.depth(),
        stores.starts.depth(),
        reports.promiseLag(),
        stores.watch.countOpen(),
        stores.pendingDecisions.counts(),
        stores.inbound.backlog(),
        stores.webhooks.backlog(),
        stores.chatRooms.backlog(),
        stores.trackers.backlog(),
        stores.platforms.backlog(),
        stores.customerMessages.backlog(),
      ]);
      return {
        open,
        outboxDepth,
        startsDepth,
        lag,
        stuck,
        decisions,
        inbound,
        webhooks,
        rooms,
        trackers,
        platforms,
        sms,
      };
    },

    async stuck(limit) {
      const [named, counts] = await Promise.all([stores.watch.openIncidents(limit), stores.watch.countOpen()]);
      return {
        count: Object.values(counts).reduce((sum, each) => sum + each, 0),
        named: named.map(({ subject, kind, since }) => ({ subject, kind, since })),
      };
    },
  };
}
