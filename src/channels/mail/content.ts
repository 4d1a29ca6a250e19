import type { CaseEvent, EventData, EventType } from '../../domain/case/events';
import { decisionNamed } from '../../domain/decisions/catalogue';
import { evolve, fold } from '../../domain/case/evolve';
import { STAGE_WORDS } from '../../domain/basics/words';
import { departmentWords } from '../../domain/policy/departments';
import type { MailKind } from '../../domain/policy/mail-kinds';
import type { Policy } from '../../domain/policy/schema';
import { waitsFor } from '../../domain/views/progress';
import { nextDue, type Clock, promiseWords } from '../../domain/promises/clock';
import { PROMISE_WORDS } from '../../domain/promises/names';
import { isDangerous, type CaseState } from '../../domain/case/state';
import { addMs, durationMs, toMs } from '../../domain/time/duration';
import type { Grade, Instant, Language, Remedy, Role, TextRef, Words } from '../../domain/basics/types';
import type { Context } from '../../render/engine';
import { duration, inFours, money, plannedTime } from '../../render/format';
import { CATEGORY_WORDS, CAUSE_WORDS, GRADE_WORDS, inLanguage, OUTCOME_WORDS, remedyText } from '../../render/words';

/** What a mail is written from. Everything comes from Postgres when the mail is sent. */
export interface MailSource {
  caseNo: string;
  mail: MailKind;
  /** The event that caused the mail: it says what the mail says, however late it is sent. */
  seq: number;
  /** The ledger of the case, from the first event. */
  events: readonly CaseEvent[];
  /**
   * The case as it stands while the mail is written. An event says what has happened, however long ago; who owns the
   * case, and what it waits for, is read here: a letter may leave days late.
   */
  now: CaseState;
  policy: Policy;
  language: Language;
  /** The customer's name as given with this complaint. */
  customerName: string;
  /** What the customer asks for, in their words. */
  wish?: string;
  /** By which ways the customer can be reached; number and address stay in the case. */
  reach: Reach;
  /** Staff to whom it goes, when it goes to one of them. */
  userId?: string;
  /** Their role; it may be another than the notice was meant for. */
  role?: Role;
  house: { name: string; contact: string };
  /** The stored text, or undefined when it has been erased. */
  text: (ref: TextRef) => Promise<string | undefined>;
  userName: (id: string) => Promise<string | undefined>;
  /** May whom it goes to see this other case? Of a mail to several nobody is asked. */
  maySee: (caseNo: string) => Promise<boolean>;
  /** Is the other case this customer's own? */
  sameCustomer: (caseNo: string) => Promise<boolean>;
  links: {
    accessCode: (caseNo: string) => string;
    progressUrl: (caseNo: string) => string;
    /** These let somebody answer, so they are opened before they are written out. */
    proposalUrl: (caseNo: string, proposalId: string) => Promise<string>;
    surveyUrl: (caseNo: string, surveyId: string) => Promise<string>;
  };
}

export interface Reach {
  phone: boolean;
  email: boolean;
  /** As it was asked for with the complaint: `wechat`. */
  preferred?: string;
}

export interface MailContent {
  template: string;
  context: Context;
  /** Carries what a person wrote to the customer; everything else is the system's own. */
  byPerson: boolean;
}

const ERASED: Words = { zh: '（原文已删除）', en: '(the text has been erased)' };

