import type { Rehearser } from '../../../src/domain/rehearsal/desk';

const person = (id: string, role: Rehearser['role'], team = 'after-sales'): Rehearser => ({
  id,
  role,
  team,
  active: true,
});

/** The staff who take part in a rehearsal; the same as in the walks. */
export const PEOPLE: Rehearser[] = [
  person('u-agent', 'agent'),
  person('u-agent2', 'agent'),
  person('u-supervisor', 'supervisor'),
  person('u-supervisor2', 'supervisor'),
  person('u-manager', 'manager'),
  person('u-quality', 'colleague', 'quality'),
];
