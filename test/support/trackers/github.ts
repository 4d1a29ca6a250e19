import { createHash } from 'node:crypto';
import { TrackerServer, type KeptTicket, type TrackerAnswer, type TrackerCall } from './server';

/** Issues of a repository, as REST API 2022-11-28 has them. */
export class GithubServer extends TrackerServer {
  readonly place = 'house/quality';
  readonly token = 'github_pat_token';
  readonly deleted = new Set<string>();

  finish(ticket = this.only): void {
    ticket.isDone = true;
    ticket.changedAt = this.clock();
  }

  protected answer({ method, path, query, headers, body }: TrackerCall): TrackerAnswer {
    if (headers.authorization !== `Bearer ${this.token}`) return { status: 401, body: { message: 'Bad credentials' } };
    if (!headers['user-agent'] || headers['x-github-api-version'] !== '2022-11-28') return { status: 403, body: {} };
    const root = `/repos/${this.place}`;
    if (path === root) return { status: 200, body: { full_name: this.place, has_issues: true } };
    if (path === `${root}/issues`) return method === 'POST' ? this.create(body) : this.list(query, headers);
    const [, number = '', part] = new RegExp(`^${root}/issues/(\\d+)(/comments)?$`).exec(path) ?? [];
    if (this.deleted.has(number)) return { status: 410, body: { message: 'This issue was deleted' } };
    const ticket = [...this.tickets.values()].find((one) => String(one.number) === number);
    if (!ticket) return { status: 404, body: { message: 'Not Found' } };
    if (part && method === 'POST') {
      const id = this.comment(ticket, String(body.body));
      return { status: 201, body: { id: Number(id), body: body.body } };
    }
    if (part) {
      const page = Number(query.get('page') ?? '1') - 1;
      const comments = ticket.comments.slice(page * 100, page * 100 + 100);
      return {
        status: 200,
        body: comments.map(({ id, author, text, at }) => ({
          id: Number(id),
          user: { login: author },
          body: text,
          created_at: this.iso(at),
        })),
      };
    }
    if (method === 'PATCH') {
      if (body.state !== 'closed') return { status: 422, body: { message: 'Validation Failed' } };
      this.finish(ticket);
    }
    return { status: 200, body: this.issue(ticket) };
  }

  private create(body: Record<string, unknown>): TrackerAnswer {
    if (typeof body.title !== 'string' || body.title === '')
      return { status: 422, body: { message: 'Validation Failed' } };
    const made = this.make({ title: body.title, body: String(body.body), labels: [], status: 'open' });
    return { status: 201, body: this.issue(made) };
  }

  private list(query: URLSearchParams, headers: TrackerCall['headers']): TrackerAnswer {
    const since = Date.parse(query.get('since') ?? '1970-01-01T00:00:00Z');
    const by = query.get('sort') === 'created' ? 'at' : 'changedAt';
    const down = query.get('direction') !== 'asc';
    const page = Number(query.get('page') ?? '1') - 1;
    const all = [...this.tickets.values()]
      .filter((one) => one.changedAt >= since && !this.deleted.has(String(one.number)))
      .toSorted((one, other) => (down ? -1 : 1) * (one[by] - other[by]))
      .slice(page * 100, page * 100 + 100)
      .map((one) => this.issue(one));
    const etag = `W/"${createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16)}"`;
    if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
    return { status: 200, body: all, headers: { etag, 'x-ratelimit-remaining': '4999' } };
  }

  private issue({ number, title, body, isDone, assignee, changedAt, at, comments }: KeptTicket): object {
    return {
      id: 1_000_000 + number,
      number,
      html_url: `https://github.com/${this.place}/issues/${number}`,
      title,
      body,
      state: isDone ? 'closed' : 'open',
      state_reason: isDone ? 'completed' : null,
      assignees: assignee === undefined ? [] : [{ login: assignee }],
      comments: comments.length,
      created_at: this.iso(at),
      updated_at: this.iso(changedAt),
    };
  }
}
