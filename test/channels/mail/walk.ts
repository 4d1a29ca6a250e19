import { createHash, randomUUID } from 'node:crypto';
import { decide } from '../../../src/domain/decisions/decide';
import type { DecisionName } from '../../../src/domain/decisions/catalogue';
import { event, type CaseEvent, type EventBody } from '../../../src/domain/case/events';
import { evolve, fold } from '../../../src/domain/case/evolve';
import { messagesFor, type Message } from '../../../src/domain/process/notices';
import type { Policy } from '../../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { append, SYSTEM } from '../../../src/domain/process/append';
import { overdue } from '../../../src/domain/process/due';
import { nextMoment } from '../../../src/domain/promises/clock';
import { PROCESS_REVISION } from '../../../src/domain/case/revision';
import type { CaseState } from '../../../src/domain/case/state';
import { addMs } from '../../../src/domain/time/duration';
import type { Actor, Grade, Instant, Language, Role, TextRef } from '../../../src/domain/basics/types';
import type { ComplaintRecord, OutboxRow, User } from '../../../src/db/records';

/** An active member of staff. */
export const user = (id: string, name: string, role: Role, language: Language, team = 'after-sales'): User => ({
  id,
  name,
  email: `${id}@desk.example`,
  role,
  team,
  language,
  active: true,
});

/** The staff of the walks, who all read this language. */
export const staffOf = (language: Language): User[] => [
  user('u-agent', '李娜', 'agent', language),
  user('u-other', '何静', 'agent', language),
  user('u-lead', '刘敏', 'supervisor', language),
  user('u-boss', '周敏', 'manager', language),
  user('u-quality', '王工', 'colleague', language, 'quality'),
];

export const actor = ({ id, role, team }: User): Actor => ({ kind: 'staff', id, role, team });

/** A mail that was planned, and the event that caused it. */
export interface Planned {
  event: CaseEvent;
  message: Message;
}

/**
 * A case that is led by the domain's own rules, without Temporal and Postgres, so that mails in tests are made from the
 * same events as in production. Methods that return `this` can be chained; they throw when a decision is refused.
 */
export class Walk {
  readonly events: CaseEvent[] = [];
  /** Free texts by their ids. */
  readonly texts = new Map<string, string>();
  readonly planned: Planned[] = [];
  state: CaseState | undefined;
  now: Instant = '2026-11-22T08:08:00.000Z';

  constructor(
    readonly options: {
      language: Language;
      caseNo: string;
      words: string;
      customerName: string;
      grade?: Grade;
      policy?: Policy;
      /** When it is received. */
      at?: Instant;
      /** The revision of the rules that the case keeps; default: today's. */
      revision?: number;
      /** The remedy that the customer asks for. */
      wish?: string;
      /** Replaces the free texts of decisions. */
      text?: (what: string) => string;
    },
  ) {
    const { language, grade = 'general' } = options;
    if (options.at !== undefined) this.now = options.at;
    const text = this.say(options.words);
    this.happen(
      event('complaintReceived', {
        channel: 'web',
        language,
        customerId: 'k-1',
        text,
        policyVersion: 1,
        receivedAt: this.now,
        revision: options.revision ?? PROCESS_REVISION,
      }),
      event('gradeSuggested', { grade, category: 'product_quality', rules: ['rule'], engine: 'test' }),
      event('assigned', { owner: 'u-agent', role: 'agent', team: 'after-sales', taskForce: [], provisional: true }),
      event('stageEntered', { stage: 'grade', round: 1 }),
    );
  }

  get staff(): Record<'agent' | 'other' | 'lead' | 'boss' | 'quality', Actor> {
    const [agent, other, lead, boss, quality] = staffOf(this.options.language).map(actor);
    if (!agent || !other || !lead || !boss || !quality) throw new Error('staff');
    return { agent, other, lead, boss, quality };
  }

  get policy(): Policy {
    return this.options.policy ?? HOUSE_POLICY;
  }

  /** Stores a text and gives its reference. */
  say(body: string): TextRef {
    const textId = randomUUID();
    this.texts.set(textId, body);
    return { textId, sha256: createHash('sha256').update(body).digest('hex') };
  }

  /** A free text of a decision. */
  free(what: string): TextRef {
    return this.say(this.options.text?.(what) ?? what);
  }

  /** Appends events that nobody has decided. */
  happen(...bodies: EventBody[]): this {
    this.take(append(this.state, this.options.caseNo, bodies, { at: this.now, actor: SYSTEM }, this.policy));
    return this;
  }

