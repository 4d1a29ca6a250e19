import { Registry } from 'prom-client';
import { DECISION_NAMES, DECISIONS } from '../../domain/decisions/catalogue';
import type { Role, Words } from '../../domain/basics/types';
import { ROLE_WORDS } from '../../domain/basics/words';
import { apiRoutes, createApp, type AppNeeds } from '../../http/app';
import { needsStaff, type Access, type Route } from '../../http/api/route';
import { createSite, type Site, type SiteNeeds } from '../../http/site';
import type { PageRoute, Who } from '../../http/site/kit/page';
import { code, page, table, type Tongue } from './markdown';

const INTRO: Words = {
  en: [
    'Every address that the server answers, from the table that the server is made of. Fields and answers: `/docs` on a running server, or `/openapi.json` (OpenAPI 3.1).',
    'Staff send `Authorization: Bearer <token>`. Customers send their access code as `?code=` or as the header `X-Access-Code`, never in the body; the token of a link is a part of its address. A role means: this role or a higher one, in the order colleague, agent, supervisor, manager, admin; every GET that asks for one is open to auditors too, and nothing else is. What a person may see of cases is narrower: agents their own, their team’s and nobody’s yet, colleagues those whose help they were asked for; a case one may not see answers 404 like one that does not exist. Errors are `application/problem+json` (RFC 9457).',
  ].join('\n\n'),
  zh: [
    'server 应答的全部地址，取自生成 server 的同一张表。字段和回答见运行着的 server 上的 `/docs`，或 `/openapi.json`（OpenAPI 3.1）。',
    '员工发送 `Authorization: Bearer <token>`。客户的查询码放在地址 `?code=` 或请求头 `X-Access-Code` 里，从不放在请求内容里；链接的令牌是地址的一部分。写着角色的，是这个角色或更高的角色，次序为协作同事、客服、主管、经理、管理员；要求角色的 GET 也都对审计员开放，其余的不开放。能看到哪些案件还要更窄：客服看自己的、本组的和还没人负责的，协作同事看请其协助的；无权看的案件和不存在的一样答 404。错误是 `application/problem+json`（RFC 9457）。',
  ].join('\n\n'),
};

const TAGS: Record<string, Words> = {
  complaints: { en: 'Complaints, for customers', zh: '投诉（给客户）' },
  links: { en: 'Links that answer once', zh: '只回答一次的链接' },
  cases: { en: 'Cases, for staff', zh: '案件（给员工）' },
  decisions: { en: 'Decisions', zh: '决定' },
  house: { en: 'Policies, calendars, what-if, reports', zh: '规则、日历、推演、报表' },
  roster: { en: 'Staff, leave, shifts, queue', zh: '人员、请假、排班、等待队列' },
  webhooks: { en: 'Webhooks', zh: 'Webhook（通知其他系统）' },
  rooms: { en: 'Group chats', zh: '群通知' },
  platforms: { en: 'Complaints at platforms', zh: '平台上的投诉' },
  trackers: { en: 'Trackers of other departments', zh: '其他部门的工单系统' },
  library: { en: 'Library of solved cases', zh: '知识库' },
  care: { en: 'Suggestions and care', zh: '建议和关怀' },
  operation: { en: 'Operation', zh: '运维' },
};

