import { routeOf, type Stores } from '../../db';
import { isKeptFrom, type Staff } from '../../domain/case/permissions';
import { QUEUE_WORDS, whyNobody } from '../../domain/staffing/routing';
import type { QueueEntry } from './answers';

/** The most cases shown. */
const QUEUE_SHOWN = 500;

interface Needs {
  queue: Pick<Stores['queue'], 'routed' | 'waiting'>;
  users: Pick<Stores['users'], 'present'>;
  policies: Pick<Stores['policies'], 'get'>;
}

/** The queue as staff see it: cases that wait for somebody to be free. */
export class Queue {
  constructor(private readonly needs: Needs) {}

  /**
   * The first 500 in the order in which they are given away, each with whom it asks for and why nobody has it yet. Cases
   * that are about the reader are left out (`isKeptFrom`).
   */
  async waiting(by: Staff): Promise<{ items: QueueEntry[] }> {
    const { queue, users, policies } = this.needs;
    const [rows, people] = await Promise.all([
      queue.routed().then((routed) => queue.waiting(routed, QUEUE_SHOWN)),
      users.present(),
    ]);
    const items: QueueEntry[] = [];
    for (const row of rows) {
      if (isKeptFrom(by, row)) continue;
      const policy = await policies.get(row.policyVersion);
      const route = policy?.routing && routeOf(row, policy.routing);
      if (!route) continue;
      const { role, team, skills } = route.wish;
      const { productLine, region } = route.facts;
      const code = whyNobody(route.wish, route.facts, people, row.against);
      const { caseNo, grade, category, channel, language, receivedAt, since } = row;
      items.push({
        place: items.length + 1,
        caseNo,
        grade,
        category,
        channel,
        language,
        receivedAt,
        since,
        why: { code, words: QUEUE_WORDS[code] },
        wanted: { role, team, skills, productLine, region },
      });
    }
    return { items };
  }
}