  /** Takes a decision, a minute later if nothing else is said. @throws Error when it is refused */
  decide(
    name: DecisionName,
    by: Actor,
    input: Record<string, unknown> = {},
    { decisionId = randomUUID() as string, afterMs = 60_000 } = {},
  ): this {
    if (!this.state) throw new Error('nothing received');
    this.later(afterMs);
    const message = { decisionId, actor: by, input };
    const verdict = decide(this.state, name, message, this.now, this.policy);
    if (verdict.kind !== 'taken') throw new Error(`${name}: ${JSON.stringify(verdict)}`);
    this.take(verdict);
    return this;
  }

  /** Lets time pass; promises that fall due meanwhile are not written. */
  later(ms: number): this {
    this.now = addMs(this.now, ms);
    return this;
  }

  /** Goes on to the next moment of a clock and writes what is due then. */
  due(): this {
    if (!this.state) throw new Error('nothing received');
    const next = nextMoment(this.state.clocks);
    if (!next) throw new Error('no promise is running');
    this.now = next.at > this.now ? next.at : this.now;
    const due = overdue(this.state, this.now, this.policy);
    if (!due) throw new Error('nothing is due');
    this.take(due);
    return this;
  }

  /** Goes on from moment to moment until the case is as wanted, fifty at most. */
  dueUntil(done: (state: CaseState) => boolean): this {
    for (let i = 0; i < 50 && this.state && !done(this.state); i++) this.due();
    return this;
  }

  /** Plans the mail for a customer who has lost the link. */
  loseLink(): this {
    return this.plan({ mail: 'lostLink', to: { kind: 'customer' } });
  }

  /** Plans a mail that no event causes by itself, at the last event of this type (default: at the last event). */
  plan(message: Message, type?: CaseEvent['type']): this {
    const cause = this.events.findLast((item) => type === undefined || item.type === type);
    if (!cause) throw new Error(`no ${type}`);
    this.planned.push({ event: cause, message });
    return this;
  }

  /** The case after everything that happened together with this event: as a mail finds it that is sent at once. */
  stateAt(seq: number): CaseState {
    const state = fold(this.options.caseNo, this.eventsUntil(seq));
    if (!state) throw new Error('nothing received');
    return state;
  }

  /** The events up to this one, and those that happened together with it: at the same time, by the same decision. */
  eventsUntil(seq: number): CaseEvent[] {
    const cause = this.events.find((item) => item.seq === seq);
    const isSame = (item: CaseEvent): boolean => item.at === cause?.at && item.decision?.id === cause.decision?.id;
    const next = this.events.findIndex((item) => item.seq > seq && !isSame(item));
    return next < 0 ? this.events : this.events.slice(0, next);
  }

  private take({ state, events }: { state: CaseState; events: CaseEvent[] }): void {
    for (const next of events) {
      const before = this.state;
      const after: CaseState = evolve(before, next, this.options.caseNo);
      this.state = after;
      this.events.push(next);
      for (const message of messagesFor(next, after, before)) this.planned.push({ event: next, message });
    }
    this.state = state;
  }

  /** The complaint, as the database has it. */
  record(email: string | undefined = 'customer@example.com'): ComplaintRecord {
    const { caseNo, language, words, customerName } = this.options;
    return {
      caseNo,
      receivedAt: this.events[0]?.at ?? this.now,
      channel: 'web',
      language,
      customer: { id: 'k-1', name: customerName, phone: '13812345678', email },
      wantedRemedy: this.options.wish,
      text: { ...this.say(words), body: words },
      suggestion: { grade: 'general', category: 'product_quality', reasons: [], engine: 'test' },
      policyVersion: 1,
      answerBy: this.now,
      resolveBy: this.now,
      accessCodeHash: '',
    };
  }

  /** The planned mails, as the outbox has them. */
  rows(firstId = 1): OutboxRow[] {
    return this.planned.map(({ event: cause, message }, index) => ({
      id: firstId + index,
      caseNo: this.options.caseNo,
      seq: cause.seq,
      mail: message.mail,
      to: message.to,
      messageId: `<${this.options.caseNo}.${cause.seq}.${message.mail}.${index}@redress.example>`,
      state: 'planned',
      attempts: 0,
      ambiguous: 0,
      plannedAt: cause.at,
      nextAttemptAt: cause.at,
    }));
  }
}

type Options = Omit<ConstructorParameters<typeof Walk>[0], 'caseNo'>;

/** Cases that together cause every kind of mail. A new kind needs its event in one of them. */
export function allWalks(options: Options): Walk[] {
  const start = (caseNo: string, more: Partial<Options> = {}) => new Walk({ ...options, ...more, caseNo });
  return [
    happyPath(start('C261122-AAAAAA')),
    hardPath(start('C261122-BBBBBB', { grade: 'major' })),
    notUpheld(start('C261122-CCCCCC')),
    withdrawn(start('C261122-DDDDDD')).loseLink(),
    returned(start('C261122-GGGGGG', { grade: 'important' })),
    merged(start('C261122-EEEEEE')),
    informed(
      start('C261122-FFFFFF', {
        policy: {
          ...HOUSE_POLICY,
          steps: { ...HOUSE_POLICY.steps, general: { ...HOUSE_POLICY.steps.general, agreement: false } },
        },
      }),
    ),
  ];
}

