import { canonicalJson } from '../../domain/basics/canonical';
import type { Fault } from '../../domain/basics/faults';
import type { CaseEvent } from '../../domain/case/events';
import type { DecisionName } from '../../domain/decisions/catalogue';
import { departmentCalled } from '../../domain/policy/departments';
import { formFaults, type FormValues } from '../../domain/policy/forms';
import type { Policy } from '../../domain/policy/schema';
import type { Stores } from '../../db';
import type { User } from '../../db/records';
import type { StaffDirectory } from '../access/staff';
import type { Departments } from '../people/departments';
import { invalid } from '../refused';

/** A decision's input as its `api` schema gives it, without `decisionId`. */
export type DecisionInput = Record<string, unknown>;

const fault = (path: string, zh: string, en: string): Fault => ({ path, words: { zh, en } });

interface Needs {
  stores: Pick<Stores, 'policies' | 'evidence'>;
  staff: Pick<StaffDirectory, 'find'>;
  departments: Departments;
}

/** Of which case the decision is, and under which policy. */
interface About {
  caseNo: string;
  policyOf: () => Promise<Policy>;
}

/** The input as the workflow wants it, and what is wrong with it. */
interface Filled {
  input: DecisionInput;
  faults: Fault[];
}

/** What the API knows better than its caller, and ids that have to be somebody's. */
export class InputFilling {
  constructor(private readonly needs: Needs) {}

  /** @throws `invalid`, field by field */
  async fillIn(name: DecisionName, given: DecisionInput, about: About): Promise<DecisionInput> {
    const { input, faults } = await this.filled(name, given, about);
    if (faults.length > 0) throw invalid(faults);
    return input;
  }

  /** As it was filled in when the decision was taken: people change roles and teams. @param first its first entry */
  async filledAsThen(name: DecisionName, given: DecisionInput, first: CaseEvent): Promise<DecisionInput> {
    switch (name) {
      case 'assign':
      case 'reassign':
        return first.type === 'assigned' || first.type === 'reassigned'
          ? { ...given, ownerRole: first.data.role, ownerTeam: first.data.team }
          : given;
      case 'fillForm':
        return { ...given, values: canonicalJson(given.values) };
      case 'requestHelp':
        return first.type === 'helpRequested' ? { ...given, department: first.data.department } : given;
      case 'movePolicy':
        return this.movedTo(given);
      default:
        return given;
    }
  }

  private async filled(name: DecisionName, given: DecisionInput, { caseNo, policyOf }: About): Promise<Filled> {
    switch (name) {
      case 'assign':
      case 'reassign':
        return this.withOwner(given);
      case 'grade':
      case 'regrade':
        return { input: given, faults: await this.unknownAmong('against', given.against, { active: false }) };
      case 'requestHelp':
        return this.withDepartment(given);
      case 'planAction':
        return { input: given, faults: (await this.person('owner', given.owner)).faults };
      case 'fillForm':
        return withForm(given, await policyOf());
      case 'movePolicy':
        return { input: await this.movedTo(given), faults: [] };
      case 'addEvidence':
        return { input: given, faults: await this.unknownFile(caseNo, given) };
      default:
        return { input: given, faults: [] };
    }
  }

  private async person(
    path: string,
    id: unknown,
    { active } = { active: true },
  ): Promise<{ user?: User; faults: Fault[] }> {
    if (typeof id !== 'string') return { faults: [] };
    const user = await this.needs.staff.find(id);
    const isHere = user && (user.active || !active);
    return { user, faults: isHere ? [] : [fault(path, '没有这位在职的同事', 'is nobody who works here')] };
  }

  private async unknownAmong(path: string, ids: unknown, { active }: { active: boolean }): Promise<Fault[]> {
    const people: unknown[] = Array.isArray(ids) ? ids : [];
    const found = await Promise.all(people.map((id, index) => this.person(`${path}.${index}`, id, { active })));
    return found.flatMap(({ faults }) => faults);
  }

  /** Role and team of the owner are those of the table, whatever the caller sent. */
  private async withOwner(given: DecisionInput): Promise<Filled> {
    const { user, faults } = await this.person('owner', given.owner);
    const unknown = await this.unknownAmong('taskForce', given.taskForce, { active: true });
    const input = user ? { ...given, ownerRole: user.role, ownerTeam: user.team } : given;
    return { input, faults: [...faults, ...unknown] };
  }

  /** The department by its id, by whatever name it was called. */
  private async withDepartment(given: DecisionInput): Promise<Filled> {
    const { faults } = await this.person('assignee', given.assignee);
    const known = await this.needs.departments();
    const found = departmentCalled(String(given.department), known);
    if (found && found.people > 0) return { input: { ...given, department: found.id }, faults };
    const staffed = known.filter(({ people }) => people > 0);
    const zh = staffed.map((one) => (one.name.zh === one.id ? one.id : `${one.name.zh}（${one.id}）`)).join('、');
    const en = staffed.map((one) => (one.name.en === one.id ? one.id : `${one.name.en} (${one.id})`)).join(', ');
    const wrong = found
      ? fault('department', `这个部门现在还没有人；可以请求协助的有：${zh}`, `nobody works there yet; there are: ${en}`)
      : fault('department', `没有这个部门；可以请求协助的有：${zh}`, `no such department; there are: ${en}`);
    return { input: given, faults: [...faults, wrong] };
  }

  /** Whatever the caller sent: what a case moves to is what was published. */
  private async movedTo({ to }: DecisionInput): Promise<DecisionInput> {
    return { to, policy: typeof to === 'number' ? await this.needs.stores.policies.get(to) : undefined };
  }

  private async unknownFile(caseNo: string, { evidenceId, sha256 }: DecisionInput): Promise<Fault[]> {
    const file = await this.needs.stores.evidence.get(caseNo, String(evidenceId));
    return file?.sha256 === sha256
      ? []
      : [fault('evidenceId', '本案没有上传过这个文件', 'no such file has been uploaded to this case')];
  }
}

/** The values in the one spelling that their print is taken of. */
function withForm(given: DecisionInput, { forms }: Policy): Filled {
  const form = forms?.find(({ id }) => id === given.form);
  if (!form || typeof given.values !== 'object' || given.values === null) return { input: given, faults: [] };
  const wrong = formFaults(form, given.values as FormValues);
  return {
    input: { ...given, values: canonicalJson(given.values) },
    faults: wrong.map(({ path, words }) => ({ path: `values.${path}`, words })),
  };
}
