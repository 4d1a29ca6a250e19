/**
 * How far the demo drives its complaints. The functions build on each other: `resolved` goes through `offered`, which
 * goes through `answered`, which goes through `graded`.
 * @module
 */
import type { DecisionName } from '../../domain/decisions/catalogue';
import type { Category, Cause, Grade, Language } from '../../domain/basics/types';
import type { Api, FiledComplaint } from './api';

/** A complaint that is being driven. */
export interface OnItsWay {
  filed: FiledComplaint;
  /** The grade and category it is to get. */
  grade: Grade;
  category: Category;
  language: Language;
  /** Whether the customer has a mail address. */
  byMail: boolean;
  /** The case number of another complaint of the demo, by its name, once that one has its receipt. */
  other: (name: string) => Promise<string>;
}

type Path = (api: Api, one: OnItsWay) => Promise<void>;

const say = ({ language }: OnItsWay, zh: string, en: string): string => (language === 'en' ? en : zh);

const decide = (api: Api, { filed }: OnItsWay, decision: DecisionName, body: object = {}, not: string[] = []) =>
  api.decide(filed.caseNo, decision, body, not);

const RANK: Record<string, number> = { general: 0, important: 1, major: 2 } satisfies Record<Grade, number>;

/** The fields of the decision `grade`; a grade lower than the suggested one needs a reason. */
export function gradingOf(
  one: Pick<OnItsWay, 'grade' | 'category' | 'language'>,
  suggested: string,
): { grade: Grade; category: Category; reason?: string } {
  const { grade, category, language } = one;
  if ((RANK[grade] ?? 0) >= (RANK[suggested] ?? 0)) return { grade, category };
  const reason = language === 'en' ? 'Called: it is not as bad as it reads' : '已电话核实，情况比文字描述的轻';
  return { grade, category, reason };
}

async function graded(api: Api, one: OnItsWay): Promise<void> {
  const received = await api.until(one.filed.caseNo, 'its receipt', (seen) => seen.stage !== 'receive');
  await decide(api, one, 'grade', gradingOf(one, received.grade));
}

async function answered(api: Api, one: OnItsWay): Promise<void> {
  await graded(api, one);
  if (one.grade !== 'general') {
    await api.until(one.filed.caseNo, 'an owner', (seen) => seen.owner !== undefined);
    await decide(api, one, 'accept');
  }
  await api.until(one.filed.caseNo, 'the desk', (seen) => seen.stage === 'resolve');
  await decide(api, one, 'respond', {
    via: one.byMail ? 'mail' : 'phone',
    text: say(
      one,
      '您好，您的投诉已由我负责处理。我已调取订单和维修记录，今天之内会给您一个明确的答复。',
      'I am looking after your complaint. I have pulled the order and the repair record and will come back to you today.',
    ),
  });
}

const proposal = (one: OnItsWay, kind: string, amount: number) => ({
  remedies: [{ kind, amount }],
  solution: say(
    one,
    `经核实情况属实。我们的处理方案：${amount > 0 ? `补偿人民币 ${amount} 元，` : ''}并由专人跟进到位，给您添麻烦了，非常抱歉。`,
    `We have checked it and you are right. We offer ${amount > 0 ? `CNY ${amount} and ` : ''}one person who sees it through. We are sorry.`,
  ),
  findings: say(
    one,
    '已核对订单、物流轨迹、维修单和通话录音，客户陈述与记录一致。',
    'Order, tracking, repair sheet and call recording agree with what the customer says.',
  ),
});

const offered =
  (kind: string, amount: number): Path =>
  async (api, one) => {
    await answered(api, one);
    const by = await decide(api, one, 'propose', proposal(one, kind, amount));
    const LIMIT = { general: 300, important: 1_000, major: 2_000 };
    if (amount > LIMIT[one.grade]) await decide(api, one, 'approve', {}, [by]);
  };

