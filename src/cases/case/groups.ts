import type { JoinRefusal } from '../../db';
import { MOST_IN_GROUP, type CaseGroup, type CaseListItem } from '../../db/records';
import { GRADES, type Words } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import { whyNot } from '../../domain/decisions/decide';
import type { Refusal } from '../../domain/decisions/define';
import { working } from '../../domain/decisions/guards';
import { groupGrades, type Policy } from '../../domain/policy/schema';
import { toInstant } from '../../domain/time/duration';
import { waitsFor } from '../../domain/views/progress';
import type { Stores } from '../../db';
import type { StaffDirectory } from '../access/staff';
import { conflict, forbiddenBy, invalid, isRefused, notFound } from '../refused';
import type { PolicyCache } from '../rules/policies';
import type { BulkAnswer, CaseGroupView, GroupOfCase, Reached } from './answers';
import { inEach } from './bulk';
import type { Deciding } from './decide';
import { each } from './each';
import {
  differs,
  idInMember,
  inputFor,
  leadDecisions,
  type GroupDecision,
  type InGroup,
  type Lead,
} from './group-decisions';
import type { Naming } from './naming';
import type { Seen, VisibleCases } from './visible';

/**
 * Groups of complaints of different customers about one matter. Each case stays open with its own promises, its own customer
 * and its own ledger; what is decided in the lead may be decided in the others by one click more. Every method throws
 * Refused `notFound` if the person may not see the case that it names.
 */
export interface Groups {
  /**
   * The group of a case, as far as this person may see it.
   * @param wanted a decision that the lead might take: `preview` says how it would come to the others
   */
  group(caseNo: string, actor: Staff, wanted?: GroupDecision): Promise<GroupOfCase>;
  /**
   * Joins cases under this one, all or none; those that are joined already stay.
   * @throws Refused `forbidden` if this case is not theirs to work on; `invalid` naming each member that is unknown or not
   *   theirs, or the case itself; `conflict` (`group_closed`, `group_elsewhere`, `group_not_lead`, `group_too_many`)
   */
  join(caseNo: string, members: readonly string[], actor: Staff): Promise<GroupOfCase>;
  /**
   * Takes a case out of the group that this one leads; the lead itself ends it.
   * @throws Refused `forbidden`, if neither of the two is theirs to work on; `notFound` if it is not in the group
   */
  leave(caseNo: string, member: string, actor: Staff): Promise<GroupOfCase>;
  /**
   * Takes in members what has been decided in the lead: in each its own decision by this person, with its own guards, approvals
   * and mails. One that is refused stops no other. The same again takes only what is not taken yet.
   * @param wanted `decisionId`: that of the lead's decision; `members`: left out, all that have not got it
   * @throws Refused `invalid` for a decision that is not one of the lead's, or a case that is no member; `conflict`
   *   (`group_not_lead`) if this case leads no group
   */
  decideInGroup(
    caseNo: string,
    wanted: { decisionId: string; members?: readonly string[] },
    actor: Staff,
  ): Promise<BulkAnswer>;
}

interface Needs {
  stores: Pick<Stores, 'groups' | 'cases' | 'complaints' | 'ledger' | 'texts'>;
  visible: Pick<VisibleCases, 'see'>;
  naming: Pick<Naming, 'named' | 'namedError' | 'seenBy'>;
  staff: Pick<StaffDirectory, 'names'>;
  policies: Pick<PolicyCache, 'version'>;
  deciding: Pick<Deciding, 'decided'>;
  clock: () => number;
}

