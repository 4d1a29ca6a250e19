import type { Stores } from '../../db';
import type { KnownIdentities } from '../../text/personal';
import { peopleIn } from '../case/case-view';

interface Needs {
  stores: Pick<Stores, 'cases' | 'complaints' | 'users'>;
}

/** Finds out by which names and numbers somebody could be recognised: those of the case, and of everybody on the staff. */
export const createKnown =
  ({ stores: { cases, complaints, users } }: Needs) =>
  async (caseNo: string | undefined): Promise<KnownIdentities> => {
    const [record, stored, staff] = await Promise.all([
      caseNo === undefined ? undefined : complaints.get(caseNo),
      caseNo === undefined ? undefined : cases.get(caseNo),
      users.list({}),
    ]);
    const took = new Set(record && stored ? peopleIn(stored.state, record) : []);
    const namesOf = (isTaken: boolean): string[] =>
      staff
        .filter(({ id }) => took.has(id) === isTaken)
        .flatMap(({ name, nameEn }) => [name, ...(nameEn === undefined ? [] : [nameEn])]);
    const { customer, product } = record ?? {};
    const numbers = [
      { identity: 'phone', value: customer?.phone },
      { identity: 'email', value: customer?.email },
      { identity: 'order', value: product?.orderNo },
      { identity: 'serial', value: product?.serialNo },
    ] as const;
    return {
      customers: customer ? [customer.name] : [],
      colleagues: namesOf(true),
      others: namesOf(false),
      numbers: numbers.flatMap(({ identity, value }) => (value === undefined ? [] : [{ identity, value }])),
    };
  };
export type Known = ReturnType<typeof createKnown>;
