/**
 * What each event of a ledger is in words: one sentence in each language, as somebody at an after-sales desk would say it.
 * The free text that belongs to it stands beside the sentence and not in it (`story-kinds.ts`).
 * @module
 */
import type { EventData, EventType, MovedBecause } from '../../domain/case/events';
import { DANGER, type CaseState } from '../../domain/case/state';
import { CATEGORY_WORDS, CAUSE_WORDS, FISHBONE_WORDS, GRADE_WORDS, STAGE_WORDS } from '../../domain/basics/words';
import type { Actor, Category, Channel, Grade, Instant, Outcome, Remedy, Words } from '../../domain/basics/types';
import { decisionNamed } from '../../domain/decisions/catalogue';
import type { Policy } from '../../domain/policy/schema';
import { isWait } from '../../domain/promises/clock';
import { QUEUE_WORDS } from '../../domain/staffing/routing';
import { duration, money } from '../../render/format';
import { OUTCOME_WORDS, remedyText } from '../../render/words';

/** What a sentence is made from, besides the data of its event. */
export interface Facts {
  at: Instant;
  actor: Actor;
  /** Who acts, as the subject of a sentence. */
  by: Words;
  /** The customer's name. */
  customer: Words;
  /** Staff who took the complaint down. */
  filedBy?: Words;
  /** The case after the event, under the policy that it then followed. */
  state: CaseState;
  policy: Policy;
  /** The customer's words because of which a grade was suggested. */
  reasons: readonly string[];
  person: (id: string) => Words;
  department: (id: string) => Words;
  /** What a clock promises: 解决, 质量部答复. */
  promise: (clock: string) => Words;
  when: (at: Instant) => Words;
  /** With the weekday. */
  planned: (at: Instant) => Words;
  /** Whether the reader may see this other case. */
  seen: (caseNo: string) => boolean;
}

const say = (zh: string, en: string): Words => ({ zh, en });
const NONE = say('', '');
/** The part if the condition holds, else nothing. */
const when = (holds: boolean, part: () => Words): Words => (holds ? part() : NONE);
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const small = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

/** Several as one: 甲、乙 · A, B. */
const list = (all: readonly Words[]): Words =>
  say(all.map(({ zh }) => zh).join('、'), all.map(({ en }) => en).join(', '));
const people = (ids: readonly string[], { person }: Facts): Words => list(ids.map(person));

/** In which way a person spoke to somebody, by the ways that decisions name. */
const VIA: Record<string, Words> = {
  phone: say('电话', 'by phone'),
  mail: say('邮件', 'by e-mail'),
  sms: say('短信', 'by text message'),
  chat: say('在线客服', 'in the chat'),
  wechat: say('微信', 'on WeChat'),
  counter: say('当面沟通', 'in person'),
  visit: say('上门', 'by a visit'),
  link: say('链接', 'by the link'),
  other: say('其他方式', 'in another way'),
};
const OTHER_WAY = say('其他方式', 'in another way');
const via = (way: string): Words => (Object.hasOwn(VIA, way) ? VIA[way] : undefined) ?? OTHER_WAY;

/** In which way a complaint came in; `CHANNEL_WORDS` (src/domain/basics/words.ts) are the channels' names. */
const CAME_BY: Record<Channel, Words> = {
  phone: say('电话', 'by phone'),
  mail: say('邮件', 'by e-mail'),
  web: say('网页', 'on the web page'),
  chat: say('在线客服', 'in the chat'),
  wechat: say('微信', 'on WeChat'),
  wecom: say('企业微信', 'on WeCom'),
  weibo: say('微博', 'on Weibo'),
  counter: say('柜台', 'at the counter'),
  letter: say('信函', 'by letter'),
  webhook: say('对接系统', 'from a connected system'),
  other: say('其他渠道', 'in another way'),
};

const WAITS_FOR: Record<EventData['paused']['reason'], Words> = {
  customer: say('等客户', 'waiting for the customer'),
  parts: say('等配件', 'waiting for parts'),
  third_party: say('等第三方', 'waiting for a third party'),
};

const ROUND_BECAUSE: Record<EventData['roundOpened']['because'], Words> = {
  survey: say('二次跟进后客户仍不满意', 'the customer is still not satisfied after the follow-up'),
  revisit: say('回访时客户不满意', 'the customer was not satisfied at the revisit'),
  reopened: say('还没有解决，继续办理', 'it is not solved, and we go on'),
};

const MOVED_WORDS: Record<MovedBecause, Words> = {
  extended: say('时间延长了', 'more time was given'),
  regraded: say('等级变了', 'the grade changed'),
  policy: say('案件改用了另一版规则', 'the case follows another version of the rules'),
  paused: say('案件暂停了', 'the case was paused'),
  resumed: say('暂停提前结束', 'the pause ended early'),
  silent: say('客户没有答复方案', 'the customer did not answer the offer'),
  offer: say('等客户答复方案时暂停了计时', 'the clocks stood still while the customer was asked'),
};