const MAIL_WORDS: Record<MailKind, Words> = {
  receipt: { zh: '受理回执', en: 'receipt' },
  progress: { zh: '进展', en: 'progress' },
  response: { zh: '答复', en: 'answer' },
  solution: { zh: '解决方案', en: 'solution' },
  solutionReminder: { zh: '方案提醒', en: 'reminder of the solution' },
  result: { zh: '处理结果', en: 'result' },
  survey: { zh: '评价邀请', en: 'survey' },
  surveyReminder: { zh: '评价提醒', en: 'reminder of the survey' },
  extension: { zh: '延期通知', en: 'new date' },
  closed: { zh: '办结通知', en: 'closing' },
  lostLink: { zh: '查询链接', en: 'progress link' },
  assigned: { zh: '分派', en: 'assignment' },
  promiseWarned: { zh: '到期提醒', en: 'due soon' },
  escalation: { zh: '升级', en: 'escalation' },
  chased: { zh: '催办', en: 'chase' },
  helpRequested: { zh: '请求协助', en: 'request for help' },
  helpAnswered: { zh: '协助答复', en: 'answer to a request for help' },
  approvalNeeded: { zh: '待审批', en: 'approval' },
  returned: { zh: '退回', en: 'returned' },
  customerAnswered: { zh: '客户答复', en: "customer's answer" },
  customerSilent: { zh: '客户未答复', en: 'no answer' },
  reopened: { zh: '重新办理', en: 'taken up again' },
  customerWithdrew: { zh: '客户撤诉', en: 'withdrawal' },
  customerAdded: { zh: '客户补充材料', en: "customer's files" },
  resumed: { zh: '恢复办理', en: 'end of the pause' },
  followUp: { zh: '二次跟进', en: 'second follow-up' },
  actionPlanned: { zh: '纠正措施', en: 'corrective action' },
  actionDue: { zh: '措施到期', en: 'corrective action due' },
  mailFailed: { zh: '邮件未送达', en: 'mail not delivered' },
  askByPhone: { zh: '请电话询问客户', en: 'ask the customer by phone' },
  decisionRefused: { zh: '操作没有生效', en: 'a decision without effect' },
};

const PREFERRED: Record<string, Words> = {
  phone: { zh: '电话', en: 'a call' },
  mail: { zh: '邮件', en: 'e-mail' },
  sms: { zh: '短信', en: 'text message' },
  wechat: { zh: '微信', en: 'WeChat' },
  wecom: { zh: '企业微信', en: 'WeCom' },
  chat: { zh: '在线客服', en: 'chat' },
  visit: { zh: '上门', en: 'a visit' },
};

/** The ways only: a mailbox is no place for a customer's number. */
function reachWords({ phone, email, preferred }: Reach): Words {
  const ways = {
    zh: phone
      ? email
        ? '电话、邮箱'
        : '只有电话，没有邮箱，信发不到，请打电话告诉客户'
      : email
        ? '只有邮箱'
        : '没有留电话和邮箱',
    en: phone
      ? email
        ? 'phone and e-mail'
        : 'phone only; no letter of ours arrives, so tell the customer by phone'
      : email
        ? 'e-mail only'
        : 'neither phone nor e-mail',
  };
  const wish = preferred === undefined ? undefined : PREFERRED[preferred];
  const kept =
    phone || email ? { zh: '（号码、地址见案件）', en: ' (number and address are in the case)' } : { zh: '', en: '' };
  return {
    zh: `${ways.zh}${wish ? `；客户希望用${wish.zh}` : ''}${kept.zh}`,
    en: `${ways.en}${wish ? `; prefers ${wish.en}` : ''}${kept.en}`,
  };
}

/** So many earlier complaints are named; the case lists them all. */
const EARLIER_NAMED = 10;

/** Why a case stands still, as its customer reads it. */
const PAUSE_REASONS: Record<NonNullable<CaseState['paused']>['reason'], Words> = {
  customer: { zh: '我们在等您提供所需的情况。', en: 'We are waiting for what we need from you.' },
  parts: { zh: '我们在等配件到货。', en: 'We are waiting for spare parts.' },
  third_party: { zh: '我们在等第三方的结果。', en: 'We are waiting for a third party.' },
};

interface Moved {
  what: string;
  was: string | null;
  now: string | null;
}

/** One date moves: then and now. Two (of the answer and of the solution): each by its name. */
function movedDates([first, second]: readonly Moved[], language: Language) {
  const zh = language === 'zh-CN';
  const label = (moved: Moved | undefined, is: Words): string =>
    moved && second ? `${moved.what}${zh ? '，' : ', '}${inLanguage(is, language)}` : inLanguage(is, language);
  return {
    what: [first, second].flatMap((moved) => (moved ? [moved.what] : [])).join(zh ? '和' : ' and '),
    was: first?.was ?? null,
    newDue: first?.now ?? null,
    alsoWas: second?.was ?? null,
    alsoNewDue: second?.now ?? null,
    labels: {
      was: label(first, DATE_WORDS.was),
      newDue: label(first, DATE_WORDS.now),
      alsoWas: label(second, DATE_WORDS.was),
      alsoNewDue: label(second, DATE_WORDS.now),
    },
  };
}