const NOT_LEAD: Words = {
  zh: '这一件不是组里的主案；请在主案里办理',
  en: 'this case does not lead its group; do it in the lead case',
};
const JOIN_REFUSED: Record<JoinRefusal['code'], Words> = {
  closed: {
    zh: '已归档或已并入别的案件，不能加入；一件也没有加入',
    en: 'is archived or merged into another case and cannot join; none was joined',
  },
  elsewhere: {
    zh: '已在另一组里，先从那一组移出；一件也没有加入',
    en: 'is in another group; take it out of that one first; none was joined',
  },
  not_lead: NOT_LEAD,
  too_many: {
    zh: `一组最多 ${MOST_IN_GROUP} 件；一件也没有加入`,
    en: `a group has at most ${MOST_IN_GROUP} cases; none was joined`,
  },
};
const UNKNOWN: Words = {
  zh: '没有这件投诉，或您不能查看；一件也没有加入',
  en: 'there is no such case, or it is not yours to see; none was joined',
};
const ITSELF: Words = { zh: '就是主案本身', en: 'is the lead itself' };
const NOBODY: Words = { zh: '请至少勾选一件', en: 'name at least one case' };
const NO_MEMBER: Words = { zh: '不在这一组里', en: 'is not in this group' };
const NO_DECISION: Words = {
  zh: '不是主案这一轮里可以用于同组案件的决定；请重新打开主案',
  en: 'is no decision of the lead in its present round that others of the group may get; open the lead again',
};

export { MOST_IN_GROUP };

/** Builds `Groups`. */
export function createGroups(needs: Needs): Groups {
  const { stores, visible, clock } = needs;

  return {
    async group(caseNo, actor, wanted) {
      await visible.see(caseNo, actor);
      return viewOf(needs, caseNo, actor, wanted);
    },

    async join(caseNo, members, actor) {
      const lead = await visible.see(caseNo, actor);
      await mustWorkOn(needs, lead, actor);
      const found = await each(members, (member) => seenOrNot(visible, member, actor));
      const faults = members.map(async (member, n) => {
        const seen = found[n];
        const refusal = seen && working(actor, seen.state);
        const words =
          member === caseNo
            ? ITSELF
            : !seen
              ? UNKNOWN
              : refusal && (await needs.naming.named(refusal.words, refusal.about, actor));
        return words ? [{ path: `members.${n}`, words }] : [];
      });
      const wrong = members.length === 0 ? [{ path: 'members', words: NOBODY }] : (await Promise.all(faults)).flat();
      if (wrong.length > 0) throw invalid(wrong);
      const refused = await stores.groups.join({ lead: caseNo, members, by: actor.id, at: toInstant(clock()) });
      if (refused) throw joinRefused(refused);
      return viewOf(needs, caseNo, actor);
    },

    async leave(caseNo, member, actor) {
      const lead = await visible.see(caseNo, actor);
      const seen = member === caseNo ? lead : await visible.see(member, actor);
      if (working(actor, seen.state)) await mustWorkOn(needs, lead, actor);
      const left = await stores.groups.leave({ lead: caseNo, member, by: actor.id, at: toInstant(clock()) });
      if (!left) throw notFound({ zh: '成员', en: 'member of the group' });
      return viewOf(needs, caseNo, actor);
    },

    async decideInGroup(caseNo, { decisionId, members }, actor) {
      const lead = await visible.see(caseNo, actor);
      const group = await stores.groups.of(caseNo);
      if (group?.lead !== caseNo) throw conflict({ code: 'group_not_lead', words: NOT_LEAD });
      const decision = leadDecisions(await stores.ledger.events(caseNo)).find((one) => one.decisionId === decisionId);
      if (!decision) throw invalid([{ path: 'decisionId', words: NO_DECISION }]);
      const rows = await membersOf(needs, caseNo, group, actor);
      const others = rows.filter((row) => row.caseNo !== caseNo);
      const faults = (members ?? []).flatMap((member, n) =>
        others.some((row) => row.caseNo === member) ? [] : [{ path: `members.${n}`, words: NO_MEMBER }],
      );
      if (faults.length > 0) throw invalid(faults);
      const isOpen = ({ state }: CaseListItem) => state.stage !== 'archived';
      const wanted = members ? [...new Set(members)] : others.filter(isOpen).map((row) => row.caseNo);
      const bodies = await stores.texts.get(decision.textIds);
      return inEach(decision.name, wanted, clock, async (member) => {
        const seen = await visible.see(member, actor);
        const id = idInMember(decisionId, member);
        const known = takenIn(seen, id);
        if (known) return { status: 'taken', decisionId: id, seq: known.seq };
        const made = inputFor(decision, bodies, lead, seen);
        if ('refusal' in made) throw conflict(made.refusal);
        return needs.deciding.decided(member, decision.name, { ...made.input, decisionId: id }, actor);
      });
    },
  };
}