const outcome = (ended: Outcome): Words =>
  ended === 'withdrawn' ? say('客户撤诉', 'withdrawn') : OUTCOME_WORDS[ended];

/** Grade and category: 重大 · 产品质量. */
const kindOf = (grade: Grade, category: Category): Words =>
  say(
    `${GRADE_WORDS[grade].zh} · ${CATEGORY_WORDS[category].zh}`,
    `${GRADE_WORDS[grade].en}, ${CATEGORY_WORDS[category].en}`,
  );

const about = (against: readonly string[] | undefined, facts: Facts): Words =>
  when(against !== undefined && against.length > 0, () => {
    const named = people(against ?? [], facts);
    return say(`；投诉的是${named.zh}`, `; it is about ${named.en}`);
  });

const force = (members: readonly string[], facts: Facts): Words =>
  when(members.length > 0, () => {
    const named = people(members, facts);
    return say(`，专项小组：${named.zh}`, `, with the task force ${named.en}`);
  });

/** The remedies as a list; empty for none. */
const remedies = (given: readonly Remedy[]): Words =>
  say(
    given.map((one) => remedyText(one, 'zh-CN', 'staff')).join('、'),
    given.map((one) => small(remedyText(one, 'en', 'staff'))).join(', '),
  );

const satisfied = (yes: boolean): Words =>
  yes ? say('客户满意', 'the customer is satisfied') : say('客户仍不满意', 'the customer is still not satisfied');

/** A corrective action by its kind and its owner, from the point of view of whoever acts. */
function action(id: string, { state, actor, person }: Facts): Words {
  const found = state.actions.find((one) => one.id === id);
  if (!found) return say('纠正措施', 'the corrective action');
  const kind = found.kind === 'urgent' ? say('紧急措施', 'urgent action') : say('预防措施', 'preventive action');
  if (actor.kind === 'staff' && actor.id === found.owner) return say(kind.zh, `the ${kind.en}`);
  const owner = person(found.owner);
  return say(`${owner.zh}负责的${kind.zh}`, `the ${kind.en} of ${owner.en}`);
}

/** A time between two instants (ms), in both languages. */
const span = (ms: number): Words => say(duration(ms, 'zh-CN'), duration(ms, 'en'));

const byCustomer = ({ actor }: Facts): boolean => actor.kind === 'customer';

/** How a clock ended, and how long before or after its due time. */
function stopped({ clock, verdict }: EventData['promiseStopped'], { state, at, promise }: Facts): Words {
  const name = promise(clock);
  const { dueAt, breachedAt, pausedAt, promise: kind } = state.clocks[clock] ?? {};
  if (kind !== undefined && isWait(kind)) return say(`${name.zh}：不用再等`, `${capital(name.en)}: the wait is over`);
  if (verdict === 'cancelled') return say(`${name.zh}不用再计时`, `${capital(name.en)}: called off`);
  if (verdict === 'late') {
    const over = span(Date.parse(at) - Date.parse(breachedAt ?? dueAt ?? at));
    return say(`${name.zh}超时${over.zh}完成`, `${capital(name.en)}: done ${over.en} late`);
  }
  const early = dueAt !== undefined && pausedAt === undefined && dueAt > at && span(Date.parse(dueAt) - Date.parse(at));
  return early
    ? say(`${name.zh}按时完成，提前${early.zh}`, `${capital(name.en)}: kept, ${early.en} early`)
    : say(`${name.zh}按时完成`, `${capital(name.en)}: kept`);
}

/** Why a case is escalated. */
function escalatedBecause({ because, clock, dueAt }: EventData['escalated'], { state, at, promise }: Facts): Words {
  switch (because) {
    case 'promise': {
      const name = clock === undefined ? say('承诺', 'a promise') : promise(clock);
      return dueAt !== undefined && at < dueAt
        ? say(`${name.zh}快到期`, `${capital(name.en)} is due soon`)
        : say(`${name.zh}超时`, `${capital(name.en)} is over its time`);
    }
    case 'rounds':
      return say(`已到第 ${state.round} 轮，还没有解决`, `Not solved in round ${state.round}`);
    case 'declined':
      return say('客户再次不接受方案', 'The customer has declined a solution again');
    case 'unassigned':
      return say('没有找到可以接手的人', 'Nobody was found to take it on');
    case 'action':
      return say('纠正措施超时', 'A corrective action is over its time');
    case 'reopened':
      return say('多次继续办理', 'Reopened again and again');
    case 'repeat':
      return say('这位客户多次投诉', 'The customer has complained repeatedly');
    case 'named':
      return say('投诉里提到同事', 'Staff are named in the complaint');
    case 'complainedOf':
      return say('被投诉的人不再经手', 'Whoever is complained of has no part in it any more');
    case 'gradedDown':
      return say('等级调低，要有人确认', 'The grade was lowered, which has to be confirmed');
  }
}

