import type { Request, Response } from 'express';
import {
  GROUP_DECISIONS,
  isRefused,
  type BulkAnswer,
  type CaseAnswer,
  type CaseGroupView,
  type GroupDecision,
} from '../../../cases';
import type { Language, Words } from '../../../domain/basics/types';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import { GRADE_WORDS, OUTCOME_NAMES } from '../../../domain/basics/words';
import { DECISIONS } from '../../../domain/decisions/catalogue';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { choices, field, param, queried } from '../kit/request';
import { sayIn, tellSuccess, tellWords, type Tell, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { gradeContext } from './rows';
import { actorIn } from './session';

/** Whether this person may join others with the case: whoever works on it, as for a merge. */
export const mayJoin = ({ allowed }: Pick<CaseAnswer, 'allowed'>): boolean =>
  allowed.some(({ decision }) => decision === 'merge' || decision === 'write');

/** The tick that takes a decision in the whole group, and those of its cases. */
export const [IN_GROUP, ALSO] = ['inGroup', 'also'];

type Reached = CaseGroupView['decisions'][number]['items'][number];

/** Why not, of those that cannot take a decision: each reason once, with the cases that it stops. */
function reasonsIn(items: readonly Reached[], language: Language): Context[] {
  const refused = items.filter(({ status }) => status === 'refused');
  const words = new Map(refused.map((item) => [item.code, item.because]));
  return [...words].map(([code, because]) => ({
    why: because ? inLanguage(because, language) : '',
    cases: refused
      .filter((item) => item.code === code)
      .map(({ caseNo }) => ({ caseNo, href: `/desk/cases/${caseNo}` })),
  }));
}

/** The group of a case, for its top and for the pane of facts; null: it is in none. @param caseNo of the case that is shown */
export function groupContext(
  group: CaseGroupView | undefined,
  caseNo: string,
  { allowed }: Pick<CaseAnswer, 'allowed'>,
  { language, now }: Wording,
): Context | null {
  if (!group) return null;
  const say = sayIn(language);
  const { isLead, lead, size, raise } = group;
  const mayChange = mayJoin({ allowed });
  const decisions = group.decisions.map(({ decisionId, decision, at, by, items }) => {
    const of = (status: Reached['status']): number => items.filter((item) => item.status === status).length;
    return {
      decisionId,
      decision,
      name: inLanguage(DECISIONS[decision].label, language),
      when: `${by.name} · ${pageTime(at, language, now)}`,
      isDone: of('taken') === items.length,
      reached: say(`${of('taken')} / ${items.length} 件`, `${of('taken')} of ${items.length}`),
      open: isLead && mayChange ? of('open') : 0,
      reasons: isLead ? reasonsIn(items, language) : [],
    };
  });
  // A letter may be meant for one customer alone.
  const waiting = Math.max(0, ...decisions.flatMap(({ decision, open }) => (decision === 'write' ? [] : [open])));
  return {
    isLead,
    mayChange: isLead && mayChange,
    lead: lead === undefined || isLead ? null : { caseNo: lead, href: `/desk/cases/${lead}` },
    told: isLead
      ? say(`一组 ${size} 件说同一件事的投诉，本案是主案`, `Lead of a group of ${size} complaints about one matter`)
      : say(`本案在一组 ${size} 件说同一件事的投诉里`, `Part of a group of ${size} complaints about one matter`),
    waiting:
      waiting === 0 ? null : say(`有 ${waiting} 件还没有照主案办`, `${waiting} have not got what the lead decided`),
    raise:
      isLead && raise
        ? {
            words: say(
              `${raise.from} 件以上，规则建议定为“${GRADE_WORDS[raise.grade].zh}”`,
              `from ${raise.from} cases on the policy suggests ${GRADE_WORDS[raise.grade].en}`,
            ),
            href: allowed.some(({ decision }) => decision === 'regrade')
              ? `/desk/cases/${caseNo}?do=regrade#dock`
              : null,
          }
        : null,
    size: say(`${size} 件`, `${size} cases`),
    listHref: `/desk/cases?group=${caseNo}`,
    made: say(
      `${group.madeBy.name} ${pageTime(group.madeAt, language, now)} 合为一组`,
      `joined by ${group.madeBy.name}, ${pageTime(group.madeAt, language, now)}`,
    ),
    members: group.members
      .filter((member) => member.caseNo !== caseNo)
      .map((member) => ({
        caseNo: member.caseNo,
        href: `/desk/cases/${member.caseNo}`,
        ...gradeContext(member, language),
        isOver: member.stage === 'archived' || member.outcome !== undefined,
        status: inLanguage(member.outcome === undefined ? member.waitsFor : OUTCOME_NAMES[member.outcome], language),
        about: [
          ...(member.isLead ? [say('主案', 'lead')] : []),
          member.customerName,
          member.owner?.name ?? say('没有负责人', 'no owner'),
        ].join(' · '),
      })),
    left: group.left.map(({ caseNo: gone, at, by }) =>
      say(
        `${gone} 已由 ${by.name} ${pageTime(at, language, now)} 移出`,
        `${gone} taken out by ${by.name}, ${pageTime(at, language, now)}`,
      ),
    ),
    decisions,
  };
}

/**
 * What the form of a decision of the lead asks of the others; null: nothing.
 * @param ticked the cases that were ticked in a form that was refused; undefined: it is new
 */
export function alsoContext(
  group: CaseGroupView | undefined,
  ticked: readonly string[] | undefined,
  language: Language,
): Context | null {
  const { preview = [], members = [], isLead = false } = group ?? {};
  if (!isLead || preview.length === 0) return null;
  const say = sayIn(language);
  const rows = preview.flatMap((item) => {
    const member = members.find(({ caseNo }) => caseNo === item.caseNo);
    return member ? [{ ...item, member }] : [];
  });
  const open = rows.filter(({ status }) => status === 'open');
  return {
    tick: IN_GROUP,
    name: ALSO,
    isTicked: ticked !== undefined,
    label: say(`同组另外 ${open.length} 件也这样办`, `Do the same in ${open.length} other cases of this group`),
    note: say(
      '每件各记各的决定，各给各的客户发信；客户姓名和单号自动换成各自的。',
      'Each gets a decision and a mail of its own; name and case number are those of each customer.',
    ),
    which: say('看是哪些，可以去掉几件', 'Which ones; leave some out'),
    open: open.map(({ caseNo, member }) => ({
      caseNo,
      customer: member.customerName,
      status: inLanguage(member.waitsFor, language),
      isTicked: ticked === undefined || ticked.includes(caseNo),
    })),
    refused: reasonsIn(rows, language),
  };
}

/** The cases of the group that are ticked in a form; undefined: it is for this case alone. */
export const alsoIn = (req: Request): string[] | undefined =>
  field(req, IN_GROUP) === '' ? undefined : choices(req, ALSO).map(readCaseNumber).filter(isCaseNumber);

/** How it went in the group, as a word of the address: taken, stored, refused. */
export const reportWord = ({ taken, accepted, refused }: BulkAnswer): string => `${taken}.${accepted}.${refused}`;

const count = (text: string): number => Math.min(Number(text), 999);

/** What was just done in the others of the group, by the address. */
export function tellGroup(req: Request, language: Language): Tell | undefined {
  const joined = /^\d{1,3}$/.exec(queried(req, 'joined'));
  if (joined) {
    const n = count(joined[0]);
    return tellSuccess({ zh: `现在一组 ${n} 件`, en: `Now a group of ${n}` }, language);
  }
  if (queried(req, 'left') !== '') return tellSuccess({ zh: '已移出', en: 'Taken out' }, language);
  const [, taken = '', accepted = '', refused = ''] =
    /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(queried(req, 'group')) ?? [];
  if (taken === '') return undefined;
  const done = GROUP_DECISIONS.find((name) => name === queried(req, 'done'));
  const label = done === undefined ? { zh: '', en: '' } : DECISIONS[done].label;
  const zh = [`${done === undefined ? '' : `已完成：${label.zh}。`}同组其他案件：已办 ${count(taken)} 件`];
  const en = [`${done === undefined ? '' : `Done: ${label.en}. `}Other cases of the group: taken in ${count(taken)}`];
  if (count(accepted) > 0) {
    zh.push(`${count(accepted)} 件已存下，稍后自动办`);
    en.push(`stored in ${count(accepted)} until the system is back`);
  }
  if (count(refused) > 0) {
    zh.push(`${count(refused)} 件没有办，原因见“同组案件”`);
    en.push(`refused in ${count(refused)}: see “Group” for why`);
  }
  const words: Words = { zh: zh.join('，'), en: en.join(', ') };
  return count(refused) > 0 ? tellWords(words, language) : tellSuccess(words, language);
}

/** Takes in the ticked cases what has just been decided in the lead; a word of the address says how it went. */
export async function decideAlso(
  { handling }: Pick<DeskNeeds['cases'], 'handling'>,
  req: Request,
  res: Response,
  { caseNo, decision, decisionId }: { caseNo: string; decision: GroupDecision | undefined; decisionId: string },
): Promise<string | undefined> {
  const members = alsoIn(req);
  if (!members || members.length === 0 || !decision) return undefined;
  try {
    return reportWord(await handling.decideInGroup(caseNo, { decisionId, members }, actorIn(res)));
  } catch (error) {
    // The lead's decision stands; the pane of the group shows who has not got it, with the button to try again.
    if (!isRefused(error)) throw error;
    return `0.0.${members.length}`;
  }
}

/** Joining, leaving, and taking in the others what the lead decided. @param showTold the case again, with what went wrong */
export function groupRoutes(
  { cases: { handling }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>,
  showTold: (req: Request, res: Response, status: number, told: Tell) => Promise<void>,
): DeskRoute[] {
  const acting = (
    path: '' | '/leave' | '/decide',
    about: Words,
    act: (caseNo: string, req: Request, res: Response) => Promise<string>,
  ): DeskRoute => ({
    method: 'post',
    path: `/desk/cases/:caseNo/group${path}`,
    who: 'agent',
    about,
    form: true,
    async handle(req, res) {
      const caseNo = readCaseNumber(param(req, 'caseNo'));
      if (!isCaseNumber(caseNo)) return answers.message(req, res, 404, 'unknown');
      try {
        res.redirect(303, `/desk/cases/${caseNo}?${await act(caseNo, req, res)}#group`);
      } catch (error) {
        const status = isRefused(error, 'conflict')
          ? 409
          : isRefused(error, 'forbidden')
            ? 403
            : isRefused(error, 'invalid')
              ? 422
              : undefined;
        if (status === undefined || !isRefused(error)) throw error;
        await showTold(req, res, status, tellWords(error.words, answers.wordingOf(req).language));
      }
    },
  });
  return [
    acting(
      '',
      { zh: '把勾选的案件并成一组，由这一件做主案', en: 'joins the ticked cases to a group that this one leads' },
      async (caseNo, req, res) => {
        const members = choices(req, 'members').map(readCaseNumber).filter(isCaseNumber);
        const { group } = await handling.join(caseNo, [...new Set(members)], actorIn(res));
        return `joined=${group?.size ?? 0}`;
      },
    ),
    acting('/leave', { zh: '从组里移出一件', en: 'takes a case out of the group' }, async (caseNo, req, res) => {
      await handling.leave(caseNo, readCaseNumber(field(req, 'member')), actorIn(res));
      return 'left=1';
    }),
    acting(
      '/decide',
      {
        zh: '把主案已做的决定用于还没办的同组案件',
        en: 'takes what the lead decided in those of the group that have not got it',
      },
      async (caseNo, req, res) => {
        const decisionId = field(req, 'decision');
        return `group=${reportWord(await handling.decideInGroup(caseNo, { decisionId }, actorIn(res)))}`;
      },
    ),
  ];
}
