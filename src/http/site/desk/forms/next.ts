/**
 * The next decision in a case for the person who looks at it, in words: why it is the next one. Which one that is, is
 * `nextDecision` (src/domain/views/next-decision.ts).
 * @module
 */
import type { CaseAnswer } from '../../../../cases';
import type { Instant, Language, Words } from '../../../../domain/basics/types';
import { CATEGORY_WORDS, GRADE_WORDS } from '../../../../domain/basics/words';
import type { DecisionName } from '../../../../domain/decisions/catalogue';
import { money, pageTime } from '../../../../render/format';
import type { Wording } from '../../kit/wording';

/** A case as its reader sees it. */
interface Sight {
  shown: CaseAnswer['case'];
  now: Instant;
}

/** A decision and why it is the next one. */
export interface Next {
  decision: DecisionName;
  reason: Words;
  /** Which form of the policy, for `fillForm`. */
  form?: string;
}

const words = (zh: string, en: string): Words => ({ zh, en });
const inBoth = (text: (language: Language) => string): Words => words(text('zh-CN'), text('en'));
const plainly = (zh: string, en: string) => () => words(zh, en);

/** The name of somebody of whom the case says the id. */
const nameOf = (id: string, { people }: Sight['shown']): string => people[id] ?? id;

const sum = (amount: number): Words => inBoth((language) => money(amount, language));
const timeOf = (at: Instant, { now }: Sight): Words => inBoth((language) => pageTime(at, language, now));

/** By when something is due, as the end of a sentence. */
function dueBy(at: Instant, sight: Sight): Words {
  if (at <= sight.now) return words('，已超时', '; overdue');
  const { zh, en } = timeOf(at, sight);
  return words(`，最晚 ${zh}`, `; due ${en}`);
}

const openHelp = ({ helpTasks }: Sight['shown']) => helpTasks.filter(({ open }) => open);

/** The departments that have not answered yet. */
function asked(shown: Sight['shown']): Words {
  const departments = openHelp(shown).map(({ departmentName }) => departmentName);
  const distinct = (of: keyof Words, between: string) =>
    [...new Set(departments.map((name) => name[of]))].join(between);
  return words(distinct('zh', '、'), distinct('en', ', '));
}

/** What waits for an approval, for whoever gives it. */
function forApproval({ shown }: Sight): Words {
  const { held, notSubstantiated, proposal, round } = shown;
  if (notSubstantiated?.status === 'awaitingApproval') {
    const by = nameOf(notSubstantiated.by, shown);
    return words(
      `${by}认定投诉不成立，请您复核`,
      `${by} found the complaint not substantiated; please look at it again`,
    );
  }
  if (proposal?.status === 'awaitingApproval') {
    const by = nameOf(proposal.by, shown);
    const { zh, en } = sum(proposal.total);
    return words(`${by}提出的方案合计 ${zh}，等您审批`, `${by} proposes ${en} in all and waits for your approval`);
  }
  return held?.because === 'rounds'
    ? words(
        `已是第 ${round} 轮，由您决定：同意由负责人继续，或改派`,
        `This is round ${round}: approve that the owner goes on, or reassign the case`,
      )
    : words(
        '客户再次不接受方案，由您决定：同意由负责人继续，或改派',
        'The customer declined again: approve that the owner goes on, or reassign the case',
      );
}

/** Why it is time for a proposal. */
function forProposal({ shown }: Sight): Words {
  const { proposal, helpTasks, round } = shown;
  if (proposal?.status === 'returned')
    return words('方案被退回，改好再提', 'It was returned; mend it and propose it again');
  if (proposal?.status === 'declined') {
    return words('客户不接受上一个方案，另提一个', 'The customer declined the last one; offer something else');
  }
  if (openHelp(shown).length > 0) {
    const { zh, en } = asked(shown);
    return words(
      `${zh}还没有答复；方案可以先提，也可以等答复`,
      `${en} has not answered yet; you may propose now or wait for it`,
    );
  }
  if (helpTasks.length > 0) return words('协同部门都已答复，可以提方案了', 'All departments have answered');
  return round > 1
    ? words(`第 ${round} 轮，重新提出方案`, `Round ${round}: propose anew`)
    : words('已联系客户，查明事实后提出方案', 'The customer has heard from us; propose once the facts are clear');
}

/** Why the first response is due, and by when. */
function forResponse(sight: Sight): Words {
  const clock = sight.shown.clocks.find(({ promise, status }) => promise === 'firstResponse' && status === 'running');
  const due = clock ? dueBy(clock.dueAt, sight) : words('', '');
  return words(`还没有人联系过客户${due.zh}`, `Nobody has spoken to the customer yet${due.en}`);
}

/** The grade that is suggested, by the words that led to it. */
function forGrading({ shown }: Sight): Words {
  const { grade, category, reasons } = shown.suggestion;
  const quoted = [...new Set(reasons.flatMap((reason) => reason.words))].slice(0, 3).map((word) => `“${word}”`);
  return words(
    `建议${GRADE_WORDS[grade].zh}·${CATEGORY_WORDS[category].zh}${quoted.length > 0 ? `：${quoted.join('')}` : ''}，请确认`,
    `Suggested: ${GRADE_WORDS[grade].en}, ${CATEGORY_WORDS[category].en}${quoted.length > 0 ? ` (${quoted.join(' ')})` : ''}; please confirm`,
  );
}

