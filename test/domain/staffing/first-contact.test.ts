import { OFFICE_POLICY } from '../policies';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import type { Policy } from '../../../src/domain/policy/schema';
import { append } from '../../../src/domain/process/append';
import { receipt, type Received } from '../../../src/domain/process/receipt';
import { event } from '../../../src/domain/case/events';
import { PROCESS_REVISION } from '../../../src/domain/case/revision';
import { GRADES, type Grade } from '../../../src/domain/basics/types';
import { mayOwn, SOUGHT } from '../../../src/domain/staffing/owning';
import { ACTORS, CASE_NO, START, text } from '../walk';

/** Who was named to the customer at the receipt keeps the case that is theirs to own (first-contact duty, 首问负责). */

interface Named {
  role: string;
  grade: Grade;
  suggested?: Grade;
  against?: string[];
  policy?: Policy;
  revision?: number;
}

/** Whether the person named at the receipt owns the case for good as soon as its grade is confirmed. */
function keeps({ role, grade, suggested = grade, against, policy = HOUSE_POLICY, revision = PROCESS_REVISION }: Named) {
  const received: Received = {
    channel: 'phone',
    language: 'zh-CN',
    customerId: '00000000-0000-4000-8000-0000000000aa',
    text: text(1),
    receivedAt: START,
    revision,
    suggestion: { grade: suggested, category: 'product_quality', rules: [], engine: 'rules@1' },
  };
  const handler = { id: 'u-named', role, team: 'after-sales' };
  const { state } = receipt(CASE_NO, received, { repeatOf: [], handler }, policy, START);
  const graded = event('graded', {
    grade,
    category: 'product_quality',
    agreesWithSuggestion: suggested === grade,
    against,
  });
  const { owner } = append(state, CASE_NO, [graded], { at: START, actor: ACTORS.manager }, policy).state;
  return owner?.id === 'u-named' && !owner.provisional;
}

test.each(SOUGHT.flatMap((role) => GRADES.map((grade) => [role, grade] as const)))(
  'a %s who was named keeps a case graded %s if they may own it and it needs no task force',
  (role, grade) => {
    expect(keeps({ role, grade })).toBe(mayOwn(role, grade) && grade !== 'major');
  },
);

test.each([
  ['keeps a case that was taken for an important one and is a general one', PROCESS_REVISION, true],
  ['did not, before revision 5', 4, false],
])('a supervisor %s', (_, revision, expected) => {
  expect(keeps({ role: 'supervisor', suggested: 'important', grade: 'general', revision })).toBe(expected);
});

test.each([
  ['keeps it', PROCESS_REVISION, true],
  ['lost it to whoever was found next, before revision 5', 4, false],
])('a supervisor to whom the policy routes general cases %s', (_, revision, expected) => {
  expect(keeps({ role: 'supervisor', grade: 'general', policy: OFFICE_POLICY, revision })).toBe(expected);
  // What was judged otherwise than suggested is routed anew.
  expect(keeps({ role: 'supervisor', suggested: 'important', grade: 'general', policy: OFFICE_POLICY, revision })).toBe(
    false,
  );
});

test('nobody keeps a complaint about themselves', () => {
  expect(keeps({ role: 'agent', grade: 'general', against: ['u-named'] })).toBe(false);
  expect(keeps({ role: 'agent', grade: 'general', against: ['u-other'] })).toBe(true);
});

test.each([
  ['agent', ['general']],
  ['supervisor', ['important']],
  ['manager', ['important']],
])('before revision 5 a %s kept %s cases only', (role, kept) => {
  expect(GRADES.filter((grade) => keeps({ role, grade, revision: 4 }))).toEqual(kept);
});
