import type { OutboxRow, User } from '../../../src/db/records';
import type { CaseEvent } from '../../../src/domain/case/events';
import { fold } from '../../../src/domain/case/evolve';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import type { MailStores } from '../../../src/channels/mail/stores';
import { createLinks } from '../../../src/cases/access/links';
import type { Walk } from './walk';

export const PUBLIC_URL = 'https://desk.example';
export const links = createLinks({ secret: 's'.repeat(40), publicUrl: PUBLIC_URL });
export const config = { PUBLIC_URL, ORG_NAME: '青禾电器', CUSTOMER_CONTACT: '400-000-0000' };

interface FakeOptions {
  /** Default: all mails that the walks have planned. */
  rows?: OutboxRow[];
  /** The customer's mail address; null: none. Default: the walk's. */
  email?: string | null;
  /** Milliseconds since 1970. */
  now?: () => number;
  /**
   * Mails are sent when the whole walk is over. Default: each is sent when its event has just happened, and so finds
   * the case as it was then.
   */
  late?: boolean;
}

/** What the mail relay needs of the database, in memory: the outbox with its leases, and look-ups in the walks. */
export function fakeStores(walks: Walk[], users: User[], options: FakeOptions = {}) {
  const { now = Date.now, late = false } = options;
  let first = 1;
  const rows =
    options.rows ??
    walks.flatMap((walk) => {
      const own = walk.rows(first);
      first += own.length;
      return own;
    });
  const state = new Map(rows.map((row) => [row.id, { ...row, due: 0, outcome: 'planned', log: [] as string[] }]));
  const opened = new Set<string>();
  const at = (id: number) => {
    const row = state.get(id);
    if (!row) throw new Error(`no row ${id}`);
    return row;
  };
  const walkOf = (caseNo: string) => walks.find((walk) => walk.options.caseNo === caseNo);
  /** The event that a case has reached: that of its first mail not sent yet; undefined: its end. */
  const present = (caseNo: string): number | undefined => {
    const waiting = [...state.values()].filter(
      (row) => row.caseNo === caseNo && !['sent', 'failed', 'skipped'].includes(row.outcome),
    );
    return late || waiting.length === 0 ? undefined : Math.min(...waiting.map(({ seq }) => seq));
  };
  const eventsOf = (caseNo: string): CaseEvent[] => {
    const walk = walkOf(caseNo);
    const seq = present(caseNo);
    return (seq === undefined ? walk?.events : walk?.eventsUntil(seq)) ?? [];
  };
  const put = (id: number, outcome: string, error: string, nextAt?: string) => {
    const row = at(id);
    row.outcome = outcome;
    row.log.push(`${outcome}:${error}`);
    row.due = nextAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(nextAt);
    return Promise.resolve();
  };
  const told: string[] = [];
  const tellAll = ({ seq, mail }: Pick<OutboxRow, 'seq' | 'mail'>, userIds: readonly string[]) => {
    told.push(...userIds.map((id) => `${seq} ${mail} ${id}`));
    return Promise.resolve();
  };
  const stores: MailStores = {
    outbox: {
      claim: (limit, leaseMs) => {
        const due = [...state.values()]
          .filter((row) => row.due <= now() && row.seq <= (present(row.caseNo) ?? row.seq))
          .slice(0, limit);
        for (const row of due) {
          row.due = now() + leaseMs;
          row.attempts++;
        }
        return Promise.resolve(due.map((row) => ({ ...row })));
      },
      fixRecipients: (id, addresses) => {
        const row = at(id);
        row.addresses ??= addresses;
        return Promise.resolve(row.addresses);
      },
      sent: (id) => put(id, 'sent', ''),
      retry: (id, error, nextAt) => put(id, 'planned', error, nextAt),
      ambiguous: (id, error, nextAt) => put(id, 'ambiguous', error, nextAt),
      putOff: (id, why, until) => put(id, 'planned', why, until),
      failed: (id, error) => put(id, 'failed', error),
      skipped: (id, reason) => put(id, 'skipped', reason),
      list: (caseNo) => Promise.resolve([...state.values()].filter((row) => row.caseNo === caseNo)),
      plan: ({ caseNo, seq, mail, to, messageId }) => {
        if ([...state.values()].some((row) => row.messageId === messageId)) return Promise.resolve();
        const id = 1 + Math.max(0, ...state.keys());
        const at_ = new Date(now()).toISOString();
        const row = { id, caseNo, seq, mail, to, messageId, attempts: 0, ambiguous: 0, plannedAt: at_ };
        state.set(id, { ...row, state: 'planned', nextAttemptAt: at_, due: 0, outcome: 'planned', log: [] });
        return Promise.resolve();
      },
    },
    notices: {
      tell: (id, userIds) => tellAll(at(id), userIds),
    },
    complaints: {
      get: (caseNo) => {
        const record = walkOf(caseNo)?.record();
        return Promise.resolve(
          record && {
            ...record,
            customer: {
              ...record.customer,
              email: options.email === undefined ? record.customer.email : (options.email ?? undefined),
            },
          },
        );
      },
    },
    ledger: {
      events: (caseNo, afterSeq = 0) => Promise.resolve(eventsOf(caseNo).filter((event) => event.seq > afterSeq)),
    },
    cases: {
      get: (caseNo) => {
        const current = fold(caseNo, eventsOf(caseNo));
        return Promise.resolve(current && { state: current });
      },
    },
    texts: {
      get: (ids) =>
        Promise.resolve(
          new Map(
            ids.flatMap((id) => {
              const body = walks.map((walk) => walk.texts.get(id)).find((text) => text !== undefined);
              return body === undefined ? [] : [[id, { body }] as const];
            }),
          ),
        ),
    },
    users: {
      byId: (id) => Promise.resolve(users.find((user) => user.id === id)),
      list: ({ role, team, active }) =>
        Promise.resolve(
          users.filter(
            (user) =>
              (role === undefined || user.role === role) &&
              (team === undefined || user.team === team) &&
              (active === undefined || user.active === active),
          ),
        ),
    },
    policies: { get: () => Promise.resolve(walks[0]?.options.policy ?? HOUSE_POLICY) },
    links: {
      ensure: ({ hash }) => {
        opened.add(hash);
        return Promise.resolve();
      },
    },
  };
  return { stores, rows: state, opened, told };
}

/** A log that remembers its lines. */
export function recorder() {
  const lines: { level: string; fields: Record<string, unknown>; message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields: { ...fields }, message });
  return { lines, log: { info: at('info'), warn: at('warn'), error: at('error') } };
}