/** Why the case stands still, and until when at most. */
function forResuming(sight: Sight): Words {
  const { paused } = sight.shown;
  const whom = {
    customer: words('客户', 'the customer'),
    parts: words('配件', 'parts'),
    third_party: words('第三方', 'a third party'),
  }[paused?.reason ?? 'customer'];
  const until = paused ? timeOf(paused.until, sight) : words('', '');
  return words(
    `已暂停，等${whom.zh}；等到了就恢复，最晚 ${until.zh} 自动恢复`,
    `Paused, waiting for ${whom.en}; resume once it is there. It resumes by itself ${until.en}`,
  );
}

function forRevisit(sight: Sight): Words {
  const { revisit } = sight.shown;
  const due = revisit ? dueBy(revisit.dueAt, sight) : words('', '');
  return revisit?.by === 'supervisor'
    ? words(`由主管一对一回访客户${due.zh}`, `A supervisor speaks to the customer in person${due.en}`)
    : words(`问客户是否真的解决了${due.zh}`, `Ask whether it is really solved${due.en}`);
}

function forFollowUp({ shown }: Sight): Words {
  const { followUp } = shown;
  const by = followUp?.assignee === undefined ? undefined : nameOf(followUp.assignee, shown);
  return words(
    `客户评分低，由没有参与办理的人联系客户${by === undefined ? '' : `（安排给${by}）`}`,
    `The score was low: somebody who had no part in it speaks to the customer${by === undefined ? '' : ` (given to ${by})`}`,
  );
}

/** What is to be done, of the first corrective action with a status. */
const actionText = ({ shown }: Sight, status: 'planned' | 'started'): string => {
  const action = shown.actions.find((one) => one.status === status);
  return action?.description ?? action?.actionId ?? '';
};

/** That the customer waits for a call, and when they can be reached. */
function forCall(sight: Sight): Words {
  const { from, to } = sight.shown.callBack ?? {};
  const [after, before] = [from && timeOf(from, sight), to && timeOf(to, sight)];
  const zh = [...(after ? [`${after.zh} 以后`] : []), ...(before ? [`${before.zh} 以前`] : [])].join('、');
  const en = [...(after ? [`after ${after.en}`] : []), ...(before ? [`before ${before.en}`] : [])].join(' and ');
  return words(`客户要求回电${zh && `：${zh}`}`, `The customer wants to be called${en && ` ${en}`}`);
}

/** All is done but for what departments owe. */
function forHelp({ shown }: Sight): Words {
  const { zh, en } = asked(shown);
  return words(
    `方案已执行，只等${zh}答复，催一催或撤回它`,
    `All is done but for the answer of ${en}; chase or withdraw it`,
  );
}

type Because = NonNullable<CaseAnswer['next']>['because'];

/** Why it is the next one, in words. A missing form says so itself. */
const REASONS: Record<Exclude<Because, 'formMissing'>, (sight: Sight) => Words> = {
  callWanted: forCall,
  paused: forResuming,
  ownerLost: plainly('案件没有负责人了，请指定一位', 'The case has lost its owner; name another one'),
  toGrade: forGrading,
  given: ({ shown }) =>
    shown.stage === 'assign'
      ? words('案件已分派给您，接受后开始办理', 'The case is yours; accept it to begin')
      : words('案件已分派给您，接受后继续办理', 'The case is yours; accept it to go on'),
  noOwner: plainly('还没有负责人', 'Nobody owns the case yet'),
  toApprove: forApproval,
  findingConfirmed: plainly(
    '不成立的认定已复核，写明理由，告诉客户',
    'The finding is confirmed; tell the customer, with the reasons',
  ),
  carriedOut: plainly(
    '方案已执行，写明结果，告诉客户',
    'The solution has been carried out; tell the customer the result',
  ),
  onlyHelpOpen: forHelp,
  agreed: plainly('客户已同意方案，办到后登记', 'The customer has agreed; record it once it is done'),
  offered: plainly(
    '方案已发给客户，等客户答复；电话里说了就记在这里',
    'The customer has been asked; record here what they tell you',
  ),
  noResponse: forResponse,
  unanswered: plainly(
    '客户没有按时答复，联系客户，把答复记下',
    'The customer has not answered in time; ask them, and record the answer',
  ),
  toPropose: forProposal,
  lowScore: forFollowUp,
  surveyOpen: plainly(
    '已请客户评价；电话里问到的分数记在这里',
    'The customer has been asked to rate us; record here what they tell you',
  ),
  revisitOpen: forRevisit,
  noRootCause: plainly('归档以前先查明根因', 'The root cause is needed before the archive'),
  noAction: plainly('原因是系统性的，要有纠正措施', 'The cause is systemic and needs a corrective action'),
  allDone: plainly('回访和复盘都已结束', 'Revisit and review are over'),
  asked: plainly('请您答复，案件在等', 'You were asked, and the case waits for your answer'),
  actionPlanned(sight) {
    const what = actionText(sight, 'planned');
    return words(`纠正措施还没有开始：${what}`, `Not started yet: ${what}`);
  },
  checkDue(sight) {
    const what = actionText(sight, 'started');
    return words(`效果检查到期：${what}`, `Its effect is due to be checked: ${what}`);
  },
};

/** The next decision for whoever got the answer, and why; undefined when there is nothing for them to do. */
export function nextOf({ case: shown, next, waiting }: CaseAnswer, { now }: Wording): Next | undefined {
  if (!next) return undefined;
  const { decision, because, form } = next;
  if (because !== 'formMissing') return { decision, reason: REASONS[because]({ shown, now }) };
  // What the form has to come before says so itself.
  const before = shown.forms.find(({ id }) => id === form)?.before;
  const refused = waiting.find((one) => one.decision === before)?.because;
  return { decision, reason: refused?.words ?? words('请先填写表单', 'Fill in the form first'), form };
}
