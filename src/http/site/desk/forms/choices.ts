/**
 * What can be chosen in the fields of a decision that name something: people, departments, and what is in the case.
 * @module
 */
import type { CaseView } from '../../../../cases';
import type { Language, Role, Words } from '../../../../domain/basics/types';
import { nameWords } from '../../../../domain/basics/words';
import type { Named } from '../../../../domain/decisions/field-words';
import { departmentWords } from '../../../../domain/policy/departments';
import type { Policy } from '../../../../domain/policy/schema';
import { MAY_OWN_ANY, mayOwn } from '../../../../domain/staffing/owning';
import { pageTime } from '../../../../render/format';
import { inLanguage } from '../../../../render/words';
import type { Wording } from '../../kit/wording';

/** A colleague who can be chosen. */
export interface Colleague {
  id: string;
  name: string;
  nameEn?: string | undefined;
  role: Role;
  team: string;
  /** Open cases. */
  open?: number | undefined;
  onLeave?: unknown;
}

/** Where choices come from. */
export interface Source {
  case: CaseView;
  viewer: { id: string; role: Role };
  /** Everybody who works here. */
  staff: readonly Colleague[];
  departments: readonly { id: string; name: Words; people: number }[];
  /** The one that the case follows. */
  policy?: Pick<Policy, 'subcategories' | 'survey' | 'compensation' | 'steps'> | undefined;
  /** Published versions of the policy. */
  policyVersions?: readonly number[] | undefined;
}

/** One thing to choose, with the heading under which it stands. */
export interface Choice {
  value: string;
  label: string;
  under?: string;
}

const said = (language: Language, zh: string, en: string): string => inLanguage({ zh, en }, language);

/**
 * What can be chosen in a field that names such a thing.
 * @param values those that the schema allows, where it lists them
 */
export function choicesFor(
  names: Named,
  decision: string,
  source: Source,
  wording: Wording,
  values: readonly string[] = [],
): Choice[] {
  const { language, now } = wording;
  const { helpTasks, actions, evidence, clocks, repeatOf, policyVersion } = source.case;
  switch (names) {
    case 'staff':
    case 'owner':
    case 'taskForce':
      return people(names, decision, source, language);
    case 'department':
      return source.departments
        .filter((department) => department.people > 0)
        .map(({ id, name }) => ({ value: id, label: inLanguage(name, language) }));
    case 'subcategory':
      return (source.policy?.subcategories ?? []).map(({ id, name, under }) => ({
        value: id,
        label: inLanguage(name, language),
        under,
      }));
    case 'evidence':
      return evidence.map(({ evidenceId, fileName, addedAt }) => ({
        value: evidenceId,
        label: `${fileName} · ${pageTime(addedAt, language, now)}`,
      }));
    case 'helpTask':
      return helpTasks
        .filter(({ open }) => open)
        .map(({ taskId, departmentName, assigneeName, question }) => ({
          value: taskId,
          label: [
            assigneeName ?? inLanguage(departmentName, language),
            question ?? said(language, '问题已删除', 'the question has been erased'),
          ].join(said(language, '：', ': ')),
        }));
    case 'plannedAction':
    case 'startedAction':
      return actions
        .filter(({ status }) => status === (names === 'plannedAction' ? 'planned' : 'started'))
        .map(({ actionId, ownerName, description }) => ({
          value: actionId,
          label: [description ?? actionId, ownerName].join(' · '),
        }));
    case 'clock':
      return clocks
        .filter(({ status, promise }) => status === 'running' && values.includes(promise))
        .map(({ id, promise, name, dueAt }) => ({
          // Both fields in one value: `readDecisionForm` takes them apart.
          value: id === promise ? id : `${promise} ${id}`,
          label: [
            inLanguage(name, language),
            ...helpTasks
              .filter(({ taskId }) => id === `help:${taskId}`)
              .map(({ departmentName }) => inLanguage(departmentName, language)),
            said(language, `到期 ${pageTime(dueAt, language, now)}`, `due ${pageTime(dueAt, language, now)}`),
          ].join(' · '),
        }));
    case 'case':
      return repeatOf.map((caseNo) => ({ value: caseNo, label: caseNo }));
    case 'policyVersion':
      return (source.policyVersions ?? [])
        .filter((version) => version !== policyVersion)
        .map((version) => ({
          value: String(version),
          label: said(language, `第 ${version} 版`, `version ${version}`),
        }));
    default:
      return [];
  }
}

/** Colleagues, each under their department. Whoever cannot be chosen is left out. */
function people(names: Named, decision: string, source: Source, language: Language): Choice[] {
  const { owner, against, grade } = source.case;
  const { viewer, staff, departments } = source;
  const partial = new Set(against.map(({ id }) => id));
  const mayLead = ({ id, role }: Colleague): boolean =>
    MAY_OWN_ANY.includes(role) &&
    mayOwn(role, grade) &&
    !partial.has(id) &&
    // An agent takes a case for themselves; only whoever leads gives it to others.
    (decision !== 'assign' || viewer.role !== 'agent' || id === viewer.id) &&
    (decision !== 'reassign' || id !== owner?.id);
  const mayBeChosen = (person: Colleague): boolean => {
    if (names === 'owner') return mayLead(person);
    // Whom the complaint is about is chosen there, and nowhere else; an auditor has no part in a case.
    const aboutThem = decision === 'grade' || decision === 'regrade';
    return aboutThem || (!partial.has(person.id) && person.role !== 'auditor');
  };
  const department = (team: string): string =>
    inLanguage(departments.find(({ id }) => id === team)?.name ?? departmentWords(team), language);
  return staff.filter(mayBeChosen).map((person) => ({
    value: person.id,
    label: [
      inLanguage(nameWords(person), language),
      ...(names === 'owner' && person.open !== undefined
        ? [said(language, `在办 ${person.open} 件`, `${person.open} open`)]
        : []),
      ...(person.onLeave === undefined ? [] : [said(language, '休假', 'on leave')]),
    ].join(' · '),
    under: department(person.team),
  }));
}
