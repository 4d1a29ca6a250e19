import { filledIn, type About } from '../../domain/decisions/define';
import type { Staff } from '../../domain/case/permissions';
import type { Words } from '../../domain/basics/types';
import { isRefused, Refused } from '../refused';
import type { StaffDirectory } from '../access/staff';
import type { Stores } from '../../db';

/** Who reads: staff, or the customer of this id. */
export type Reader = Staff | { kind: 'customer'; id: string };

interface Needs {
  stores: Pick<Stores, 'cases' | 'complaints'>;
  staff: Pick<StaffDirectory, 'name'>;
}

const ANOTHER: Words = { zh: '另一件投诉', en: 'another complaint' };

/**
 * Replaces the ids of people and cases in texts of the domain by names and numbers. A reader who may not see a case is told
 * of "another complaint" instead of its number.
 */
export function createNaming({ stores, staff }: Needs) {
  /** Those of the cases that the reader may see; for a customer, their own complaints. */
  async function seenBy(caseNos: readonly string[], reader: Reader): Promise<ReadonlySet<string>> {
    if (reader.kind === 'staff') {
      const { id, team, role } = reader;
      return stores.cases.seen(caseNos, { kind: 'staff', id, team, role });
    }
    const theirs = await Promise.all(
      [...new Set(caseNos)].map(async (caseNo) => {
        const complaint = await stores.complaints.get(caseNo);
        return complaint?.customer.id === reader.id ? [caseNo] : [];
      }),
    );
    return new Set(theirs.flat());
  }

  /** The words with the people and cases of `about` filled in, as this reader may know them. */
  async function named(words: Words, about: About | undefined, reader: Reader): Promise<Words> {
    if (!about) return words;
    const { people = {}, cases = {} } = about;
    const found = new Map<string, Words>();
    for (const [place, id] of Object.entries(people)) {
      const name = await staff.name(id);
      found.set(place, { zh: name, en: name });
    }
    const seen = await seenBy(Object.values(cases), reader);
    for (const [place, caseNo] of Object.entries(cases)) {
      found.set(place, seen.has(caseNo) ? { zh: ` ${caseNo} `, en: caseNo } : ANOTHER);
    }
    return filledIn(words, (place) => found.get(place) ?? { zh: place, en: place });
  }

  /** The same for a refusal; any other error is returned unchanged. */
  async function namedError(error: unknown, reader: Reader): Promise<unknown> {
    if (!isRefused(error) || !error.details.about) return error;
    const { about, ...details } = error.details;
    return new Refused(error.kind, error.code, await named(error.words, about, reader), details);
  }

  return { seenBy, named, namedError };
}
export type Naming = ReturnType<typeof createNaming>;
