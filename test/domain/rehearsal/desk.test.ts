import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { deskOf } from '../../../src/domain/rehearsal/desk';
import { PEOPLE } from './people';

test('a task force alone is found beside the owner whom the case keeps, and nobody is picked for it', () => {
  const lead = { id: 'u-chief', role: 'supervisor', team: 'quality', active: true } as const;
  const desk = deskOf(HOUSE_POLICY, [...PEOPLE, lead]);
  const wanted = { grade: 'major', against: [], exclude: ['u-chief'] } as const;
  expect(desk.pickOwner({ ...wanted, taskForceFor: { owner: lead } })).toEqual({ taskForce: ['u-supervisor'] });
  // The first supervisor's turn is still to come.
  expect(desk.pickOwner(wanted).owner?.id).toBe('u-supervisor');
  // Without an owner there is no department to leave out.
  expect(desk.pickOwner({ ...wanted, exclude: [], taskForceFor: {} })).toEqual({
    taskForce: ['u-supervisor', 'u-quality'],
  });
});
