import type { CaseCall, CaseView, HandingOver, PromiseAnswer } from '../../../cases';
import { MINUTE } from '../../../domain/basics/milliseconds';
import type { Language, Words } from '../../../domain/basics/types';
import { FACT_WORDS, OUTCOME_NAMES } from '../../../domain/basics/words';
import { inLanguage, remedyText } from '../../../render/words';
import type { Context } from '../../../render/engine';
import { dateTime, money, pageTime } from '../../../render/format';
import { toMs } from '../../../domain/time/duration';
import { sayIn, type Wording } from '../kit/wording';
import { inOrder, standingAt } from './case-head';
import { handTo, NOTHING_TO_HAND, ticketContext } from './handing-over';

type SenderCheck = NonNullable<CaseView['senderCheck']>;

/** A label and its value; rows without a value are left out. */
const rows = (pairs: readonly (readonly [string, string | undefined])[]): Context[] =>
  pairs.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [{ label, value }]));

/**
 * What is known of the case, for the pane beside its story.
 * @param more `shownAt`: the moment that is shown; left out: now. `handing`: what may be handed over to a tracker
 */
export function factsContext(
  view: CaseView,
  promises: readonly PromiseAnswer[],
  wording: Wording,
  { shownAt: then = wording.now, handing = NOTHING_TO_HAND }: { shownAt?: string; handing?: HandingOver } = {},
): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const { customer, product } = view;
  return {
    customerName: customer.name,
    customer: rows([
      [say('电话', 'Phone'), customer.phone],
      [say('邮箱', 'Mail'), customer.email],
      [say('发件人', 'Sender'), view.senderCheck && senderWords(view.senderCheck, language)],
      [say('首选联系', 'Prefers'), preferred(customer.preferredChannel, language)],
      [say('地点', 'Place'), view.place],
      [say('发生时间', 'Happened'), view.occurredAt && dateTime(view.occurredAt, language, now)],
    ]),
    product: product
      ? rows([
          [say('产品', 'Product'), product.name],
          [say('型号', 'Model'), product.model],
          [say('序列号', 'Serial no.'), product.serialNo],
          [say('订单号', 'Order no.'), product.orderNo],
          [say('购买', 'Bought'), product.purchasedOn],
        ])
      : [],
    found: view.found.map(({ fact, value }) => ({
      label: inLanguage(FACT_WORDS[fact], language),
      value: fact === 'occurredAt' ? value.replace('T', ' ') : value,
    })),
    people: rows([
      [
        say('负责人', 'Owner'),
        view.owner
          ? view.owner.provisional
            ? say(`${view.owner.name}（待接受）`, `${view.owner.name} (to be confirmed)`)
            : view.owner.name
          : say('还没有', 'nobody yet'),
      ],
      [say('专班', 'Task force'), view.taskForce.map(({ name }) => name).join(say('、', ', '))],
      [say('被投诉人', 'About'), view.against.map(({ name }) => name).join(say('、', ', '))],
    ]),
    promises: inOrder(view.clocks).map((clock) => {
      const told = promises.filter(({ clock: id }) => id === clock.id).at(-1);
      return {
        name: inLanguage(clock.name, language),
        ...standingAt(clock, wording, then),
        why: told ? inLanguage(told.sentence, language) : null,
        used: told ? share(told) : null,
      };
    }),
    interview: view.interview
      ? say(
          `这位客户 ${view.interview.days} 天内第 ${view.interview.complaints} 次投诉，建议约访`,
          `Complaint ${view.interview.complaints} of this customer in ${view.interview.days} days: invite them to an interview`,
        )
      : null,
    repeats: view.repeatOf.map((caseNo) => ({ caseNo, href: `/desk/cases/${caseNo}` })),
    mergedInto:
      view.mergedInto === undefined ? null : { caseNo: view.mergedInto, href: `/desk/cases/${view.mergedInto}` },
    tasks: view.helpTasks.map((task) => ({
      department: inLanguage(task.departmentName, language),
      person: task.assigneeName ?? null,
      question: task.question ?? say('（内容已删除）', '(erased)'),
      answer: task.answer?.text ?? null,
      open: task.open,
      due: task.dueAt ? pageTime(task.dueAt, language, now) : null,
      ticket: ticketContext(task.ticket, wording),
      handTo: handTo(task.id, handing),
    })),
    actions: view.actions.map((action) => ({
      what: action.description ?? say('（内容已删除）', '(erased)'),
      href: `/desk/actions/${action.id}`,
      owner: action.ownerName,
      done: action.status === 'ended',
      ticket: ticketContext(action.ticket, wording),
      handTo: handTo(action.id, handing),
      when:
        action.status === 'planned' && action.dueAt
          ? say(
              `${pageTime(action.dueAt, language, now)} 前开始`,
              `to start by ${pageTime(action.dueAt, language, now)}`,
            )
          : action.status === 'started' && action.checkAt
            ? say(
                `${pageTime(action.checkAt, language, now)} 验证效果`,
                `checked ${pageTime(action.checkAt, language, now)}`,
              )
            : say(...ACTION_WORDS[action.status]),
    })),
    proposal: view.proposal
      ? {
          remedies: view.proposal.remedies.map((remedy) => remedyText(remedy, language)),
          total: money(view.proposal.total, language),
          status: say(...PROPOSAL_WORDS[view.proposal.status]),
        }
      : null,
    redress: view.redress.map(({ kind, amount, at }) => ({
      what: remedyText({ kind: kind as Parameters<typeof remedyText>[0]['kind'], amount }, language),
      at: pageTime(at, language, now),
    })),
    outcome: view.outcome ? inLanguage(OUTCOME_NAMES[view.outcome], language) : null,
    policy: say(`规则 v${view.policyVersion}`, `policy v${view.policyVersion}`),
  };
}