const takenIn = ({ state }: Pick<Seen, 'state'>, id: string) =>
  Object.hasOwn(state.decisions, id) ? state.decisions[id] : undefined;

/** @throws Refused `forbidden` if the case is not theirs to work on, as for a merge */
async function mustWorkOn({ naming }: Pick<Needs, 'naming'>, { state }: Seen, actor: Staff): Promise<void> {
  const refusal = working(actor, state);
  if (refusal) throw await naming.namedError(forbiddenBy(refusal), actor);
}

function joinRefused({ code, caseNo }: JoinRefusal): Error {
  const { zh, en } = JOIN_REFUSED[code];
  const words = caseNo === undefined ? { zh, en } : { zh: `${caseNo} ${zh}`, en: `${caseNo} ${en}` };
  return conflict({ code: `group_${code}`, words });
}

async function seenOrNot(visible: Needs['visible'], caseNo: string, actor: Staff): Promise<Seen | undefined> {
  try {
    return await visible.see(caseNo, actor);
  } catch (error) {
    if (isRefused(error, 'notFound')) return undefined;
    throw error;
  }
}

/** The cases of the group of this one that the person may see, the lead first. */
async function membersOf(
  { stores }: Pick<Needs, 'stores'>,
  caseNo: string,
  { lead }: CaseGroup,
  actor: Staff,
): Promise<CaseListItem[]> {
  const scope = { kind: 'staff', id: actor.id, team: actor.team, role: actor.role } as const;
  const { items } = await stores.cases.list({ group: caseNo, sort: 'received', limit: MOST_IN_GROUP, scope });
  return items.toSorted((a, b) => Number(b.caseNo === lead) - Number(a.caseNo === lead));
}

/** A row of a list as a case of a group. */
const inGroup = ({ caseNo, language, customerName, state }: CaseListItem): InGroup => ({
  record: { caseNo, language, customer: { id: state.customerId, name: customerName } },
  state,
});

async function viewOf(needs: Needs, caseNo: string, actor: Staff, wanted?: GroupDecision): Promise<GroupOfCase> {
  const { stores, staff, naming, policies } = needs;
  const group = await stores.groups.of(caseNo);
  if (!group) return {};
  const gone = group.members.filter((member) => member.leftAt !== undefined);
  const [rows, names, seen] = await Promise.all([
    membersOf(needs, caseNo, group, actor),
    staff.names([group.madeBy, ...group.members.flatMap(({ joinedBy, leftBy }) => [joinedBy, leftBy ?? []].flat())]),
    naming.seenBy(
      gone.map((member) => member.caseNo),
      actor,
    ),
  ]);
  const person = (id: string) => ({ id, name: names.get(id) ?? id });
  const present = new Map(
    group.members.filter((member) => member.leftAt === undefined).map((member) => [member.caseNo, member]),
  );
  const members = rows.map(async (row): Promise<CaseGroupView['members'][number]> => {
    const { stage, grade, category, customerName, owner, outcome, receivedAt, state } = row;
    const { joinedAt = group.madeAt, joinedBy = group.madeBy } = present.get(row.caseNo) ?? {};
    return {
      caseNo: row.caseNo,
      isLead: row.caseNo === group.lead,
      stage,
      grade,
      category,
      customerName,
      owner,
      outcome,
      waitsFor: waitsFor(state, await policies.version(state.policyVersion)),
      receivedAt,
      joinedAt,
      joinedBy: person(joinedBy),
    };
  });
  const lead = rows.find((row) => row.caseNo === group.lead);
  return {
    group: {
      isLead: group.lead === caseNo,
      lead: lead?.caseNo,
      madeAt: group.madeAt,
      madeBy: person(group.madeBy),
      size: rows.length,
      members: await Promise.all(members),
      left: gone.flatMap(({ caseNo: of, leftAt, leftBy }) =>
        leftAt !== undefined && leftBy !== undefined && seen.has(of)
          ? [{ caseNo: of, at: leftAt, by: person(leftBy) }]
          : [],
      ),
      ...(lead ? await reachOf(needs, lead, rows, actor, wanted) : { decisions: [] }),
    },
  };
}