/** What each address is for, in Chinese; the English summary stands with the route. */
const ZH: Record<string, string> = {
  fileComplaint: '提交投诉',
  postComplaint: '其他系统签名发来的投诉，用它自己的 JSON',
  postCall: '电话系统签名发来的来电消息：振铃、接通、结束',
  listMessages: '怎样通知客户，以及发给客户的短信',
  chooseNewsWay: '改用邮件或短信通知这件案件的客户',
  postSmsReports: '短信网关签名回报的送达情况',
  postSmsReportsByKey: '同上，用于不会签名的网关：密钥在地址里',
  listCalls: '案件的通话和录音地址',
  listConnections: '接上了什么：最近进出、等着和卡住的、谁改过',
  testMail: '给自己发一封测试邮件',
  exportFigures: '把全部指标导出成文件：目标、真值范围、最近 12 周和定义',
  exportFigure: '把一个指标导出成文件：按维度分，或按周',
  getWeeklyCauses: '一周里什么多起来了，最多的类别、原因、产品和区域，鱼骨图和没有结束的措施',
  listFigures: '全部指标：定义、目标、一段时间和上一段、最近 12 周；主管以下只看自己的',
  getFigure: '一个指标，按一个或两个维度看；按人员看时，主管只看自己团队的',
  listFigureCases: '一个数字背后的案件，最新的在前',
  listReports: '一种报表，最新的在前，没有定稿的也列出；保存的指标。经理以下只有后者',
  getReportWishes: '哪些报表发到自己的邮箱',
  chooseReportWishes: '选择哪些报表发到自己的邮箱',
  saveReport: '把一组指标存成报表：哪个指标、按什么、限定什么、哪种期间',
  removeSavedReport: '删除自己保存的指标',
  getReport: '一期报表：定稿时的数，后来变的写在旁边；没定稿的是到现在为止的',
  exportReport: '把一期报表导出成文件，一行一个数；`part=return` 是监管报送',
  writeReportRemark: '在已定稿的月报、季报旁边写建议，原来写的被替换',
  signReportRemark: '签认读到的建议，以后不变',
  planHanding: '某人在办的案件可以改派给谁、为什么；什么都不改，要改的发 reassign',
  listExports: '可以导出的表（即给商业智能工具的视图）和它们的列',
  listExportReads: '谁把什么数据导出成了文件，附文件摘要；管理员和审计员可看',
  exportTable:
    '一张表，CSV 或 Parquet；带 after 只给此后变了的案件，没有行了的案件给一行 deleted；响应头 X-Export-Cursor 是下一次的 after',
  getReading: '定级建议准不准：最近 90 天人照建议定了多少、改得最多的是什么、学到了什么',
  trainReading: '现在就从本部门的投诉里学，不等夜里',
  listLibrary: '知识库条目，最近改动的在前：已发布的、自己的，主管以上看全部',
  getTraining: '培训材料：已发布的案例按类别排好，用得最多的在前，最多 60 条',
  exportTraining: '培训材料的 PDF，用案例的语言',
  createLibraryEntry: '写一条；先是草稿，由另一位主管以上的人发布',
  getLibraryEntry: '一条知识，里面可能认得出人的地方，以及自己能对它做什么',
  changeLibraryEntry: '写它的下一版，须重新审核；已发布的在那之前不变',
  removeLibraryEntry: '删除从未发布过的条目',
  submitLibraryEntry: '读过、确认认不出任何人以后，送审草稿',
  returnLibraryEntry: '退回修改，写明要改什么',
  publishLibraryEntry: '发布别人写的条目',
  withdrawLibraryEntry: '撤下：不再给任何人看到',
  findInLibrary: '最适合这件案件的几条已发布知识，以及为什么',
  getLibraryReply: '一条知识的回复，变量已按本案填好；不发送',
  countLibraryUse: '记一次用它答复了客户；一个决定只算一次',
  writeUpCase: '把办结的案件写成知识条目，姓名、号码、地址已去掉；不保存',
  listInboundHooks: '可以发来投诉的系统，按名称',
  createInboundHook: '让一个系统可以发来投诉；密钥只在这次回答里',
  changeInboundHook: '改名称或字段对应，启用或停用；没写的不变',
  rotateInboundHook: '换一个密钥；原来的再用一天',
  tryInboundHook: '一份内容会成为怎样的投诉；不登记',
  listImports: '旧投诉的导入文件和结果，最新的在前',
  uploadImport: '上传旧投诉文件；还不导入',
  getImport: '一次导入到哪里了',
  getImportColumns: '文件的列、前几行和建议的对应',
  previewImport: '预览：每一行会怎样；不导入',
  startImport: '开始导入；导入过的不重复，也不给任何人发邮件',
  getRefusedRows: '没有导入的行和各自的原因；改好后可再上传',
  listImportMappings: '保存的列对应，按名称',
  keepImportMapping: '用这个名称保存列对应，替换原来的',
  removeImportMapping: '删除列对应',
  addEvidenceFile: '上传文件作为证据',
  getEvidenceFile: '下载文件',
  getProgress: '投诉办到哪里了，给提交的客户看',
  chaseComplaint: '催办',
  writeMessage: '给办理的人留言',
  wantCallBack: '要求回电，可写时间段',
  withdrawComplaint: '撤回投诉',
  reopenComplaint: '没有解决：要求继续办理',
  getSurvey: '链接对应的评价问卷',
  answerSurvey: '提交评价，只一次',
  getProposal: '链接对应的方案',
  answerProposal: '接受或不接受方案，只一次',
  listCases: '自己能看到的案件',
  countCases: '自己能看到的案件各有多少：已超时、一小时内到期、今天到期、等待他人、已暂停、今天办结',
  exportCases: '列表导出为表格文件（CSV、XLSX）；像公式的文字前加单引号',
  getCase: '一件案件，以及现在可以做的决定',
  getTimeline: '发生过的一切，按先后',
  getCaseAt: '案件在某一条记录之后的样子',
  getSimilar: '您能看到的、说的是同一件事的案件，以及为什么这么认为',
  getGroup: '案件所在的组（说同一件事的投诉），主案的决定在各件里办到哪里了',
  joinGroup: '把别的客户的案件并成一组，由这一件做主案；每一件仍各自办理，承诺不变',
  leaveGroup: '从这一件做主案的组里移出一件；移出主案，组就结束',
  decideInGroup: '把主案已做的决定用于同组其他案件，逐件办理；再发一次，只办还没办的',
  getLooks: '谁看过这件案件、谁看过客户的电话',
  showContact: '客户的完整电话和邮箱；谁看过会记下来',
  getStory: '同样的内容写成句子，按天排列，给人看',
  listReplies: '常用回复，已按本案填好',
  previewReply: '给客户的信填好变量的样子，以及哪里须确认；不发送',
  getPromises: '案件的每个承诺，说明时间用在哪里：已用、夜晚、等待、改期、超时',
  listViews: '保存的视图：自己的、本组共享的和全体共享的',
  createView: '把列表的筛选条件存成视图',
  changeView: '修改自己的视图；管理员也可以改共享的',
  removeView: '删除自己的视图；管理员也可以删共享的',
  takeNext: '接下没有负责人的案件里最急的一件，并接受它',
  decideInBulk: '一个决定用于最多 200 件案件，逐件办理，报告哪些没有做、为什么',
  getDecision: '一个决定是什么，它的请求内容的模式',
  listPolicies: '已发布的规则，最新的在前；新投诉按最新的办',
  publishPolicy: '发布下一个版本；在办案件保持原来的规则',
  getPolicy: '一个已发布的版本',
  exportPolicy: '一个版本导出为文件，连同它的日历和时限包',
  comparePolicies: '两个版本所有不同之处',
  importPolicy: '导入导出的文件，成为草稿',
  listPolicyPacks: '法律和监管的时限包，可直接采用',
  listPolicyDrafts: '草稿，最近修改的在前',
  createPolicyDraft: '新草稿，取自某个版本或一份文件；暂时有错也可以',
  getPolicyDraft: '一份草稿，哪里不对，最近一次演练的结果',
  savePolicyDraft: '保存草稿，要在读到的那一稿之上',
  addPolicyPack: '把一个时限包加进草稿',
  rehearsePolicyDraft: '用虚拟投诉在虚拟时间里演练草稿，并保存结果',
  publishPolicyDraft: '把演练过的草稿发布为下一个版本；在办案件保持原来的规则',
  previewMove: '预览：把在办案件改到这个版本，承诺会怎样；什么都不改',
  moveCases: '把这些在办案件改到这个版本；每份台账都记下是谁改的',
  whatIf: '换一套规则看过去的承诺：哪些会超时，哪些不会',
  listCalendars: '工作日历，各取最新版本',
  getCalendar: '一份日历：工作时间、节假日、调休上班日',
  publishCalendar: '发布日历的下一个版本；已发布的规则保持自己的日历',
  importCalendarYear: '导入一年的节假日和调休，成为下一个版本',
  previewCalendar: '逐日核对日历',
  getForecast: '将到期的承诺，按小时和负责人，以及谁不在；主管以下只看自己的',
  listCare: '关怀名单里自己能看到的客户，附挽回率',
  actOnCare: '记下电话、是否再来、生日，或客户不要关怀',
  makeSuggestion: '提建议；结果会告诉客户',
  listSuggestions: '自己能看到的客户和员工建议，最新的在前，附采纳率',
  addSuggestion: '登记建议：自己的，或客户在案件里说的',
  getSuggestion: '一条建议',
  actOnSuggestion: '研究、采纳、不采纳、办成、合并，或记下已告知；决定要主管及以上',
  getTopics: '近 7 天投诉里多起来的词，各类别和产品最常见的词',
  listDepartments: '可以请求协助的部门、名称和人数',
  listActions: '纠正措施；主管以下只看自己的',
  getActionBoard: '纠正措施按计划、实施、检查、处置排列；主管以下只看自己负责或有任务的',
  getAction: '一项纠正措施：任务、案件、轮次，以及前后的投诉率和区间',
  actOnAction: '填写内容，增加、完成、取消任务，并入案件，结束后告知；开始和验证在案件里决定',
  getActionReport: '8D 报告（PDF），已去除客户的个人信息；没有填写的会写明',
  getSummary: '一段时间内收到的投诉的数字',
  getMe: '我是谁',
  listStaff: '所有人：会办什么、手上有几件、在不在',
  changeStaffList: '一次修改几个人的资料，全改或都不改；没写的不变',
  changeStaff: '修改一个人的技能、产品线、区域、语言、上限、日历、分机、是否在职',
  listLeaves: '谁请假、什么时候、谁代班',
  addLeave: '请假；主管也可以替别人',
  removeLeave: '取消请假；主管也可以取消别人的',
  listShifts: '一段时间的排班',
  setShifts: '替换一段时间里开始的班次；排了班的人只在班上接案件',
  getQueue: '在等人的案件，按派出的先后，以及为什么等',
  listWebhooks: 'webhook 的接收地址，以及是否正常',
  createWebhook: '把案件的动态告诉另一个系统；回答里有密钥，只显示一次',
  getWebhook: '一个接收地址',
  changeWebhook: '修改接收地址，停用或启用；没写的不变',
  removeWebhook: '删除接收地址，连同发送记录',
  rotateWebhook: '换一个密钥；一天内新旧两个都签名',
  testWebhook: '发一条测试消息，停用时也发；结果见发送记录',
  listWebhookDeliveries: '最近一个月的消息，最新的在前，以及每条最后一次发送的结果',
  replayWebhookDelivery: '用原来的编号重发一条消息',
  replayWebhook: '用原来的编号重发某个时刻以来的全部消息',
  listWechatAccounts: '接上的微信公众号和微信客服，以及是否正常',
  createWechatAccount: '接上一个公众号或微信客服；密钥不再显示',
  getWechatAccount: '一个公众号',
  changeWechatAccount: '修改一个公众号，停用或启用；没写的不变',
  removeWechatAccount: '删除一个公众号，连同谁写来过；以后不能在那里答复他们',
  greetWechat: '在微信公众平台或企业微信填我们的地址时，回答平台的询问',
  postWechat: '客户写给公众号的话，或微信客服有新消息，由平台加密发来',
  listRooms: '接上的群，以及是否正常',
  createRoom: '接上一个群；地址和密钥不再显示',
  getRoom: '一个群',
  changeRoom: '修改一个群，停用或启用；没写的不变',
  removeRoom: '删除一个群，等着发的不再发',
  testRoom: '发一条测试消息，停用时也发；结果在 `test` 里',
  listPlatforms: '接上的平台账号，以及是否正常',
  createPlatform: '接上一个平台账号；密钥不再显示',
  getPlatform: '一个平台账号',
  changePlatform: '修改、停用或启用平台账号；没写的不变',
  testPlatform: '试一试能不能列出投诉，或取得 access_token',
  getCasePlatform: '案件在平台上的情况、平台的时限、发过去的回复和决定',
  actOnPlatform: '把“处理完成”、退款或和解的决定、举证告诉平台；不动钱',
  greetPlatform: '平台登记通知地址时的验证（小程序、小店）',
  hearPlatform: '平台的投诉通知（带签名）；同一通知只算一次',
  listTrackers: '接上的工单系统，以及是否正常',
  createTracker: '接上一个工单系统；令牌和密钥不再显示',
  getTracker: '一个工单系统',
  changeTracker: '修改一个工单系统，停用或启用；没写的不变',
  removeTracker: '删除一个工单系统；那边的工单留着，案件里不再显示',
  testTracker: '试一试能不能连上，停用时也试；结果在 `test` 里',
  getHandingOver: '案件里现在可以交给工单系统的事项；工单本身在案件里',
  handOver: '把一项协助或纠正措施交给工单系统',
  greetTracker: '应答一声：有的工单系统先问再通知',
  hearTracker: '工单系统签名发来的通知：随后去看它的工单',
  health: '进程在运行吗',
  readiness: 'Postgres 和 Temporal 在不在，超时的承诺升级了没有，每件案件走不走得下去',
  metrics: 'Prometheus 指标',
  codec_encode: 'Temporal UI 的解码服务：加密载荷',
  codec_decode: 'Temporal UI 的解码服务：解密载荷',
};