/** The customer accepts or declines the proposal, by the link of the mail. */
async function byLink(api: Api, one: OnItsWay, accepted: boolean, reason?: string): Promise<void> {
  const { offer } = await api.progress(one.filed);
  if (!offer) throw new Error(`${one.filed.caseNo} has no offer for its customer`);
  await api.answerLink('proposals', offer.token, { accepted, ...(reason === undefined ? {} : { reason }) });
}

const resolved =
  (kind: string, amount: number, cause: Cause): Path =>
  async (api, one) => {
    await offered(kind, amount)(api, one);
    await byLink(api, one, true);
    await decide(api, one, 'carryOut', { proof: say(one, '回单号 YD-2026-0917', 'receipt YD-2026-0917') });
    await decide(api, one, 'resolve', {
      outcome: 'upheld',
      cause,
      summary: say(
        one,
        '方案已执行完毕，后续如有任何问题请直接联系处理人。一周内我们会回访。',
        'Everything agreed has been done. Write to your handler about anything that is left; we call within a week.',
      ),
    });
  };

async function rate(api: Api, one: OnItsWay, total: number, comment?: string): Promise<void> {
  const { survey } = await api.progress(one.filed);
  if (!survey) throw new Error(`${one.filed.caseNo} has no survey for its customer`);
  const scores = { speed: total, solution: total, attitude: Math.min(5, total + 1), total };
  await api.answerLink('surveys', survey.token, { ...scores, ...(comment === undefined ? {} : { comment }) });
}

const rated =
  (kind: string, amount: number, cause: Cause, total: number, comment?: string): Path =>
  async (api, one) => {
    await resolved(kind, amount, cause)(api, one);
    await rate(api, one, total, comment);
  };

const revisited =
  (kind: string, amount: number, cause: Cause): Path =>
  async (api, one) => {
    await rated(kind, amount, cause, 5, say(one, '处理得很快，满意。', 'Quick and fair, thank you.'))(api, one);
    await decide(api, one, 'recordRevisit', {
      satisfied: true,
      method: 'phone',
      report: say(one, '电话回访，客户确认问题已解决，没有其他要求。', 'Called; solved, nothing else is wanted.'),
    });
  };

const analysed =
  (kind: string, amount: number, cause: Cause, systemic: boolean): Path =>
  async (api, one) => {
    await revisited(kind, amount, cause)(api, one);
    await decide(api, one, 'recordRootCause', {
      fishbone: cause === 'staff_conduct' ? 'people' : cause === 'process_gap' ? 'method' : 'material',
      cause,
      whys: ['现场为什么会出现这个问题？来料批次不良。', '为什么没有检出？抽检标准没有覆盖这一项。'],
      systemic,
    });
  };

const acting =
  (kind: 'urgent' | 'preventive', cause: Cause, start: boolean): Path =>
  async (api, one) => {
    await analysed('refund', 899, cause, true)(api, one);
    await decide(api, one, 'planAction', {
      kind,
      owner: api.member('quality') ?? api.someone('supervisor'),
      description: '停用该批次配件，全部换货；抽检标准增加这一项，供应商提交整改报告。',
    });
    if (!start) return;
    const seen = await api.look(one.filed.caseNo);
    const action = seen.actions.find(({ status }) => status === 'planned');
    if (action) await decide(api, one, 'startAction', { actionId: action.id });
  };

/** The customer rates the solution with 1, and the follow-up finds them still dissatisfied: another round begins. */
async function nextRound(api: Api, one: OnItsWay): Promise<void> {
  await rate(api, one, 1, say(one, '问题根本没有解决，来回敷衍。', 'Nothing is solved. I am being put off.'));
  await api.until(one.filed.caseNo, 'somebody for the follow-up', ({ followUp }) => followUp?.assignee !== undefined);
  await decide(api, one, 'followUp', {
    satisfied: false,
    report: say(one, '客户仍不接受，要求重新处理。', 'The customer does not accept it and wants it handled again.'),
  });
}