const DATE_WORDS = { was: { zh: '原定时间', en: 'Date so far' }, now: { zh: '新的时间', en: 'New date' } };

/** Who leads after the event, and who is on the task force. */
function placing(event: CaseEvent): { owner: string | undefined; taskForce: readonly string[] } {
  return event.type === 'taskForceOpened'
    ? { owner: undefined, taskForce: event.data.members }
    : expect(event, 'assigned', 'reassigned').data;
}

/** An event is one of these, or the mail was planned for something else: a fault worth failing on. */
function expect<T extends EventType>(event: CaseEvent, ...types: T[]): Extract<CaseEvent, { type: T }> {
  if (!(types as string[]).includes(event.type)) throw new Error(`event ${event.seq} is ${event.type}`);
  return event as Extract<CaseEvent, { type: T }>;
}

/** The state just before and just after the event, and at the end of all that happened in its moment. */
function around(source: MailSource) {
  const index = source.events.findIndex((event) => event.seq === source.seq);
  const event = source.events[index];
  if (!event) throw new Error(`the ledger of ${source.caseNo} has no event ${source.seq}`);
  const before = fold(source.caseNo, source.events.slice(0, index));
  const after = evolve(before, event, source.caseNo);
  let end = index + 1;
  while (end < source.events.length && sameMoment(event, source.events[end])) end++;
  const moment = source.events.slice(index + 1, end).reduce((state, next) => evolve(state, next, source.caseNo), after);
  return { event, before, after, moment, past: source.events.slice(0, end) };
}

const sameMoment = (event: CaseEvent, next: CaseEvent | undefined): boolean =>
  next !== undefined && next.at === event.at && next.decision?.id === event.decision?.id;

/** How much a notice presses, among others that came with it. */
export interface Pressing {
  /** What it tells of is over its time already. */
  broken: boolean;
  grade: Grade;
  dueAt?: Instant;
}

export function pressingOf(source: MailSource): Pressing {
  const { event } = around(source);
  const told = 'dueAt' in event.data ? event.data.dueAt : undefined;
  const isTime = event.type === 'escalated' && (event.data.because === 'promise' || event.data.because === 'action');
  return {
    broken: isTime && (told === undefined || told <= event.at),
    grade: source.now.grade,
    dueAt: told ?? nextDue(source.now.clocks)?.dueAt,
  };
}

/** Whether the customer did it, in the moment of another event. */
const isCustomers = (item: CaseEvent, other: CaseEvent, type: EventType): boolean =>
  item.type === type && item.actor.kind === 'customer' && sameMoment(item, other);

/** The last event of a type, in the present round where that matters. */
function last<T extends EventType>(
  events: readonly CaseEvent[],
  type: T,
  where: (data: EventData[T]) => boolean = () => true,
): EventData[T] | undefined {
  for (let i = events.length - 1; i >= 0; i--) {
    const event = events[i];
    if (event?.type === type && where(event.data as EventData[T])) return event.data as EventData[T];
  }
  return undefined;
}

function thisRound(events: readonly CaseEvent[]): readonly CaseEvent[] {
  const start = events.findLastIndex((event) => event.type === 'roundOpened');
  return start < 0 ? events : events.slice(start);
}

const running = (clock: Clock | undefined): Instant | undefined =>
  clock && (clock.status === 'running' || clock.status === 'paused') ? clock.dueAt : undefined;