/** What each page is for, by method and path; those that Express answers and the API does not list. */
/** Addresses that are neither of the API nor pages. */
const OTHERS: Record<string, Words> = {
  'GET /': {
    en: 'a browser is sent to the form, or to the desk where somebody has signed in; a program gets the addresses',
    zh: '浏览器转到表单，登录过的转到工作台；程序得到各个地址',
  },
  'GET /docs': { en: 'the API to read and to try', zh: 'API 文档，可以直接试' },
  'GET /openapi.json': { en: 'the OpenAPI 3.1 document', zh: 'OpenAPI 3.1 文档' },
};

const ACCESS: Record<Exclude<Access, keyof typeof ROLE_WORDS>, Words> = {
  public: { en: 'anybody', zh: '任何人' },
  'public+staff': { en: 'anybody; staff are known by their token', zh: '任何人；员工凭令牌识别' },
  code: { en: 'the customer, by access code', zh: '客户，凭查询码' },
  'code+staff': { en: 'the customer, by access code; staff', zh: '客户，凭查询码；员工' },
};

const BY_LINK: Words = { en: 'the customer, by the link', zh: '客户，凭链接' };

const whoOfPage = (who: Who): Words => {
  if (who === 'anybody') return ACCESS.public;
  if (who === 'code') return ACCESS.code;
  return who === 'link' ? BY_LINK : staffFrom(who);
};

