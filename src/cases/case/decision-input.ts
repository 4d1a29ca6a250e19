import { canonicalJson } from '../../domain/basics/canonical';
import type { Fault } from '../../domain/basics/faults';
import type { Actor, Language, Words } from '../../domain/basics/types';
import { nameWords } from '../../domain/basics/words';
import { readIn, type CaseEvent, type ReadGrade } from '../../domain/case/events';
import { maySee } from '../../domain/case/permissions';
import type { CaseState } from '../../domain/case/state';
import { DECISIONS, type DecisionName } from '../../domain/decisions/catalogue';
import { departmentCalled } from '../../domain/policy/departments';
import { formFaults, type FormValues } from '../../domain/policy/forms';
import type { Policy } from '../../domain/policy/schema';
import type { Stores } from '../../db';
import type { User } from '../../db/records';
import { actorOf, type StaffDirectory } from '../access/staff';
import type { Departments } from '../people/departments';
import { mayMention, mentionsIn } from '../../text/mentions';
import type { Read, Suggestion } from '../../text/suggest';
import { invalid } from '../refused';

/** A decision's input as its `api` schema gives it, without `decisionId`. */
export type DecisionInput = Record<string, unknown>;

const fault = (path: string, zh: string, en: string): Fault => ({ path, words: { zh, en } });

/** For somebody who is mentioned in a note of a case that they may not see. */
const unseeing = (path: string, name: Words): Fault =>
  fault(
    path,
    `${name.zh}看不到本案，不能在备注里提到；需要协助请用“请求协助”`,
    `${name.en} may not see this case and cannot be told of the note; ask for help (requestHelp) if you need theirs`,
  );

interface Needs {
  stores: Pick<Stores, 'policies' | 'evidence' | 'users'>;
  staff: Pick<StaffDirectory, 'find'>;
  departments: Departments;
}

/** The case in which the decision is, the policy that it follows, and who decides. */
interface About {
  caseNo: string;
  policyOf: () => Promise<Policy>;
  state: CaseState;
  actor: Actor;
}

/** A decision's input with what the workflow needs filled in, and what is wrong with it. */
interface Filled {
  input: DecisionInput;
  faults: Fault[];
}

/**
 * Fills into a decision's input what the workflow cannot look up and what no caller may claim (an owner's role and team, a
 * policy version's document), and checks that ids name somebody or something.
 */
export class InputFilling {
  constructor(private readonly needs: Needs) {}

  /**
   * The input for a new decision, before its texts are taken out.
   * @throws Refused `invalid` with a fault for each field, when an id names nobody or a form's values do not fit
   */
  async fillIn(name: DecisionName, given: DecisionInput, about: About): Promise<DecisionInput> {
    const { input, faults } = await this.filled(name, given, about);
    if (faults.length > 0) throw invalid(faults);
    return input;
  }

