import { mayOwn } from '../../domain/staffing/owning';
import {
  ROLES,
  GRADES,
  type Category,
  type Channel,
  type Grade,
  type Instant,
  type Language,
} from '../../domain/basics/types';
import { withLock } from '../with-lock';
import { sql } from 'drizzle-orm';
import {
  productLineOf,
  regionOf,
  routeFor,
  type QueueReason,
  type Routing,
  type RoutingFacts,
  type Wish,
} from '../../domain/staffing/routing';
import { toInstant } from '../../domain/time/duration';
import type { Policy } from '../../domain/policy/schema';
import { iso, run, type Database, type Statement } from '../database';
import { policies } from '../schema';

/** The advisory lock of the one dispatcher that drains the queue; any number that no other caller of `alone` uses. */
const DISPATCH_LOCK = 7_283_651;
/**
 * A case in `assign` without an owner that is not `queued` is being assigned at this moment. When it has not been
 * written for this long, its assignment is taken as lost and the case counts as waiting.
 */
const ON_ITS_WAY_MS = 5_000;
/** At most so many cases are looked through for one that comes first. */
const AHEAD = 500;
/** For how long the list of versions with routing is used again before new versions are looked for. */
const KNOWN_FOR_MS = 2_000;

const RANK = `array_position(array['general', 'important', 'major'], c.grade)`;
const COLUMNS = `c.case_no, c.grade, c.category, c.channel, c.language, c.against, c.customer_id, c.received_at, c.updated_at,
  c.policy_version, c.state -> 'queued' as queued, k.product_name, k.product_model, k.place`;

const MAY_NOT_OWN = GRADES.flatMap((grade) =>
  ROLES.filter((role) => !mayOwn(role, grade)).map((role) => `('${grade}', '${role}')`),
);

/**
 * The SQL twin of `needsOwner` (`src/domain/staffing/owning.ts`): `test/db/stores/routing.test.ts` checks that both
 * give the same answers.
 */
const NEEDS_OWNER = `(c.owner is null or c.owner = any(c.against) or (c.state -> 'owner' ->> 'provisional')::boolean
    or (c.grade, c.state -> 'owner' ->> 'role') in (${MAY_NOT_OWN.join(', ')}))`;

const WAITING: Statement = {
  name: 'queue_waiting',
  text: `
select ${COLUMNS} from cases c join complaints k on k.case_no = c.case_no
where c.stage = 'assign' and c.policy_version || '/' || c.grade = any($1::text[]) and ${NEEDS_OWNER}
  and (c.state ? 'queued' or c.updated_at < $2::timestamptz)
order by ${RANK} desc, c.received_at, c.case_no
limit $3::int`,
};

const AHEAD_OF: Statement = {
  name: 'queue_ahead',
  text: `
select ${COLUMNS} from cases c join complaints k on k.case_no = c.case_no
where c.stage = 'assign' and c.state ? 'queued' and c.case_no <> $1::text
  and (${RANK} > array_position(array['general', 'important', 'major'], $2::text)
    or (c.grade = $2::text and (c.received_at, c.case_no) < ((select received_at from complaints where case_no = $1::text), $1::text)))
order by ${RANK} desc, c.received_at
limit ${AHEAD}`,
};

const OF_CASES: Statement = {
  name: 'queue_of_cases',
  text: `select ${COLUMNS} from cases c join complaints k on k.case_no = c.case_no where c.case_no = any($1::text[])`,
};

const STILL: Statement = {
  name: 'queue_still',
  text: `select c.case_no from cases c where c.case_no = any($1::text[]) and c.stage = 'assign' and ${NEEDS_OWNER}`,
};

interface Row {
  case_no: string;
  grade: Grade;
  category: Category;
  channel: Channel;
  language: Language;
  against: string[];
  customer_id: string;
  received_at: Date;
  updated_at: Date;
  policy_version: number;
  queued: { since: Instant; why: QueueReason } | null;
  product_name: string | null;
  product_model: string | null;
  place: string | null;
}

/** A case that waits for an owner, with what routing needs to know of it. */
export interface Waiting {
  caseNo: string;
  grade: Grade;
  category: Category;
  channel: Channel;
  language: Language;
  /** User ids of the staff complained of. */
  against: string[];
  customerId: string;
  receivedAt: Instant;
  /** Since when it waits; without a note of it in the case, since its last event. */
  since: Instant;
  policyVersion: number;
  /** The customer's words for the product (name, model) and for the place. */
  product: (string | undefined)[];
  place: (string | undefined)[];
}

