import { refuse } from '../../domain/decisions/define';
import type { DecisionName } from '../../domain/decisions/catalogue';
import type { Policy } from '../../domain/policy/schema';
import type { Stores } from '../../db';
import type { LinkPurpose } from '../access/links';
import type { Decided } from '../answer-parts';
import type { Deciding } from '../case/decide';
import { conflict, gone } from '../refused';
import type { Scores } from './answers';
import type { Entry } from './entry';

const CUSTOMER = { kind: 'customer' } as const;

interface Needs {
  entry: Entry;
  links: Pick<Stores['links'], 'use'>;
  deciding: Pick<Deciding, 'take'>;
}

/** Takes a customer's decisions to their case. */
export class CustomerActs {
  constructor(private readonly needs: Needs) {}

  /**
   * A decision through a link that can be answered once; marks the link as used. The same submission again, under its
   * `decisionId`, gets the first answer.
   * @param inputOf makes the decision's input from what the link is about (a proposal or a survey)
   * @throws Refused `notFound` for an unknown token; `gone` for a link that has been used or has expired; and as
   *   `Deciding.take`
   */
  async byLink(
    purpose: LinkPurpose,
    token: string,
    name: DecisionName,
    inputOf: (subject: string, policy: Policy) => Record<string, unknown>,
    decisionId?: string,
  ): Promise<Decided> {
    const { entry, links, deciding } = this.needs;
    const { record, policy, state, link } = await entry.follow(purpose, token);
    const repeated = decisionId !== undefined && Object.hasOwn(state.decisions, decisionId);
    if (!repeated && link.used)
      throw gone('这个链接已经用过了，以那一次为准', 'this link has been used already, and that answer stands');
    if (!repeated && link.expired)
      throw gone(
        '这个链接已经过期，请打开查询页看最新的情况',
        'this link has expired; the progress page shows where your complaint stands',
      );
    const decided = await deciding.take({ record, state }, name, inputOf(link.subject, policy), CUSTOMER, {
      decisionId,
    });
    await links.use(link.hash);
    return decided;
  }

  /**
   * A decision with case number and access code.
   * @throws Refused `notFound` if they do not fit together; and as `Deciding.take`
   */
  async byCode(
    caseNo: string,
    code: string,
    name: DecisionName,
    input: Record<string, unknown>,
    decisionId?: string,
  ): Promise<Decided> {
    const { entry, deciding } = this.needs;
    const { record, state } = await entry.load(await entry.enter(caseNo, code));
    return deciding.take({ record, state }, name, input, CUSTOMER, { decisionId });
  }

  /**
   * The same for what the customer says to whoever handles the case. Once it has ended nobody does, so the refusal names
   * the ways that are left, in place of the stages that the workflow would name.
   * @throws Refused `conflict` (`ended`) after the archive; and as `byCode`
   */
  async speakUp(
    caseNo: string,
    code: string,
    name: 'customerWrote' | 'wantCallBack',
    input: Record<string, unknown>,
    decisionId?: string,
  ): Promise<Decided> {
    const { entry } = this.needs;
    const { state } = await entry.load(await entry.enter(caseNo, code));
    const repeated = decisionId !== undefined && Object.hasOwn(state.decisions, decisionId);
    if (state.stage === 'archived' && !repeated) throw conflict(ENDED);
    return this.byCode(caseNo, code, name, input, decisionId);
  }
}

const ENDED = refuse(
  'ended',
  '这件投诉已经结束，没有人会看到新的留言；还没有解决，请要求继续办理，或登记新的投诉',
  'this complaint has ended, and nobody would read it; if it is not solved, ask for it to be taken up again, or file a new one',
);

/** The answers to questions that the policy still asks: one removed since the page was opened must not fail the rating. */
export function asked(answers: Scores['answers'], { survey }: Policy): Pick<Scores, 'answers'> {
  if (!answers) return {};
  const known = Object.entries(answers).filter(([id]) => survey.questions?.some((question) => question.id === id));
  return { answers: Object.fromEntries(known) };
}
