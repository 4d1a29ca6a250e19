import type { CaseEvent, EventBody } from '../../domain/case/events';
import type { Staff } from '../../domain/case/permissions';
import type { Policy } from '../../domain/policy/schema';
import { toInstant } from '../../domain/time/duration';
import type { Stores } from '../../db';
import type { StaffDirectory } from '../access/staff';
import type { PolicyCache } from '../rules/policies';
import type { Naming } from './naming';
import { storyOf, type StoryParts } from './story';
import type { Story } from './story-answers';
import { quotesOf, type StoryFilter } from './story-kinds';
import { othersIn } from './timeline';
import type { Seen, VisibleCases } from './visible';

/** The most entries of one page: more than almost every case has. */
const PAGE = 500;

interface Needs {
  stores: Pick<Stores, 'ledger' | 'texts' | 'evidence'>;
  staff: Pick<StaffDirectory, 'namesInBoth'>;
  policies: Pick<PolicyCache, 'version'>;
  naming: Pick<Naming, 'seenBy'>;
  visible: Pick<VisibleCases, 'look'>;
  clock: () => number;
}

/**
 * One page of a case's story as this person may read it: `Reading.story`. The caller must have checked that they may see
 * the case. The whole ledger is read for any page, since a sentence needs the case as it stood.
 */
export async function readStory(
  { stores, staff, policies, naming, visible, clock }: Needs,
  { record }: Pick<Seen, 'record'>,
  actor: Staff,
  { afterSeq = 0, filter = 'all' }: { afterSeq?: number; filter?: StoryFilter },
): Promise<Story> {
  const { caseNo } = record;
  const events = await stores.ledger.events(caseNo);
  const [texts, evidence, seen, names, policyOf] = await Promise.all([
    stores.texts.get(events.flatMap((item) => quotesOf(item).map(({ text }) => text.textId))),
    events.some(({ type }) => type === 'evidenceAdded') ? stores.evidence.list(caseNo) : [],
    naming.seenBy(events.flatMap(othersIn), actor),
    staff.namesInBoth([...events.flatMap(staffIn), ...(record.by === undefined ? [] : [record.by])]),
    policiesOf(events, policies),
  ]);
  const nameOf = (id: string) => names.get(id) ?? { zh: id, en: id };
  const parts: StoryParts = {
    caseNo,
    events,
    record,
    policyOf,
    nameOf,
    texts,
    evidence,
    seen,
    now: toInstant(clock()),
  };
  const told = storyOf(parts, { afterSeq, filter, most: PAGE });
  // Under a filter they have not read what it leaves out.
  const read = filter === 'all' ? told.days.at(-1)?.groups.at(-1)?.entries.at(-1)?.seq : undefined;
  const lastRead = await visible.look(record, actor, { seq: read });
  return { ...told, ...(lastRead > 0 && { lastRead }) };
}

/** The ids of the staff whom an entry names: who acted, and whom it is about. */
export function staffIn(item: CaseEvent): string[] {
  const acted = item.actor.kind === 'staff' ? [item.actor.id] : [];
  return [...acted, ...namedIn(item)].filter((id) => id !== undefined);
}

function namedIn({ type, data }: EventBody): (string | undefined)[] {
  switch (type) {
    case 'staffNamed':
      return data.people.map(({ id }) => id);
    case 'graded':
    case 'regraded':
      return data.against ?? [];
    case 'assigned':
      return [data.owner, ...data.taskForce];
    case 'reassigned':
      return [data.owner, data.from, ...data.taskForce, ...(data.left ?? [])];
    case 'noted':
      return data.mentions ?? [];
    case 'taskForceOpened':
      return data.members;
    case 'helpRequested':
    case 'followUpAssigned':
      return [data.assignee];
    case 'actionPlanned':
      return [data.owner];
    case 'escalated':
      return [data.person];
    default:
      return [];
  }
}

/** The versions of the policy that the case has followed, by number. */
async function policiesOf(
  events: readonly CaseEvent[],
  policies: Pick<PolicyCache, 'version'>,
): Promise<(version: number) => Policy> {
  const versions = events.flatMap((item): number[] => {
    if (item.type === 'complaintReceived') return [item.data.policyVersion];
    return item.type === 'policyMoved' ? [item.data.to] : [];
  });
  const known = new Map(
    await Promise.all([...new Set(versions)].map(async (one) => [one, await policies.version(one)] as const)),
  );
  return (version) => {
    const policy = known.get(version);
    if (!policy) throw new Error(`policy ${version} is not known`);
    return policy;
  };
}