/** How far decisions of the lead have come in the others, and how a further one would. */
async function reachOf(
  needs: Needs,
  leadRow: CaseListItem,
  rows: readonly CaseListItem[],
  actor: Staff,
  wanted?: GroupDecision,
): Promise<Pick<CaseGroupView, 'decisions' | 'preview' | 'raise'>> {
  const { stores, staff } = needs;
  const others = rows.filter((row) => row.caseNo !== leadRow.caseNo);
  const record = await stores.complaints.get(leadRow.caseNo);
  if (!record) return { decisions: [] };
  const lead: Lead = { record, state: leadRow.state };
  const decisions = leadDecisions(await stores.ledger.events(leadRow.caseNo));
  const bodies = await stores.texts.get(decisions.flatMap(({ textIds }) => textIds));
  const names = await staff.names(decisions.map(({ by }) => by));
  const reached = async (row: CaseListItem, name: GroupDecision, refusal: Refusal | undefined): Promise<Reached> => {
    const { caseNo } = row;
    const because = (await reasonAgainst(needs, row, name, actor)) ?? refusal;
    if (!because) return { caseNo, status: 'open' };
    const { code, words, about } = because;
    return { caseNo, status: 'refused', code, because: await needs.naming.named(words, about, actor) };
  };
  const come = decisions.map(async (decision) => {
    const { decisionId, name, at, by } = decision;
    const items = others.map(async (row): Promise<Reached> => {
      if (takenIn(row, idInMember(decisionId, row.caseNo))) return { caseNo: row.caseNo, status: 'taken' };
      const made = inputFor(decision, bodies, lead, inGroup(row));
      return reached(row, name, 'refusal' in made ? made.refusal : undefined);
    });
    return {
      decisionId,
      decision: name,
      at,
      by: { id: by, name: names.get(by) ?? by },
      items: await Promise.all(items),
    };
  });
  const preview = wanted && others.map((row) => reached(row, wanted, differs(wanted, lead, inGroup(row))));
  return {
    decisions: await Promise.all(come),
    raise: raiseOf(rows, leadRow, await needs.policies.version(leadRow.state.policyVersion)),
    ...(preview && { preview: await Promise.all(preview) }),
  };
}

/** Why this person cannot take the decision in this case now, as far as it can be told without its words. */
async function reasonAgainst(
  { policies, clock }: Pick<Needs, 'policies' | 'clock'>,
  { state }: CaseListItem,
  name: GroupDecision,
  actor: Staff,
): Promise<Refusal | undefined> {
  const policy = await policies.version(state.policyVersion);
  return whyNot(name, state, { actor, at: toInstant(clock()), policy })[0];
}

/** The grade that so many open cases suggest, if it is worse than that of the lead. */
function raiseOf(
  rows: readonly CaseListItem[],
  { stage, grade }: CaseListItem,
  policy: Policy,
): CaseGroupView['raise'] {
  const open = rows.filter((row) => row.stage !== 'archived').length;
  const worst = groupGrades(policy).find(({ from }) => open >= from);
  return worst && stage !== 'archived' && GRADES.indexOf(worst.grade) > GRADES.indexOf(grade) ? worst : undefined;
}