const waiting = (row: Row): Waiting => ({
  caseNo: row.case_no,
  grade: row.grade,
  category: row.category,
  channel: row.channel,
  language: row.language,
  against: row.against,
  customerId: row.customer_id,
  receivedAt: iso(row.received_at),
  since: row.queued?.since ?? iso(row.updated_at),
  policyVersion: row.policy_version,
  product: [row.product_name ?? undefined, row.product_model ?? undefined],
  place: [row.place ?? undefined],
});

/** Whom a waiting case asks for by this routing, and the facts that follows from. Undefined only in the type. */
export function routeOf(row: Waiting, routing: Routing): { wish: Wish; facts: RoutingFacts } | undefined {
  const { grade, category, channel, language } = row;
  const productLine = productLineOf({ routing }, row.product);
  const facts = { grade, category, channel, language, productLine, region: regionOf({ routing }, row.place) };
  const wish = routeFor({ routing }, facts);
  return wish && { wish, facts };
}

/** A key for the people a case asks for: two cases with the same key wait for the same people. */
export function samePeople({ wish, facts }: { wish: Wish; facts: RoutingFacts }): string {
  const { role, team, skills } = wish;
  return JSON.stringify([role, team, skills.toSorted(), facts.productLine, facts.region, facts.language]);
}

/** Cases under policies with routing that wait for somebody to be free, in stage `assign`. */
export function queueStore({ pool, db, clock }: Database) {
  let known: { routed: string[]; seen: number; until: number } = { routed: [], seen: 0, until: 0 };

  return {
    /**
     * The versions of the policy and the grades under which cases are assigned by routing, as
     * `<version>/<grade>`, for example `3/general`. A published version never changes, so each is read once; new
     * ones are seen within two seconds.
     */
    async routed(): Promise<string[]> {
      const now = clock();
      if (known.until <= now) {
        const { rows } = await db.execute<{ version: number; steps: Policy['steps'] | null }>(
          sql`select version, case when policy ? 'routing' then policy -> 'steps' end as steps from ${policies}
            where version > ${known.seen} order by version`,
        );
        const found = rows.flatMap(({ version, steps }) =>
          GRADES.filter((grade) => steps?.[grade].autoAssign).map((grade) => `${version}/${grade}`),
        );
        known = {
          routed: [...known.routed, ...found],
          seen: rows.at(-1)?.version ?? known.seen,
          until: now + KNOWN_FOR_MS,
        };
      }
      return known.routed;
    },

    /**
     * Cases that wait: the most serious grade first, then the oldest.
     * @param routed what `routed` gave; other cases have no queue
     */
    async waiting(routed: readonly string[], limit: number): Promise<Waiting[]> {
      if (routed.length === 0) return [];
      const rows = await run<Row & Record<string, unknown>>(pool, WAITING, [
        routed,
        toInstant(clock() - ON_ITS_WAY_MS),
        limit,
      ]);
      return rows.map(waiting);
    },

    /** What routing needs to know of these cases, whether they wait or not. */
    async ofCases(caseNos: readonly string[]): Promise<Waiting[]> {
      return (await run<Row & Record<string, unknown>>(pool, OF_CASES, [caseNos])).map(waiting);
    },

    /**
     * Whether a more serious or older case waits for the same people, among the first 500 that come before this one.
     */
    async isAhead(of: {
      caseNo: string;
      grade: Grade;
      route: { wish: Wish; facts: RoutingFacts };
      routing: Routing;
    }): Promise<boolean> {
      const rows = await run<Row & Record<string, unknown>>(pool, AHEAD_OF, [of.caseNo, of.grade]);
      const key = samePeople(of.route);
      return rows.some((row) => {
        const route = routeOf(waiting(row), of.routing);
        return route !== undefined && samePeople(route) === key;
      });
    },

    /** Those of these cases that are still in `assign` and need an owner. */
    async stillUnassigned(caseNos: readonly string[]): Promise<string[]> {
      const rows = await run<{ case_no: string }>(pool, STILL, [caseNos]);
      return rows.map((row) => row.case_no);
    },

    /** Does the work unless another dispatcher, here or in another process, is at it: then false, at once. */
    underLock: (work: () => Promise<void>): Promise<boolean> => withLock(pool, DISPATCH_LOCK, work),
  };
}