const HEAD: Record<Tongue, string[]> = {
  en: ['address', 'who may call', 'what for'],
  zh: ['地址', '谁可以调用', '用途'],
};

/**
 * The reference of addresses: the API's routes and the pages, with who may call them.
 * @throws Error when an address has no words here, or words have no address
 */
export function addressesPage(tongue: Tongue): string {
  const routes = apiRoutes(unused());
  const parts = Object.entries(TAGS).flatMap(([tag, title]) => {
    const rows = routes
      .filter((route) => route.tag === tag)
      .map((route) => [
        code(`${route.method.toUpperCase()} ${route.path}`),
        whoMay(route)[tongue],
        about(route, tongue),
      ]);
    return [`## ${title[tongue]}`, table(HEAD[tongue], rows)];
  });
  const untold = routes.filter(({ tag }) => !Object.hasOwn(TAGS, tag)).map(({ path }) => path);
  if (untold.length > 0) throw new Error(`addresses under a tag without a title: ${untold.join(', ')}`);
  const title = { en: 'Addresses', zh: '地址' };
  const pages = { en: 'Pages', zh: '页面' };
  return page('addresses', title, tongue, [
    INTRO[tongue],
    ...parts,
    `## ${pages[tongue]}`,
    table(HEAD[tongue], pageRows(routes, tongue)),
  ]);
}

