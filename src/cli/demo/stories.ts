import type { Remedy } from '../../domain/types';
import type { DemoCase } from './desk';

/** How far a demonstration case is taken, and by which way. The rest is left to time: promises go on by themselves. */
const remedies = (kind: Remedy['kind'], amount: number): Remedy[] => [
  { kind: 'apology', amount: 0 },
  { kind, amount },
];

async function begin(one: DemoCase): Promise<void> {
  const { grade, category } = one.complaint;
  await one.decide('grade', { grade, category });
  await one.inWork();
  await one.decide('respond', { via: 'phone', text: '已电话联系客户，核对情况，说明接下来的安排和时间。' });
}

const propose = (one: DemoCase, kind: Remedy['kind'] = 'replacement', amount = 100): Promise<void> =>
  one.decide('propose', {
    remedies: remedies(kind, amount),
    solution: `为这次的情况向您道歉。我们为您${kind === 'refund' ? '退款' : '更换'}，并承担来回运费。`,
    findings: '核对订单、照片和通话录音，情况属实；检测记录已附。',
  });

async function settle(one: DemoCase): Promise<void> {
  await propose(one);
  await one.decide('customerAnswer', { accepted: true, via: 'phone' });
  await one.decide('carryOut', { proof: '运单与退款凭证已核对。' });
  await resolve(one);
}

const resolve = (one: DemoCase): Promise<void> =>
  one.decide('resolve', {
    outcome: 'upheld',
    cause: one.complaint.category === 'logistics' ? 'transport_packing' : 'manufacturing',
    summary: '问题已处理完毕，更换的商品已签收，费用由我们承担。几天后我们会再联系您。',
  });

const rate = (one: DemoCase, score: number): Promise<void> =>
  one.decide('recordSurvey', { speed: score, solution: score, attitude: Math.min(5, score + 1), total: score });

const revisit = (one: DemoCase): Promise<void> =>
  one.decide('recordRevisit', { satisfied: true, method: 'phone', report: '电话回访，客户表示满意，没有新的问题。' });

async function lowScore(one: DemoCase): Promise<void> {
  await settle(one);
  await rate(one, 2);
  await one.decide('followUp', { satisfied: false, report: '换人跟进，客户仍不满意：问题再次出现。' });
}

const analyse = (one: DemoCase, systemic: boolean): Promise<void> =>
  one.decide('recordRootCause', {
    fishbone: 'material',
    cause: 'incoming_material',
    whys: ['零件强度不足', '来料未抽检', '检验规范缺少该项'],
    systemic,
  });

export const STORIES = {
  filed: async () => undefined,
  ignored: async () => undefined,
  answered: begin,
  offered: async (one) => {
    await begin(one);
    await propose(one);
  },
  silent: async (one) => {
    await begin(one);
    await propose(one, 'refund', 268);
  },
  declined: async (one) => {
    await begin(one);
    for (const kind of ['repair', 'coupon'] as const) {
      await propose(one, kind, 50);
      await one.decide('customerAnswer', { accepted: false, via: 'phone', reason: '希望免费更换，不接受这个方案。' });
    }
  },
  approval: async (one) => {
    await begin(one);
    await propose(one, 'refund', one.complaint.grade === 'major' ? 12_000 : 2_300);
  },
  returned: async (one) => {
    await begin(one);
    await propose(one, 'replacement', 9_000);
    await one.decide('reject', { reason: '金额超出同类案件，请先核实物流责任再提。' });
  },
  paused: async (one) => {
    await begin(one);
    const until = new Date(Date.now() + 60_000).toISOString();
    await one.decide('pause', { reason: 'parts', until, note: '皮带在途，到货后安排上门。' });
  },
  helping: async (one) => {
    await begin(one);
    await one.decide('requestHelp', { department: 'quality', question: '请检测同批次留样，今天给初步结论。' });
  },
  helped: async (one) => {
    await begin(one);
    await one.decide('requestHelp', { department: 'logistics', question: '请查两次错发的拣货记录。' });
    await one.decide('answerHelp', { taskId: 'h1', answer: '拣货位标签贴错，已更正。' });
    await settle(one);
  },
  unfounded: async (one) => {
    await begin(one);
    await one.decide('notSubstantiated', {
      reasons: '经检测功能正常；定制商品不适用无理由退货。您可以向消费者协会或市场监督部门求助。',
    });
    if (one.complaint.grade !== 'general') return;
    await one.decide('resolve', {
      outcome: 'not_upheld',
      cause: 'customer_use',
      summary: '检测说明已发给您，如有新的情况请随时联系。',
    });
  },
  rated: async (one) => {
    await begin(one);
    await settle(one);
    await rate(one, 5);
  },
  unrated: async (one) => {
    await begin(one);
    await settle(one);
  },
  dissatisfied: async (one) => {
    await begin(one);
    await lowScore(one);
  },
  thirdRound: async (one) => {
    await begin(one);
    await lowScore(one);
    await lowScore(one);
  },
  revisited: async (one) => {
    await begin(one);
    await settle(one);
    await rate(one, 4);
    await revisit(one);
  },
  rootCause: async (one) => {
    await begin(one);
    await settle(one);
    await rate(one, 4);
    await revisit(one);
    await analyse(one, false);
  },
  capa: async (one) => {
    await begin(one);
    await one.decide('planAction', {
      kind: 'urgent',
      owner: one.quality,
      cause: 'incoming_material',
      description: '停售同批次，通知已购客户停用。',
    });
    await one.decide('startAction', { actionId: `${one.caseNo}-A1` });
    await settle(one);
    await rate(one, 4);
    await revisit(one);
    await analyse(one, true);
    await one.decide('planAction', { kind: 'preventive', owner: one.quality, description: '来料增加强度抽检。' });
  },
  archived: async (one) => {
    await begin(one);
    await settle(one);
    await rate(one, 5);
    await revisit(one);
    if (one.complaint.grade === 'general') return;
    await analyse(one, false);
    await one.decide('archive', {});
  },
  withdrawn: async (one) => {
    await one.asCustomer('withdraw', { reason: '已经自己解决了，不用处理。' });
  },
  merged: async (one) => {
    await one.decide('grade', { grade: one.complaint.grade, category: one.complaint.category });
    await one.decide('merge', { into: await one.twin(), reason: '同一客户同一台空调，并入在办案件。' });
  },
  reopened: async (one) => {
    await begin(one);
    await settle(one);
    await rate(one, 5);
    await revisit(one);
    await one.asCustomer('reopen', { reason: '又坏了，和上次一样。' });
  },
  chased: async (one) => {
    await begin(one);
    await one.asCustomer('chase', {});
  },
} as const satisfies Record<string, (one: DemoCase) => Promise<void>>;

export type StoryName = keyof typeof STORIES;