/** Decides which template a mail takes and what it is given: finished strings in the reader's language, nothing else. */
export async function mailContent(source: MailSource): Promise<MailContent> {
  const { mail, caseNo, language, links, house, now } = source;
  const { event, before, after, moment, past } = around(source);
  const say = (words: Words): string => inLanguage(words, language);
  const when = (instant: Instant | undefined): string | null =>
    instant === undefined ? null : plannedTime(instant, language, event.at);
  const read = async (ref: TextRef | undefined): Promise<string | null> =>
    ref === undefined ? null : ((await source.text(ref)) ?? say(ERASED));
  const person = async (id: string | undefined): Promise<string | null> =>
    id === undefined ? null : ((await source.userName(id)) ?? null);
  const everybody = async (ids: readonly string[]): Promise<string> =>
    (await Promise.all(ids.map(person))).filter((name) => name !== null).join(language === 'zh-CN' ? '、' : ', ');
  const remedyList = (remedies: readonly Remedy[] | undefined): string[] =>
    (remedies ?? []).map((remedy) => remedyText(remedy, language));
  const clockOf = (id: string): Clock | undefined => now.clocks[id];

  const common = async () => ({
    org: house.name,
    contact: house.contact === '' ? null : house.contact,
    caseNo,
    name: source.customerName,
    handler: await person(now.owner?.id),
    progressUrl: links.progressUrl(caseNo),
  });
  /** `shown`: the promise the mail is about; else the one that is due next. */
  const forStaff = async (shown: Clock | undefined = nextDue(now.clocks)) => ({
    org: house.name,
    contact: house.contact === '' ? null : house.contact,
    caseNo,
    grade: `${say(GRADE_WORDS[now.grade])}${now.gradeConfirmed ? '' : language === 'zh-CN' ? '（建议）' : ' (suggested)'}`,
    category: say(CATEGORY_WORDS[now.category]),
    stage: say(STAGE_WORDS[now.stage]),
    owner: await person(now.owner?.id),
    promise: shown ? say(promiseWords(shown, source.policy)) : null,
    dueAt: when(shown?.dueAt),
    waits: say(waitsFor(now, source.policy)),
  });
  /** Only those that the reader may open. */
  const earlierCases = async (): Promise<string | null> => {
    const open: string[] = [];
    for (const no of moment.repeatOf) if (open.length < EARLIER_NAMED && (await source.maySee(no))) open.push(no);
    if (open.length === 0) return null;
    const more = moment.repeatOf.length > open.length;
    return language === 'zh-CN'
      ? `${open.join('、')}${more ? ' 等' : ''}`
      : `${open.join(', ')}${more ? ' and others' : ''}`;
  };
  const byPerson =
    mail === 'response' ||
    mail === 'solution' ||
    ((mail === 'result' || mail === 'extension') && event.actor.kind === 'staff');
  const make = (template: string, context: Context): MailContent => ({
    template,
    context: { ...context, byPerson },
    byPerson,
  });

  switch (mail) {
    case 'receipt':
      return make(mail, {
        ...(await common()),
        accessCode: inFours(links.accessCode(caseNo)),
        danger: isDangerous(moment),
        answerBy: when(running(clockOf('firstResponse'))),
        resolveBy: when(running(clockOf('resolution'))),
      });
    case 'progress':
      return progress(expect(event, 'stageEntered').data);
    case 'response':
      return make(mail, {
        ...(await common()),
        handler: await person(event.actor.kind === 'staff' ? event.actor.id : undefined),
        words: await read(expect(event, 'responded').data.text),
        resolveBy: when(running(clockOf('resolution'))),
      });
    case 'solution': {
      const { proposalId } = expect(event, 'solutionOffered').data;
      const proposed = last(past, 'proposed', (data) => data.proposalId === proposalId);
      const asked = clockOf(`customerAnswer:${proposalId}`);
      return make(asked ? 'solution/offer' : 'solution/informed', {
        ...(await common()),
        solution: await read(proposed?.solution),
        remedies: remedyList(proposed?.remedies),
        proposalUrl: await links.proposalUrl(caseNo, proposalId),
        answerBy: when(asked?.dueAt),
      });
    }
    case 'solutionReminder': {
      const { clock, dueAt } = expect(event, 'promiseWarned').data;
      const proposalId = clock.slice(clock.indexOf(':') + 1);
      return make(mail, {
        ...(await common()),
        remedies: remedyList(last(past, 'proposed', (data) => data.proposalId === proposalId)?.remedies),
        proposalUrl: await links.proposalUrl(caseNo, proposalId),
        answerBy: when(dueAt),
      });
    }
    case 'result': {
      const { outcome, summary } = expect(event, 'resolved').data;
      const round = thisRound(past);
      const notUpheld = outcome === 'not_upheld';
      return make(mail, {
        ...(await common()),
        outcome: say(OUTCOME_WORDS[outcome]),
        summary: await read(summary),
        remedies: notUpheld ? [] : remedyList(last(round, 'carriedOut')?.remedies),
        reasons: notUpheld ? await read(last(round, 'notSubstantiatedFound')?.reasons) : null,
        notUpheld,
        revisitBy: when(now.revisit?.dueAt),
        bySupervisor: now.revisit?.by === 'supervisor',
        surveyUrl: now.survey?.status === 'open' ? await links.surveyUrl(caseNo, now.survey.id) : null,
        surveyUntil: when(running(clockOf('survey'))),
      });
    }
    case 'survey':
    case 'surveyReminder': {
      const { surveyId } = expect(event, 'surveySent', 'surveyReminded').data;
      return make(mail, {
        ...(await common()),
        surveyUrl: await links.surveyUrl(caseNo, surveyId),
        until: when(clockOf('survey')?.dueAt),
      });
    }
    case 'extension': {
      const named = (clock: string): string => {
        const known = after.clocks[clock];
        return say(known ? promiseWords(known, source.policy) : PROMISE_WORDS.resolution);
      };
      if (event.type === 'promiseMoved') {
        // Of a case from before the rule `datesTold`.
        const { clock, dueAt, reason } = event.data;
        const dates = [{ what: named(clock), was: when(before?.clocks[clock]?.dueAt), now: when(dueAt) }];
        const plain = { earlier: false, latest: false, silent: false, resumed: false };
        return make(mail, {
          ...(await common()),
          ...movedDates(dates, language),
          ...plain,
          reason: await read(reason),
        });
      }
      const { dates, why } = expect(event, 'datesMoved').data;
      // What was the latest date of a pause is no date that was put off.
      const moved = dates.map(({ clock, from, to }) => ({
        what: named(clock),
        was: why === 'resumed' ? null : when(from),
        now: when(to),
      }));
      const earlier = dates.every(({ from, to }) => to < from);
      const cause = past.findLast((item) => sameMoment(item, event) && item.type === 'promiseMoved');
      const because = why === 'extended' && cause?.type === 'promiseMoved' ? await read(cause.data.reason) : null;
      return make(mail, {
        ...(await common()),
        ...movedDates(moved, language),
        earlier,
        resumed: why === 'resumed',
        reason: because ?? (why === 'paused' && after.paused ? say(PAUSE_REASONS[after.paused.reason]) : null),
        latest: why === 'paused',
        silent: why === 'silent',
      });
    }
    case 'closed':
      return make(moment.outcome === 'withdrawn' ? 'closed/withdrawn' : 'closed/done', {
        ...(await common()),
        outcome: moment.outcome ? say(OUTCOME_WORDS[moment.outcome]) : null,
        reopenUntil: when(addMs(moment.archivedAt ?? event.at, durationMs(source.policy.reopen.grace))),
      });

    case 'lostLink':
      return make(mail, { ...(await common()), accessCode: inFours(links.accessCode(caseNo)) });

    case 'assigned': {
      const { owner, taskForce } = placing(event);
      const reader = source.userId;
      const lead = reader === undefined || reader === owner;
      const left = !lead && !taskForce.includes(reader);
      return make(mail, {
        ...(await forStaff()),
        provisional: event.type === 'assigned' && event.data.provisional,
        lead,
        left,
        // Out of the task force, under the lead that there was.
        released: left && before?.owner?.id !== reader,
        stays: !lead && !left && before?.taskForce.includes(reader) === true,
        words: await read(moment.text),
        ...(left
          ? { wish: null, files: null, reach: null, earlierCases: null }
          : {
              wish: source.wish ?? null,
              files: String(now.evidence.length),
              reach: say(reachWords(source.reach)),
              earlierCases: await earlierCases(),
            }),
      });
    }
    case 'promiseWarned': {
      const { clock, dueAt } = expect(event, 'promiseWarned').data;
      return make(mail, {
        ...(await forStaff(after.clocks[clock])),
        dueAt: when(dueAt),
        left: duration(toMs(dueAt) - toMs(event.at), language),
      });
    }
    case 'escalation': {
      const { because, to, clock, dueAt, actionId, action: done } = expect(event, 'escalated').data;
      const broken = clock === undefined ? undefined : after.clocks[clock];
      return make(mail, {
        ...(await forStaff(broken)),
        ...(because === 'promise' || because === 'action' ? { dueAt: when(dueAt) } : {}),
        byPromise: because === 'promise',
        byRounds: because === 'rounds',
        byDeclines: because === 'declined',
        byUnassigned: because === 'unassigned',
        byAction: because === 'action',
        byReopenings: because === 'reopened',
        byRepeat: because === 'repeat',
        byNamed: because === 'named',
        byComplainedOf: because === 'complainedOf',
        byLower: because === 'gradedDown',
        people: (because === 'named' || because === 'complainedOf') && (await everybody(after.against)),
        lowerer: await person(moment.lowered?.by),
        lowerFrom: moment.lowered ? say(GRADE_WORDS[moment.lowered.from]) : null,
        lowerReason:
          because === 'gradedDown' ? await read(last(past, 'graded')?.reason ?? last(past, 'regraded')?.reason) : null,
        earlier: moment.repeatOf.length,
        oneEarlier: moment.repeatOf.length === 1,
        earlierCases: because === 'repeat' ? await earlierCases() : null,
        reopenings: moment.reopenings,
        action: actionId ?? null,
        round: moment.round,
        declines: moment.declines,
        toManager: source.role === undefined ? to === 'manager' : source.role === 'manager',
        toSupervisor: source.role === undefined ? to === 'supervisor' : source.role === 'supervisor',
        // A chain may speak up before the deadline too.
        ahead: because === 'promise' && dueAt !== undefined && event.at < dueAt,
        raised: done === 'raiseGrade',
        taskForce: done === 'openTaskForce',
        reassigned: done === 'reassign',
      });
    }
    case 'chased': {
      const { count, note } = expect(event, 'chased').data;
      return make(mail, {
        ...(await forStaff()),
        byCustomer: event.actor.kind === 'customer',
        count,
        // Whoever only hears of it reads the case for the words.
        words: source.userId !== undefined && source.userId === now.owner?.id ? await read(note) : null,
      });
    }
    case 'helpRequested': {
      const { taskId, department, question } = expect(event, 'helpRequested').data;
      const clock = clockOf(`help:${taskId}`);
      return make(mail, {
        ...(await forStaff(clock)),
        asker: await person(event.actor.kind === 'staff' ? event.actor.id : undefined),
        department: say(departmentWords(department, source.policy)),
        question: await read(question),
        task: taskId,
      });
    }
    case 'helpAnswered': {
      const { taskId, answer } = expect(event, 'helpAnswered').data;
      const department = moment.helpTasks.find((task) => task.id === taskId)?.department ?? '';
      return make(mail, {
        ...(await forStaff()),
        by: await person(event.actor.kind === 'staff' ? event.actor.id : undefined),
        department: say(departmentWords(department, source.policy)),
        task: taskId,
        answer: await read(answer),
      });
    }
    case 'approvalNeeded': {
      const by = await person(event.actor.kind === 'staff' ? event.actor.id : undefined);
      if (event.type === 'notSubstantiatedFound') {
        return make(mail, {
          ...(await forStaff(clockOf('approval:notSubstantiated'))),
          by,
          total: null,
          limit: null,
          remedies: [],
          text: await read(event.data.reasons),
          findings: null,
        });
      }
      const { proposalId, total, remedies, solution, findings } = expect(event, 'proposed').data;
      return make(mail, {
        ...(await forStaff(clockOf(`approval:${proposalId}`))),
        by,
        total: money(total, language),
        limit: money(source.policy.compensation.approvalAbove[moment.grade], language),
        remedies: remedies.map((remedy) => remedyText(remedy, language, 'staff')),
        text: await read(solution),
        findings: await read(findings),
      });
    }
    case 'returned': {
      const { subject, reason } = expect(event, 'rejected').data;
      return make(mail, {
        ...(await forStaff()),
        proposal: subject === 'proposal',
        by: await person(event.actor.kind === 'staff' ? event.actor.id : undefined),
        reason: await read(reason),
      });
    }
    case 'customerAnswered': {
      const { accepted, reason } = expect(event, 'customerAnswered').data;
      return make(mail, {
        ...(await forStaff()),
        accepted,
        words: source.userId === undefined ? null : await read(reason),
      });
    }
    case 'customerSilent':
      return make(mail, await forStaff());
    case 'reopened': {
      const { because, round } = expect(event, 'roundOpened').data;
      const said = {
        reopened: () => last(past, 'reopened')?.reason,
        survey: () => last(past, 'followedUp')?.report,
        revisit: () => last(past, 'revisitRecorded')?.report,
      }[because]();
      const isByCustomer = source.events.some((item) => isCustomers(item, event, 'reopened'));
      return make(mail, {
        ...(await forStaff()),
        round,
        byCustomer: because === 'reopened' && isByCustomer,
        byStaff: because === 'reopened' && !isByCustomer,
        byFollowUp: because === 'survey',
        byRevisit: because === 'revisit',
        words: await read(said),
      });
    }
    case 'customerWithdrew':
      return make(mail, { ...(await forStaff()), words: await read(expect(event, 'withdrawn').data.reason) });
    case 'customerAdded':
      return make(mail, { ...(await forStaff()), words: await read(expect(event, 'evidenceAdded').data.note) });
    case 'resumed':
      return make(mail, await forStaff());
    case 'followUp': {
      const scores = last(past, 'surveyRecorded');
      const score = (value: number | undefined) => (value === undefined ? null : `${value} / 5`);
      return make(mail, {
        ...(await forStaff(clockOf('followUp'))),
        speed: score(scores?.speed),
        solution: score(scores?.solution),
        attitude: score(scores?.attitude),
        overall: score(scores?.total),
        comment: await read(scores?.comment),
        words: await read(moment.text),
      });
    }
    case 'actionPlanned': {
      const { actionId, kind, cause, description } = expect(event, 'actionPlanned').data;
      const rules = source.policy.correctiveAction;
      const startWithin = durationMs(kind === 'urgent' ? rules.containment : rules.preventiveStart);
      return make(mail, {
        ...(await forStaff()),
        // The action's own deadline, not one of the case's promises.
        promise: null,
        dueAt: when(addMs(event.at, startWithin)),
        action: actionId,
        urgent: kind === 'urgent',
        startWithin: duration(startWithin, language),
        cause: say(CAUSE_WORDS[cause]),
        description: await read(description),
      });
    }
    case 'actionDue': {
      if (event.type === 'actionMeasured') {
        const { actionId, before: was, after: is, round } = event.data;
        const holder = moment.actions.find(({ id }) => id === actionId)?.owner;
        return make('actionMissed', {
          ...(await forStaff()),
          promise: null,
          dueAt: null,
          action: actionId,
          mine: source.userId === holder,
          holder: await person(holder),
          was,
          is,
          round,
        });
      }
      const { actionId, dueAt } = expect(event, 'actionWarned').data;
      // The action's own deadline, not one of the case's promises.
      return make(mail, { ...(await forStaff()), promise: null, action: actionId, dueAt: when(dueAt) });
    }
    case 'mailFailed': {
      const failed = expect(event, 'mailFailed').data;
      return make(mail, {
        ...(await forStaff()),
        toCustomer: failed.to === 'customer',
        mail: failed.mail in MAIL_WORDS ? say(MAIL_WORDS[failed.mail as MailKind]) : failed.mail,
      });
    }
    case 'askByPhone': {
      const { proposalId } = expect(event, 'solutionOffered').data;
      return make(mail, {
        ...(await forStaff(clockOf(`customerAnswer:${proposalId}`))),
        reach: say(reachWords(source.reach)),
        noPhone: !source.reach.phone,
      });
    }
    case 'decisionRefused': {
      const { decision, code } = expect(event, 'decisionRefused').data;
      const label = decisionNamed(decision)?.label;
      return make(mail, { ...(await forStaff()), decision: label ? say(label) : decision, code });
    }
  }

  async function progress({ stage, round }: EventData['stageEntered']): Promise<MailContent> {
    const answerBy = when(running(clockOf('firstResponse')));
    const resolveBy = when(running(clockOf('resolution')));
    switch (stage) {
      case 'assign':
        return make('progress/assign', {
          ...(await common()),
          answerBy,
          resolveBy,
        });
      case 'resolve':
        return round > 1
          ? make('progress/again', { ...(await common()), round, resolveBy })
          : make('progress/resolve', { ...(await common()), answerBy, resolveBy });
      default: {
        const into = moment.mergedInto;
        // The other case may be somebody else's: then its number is not this customer's to know.
        const own = into !== undefined && (await source.sameCustomer(into));
        return make('progress/merged', {
          ...(await common()),
          into: own ? into : null,
          intoUrl: own ? links.progressUrl(into) : null,
        });
      }
    }
  }
}