  /**
   * The input as it was filled in when the decision was taken, to compare it with a repeat: people have changed roles and
   * teams since. Checks nothing.
   * @param first the decision's first entry in the ledger
   */
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
      case 'note':
        return first.type === 'noted' && first.data.mentions ? { ...given, mentions: first.data.mentions } : given;
      default: {
        const reads = readIn(first);
        return DECISIONS[name].reads && reads ? { ...given, reads } : given;
      }
    }
  }

  private async filled(
    name: DecisionName,
    given: DecisionInput,
    { caseNo, policyOf, state, actor }: About,
  ): Promise<Filled> {
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
      case 'note':
        return this.withMentions(given, actor, state);
      case 'addEvidence':
        return { input: given, faults: await this.unknownFile(caseNo, given) };
      default:
        return { input: given, faults: [] };
    }
  }

  /**
   * One person by id, and a fault at `path` if there is none, or if they would get a part in the case (`active`) and are an
   * auditor. Gives neither for a value that is not an id.
   */
  private async person(
    path: string,
    id: unknown,
    { active } = { active: true },
  ): Promise<{ user?: User; faults: Fault[] }> {
    if (typeof id !== 'string') return { faults: [] };
    const user = await this.needs.staff.find(id);
    const isHere = user && (user.active || !active);
    if (!isHere) return { user, faults: [fault(path, '没有这位在职的同事', 'is nobody who works here')] };
    const reads = active && user.role === 'auditor';
    return {
      user,
      faults: reads
        ? [fault(path, '是审计员，只看不办；请换一个人', 'is an auditor, who has no part in cases; name somebody else')]
        : [],
    };
  }

  /** A fault for each id of the list that names nobody. @param options.active only people who still work here count */
  private async unknownAmong(path: string, ids: unknown, { active }: { active: boolean }): Promise<Fault[]> {
    const people: unknown[] = Array.isArray(ids) ? ids : [];
    const found = await Promise.all(people.map((id, index) => this.person(`${path}.${index}`, id, { active })));
    return found.flatMap(({ faults }) => faults);
  }

  /** The owner's role and team from our own table, whatever the caller sent. */
  private async withOwner(given: DecisionInput): Promise<Filled> {
    const { user, faults } = await this.person('owner', given.owner);
    const unknown = await this.unknownAmong('taskForce', given.taskForce, { active: true });
    const input = user ? { ...given, ownerRole: user.role, ownerTeam: user.team } : given;
    return { input, faults: [...faults, ...unknown] };
  }

  /**
   * Whom a note tells: those whose ids were sent, else those whom its text names. A fault for each who is nobody, has a
   * name that others have too, or may not see the case. Whoever writes the note is not told of it.
   */
  private async withMentions(given: DecisionInput, actor: Actor, state: CaseState): Promise<Filled> {
    const listed: unknown[] = Array.isArray(given.mentions) ? given.mentions : [];
    const sent = listed.length > 0 ? listed.map(String) : undefined;
    const text = sent || typeof given.text !== 'string' ? '' : given.text;
    const people = sent || mayMention(text) ? await this.needs.stores.users.list({ active: true }) : [];
    const found = mentionsIn(text, people);
    const faults: Fault[] = [];
    if (found.unknown > 0) {
      faults.push(
        fault(
          'text',
          `有 ${found.unknown} 处 @ 后面不是在职同事的姓名；请写全名，或去掉 @`,
          `has ${found.unknown} @ without the name of a colleague after it; write the full name, or leave the @ out`,
        ),
      );
    }
    if (found.ambiguous > 0) {
      faults.push(
        fault(
          'text',
          `有 ${found.ambiguous} 处 @ 的姓名不止一位同事；请用 mentions 写明是哪几位`,
          `has ${found.ambiguous} @ with a name that several colleagues have; say by mentions whom you mean`,
        ),
      );
    }
    const ids = [...new Set(sent ?? found.ids)];
    for (const [index, id] of ids.entries()) {
      const user = people.find((one) => one.id === id);
      const path = sent ? `mentions.${index}` : 'text';
      if (!user) faults.push(fault(path, '没有这位在职的同事', 'is nobody who works here'));
      else if (!maySee(actorOf(user), state)) faults.push(unseeing(path, nameWords(user)));
    }
    const told = ids.filter((id) => actor.kind !== 'staff' || actor.id !== id);
    const { mentions: _mentions, ...rest } = given;
    return { input: told.length > 0 ? { ...rest, mentions: told } : rest, faults };
  }

  /** The department's id for whichever of its names was sent. A fault lists the departments that have people. */
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

  /** The published document of the version to move to, whatever the caller sent. */
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

/**
 * What the customer's words in a decision suggest by themselves, read like a complaint; undefined: they say nothing in it,
 * or what is written there is ours.
 */
export async function readingOf(
  name: DecisionName,
  given: DecisionInput,
  { actor, language, read }: { actor: Actor; language: Language; read: Read },
): Promise<{ field: string; reading: Suggestion } | undefined> {
  const { reads } = DECISIONS[name];
  if (!reads || (reads.from === 'customer' && actor.kind !== 'customer')) return undefined;
  const { field } = reads;
  const text = given[field];
  return typeof text === 'string' ? { field, reading: await read({ text, language, isLater: true }) } : undefined;
}

/** As it travels to the workflow: without the words. */
export const readGrade = ({ grade, category, reasons, engine, sentiment }: Suggestion): ReadGrade => ({
  grade,
  category,
  rules: reasons.map(({ rule }) => rule),
  engine,
  sentiment,
});

/** A form's values as canonical JSON, so that the same values always have the same fingerprint, and what is wrong with them. */
function withForm(given: DecisionInput, { forms }: Policy): Filled {
  const form = forms?.find(({ id }) => id === given.form);
  if (!form || typeof given.values !== 'object' || given.values === null) return { input: given, faults: [] };
  const wrong = formFaults(form, given.values as FormValues);
  return {
    input: { ...given, values: canonicalJson(given.values) },
    faults: wrong.map(({ path, words }) => ({ path: `values.${path}`, words })),
  };
}