const STEP_WORDS: Record<NonNullable<EventData['escalated']['action']>, Words> = {
  remind: NONE,
  reassign: say('，并改派', ' and given to somebody else'),
  raiseGrade: say('，并提高一级', ' and graded one higher'),
  openTaskForce: say('，并成立专项小组', ' and a task force is called'),
};

function escalatedTo({ to, person: id }: EventData['escalated'], { person }: Facts): Words {
  switch (to) {
    case 'supervisor':
      return say('已通知主管', 'a supervisor was told');
    case 'manager':
      return say('已通知经理', 'a manager was told');
    case 'owner':
      return say('已提醒负责人', 'the owner was reminded');
    case 'person': {
      const name = id === undefined ? say('指定的人', 'the person named') : person(id);
      return say(`已通知${name.zh}`, `${name.en} was told`);
    }
  }
}

/** The scores that a customer gave, the whole first; the policy's own questions last. */
function scores(
  { total, speed, solution, attitude, answers = {} }: EventData['surveyRecorded'],
  policy: Policy,
): Words {
  const given: [Words, number][] = [
    [say('总体', 'overall'), total],
    [say('速度', 'speed'), speed],
    [say('方案', 'solution'), solution],
    [say('态度', 'attitude'), attitude],
    ...(policy.survey.questions ?? []).flatMap(({ id, name }): [Words, number][] => {
      const score = Object.hasOwn(answers, id) ? answers[id] : undefined;
      return score === undefined ? [] : [[name, score]];
    }),
  ];
  return list(given.map(([name, score]) => say(`${name.zh} ${score} 分`, `${name.en} ${score}`)));
}