function about(route: Route, tongue: Tongue): string {
  const decision = DECISION_NAMES.find((name) => route.path === `/api/cases/:caseNo/decisions/${name}`);
  if (decision) {
    const file = tongue === 'zh' ? 'decisions.zh-CN.md' : 'decisions.md';
    return `[${DECISIONS[decision].label[tongue]}](${file}#${decision.toLowerCase()})`;
  }
  if (tongue === 'en') return route.summary;
  const zh = ZH[route.id];
  if (zh === undefined) throw new Error(`src/cli/docs/addresses.ts has no Chinese words for ${route.id}`);
  return zh;
}

function whoMay({ access, path }: Route): Words {
  if (path.endsWith('/:token')) return BY_LINK;
  if (!needsStaff(access)) return ACCESS[access as keyof typeof ACCESS];
  return staffFrom(access);
}

function staffFrom(role: Role): Words {
  if (role === 'colleague') return { en: 'all staff', zh: '所有员工' };
  const { en, zh } = ROLE_WORDS[role];
  return { en: `${en} and higher`, zh: `${zh}及以上` };
}

function pageRows(routes: readonly Route[], tongue: Tongue): string[][] {
  const api = new Set(routes.map(({ path }) => path));
  const site = createSite({
    ...unused<SiteNeeds>(),
    staff: unused(),
    publicUrl: 'http://localhost',
    contact: '',
    orgName: '',
  });
  const found = [...mounted(site), 'GET /docs'].filter((address) => {
    const path = address.slice(address.indexOf(' ') + 1);
    return !api.has(path) && !path.startsWith('/public/') && !path.endsWith('.js');
  });
  const addressOf = ({ method, path }: PageRoute): string => `${method.toUpperCase()} ${path}`;
  const said = [...Object.keys(OTHERS), ...site.routes.map(addressOf)];
  const unsaid = found.filter((address) => !said.includes(address));
  const gone = said.filter((address) => !found.includes(address));
  if (unsaid.length + gone.length > 0) {
    throw new Error(`src/cli/docs/addresses.ts: without words: ${unsaid.join(', ')}; not there: ${gone.join(', ')}`);
  }
  return [
    ...Object.entries(OTHERS).map(([address, words]) => [code(address), ACCESS.public[tongue], words[tongue]]),
    ...site.routes.map((route) => [code(addressOf(route)), whoOfPage(route.who)[tongue], route.about[tongue]]),
  ];
}

