import { COMPLAINTS } from '../../src/cli/demo/complaints';
import type { Api } from '../../src/cli/demo/api';
import { gradingOf, PATHS } from '../../src/cli/demo/paths';
import { suggestGrade } from '../../src/text/suggest';

/** The demo asks the lowest that may grade: an agent, who owes a reason for a grade below the suggestion. */
const RANK = { general: 0, important: 1, major: 2 } as const;
/** Rules of a hazard: nobody below a supervisor grades lower than these say. */
const HAZARDS = ['M1', 'M5'];

test.each(COMPLAINTS.map((complaint) => [complaint.text, complaint] as const))(
  'the demo grades as the process lets it: %s',
  (_text, complaint) => {
    const { text, wanted, language, grade, category, path } = complaint;
    const suggested = suggestGrade({ text, language, ...(wanted !== undefined && { wantedRemedy: wanted }) });
    if (path.includes('waits to be graded')) return;
    const input = gradingOf({ grade, category, language }, suggested.grade);
    expect(input).toMatchObject({ grade, category });
    if (RANK[grade] >= RANK[suggested.grade]) return expect(input).not.toHaveProperty('reason');
    expect(input.reason).toMatch(/\S{3}/u);
    expect(suggested.reasons.filter(({ rule }) => HAZARDS.includes(rule))).toEqual([]);
  },
);

test.each([
  [true, 'mail'],
  [false, 'phone'],
])('the demo answers whom a mail reaches (%s) by %s', async (byMail, via) => {
  const taken: [string, object][] = [];
  const api = {
    until: () => Promise.resolve({ grade: 'general', stage: 'resolve' }),
    decide: (_caseNo: string, decision: string, body: object) => {
      taken.push([decision, body]);
      return Promise.resolve('anna');
    },
  } as unknown as Api;
  const filed = { caseNo: 'C261126-000000', accessCode: '', statusUrl: '' };
  const other = () => Promise.reject(new Error('nobody asks'));
  await PATHS['being worked on'](api, {
    filed,
    grade: 'general',
    category: 'other',
    language: 'en',
    byMail,
    other,
  });
  expect(taken.find(([decision]) => decision === 'respond')?.[1]).toMatchObject({ via });
});