const ACTION_WORDS: Record<CaseView['actions'][number]['status'], [string, string]> = {
  planned: ['待开始', 'planned'],
  started: ['进行中', 'under way'],
  ended: ['已完成', 'done'],
};

const PROPOSAL_WORDS: Record<NonNullable<CaseView['proposal']>['status'], [string, string]> = {
  awaitingApproval: ['等审批', 'waits for approval'],
  returned: ['已退回', 'returned'],
  offered: ['等客户答复', 'waits for the customer'],
  unanswered: ['客户没有答复', 'not answered'],
  withdrawn: ['已收回', 'withdrawn'],
  accepted: ['客户已接受', 'accepted'],
  declined: ['客户不接受', 'declined'],
  carriedOut: ['已执行', 'carried out'],
};

/** How the customer wishes to be reached. */
const PREFERRED: Readonly<Record<string, Words>> = {
  phone: { zh: '电话', en: 'phone' },
  mail: { zh: '邮件', en: 'mail' },
  sms: { zh: '短信', en: 'text message' },
  wechat: { zh: '微信', en: 'WeChat' },
  wecom: { zh: '企业微信', en: 'WeCom' },
  chat: { zh: '在线聊天', en: 'chat' },
  visit: { zh: '上门', en: 'visit' },
  other: { zh: '其他', en: 'other' },
};
function preferred(channel: string | undefined, language: Language): string | undefined {
  const words = channel === undefined ? undefined : PREFERRED[channel];
  return words ? inLanguage(words, language) : channel;
}

/** How far a mail's sender is proved, with the results that say so. */
function senderWords({ verdict, by, spf, dkim, dmarc }: SenderCheck, language: Language): string {
  const results = Object.entries({ SPF: spf, DKIM: dkim, DMARC: dmarc }).flatMap(([method, result]) =>
    result === undefined ? [] : [`${method} ${result}`],
  );
  return [inLanguage(SENDER_WORDS[verdict], language), ...results, ...(by === undefined ? [] : [by])].join(' · ');
}

const SENDER_WORDS: Record<SenderCheck['verdict'], Words> = {
  proved: { zh: '已核实', en: 'proved' },
  unproved: { zh: '无法核实', en: 'cannot be proved' },
  doubtful: { zh: '可疑', en: 'doubtful' },
};

/** The calls of a case, with the addresses of their recordings. */
export const callsOfCase = (calls: readonly CaseCall[], { language, now }: Wording): Context[] =>
  calls.map(({ rangAt, answeredAt, endedAt, agent, line, recordingUrl }) => ({
    when: pageTime(rangAt, language, now),
    about: [
      agent?.name,
      line,
      answeredAt === undefined
        ? sayIn(language)('没有接通', 'not answered')
        : endedAt && minutesOf(answeredAt, endedAt, language),
    ]
      .filter((part) => part !== undefined && part !== '')
      .join(' · '),
    recording: recordingUrl ?? null,
  }));

const minutesOf = (from: string, to: string, language: Language): string => {
  const minutes = Math.max(1, Math.round((toMs(to) - toMs(from)) / MINUTE));
  return sayIn(language)(`${minutes} 分钟`, minutes === 1 ? '1 minute' : `${minutes} minutes`);
};

/** How much of a promise's time is used, as a width of its bar: at most all of it. */
function share({ usedMs, leftMs }: Pick<PromiseAnswer, 'usedMs' | 'leftMs'>): string {
  const whole = usedMs + Math.max(0, leftMs);
  return `${whole <= 0 ? 100 : Math.min(100, Math.round((usedMs / whole) * 100))}%`;
}