/** Every method and path that the app answers, as `GET /complain`. */
const mounted = ({ router }: Site): string[] =>
  listed(createApp({ ...unused(), pages: router }).router as unknown as Stack);

interface Stack {
  stack: { route?: { path: string; methods: Record<string, boolean> }; handle: unknown }[];
}

const listed = ({ stack }: Stack): string[] =>
  stack.flatMap(({ route, handle }) => {
    if (route) {
      const methods = Object.keys(route.methods).filter((method) => method !== '_all');
      return methods.map((method) => `${method.toUpperCase()} ${route.path}`);
    }
    return typeof handle === 'function' && 'stack' in handle ? listed(handle as unknown as Stack) : [];
  });

/** Stands in for what routes and pages need: they are only listed, never called. */
function unused<T = AppNeeds>(): T {
  const anything: unknown = new Proxy(() => anything, {
    get: (_target, key) => (key === 'then' ? undefined : anything),
  });
  const needs: Record<string, unknown> = {
    config: { PUBLIC_URL: 'http://localhost', COMPLAINT_RATE_LIMIT: 1, EVIDENCE_MAX_BYTES: 1, DECISION_TIMEOUT_MS: 1 },
    registry: new Registry(),
    probes: {},
  };
  for (const name of ['cases', 'limits', 'log', 'codec', 'intake', 'spool', 'inbound', 'posts', 'callEvents', 'hints'])
    needs[name] = anything;
  return needs as T;
}
