import { textRefs } from '../../domain/basics/text-refs';
import type { EventBody } from '../../domain/case/events';
import type { Staff } from '../../domain/case/permissions';
import { speakerOf } from '../../domain/views/conversation';
import { noteWords } from '../../domain/views/notes';
import type { Stores } from '../../db';
import type { StaffDirectory } from '../access/staff';
import type { TimelineEntry } from './answers';
import type { Naming } from './naming';
import { withTexts } from './texts';

/** The most entries of one page. */
const PAGE = 200;

interface Needs {
  stores: Pick<Stores, 'ledger' | 'texts'>;
  staff: Pick<StaffDirectory, 'names'>;
  naming: Pick<Naming, 'seenBy'>;
}

/**
 * One page of a case's ledger as this person may read it: `Reading.timeline`. The caller must have checked that they may
 * see the case.
 */
export async function timelineOf(
  { stores, staff, naming }: Needs,
  caseNo: string,
  actor: Staff,
  afterSeq: number,
): Promise<{ items: TimelineEntry[]; next?: number }> {
  const all = await stores.ledger.events(caseNo, afterSeq);
  const page = all.slice(0, PAGE);
  const [texts, names, seen] = await Promise.all([
    stores.texts.get(page.flatMap((item) => textRefs(item.data))),
    staff.names(page.flatMap((item) => (item.actor.kind === 'staff' ? [item.actor.id] : []))),
    naming.seenBy(page.flatMap(othersIn), actor),
  ]);
  const items = page.map((entry) => {
    const { seq, at, type, actor: who, decision, data: whole, hash } = entry;
    const speaker = speakerOf(entry);
    const data = withoutUnseen({ type, data: whole } as EventBody, seen);
    return {
      seq,
      at,
      type,
      actor:
        who.kind === 'staff'
          ? { kind: who.kind, id: who.id, name: names.get(who.id), role: who.role }
          : { kind: who.kind },
      decision: decision && { id: decision.id, name: decision.name, via: decision.via },
      words: noteWords({ type, data } as EventBody),
      ...(speaker && { speaker }),
      data: withTexts(data, texts) as Record<string, unknown>,
      hash,
    };
  });
  const last = page.at(-1);
  return all.length > page.length && last ? { items, next: last.seq } : { items };
}

/** The other cases that an entry names. */
export function othersIn(item: EventBody): string[] {
  switch (item.type) {
    case 'repeatFound':
      return item.data.of;
    case 'merged':
      return [item.data.into];
    case 'absorbed':
      return [item.data.from];
    default:
      return [];
  }
}

/** An entry's data without the numbers of cases that the reader may not see. @param seen the cases that they may see */
export function withoutUnseen(item: EventBody, seen: ReadonlySet<string>): unknown {
  if (othersIn(item).every((caseNo) => seen.has(caseNo))) return item.data;
  switch (item.type) {
    case 'repeatFound':
      return { ...item.data, of: item.data.of.filter((caseNo) => seen.has(caseNo)) };
    case 'merged': {
      const { into: _into, ...rest } = item.data;
      return rest;
    }
    case 'absorbed':
      return {};
    default:
      return item.data;
  }
}