async function resolvedAgain(api: Api, one: OnItsWay): Promise<void> {
  await decide(api, one, 'propose', proposal(one, 'repair', 0));
  await byLink(api, one, true);
  await decide(api, one, 'carryOut');
  await decide(api, one, 'resolve', { outcome: 'upheld', cause: 'repair_quality', summary: '已重新上门处理并测试。' });
}

const help = (api: Api, one: OnItsWay, department: string): Promise<string> =>
  decide(api, one, 'requestHelp', {
    department,
    ...(api.member(department) === undefined ? {} : { assignee: api.member(department) }),
    question: say(one, '请核对这一单的记录并回复结论。', 'Please check the record of this order and tell the result.'),
  });

const unfounded: Path = async (api, one) => {
  await answered(api, one);
  await decide(api, one, 'notSubstantiated', {
    reasons: say(
      one,
      '经检测，故障由进水造成，不属于三包范围；检测报告已附。如不同意，可向消费者协会申请调解。',
      'The inspection found water damage, which the warranty does not cover. You may ask the consumer association.',
    ),
  });
};

/** The paths by name; each drives a complaint to the point that its name tells. */
export const PATHS = {
  'waits to be graded, its promise breaks': async () => undefined,
  'answered, waits to be graded': async (api, one) => {
    await api.until(one.filed.caseNo, 'its receipt', (seen) => seen.stage === 'grade');
    await decide(api, one, 'respond', { via: 'phone', text: '已电话致歉并说明会尽快定级处理。' });
  },
  'waits for its owner to accept': graded,
  'being worked on': answered,
  'chased by the customer': async (api, one) => {
    await answered(api, one);
    await api.asCustomer(one.filed, 'chase', { note: say(one, '有进展了吗？', 'Any news?') });
  },
  'more time given by a supervisor': async (api, one) => {
    await answered(api, one);
    const dueAt = new Date(Date.now() + 6 * 3_600_000).toISOString();
    await decide(api, one, 'extend', { promise: 'resolution', dueAt, reason: '配件从外地调货，已与客户说明。' });
  },
  'handed to a colleague': async (api, one) => {
    await answered(api, one);
    const { owner } = await api.look(one.filed.caseNo);
    const to = api.someone('supervisor');
    if (owner?.id !== to) await decide(api, one, 'reassign', { owner: to, reason: '客户指定由主管处理。' });
  },
  'raised to major, with a task force': async (api, one) => {
    await answered(api, one);
    await decide(api, one, 'regrade', {
      grade: 'major',
      category: one.category,
      reason: '客户补充：有家人因此受伤，已就医。',
    });
  },
  'help asked of another department': async (api, one) => {
    await answered(api, one);
    await help(api, one, 'logistics');
  },
  'help answered': async (api, one) => {
    await answered(api, one);
    await help(api, one, 'quality');
    await decide(api, one, 'answerHelp', {
      taskId: 'h1',
      answer: '已复检留样，确认为密封圈尺寸超差，属质量问题。',
    });
  },
  'approval by a supervisor awaited': async (api, one) => {
    await answered(api, one);
    await decide(api, one, 'propose', proposal(one, 'compensation', one.grade === 'general' ? 500 : 3_000));
  },
  'approval by a manager awaited': async (api, one) => {
    await answered(api, one);
    await decide(api, one, 'propose', proposal(one, 'refund', 68_000));
  },
  'proposal returned': async (api, one) => {
    await answered(api, one);
    const by = await decide(api, one, 'propose', proposal(one, 'compensation', 4_000));
    await decide(api, one, 'reject', { reason: '请补充检测报告，金额依据不足。' }, [by]);
  },
  'waits for the customer': offered('refund', 200),
  'declined once': async (api, one) => {
    await offered('coupon', 50)(api, one);
    await byLink(api, one, false, say(one, '补偿太少，不接受。', 'That is far too little.'));
  },
  'declined twice, escalated': async (api, one) => {
    await offered('coupon', 50)(api, one);
    await byLink(api, one, false, say(one, '补偿太少，不接受。', 'That is far too little.'));
    await decide(api, one, 'propose', proposal(one, 'coupon', 100));
    await byLink(api, one, false, say(one, '我要退货，不要券。', 'I want my money back, not a coupon.'));
  },
  'agreed, being carried out': async (api, one) => {
    await offered('replacement', 0)(api, one);
    await byLink(api, one, true);
  },
  'paused until parts arrive': async (api, one) => {
    await answered(api, one);
    const until = new Date(Date.now() + 2 * 86_400_000).toISOString();
    await decide(api, one, 'pause', { reason: 'parts', until, note: '压缩机缺货，预计两天后到货。' });
  },
  'second look at "not substantiated"': unfounded,
  'not substantiated, explained': async (api, one) => {
    await unfounded(api, one);
    if (one.grade !== 'general') await decide(api, one, 'approve', { note: '证据充分，同意。' });
    await decide(api, one, 'resolve', {
      outcome: 'not_upheld',
      cause: 'customer_use',
      summary: say(one, '检测结论和依据见附件。', 'The findings and their grounds are attached.'),
    });
  },
  'survey is out': resolved('repair', 0, 'repair_quality'),
  'low survey, second follow-up open': rated('coupon', 100, 'staff_skill', 2, '态度还行，但拖得太久了。'),
  'low survey, followed up, revisit due': async (api, one) => {
    await rated('coupon', 100, 'process_gap', 2, '等了五天才有人理我。')(api, one);
    await api.until(one.filed.caseNo, 'somebody for the follow-up', ({ followUp }) => followUp?.assignee !== undefined);
    await decide(api, one, 'followUp', { satisfied: true, report: '致歉并赠送延保一年，客户表示接受。' });
  },
  'second round': async (api, one) => {
    await resolved('repair', 0, 'repair_quality')(api, one);
    await nextRound(api, one);
  },
  'third round, the manager knows': async (api, one) => {
    await resolved('repair', 0, 'repair_quality')(api, one);
    await nextRound(api, one);
    await resolvedAgain(api, one);
    await nextRound(api, one);
  },
  'revisit due': rated('refund', 260, 'transport_packing', 5, '退款很快，谢谢。'),
  'root cause to be found': revisited('refund', 600, 'manufacturing'),
  'root cause found': analysed('refund', 800, 'staff_conduct', false),
  'corrective action planned': acting('preventive', 'incoming_material', false),
  'corrective action running': acting('urgent', 'manufacturing', true),
  archived: revisited('refund', 180, 'information_wrong'),
  'archived with root cause': async (api, one) => {
    await analysed('warranty_extension', 0, 'process_gap', false)(api, one);
    await decide(api, one, 'archive');
  },
  'withdrawn by the customer': async (api, one) => {
    await answered(api, one);
    const reason = say(one, '商家已经主动解决了，撤回投诉。', 'It has been sorted out meanwhile; I take it back.');
    await api.asCustomer(one.filed, 'withdraw', { reason });
  },
  'merged into another': async (api, one) => {
    await answered(api, one);
    await decide(api, one, 'merge', { into: await one.other('twin'), reason: '同一客户同一台机器，重复登记。' });
  },
  'archived, taken up again by the customer': async (api, one) => {
    await revisited('repair', 0, 'spare_parts')(api, one);
    await api.until(one.filed.caseNo, 'the archive', (seen) => seen.stage === 'archived');
    await api.asCustomer(one.filed, 'reopen', { reason: say(one, '修好三天又坏了。', 'It broke again after 3 days.') });
  },
} as const satisfies Record<string, Path>;

export type PathName = keyof typeof PATHS;