const GENERAL = { grade: 'general', category: 'logistics' };

function toResolve(walk: Walk): Walk {
  const { agent } = walk.staff;
  return walk
    .decide('grade', agent, GENERAL)
    .happen(
      event('assigned', { owner: 'u-agent', role: 'agent', team: 'after-sales', taskForce: [], provisional: false }),
    );
}

function happyPath(walk: Walk): Walk {
  const { agent, lead, other } = walk.staff;
  toResolve(walk).decide('respond', agent, { via: 'mail', text: walk.free('我们正在核实') });
  walk.decide('note', agent, { text: walk.free('@何静 请看一下'), mentions: ['u-other'] });
  walk.decide('write', agent, { text: walk.free('滤芯已经寄出') });
  walk.decide('extend', lead, {
    promise: 'resolution',
    dueAt: addMs(walk.now, 3 * 86_400_000),
    reason: walk.free('等配件'),
  });
  walk
    .decide('propose', agent, { remedies: [{ kind: 'refund', amount: 260 }], solution: walk.free('退款') })
    .plan({ mail: 'askByPhone', to: { kind: 'user', id: 'u-agent' } }, 'solutionOffered')
    .dueUntil((state) => state.proposal?.status === 'unanswered')
    .decide('customerAnswer', { kind: 'customer' }, { accepted: true, via: 'link' })
    .decide('carryOut', agent)
    .decide('resolve', agent, { outcome: 'upheld', cause: 'transport_packing', summary: walk.free('已退款') })
    .dueUntil((state) => state.clocks.survey?.warned === 1)
    .decide(
      'recordSurvey',
      { kind: 'customer' },
      {
        speed: 1,
        solution: 2,
        attitude: 3,
        total: 2,
        comment: walk.free('太慢'),
        via: 'link',
      },
    )
    .happen(event('followUpAssigned', { followUpId: 'f1', assignee: 'u-other' }))
    .decide('followUp', other, { satisfied: false, report: walk.free('还没有解决') });
  return again(walk);
}

/** Another round, as far as a revisit that finds the customer satisfied. */
function again(walk: Walk): Walk {
  const { agent, other } = walk.staff;
  return walk
    .decide('propose', agent, { remedies: [{ kind: 'repair', amount: 0 }], solution: walk.free('上门维修') })
    .decide('customerAnswer', { kind: 'customer' }, { accepted: true, via: 'link', reason: walk.free('好') })
    .decide('carryOut', agent)
    .decide('resolve', agent, { outcome: 'partly_upheld', cause: 'installation', summary: walk.free('已修好') })
    .decide('recordSurvey', { kind: 'customer' }, { speed: 5, solution: 5, attitude: 5, total: 5, via: 'link' })
    .decide('recordRevisit', other, { satisfied: true, method: 'phone', report: walk.free('满意') });
}