/** The sentence of every event. An event without one does not compile. */
export const SENTENCES: { [T in EventType]: (data: EventData[T], facts: Facts) => Words } = {
  // The complaint and its grade.
  complaintReceived: ({ channel }, { customer, filedBy }) => {
    const how = CAME_BY[channel];
    return filedBy
      ? say(
          `${filedBy.zh}登记了${customer.zh}的投诉（${how.zh}）`,
          `${filedBy.en} took down what ${customer.en} complains of, ${how.en}`,
        )
      : say(`${customer.zh}通过${how.zh}投诉`, `${customer.en} complained ${how.en}`);
  },
  gradeSuggested: ({ grade, category }, { reasons }) => {
    const kind = kindOf(grade, category);
    const quoted = when(reasons.length > 0, () =>
      say(
        `，原话里有${reasons.map((word) => `“${word}”`).join('')}`,
        `, because of ${reasons.map((word) => `“${word}”`).join(', ')}`,
      ),
    );
    return say(`系统建议：${kind.zh}${quoted.zh}`, `Suggested: ${kind.en}${quoted.en}`);
  },
  repeatFound: ({ of }, { seen }) => {
    const known = of.filter(seen);
    return known.length > 0
      ? say(`这位客户以前投诉过：${known.join('、')}`, `The customer has complained before: ${known.join(', ')}`)
      : say('这位客户以前投诉过', 'The customer has complained before');
  },
  imported: ({ closedAt, outcome: ended }, { by, when: on }) =>
    say(
      `${by.zh}从其他系统导入了这件投诉，已于 ${on(closedAt).zh} 结案：${outcome(ended).zh}`,
      `${by.en} imported it from another system, where it was closed ${on(closedAt).en}: ${outcome(ended).en}`,
    ),
  staffNamed: ({ people: found }, facts) => {
    const named = people(
      found.map(({ id }) => id),
      facts,
    );
    return say(
      `投诉里提到${named.zh}；主管认定之前，被提到的人看不到这件案件`,
      `The complaint names ${named.en}; nobody who is named sees the case until somebody who leads has looked at it`,
    );
  },
  stageEntered: ({ stage, round }) => {
    const name = STAGE_WORDS[stage];
    const again = when(round > 1, () => say(`，第 ${round} 轮`, `, round ${round}`));
    return stage === 'archived'
      ? say('案件归档', 'The case goes to the archive')
      : say(`进入${name.zh}阶段${again.zh}`, `On to the stage “${name.en}”${again.en}`);
  },
  graded: ({ grade, category, agreesWithSuggestion, against }, facts) => {
    const [kind, whom] = [kindOf(grade, category), about(against, facts)];
    const { suggestion } = facts.state;
    const other = suggestion && kindOf(suggestion.grade, suggestion.category);
    const compared = agreesWithSuggestion
      ? say('，和系统建议一致', ', as suggested')
      : other
        ? say(`；系统建议的是${other.zh}`, `; suggested was ${other.en}`)
        : NONE;
    return say(
      `${facts.by.zh}定为${kind.zh}${compared.zh}${whom.zh}`,
      `${facts.by.en} graded it ${kind.en}${compared.en}${whom.en}`,
    );
  },
  regraded: ({ grade, category, from, against, because }, facts) => {
    const [kind, whom, before] = [kindOf(grade, category), about(against, facts), GRADE_WORDS[from]];
    if (because === 'danger') {
      return say(
        `客户的话提到人身危险，按规则把等级从${before.zh}升为${kind.zh}，请人确认`,
        `The customer speaks of danger to people: by the rules it was raised from ${before.en} to ${kind.en}; somebody has to confirm it`,
      );
    }
    return grade === from
      ? say(`${facts.by.zh}再次定为${kind.zh}${whom.zh}`, `${facts.by.en} graded it ${kind.en} again${whom.en}`)
      : say(
          `${facts.by.zh}把等级从${before.zh}改为${kind.zh}${whom.zh}`,
          `${facts.by.en} regraded it from ${before.en} to ${kind.en}${whom.en}`,
        );
  },

  // Whose case it is.
  assigned: ({ owner, taskForce, provisional }, facts) => {
    const [name, members] = [facts.person(owner), force(taskForce, facts)];
    if (provisional) return say(`回执里告诉客户由${name.zh}负责`, `The receipt names ${name.en} to the customer`);
    return facts.actor.kind === 'staff' && facts.actor.id === owner
      ? say(`${name.zh}接下这件案件${members.zh}`, `${name.en} took the case${members.en}`)
      : say(`${facts.by.zh}分派给${name.zh}${members.zh}`, `${facts.by.en} gave the case to ${name.en}${members.en}`);
  },
  queued: ({ why }) => say(`排队等人接手：${QUEUE_WORDS[why].zh}`, `Waits in the queue: ${QUEUE_WORDS[why].en}`),
  reassigned: ({ owner, from, taskForce, left = [] }, facts) => {
    const [name, members, gone] = [facts.person(owner), force(taskForce, facts), people(left, facts)];
    const { actor } = facts;
    const isOwn = actor.kind === 'staff' && actor.id === from;
    const before = from === undefined || from === owner || isOwn ? undefined : facts.person(from);
    const out = when(left.length > 0, () => say(`；${gone.zh}退出专项小组`, `; ${gone.en} left the task force`));
    return say(
      `${facts.by.zh}${before ? `把案件从${before.zh}` : ''}改派给${name.zh}${members.zh}${out.zh}`,
      `${facts.by.en} reassigned the case ${before ? `from ${before.en} ` : ''}to ${name.en}${members.en}${out.en}`,
    );
  },
  accepted: (_data, { by }) => say(`${by.zh}确认负责`, `${by.en} took it on`),
  taskForceOpened: ({ members }, facts) => {
    const named = people(members, facts);
    return say(`成立专项小组：${named.zh}`, `A task force was called: ${named.en}`);
  },

  // What is said to the customer, and what they say.
  responded: ({ via: way }, { by, customer }) =>
    say(`${by.zh}通过${via(way).zh}答复了${customer.zh}`, `${by.en} answered ${customer.en} ${via(way).en}`),
  wroteToCustomer: (_data, { by, customer }) => say(`${by.zh}写信给${customer.zh}`, `${by.en} wrote to ${customer.en}`),
  customerWrote: ({ via: way }, facts) =>
    byCustomer(facts)
      ? say(`${facts.customer.zh}留言`, `${facts.customer.en} wrote`)
      : say(
          `${facts.by.zh}记下${facts.customer.zh}的话（${via(way).zh}）`,
          `${facts.by.en} took down what ${facts.customer.en} said ${via(way).en}`,
        ),
  callBackWanted: ({ from, to }, facts) => {
    const { by, customer, planned } = facts;
    const earliest = from === undefined ? NONE : say(`，最早 ${planned(from).zh}`, `, not before ${planned(from).en}`);
    const latest = to === undefined ? NONE : say(`，最晚 ${planned(to).zh}`, `, not after ${planned(to).en}`);
    const time = say(`${earliest.zh}${latest.zh}`, `${earliest.en}${latest.en}`);
    return byCustomer(facts)
      ? say(`${customer.zh}要求回电${time.zh}`, `${customer.en} wants to be called${time.en}`)
      : say(
          `${by.zh}登记：${customer.zh}要求回电${time.zh}`,
          `${by.en} noted that ${customer.en} wants to be called${time.en}`,
        );
  },
  turnedWorse: ({ grade, rules }) => {
    const reads = GRADE_WORDS[grade];
    return rules.includes(DANGER)
      ? say('客户的留言提到人身危险，请先确认客户安全', 'What the customer wrote speaks of danger to people')
      : say(
          `客户的留言按规则看是${reads.zh}投诉，请看过后决定要不要改等级`,
          `What the customer wrote reads like a complaint of grade ${reads.en}; somebody has to judge it`,
        );
  },
  evidenceAdded: (_data, { by }) => say(`${by.zh}补充了 1 份证据`, `${by.en} added a file`),
  solutionOffered: (_data, { customer }) => say(`方案已发给${customer.zh}`, `The solution was put to ${customer.en}`),
  customerAnswered: ({ accepted, via: way }, facts) => {
    const { by, customer } = facts;
    if (way === 'policy')
      return say(
        '按规则不用等客户答复，可以执行方案',
        'By the rules nobody waits for an answer: the solution is carried out',
      );
    if (byCustomer(facts)) {
      return accepted
        ? say(`${customer.zh}接受了方案`, `${customer.en} accepted the solution`)
        : say(`${customer.zh}不接受方案`, `${customer.en} declined the solution`);
    }
    const how = via(way);
    return accepted
      ? say(
          `${by.zh}记下：${customer.zh}通过${how.zh}接受了方案`,
          `${by.en} noted that ${customer.en} accepted the solution ${how.en}`,
        )
      : say(
          `${by.zh}记下：${customer.zh}通过${how.zh}表示不接受方案`,
          `${by.en} noted that ${customer.en} declined the solution ${how.en}`,
        );
  },
  customerSilent: (_data, { customer }) =>
    say(`${customer.zh}没有在期限内答复方案`, `${customer.en} did not answer the offer in time`),
  surveySent: (_data, { customer }) => say(`请${customer.zh}评价`, `${customer.en} was asked to rate us`),
  surveyReminded: (_data, { customer }) => say(`再次请${customer.zh}评价`, `${customer.en} was asked again to rate us`),
  surveyRecorded: (data, facts) => {
    const { by, customer, policy } = facts;
    const given = scores(data, policy);
    const low = when(data.low, () => say('，低于标准', ', which is low'));
    return byCustomer(facts)
      ? say(`${customer.zh}评价：${given.zh}${low.zh}`, `${customer.en} rated us: ${given.en}${low.en}`)
      : say(
          `${by.zh}记下${customer.zh}的评价：${given.zh}${low.zh}`,
          `${by.en} noted how ${customer.en} rated us: ${given.en}${low.en}`,
        );
  },
  surveyClosed: (_data, { customer }) =>
    say(`${customer.zh}没有评价，评价截止`, `The survey closed without an answer of ${customer.en}`),
  withdrawn: (_data, facts) =>
    byCustomer(facts)
      ? say(`${facts.customer.zh}撤回了投诉`, `${facts.customer.en} withdrew the complaint`)
      : say(
          `${facts.by.zh}登记：${facts.customer.zh}撤回投诉`,
          `${facts.by.en} noted that ${facts.customer.en} withdrew the complaint`,
        ),
  reopened: (_data, facts) =>
    byCustomer(facts)
      ? say(
          `${facts.customer.zh}说还没有解决，要求继续办理`,
          `${facts.customer.en} says it is not solved and asks us to go on`,
        )
      : say(`${facts.by.zh}决定继续办理`, `${facts.by.en} took it up again`),
  chased: ({ count }, { by }) =>
    say(`${by.zh}催办，第 ${count} 次`, `${by.en} chased it${count > 1 ? `, ${count} times so far` : ''}`),
  mailFailed: ({ to, by, unsure }) =>
    by === 'wechat'
      ? unsure
        ? say(
            '不清楚给客户的微信消息到了没有，要换一种方式联系',
            'Nobody knows whether a WeChat message to the customer arrived; reach them another way',
          )
        : say(
            '给客户的微信消息没有送到，要换一种方式联系',
            'A WeChat message to the customer could not be delivered; reach them another way',
          )
      : by === 'sms'
        ? unsure
          ? say(
              '不清楚给客户的短信到了没有，要换一种方式联系',
              'Nobody knows whether a text message to the customer arrived; reach them another way',
            )
          : say(
              '给客户的短信没有送到，要换一种方式联系',
              'A text message to the customer could not be delivered; reach them another way',
            )
        : to === 'customer'
          ? say(
              '给客户的邮件没有送到，要换一种方式联系',
              'A mail to the customer could not be delivered; reach them another way',
            )
          : say(
              '给同事的邮件没有送到，要换一种方式告诉',
              'A mail to staff could not be delivered; tell them another way',
            ),

  // Help of others.
  helpRequested: ({ department, assignee }, facts) => {
    const name = facts.department(department);
    const who = assignee === undefined ? undefined : facts.person(assignee);
    const asked = say(`${name.zh}${who ? `的${who.zh}` : ''}`, who ? `${who.en} of ${name.en}` : name.en);
    return facts.actor.kind === 'system'
      ? say(`按规则请${asked.zh}协助`, `By the rules ${asked.en} was asked for help`)
      : say(`${facts.by.zh}请${asked.zh}协助`, `${facts.by.en} asked ${asked.en} for help`);
  },
  helpAnswered: ({ taskId }, facts) => {
    const name = taskDepartment(taskId, facts);
    return say(`${name.zh}答复（${facts.by.zh}）`, `${facts.by.en} answered for ${name.en}`);
  },
  helpWithdrawn: ({ taskId }, facts) => {
    const name = taskDepartment(taskId, facts);
    return say(`${facts.by.zh}不再请${name.zh}协助`, `${facts.by.en} took back the request to ${name.en}`);
  },

  // The solution.
  proposed: ({ remedies: given, total, needsApproval }, { by }) => {
    const offer = remedies(given);
    const sum = when(needsApproval && total > 0, () =>
      say(`，合计 ${money(total, 'zh-CN')}`, `, ${money(total, 'en')} in all`),
    );
    const waits = when(needsApproval, () => say('，等审批', ', which has to be approved'));
    return say(
      `${by.zh}提出方案${offer.zh === '' ? '' : `：${offer.zh}`}${sum.zh}${waits.zh}`,
      `${by.en} proposed a solution${offer.en === '' ? '' : `: ${offer.en}`}${sum.en}${waits.en}`,
    );
  },
  approved: ({ subject }, { by }) =>
    ({
      proposal: say(`${by.zh}同意了方案`, `${by.en} approved the solution`),
      notSubstantiated: say(`${by.zh}同意认定为不成立`, `${by.en} agreed that it is not substantiated`),
      round: say(`${by.zh}同意负责人继续办理`, `${by.en} let the owner go on`),
    })[subject],
  rejected: ({ subject }, { by }) =>
    subject === 'proposal'
      ? say(`${by.zh}退回了方案`, `${by.en} returned the solution`)
      : say(`${by.zh}没有同意认定为不成立`, `${by.en} did not agree that it is not substantiated`),
  carriedOut: ({ remedies: given }, { by }) => {
    const done = remedies(given);
    return say(
      `${by.zh}执行了方案${done.zh === '' ? '' : `：${done.zh}`}`,
      `${by.en} carried out the solution${done.en === '' ? '' : `: ${done.en}`}`,
    );
  },
  notSubstantiatedFound: ({ needsApproval }, { by }) => {
    const waits = when(needsApproval, () => say('，等另一人复核', ', which a second person has to confirm'));
    return say(`${by.zh}认定投诉不成立${waits.zh}`, `${by.en} found it not substantiated${waits.en}`);
  },
  resolved: ({ outcome: ended, cause }, { by }) =>
    say(
      `${by.zh}办结：${outcome(ended).zh}，原因是${CAUSE_WORDS[cause].zh}`,
      `${by.en} resolved it: ${outcome(ended).en}, cause: ${CAUSE_WORDS[cause].en}`,
    ),

  // Afterwards.
  followUpOpened: () =>
    say('评价偏低，要由没有经手的人二次跟进', 'The rating is low: somebody who had no part in it follows up'),
  followUpAssigned: ({ assignee }, { person }) =>
    say(`二次跟进交给${person(assignee).zh}`, `${person(assignee).en} is to follow up`),
  followedUp: ({ satisfied: yes }, { by }) =>
    say(`${by.zh}做了二次跟进：${satisfied(yes).zh}`, `${by.en} followed up: ${satisfied(yes).en}`),
  revisitPlanned: ({ by, dueAt }, { planned }) => {
    const who = by === 'agent' ? say('客服', 'an agent') : say('主管', 'a supervisor');
    return say(`${planned(dueAt).zh} 前由${who.zh}回访`, `${capital(who.en)} is to revisit by ${planned(dueAt).en}`);
  },
  revisitRecorded: ({ satisfied: yes, method }, { by, customer }) =>
    say(
      `${by.zh}通过${via(method).zh}回访了${customer.zh}：${satisfied(yes).zh}`,
      `${by.en} revisited ${customer.en} ${via(method).en}: ${satisfied(yes).en}`,
    ),
  roundOpened: ({ round, because }) =>
    say(`第 ${round} 轮开始：${ROUND_BECAUSE[because].zh}`, `Round ${round} begins: ${ROUND_BECAUSE[because].en}`),
  rootCauseRecorded: ({ fishbone, cause, systemic }, { by }) => {
    const common = when(systemic, () => say('，属于系统性问题', ', and it is systemic'));
    return say(
      `${by.zh}复盘：根源在“${FISHBONE_WORDS[fishbone].zh}”，原因是${CAUSE_WORDS[cause].zh}${common.zh}`,
      `${by.en} reviewed it: it lies in ${FISHBONE_WORDS[fishbone].en}, cause: ${CAUSE_WORDS[cause].en}${common.en}`,
    );
  },
  archived: ({ outcome: ended }, { by, actor }) =>
    actor.kind === 'system'
      ? say(`案件归档：${outcome(ended).zh}`, `The case went to the archive: ${outcome(ended).en}`)
      : say(`${by.zh}归档：${outcome(ended).zh}`, `${by.en} archived it: ${outcome(ended).en}`),

  // Corrective actions.
  actionPlanned: ({ kind, owner, cause }, { by, person }) => {
    const what = kind === 'urgent' ? say('紧急措施', 'urgent') : say('预防措施', 'preventive');
    return say(
      `${by.zh}请${person(owner).zh}采取${what.zh}，针对${CAUSE_WORDS[cause].zh}`,
      `${by.en} planned a corrective action for ${person(owner).en}, ${what.en}, against: ${CAUSE_WORDS[cause].en}`,
    );
  },
  actionStarted: ({ actionId }, facts) =>
    say(`${facts.by.zh}开始${action(actionId, facts).zh}`, `${facts.by.en} started ${action(actionId, facts).en}`),
  actionWarned: ({ actionId, dueAt }, facts) =>
    say(
      `${action(actionId, facts).zh}快到期：${facts.when(dueAt).zh}`,
      `${capital(action(actionId, facts).en)} is due soon: ${facts.when(dueAt).en}`,
    ),
  actionBreached: ({ actionId, dueAt }, facts) =>
    say(
      `${action(actionId, facts).zh}超时，到期是 ${facts.when(dueAt).zh}`,
      `${capital(action(actionId, facts).en)} is over its time, it was due ${facts.when(dueAt).en}`,
    ),
  actionMeasured: ({ actionId, before, after, reached }, facts) => {
    const name = action(actionId, facts);
    const how = reached ? say('达到目标', 'as intended') : say('没有达到目标', 'not as intended');
    return say(
      `${name.zh}效果验证：同类投诉从 ${before} 件到 ${after} 件，${how.zh}`,
      `The effect of ${name.en} was checked: from ${before} to ${after} complaints of its cause, ${how.en}`,
    );
  },
  actionVerified: ({ actionId, reached, early }, facts) => {
    const name = action(actionId, facts);
    const soon = when(early !== undefined, () => say('（提前判断）', ' (judged early)'));
    return reached
      ? say(`${facts.by.zh}认定${name.zh}有效${soon.zh}`, `${facts.by.en} judged that ${name.en} works${soon.en}`)
      : say(
          `${facts.by.zh}认定${name.zh}还没有见效${soon.zh}`,
          `${facts.by.en} judged that ${name.en} does not work yet${soon.en}`,
        );
  },
  actionEnded: ({ actionId, rounds }, facts) => {
    const name = action(actionId, facts);
    const many = when(rounds > 1, () => say(`，做了 ${rounds} 轮`, ` after ${rounds} rounds`));
    return say(`${name.zh}结束${many.zh}`, `${capital(name.en)} ended${many.en}`);
  },

  // Waiting, and other cases.
  paused: ({ reason, until }, { by, planned }) =>
    say(
      `${by.zh}暂停办理：${WAITS_FOR[reason].zh}，最晚到 ${planned(until).zh}`,
      `${by.en} paused the case: ${WAITS_FOR[reason].en}, until ${planned(until).en} at the latest`,
    ),
  resumed: ({ because }, { by }) =>
    because === 'time'
      ? say('暂停到期，恢复办理', 'The pause is over, and the case goes on')
      : because === 'customer'
        ? say('客户已有回音，恢复办理', 'The customer was heard, and the case goes on')
        : say(`${by.zh}恢复办理`, `${by.en} resumed the case`),
  merged: ({ into }, { by, seen }) =>
    seen(into)
      ? say(`${by.zh}把这件并入 ${into}`, `${by.en} merged it into ${into}`)
      : say(`${by.zh}把这件并入另一件投诉`, `${by.en} merged it into another complaint`),
  absorbed: ({ from }, { seen }) =>
    seen(from)
      ? say(`${from} 并入了这件`, `${from} was merged into this case`)
      : say('另一件投诉并入了这件', 'Another complaint was merged into this case'),
  noted: ({ mentions = [] }, facts) => {
    const { by } = facts;
    const told = people(mentions, facts);
    return mentions.length === 0
      ? say(`${by.zh}写了内部备注`, `${by.en} wrote an internal note`)
      : say(`${by.zh}写了内部备注，提到${told.zh}`, `${by.en} wrote an internal note for ${told.en}`);
  },
  formFilled: ({ form }, { by, policy }) => {
    const name = policy.forms?.find(({ id }) => id === form)?.name;
    return name
      ? say(`${by.zh}填写了“${name.zh}”`, `${by.en} filled in “${name.en}”`)
      : say(`${by.zh}填写了一张表单`, `${by.en} filled in a form`);
  },
  policyMoved: ({ to }, { by }) =>
    say(`${by.zh}让案件改用第 ${to} 版规则`, `${by.en} moved the case to version ${to} of the rules`),

  // What came to nothing.
  decisionRefused: ({ decision }) => {
    const label = decisionNamed(decision)?.label ?? say('一个操作', 'a decision');
    return say(`“${label.zh}”送到时已不能执行，没有生效`, `“${label.en}” was not possible any more when it arrived`);
  },
  signalRefused: () =>
    say('收到一条看不懂的内部消息，没有照办', 'An internal message made no sense; nothing came of it'),
  cancelRequested: ({ actionId }, facts) => {
    const what = actionId === undefined ? say('本案', 'this case') : action(actionId, facts);
    return say(
      `有人在 Temporal 里要求取消${what.zh}；没有取消，照常进行`,
      `Somebody asked Temporal to cancel ${what.en}; that has no effect, it goes on`,
    );
  },

  // Promises.
  promiseStarted: ({ clock, promise: kind, dueAt }, facts) => {
    const [name, due] = [facts.promise(clock), facts.planned(dueAt)];
    return isWait(kind)
      ? say(`${name.zh}：等到 ${due.zh}`, `${capital(name.en)}: we wait until ${due.en}`)
      : say(`${name.zh}开始计时，最晚 ${due.zh}`, `${capital(name.en)} is promised by ${due.en}`);
  },
  promiseMoved: ({ clock, dueAt, because }, facts) => {
    const [name, due] = [facts.promise(clock), facts.planned(dueAt)];
    return because === 'extended'
      ? say(`${facts.by.zh}把${name.zh}的时间改到 ${due.zh}`, `${facts.by.en} moved ${name.en} to ${due.en}`)
      : say(
          `${MOVED_WORDS[because].zh}，${name.zh}改为最晚 ${due.zh}`,
          `${capital(MOVED_WORDS[because].en)}: ${name.en} is now promised by ${due.en}`,
        );
  },
  datesMoved: ({ dates, why }, { promise, planned }) => {
    const moved = list(
      dates.map(({ clock, to }) =>
        say(`${promise(clock).zh} ${planned(to).zh}`, `${promise(clock).en} ${planned(to).en}`),
      ),
    );
    return say(
      `答应客户的日期变了：${moved.zh}（${MOVED_WORDS[why].zh}）`,
      `Dates promised to the customer moved: ${moved.en} (${MOVED_WORDS[why].en})`,
    );
  },
  promisePaused: ({ clock }, { promise }) =>
    say(`${promise(clock).zh}暂停计时`, `${capital(promise(clock).en)}: the clock stands still`),
  promiseResumed: ({ clock, dueAt }, { promise, planned }) =>
    say(
      `${promise(clock).zh}继续计时，最晚 ${planned(dueAt).zh}`,
      `${capital(promise(clock).en)}: the clock runs again, due ${planned(dueAt).en}`,
    ),
  promiseWarned: ({ clock, point, dueAt }, facts) => {
    const [name, due, percent] = [facts.promise(clock), facts.when(dueAt), Math.round(point * 100)];
    return say(
      `${name.zh}的时间已用 ${percent}%，最晚 ${due.zh}`,
      `${capital(name.en)}: ${percent}% of the time is used, due ${due.en}`,
    );
  },
  promiseBreached: ({ clock, dueAt }, facts) => {
    const [name, due] = [facts.promise(clock), facts.when(dueAt)];
    return say(`${name.zh}超时，到期是 ${due.zh}`, `${capital(name.en)} is over its time, it was due ${due.en}`);
  },
  promiseStopped: stopped,
  chainStopped: ({ clock }, { promise, by }) =>
    say(
      `${by.zh}已经在处理${promise(clock).zh}的超时，不再往上通知`,
      `${by.en} acts on the broken promise (${promise(clock).en}): nobody else is told`,
    ),
  escalated: (data, facts) => {
    const [why, whom, step] = [
      escalatedBecause(data, facts),
      escalatedTo(data, facts),
      STEP_WORDS[data.action ?? 'remind'],
    ];
    return say(`${why.zh}，${whom.zh}${step.zh}`, `${why.en}: ${whom.en}${step.en}`);
  },
};

const taskDepartment = (taskId: string, { state, department }: Facts): Words => {
  const task = state.helpTasks.find(({ id }) => id === taskId);
  return task ? department(task.department) : say('其他部门', 'another department');
};