function hardPath(walk: Walk): Walk {
  const { agent, lead, boss, quality } = walk.staff;
  walk
    .happen(
      event('repeatFound', { of: ['C261122-AAAAAA', 'C261122-CCCCCC'] }),
      event('escalated', { because: 'repeat', to: 'supervisor' }),
    )
    .decide('grade', agent, { grade: 'major', category: 'product_quality' })
    .happen(
      event('escalated', { because: 'unassigned', to: 'supervisor' }),
      event('assigned', {
        owner: 'u-lead',
        role: 'supervisor',
        team: 'after-sales',
        taskForce: ['u-quality'],
        provisional: false,
      }),
    )
    .due()
    .due()
    .due()
    .due()
    .decide('accept', lead)
    .decide('chase', { kind: 'customer' }, { note: walk.free('快一点') })
    .decide('requestHelp', lead, { department: 'quality', question: walk.free('是否批次问题') })
    .decide('requestHelp', lead, { department: 'quality', assignee: 'u-quality', question: walk.free('有照片吗') })
    .decide('answerHelp', quality, { taskId: 'h1', answer: walk.free('是') })
    .decide('answerHelp', quality, { taskId: 'h2', answer: walk.free('有') });
  const big = { remedies: [{ kind: 'compensation', amount: 3000.5 }], findings: walk.free('查明') };
  walk
    .decide('propose', lead, { ...big, solution: walk.free('补偿') })
    .decide('reject', boss, { reason: walk.free('太高') })
    .decide('propose', lead, { ...big, solution: walk.free('补偿与道歉') })
    .decide('approve', boss)
    .decide('customerAnswer', { kind: 'customer' }, { accepted: false, via: 'link', reason: walk.free('不够') })
    .decide('propose', lead, {
      remedies: [{ kind: 'apology', amount: 0 }],
      findings: walk.free('查明'),
      solution: walk.free('再提'),
    })
    .decide('customerAnswer', { kind: 'customer' }, { accepted: false, via: 'link' })
    .decide('planAction', lead, { kind: 'urgent', owner: 'u-quality', cause: 'design', description: walk.free('停发') })
    .decide('planAction', lead, {
      kind: 'preventive',
      owner: 'u-quality',
      cause: 'design',
      description: walk.free('改图'),
    })
    .happen(
      event('actionWarned', { actionId: `${walk.options.caseNo}-A1`, dueAt: walk.now, promise: 'containment' }),
      event('escalated', {
        because: 'action',
        to: 'manager',
        actionId: `${walk.options.caseNo}-A1`,
        dueAt: walk.now,
      }),
      event('actionMeasured', { actionId: `${walk.options.caseNo}-A1`, before: 9, after: 7, reached: false, round: 1 }),
      event('mailFailed', { mail: 'solution', to: 'customer', of: 3 }),
      event('mailFailed', { mail: 'helpRequested', to: 'staff', of: 4 }),
      event('mailFailed', { mail: 'receipt', to: 'customer', of: 5, by: 'sms' }),
      event('mailFailed', { mail: 'receipt', to: 'customer', of: 6, by: 'sms', unsure: true }),
      event('decisionRefused', { decision: 'approve', code: 'nothing_to_approve', decisionId: randomUUID() }),
    )
    .plan({ mail: 'decisionRefused', to: { kind: 'user', id: 'u-boss' } })
    .decide('reassign', boss, {
      owner: 'u-boss',
      ownerRole: 'manager',
      ownerTeam: 'after-sales',
      reason: walk.free('升级'),
    })
    .happen(event('roundOpened', { round: 3, because: 'reopened' }));
  return walk;
}

function notUpheld(walk: Walk): Walk {
  const { agent } = walk.staff;
  toResolve(walk)
    .decide('notSubstantiated', agent, { reasons: walk.free('按合同第三条') })
    .decide('resolve', agent, { outcome: 'not_upheld', cause: 'customer_use', summary: walk.free('不成立') });
  return walk;
}

function returned(walk: Walk): Walk {
  const { agent, lead, boss } = walk.staff;
  return walk
    .decide('grade', agent, { grade: 'important', category: 'other' })
    .happen(
      event('assigned', {
        owner: 'u-lead',
        role: 'supervisor',
        team: 'after-sales',
        taskForce: [],
        provisional: false,
      }),
    )
    .decide('accept', lead)
    .decide('notSubstantiated', lead, { reasons: walk.free('按合同') })
    .decide('reject', boss, { reason: walk.free('再查') });
}

function withdrawn(walk: Walk): Walk {
  const { agent } = walk.staff;
  return toResolve(walk)
    .decide('pause', agent, { reason: 'parts', until: addMs(walk.now, 86_400_000), note: walk.free('等配件') })
    .dueUntil((state) => state.paused === undefined)
    .decide(
      'addEvidence',
      { kind: 'customer' },
      { evidenceId: randomUUID(), sha256: 'a'.repeat(64), note: walk.free('照片') },
    )
    .decide('pause', agent, { reason: 'customer', until: addMs(walk.now, 9 * 86_400_000), note: walk.free('等发票') })
    .decide(
      'customerWrote',
      { kind: 'customer' },
      {
        via: 'link',
        text: walk.free('净水器冒烟了'),
        reads: { grade: 'major', category: 'product_quality', rules: ['M1'], engine: 'test' },
      },
    )
    .decide(
      'wantCallBack',
      { kind: 'customer' },
      { via: 'link', from: addMs(walk.now, 3_600_000), to: addMs(walk.now, 86_400_000), note: walk.free('白天') },
    )
    .decide('withdraw', { kind: 'customer' }, { reason: walk.free('不用了') })
    .decide('reopen', { kind: 'customer' }, { reason: walk.free('又坏了') })
    .decide('withdraw', { kind: 'customer' }, { reason: walk.free('不用了') });
}

function merged(walk: Walk): Walk {
  return walk.decide('merge', walk.staff.agent, { into: 'C261122-AAAAAA', reason: walk.free('同一件事') });
}

function informed(walk: Walk): Walk {
  return toResolve(walk).decide('propose', walk.staff.agent, {
    remedies: [{ kind: 'coupon', amount: 50 }],
    solution: walk.free('优惠券'),
  });
}
