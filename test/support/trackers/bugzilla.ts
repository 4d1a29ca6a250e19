import { TrackerServer, type KeptTicket, type TrackerAnswer, type TrackerCall } from './server';

/** A Bugzilla 5, as its REST API has it. */
export class BugzillaServer extends TrackerServer {
  readonly place = 'Heater/Packaging';
  readonly token = 'bugzilla-api-key-of-forty-characters';

  finish(ticket = this.only): void {
    ticket.isDone = true;
    ticket.changedAt = this.clock();
  }

  protected answer({ method, path, query, headers, body }: TrackerCall): TrackerAnswer {
    const fault = (status: number, code: number): TrackerAnswer => ({
      status,
      body: { error: true, code, message: 'no' },
    });
    if (headers['x-bugzilla-api-key'] !== this.token) return fault(400, 306);
    if (!headers['content-type']?.startsWith('application/json')) return fault(400, 32_614);
    if (path === '/rest/product/Heater') return { status: 200, body: { products: [{ name: 'Heater' }] } };
    if (path === '/rest/bug' && method === 'POST') return this.create(body, fault);
    if (path === '/rest/bug') {
      const ids = (query.get('id') ?? '').split(',');
      const alias = query.get('alias');
      const bugs = [...this.tickets.values()].filter((one) =>
        alias === null ? ids.includes(one.id) : one.labels.includes(alias),
      );
      return { status: 200, body: { bugs: bugs.map((one) => this.bug(one)) } };
    }
    const [, id = '', part] = /^\/rest\/bug\/(\d+)(\/comment)?$/.exec(path) ?? [];
    const ticket = this.tickets.get(id);
    if (!ticket) return fault(404, 101);
    if (part && method === 'POST')
      return { status: 201, body: { id: Number(this.comment(ticket, String(body.comment))) } };
    if (part) {
      const first = {
        id: 1,
        count: 0,
        text: ticket.body,
        creator: 'redress@house.example',
        creation_time: this.iso(ticket.at),
      };
      const said = ticket.comments.map(({ id: commentId, author, text, at }, index) => ({
        id: Number(commentId),
        count: index + 1,
        text,
        creator: author,
        is_private: false,
        creation_time: this.iso(at),
      }));
      return { status: 200, body: { bugs: { [id]: { comments: [first, ...said] } }, comments: {} } };
    }
    if (method !== 'PUT' || body.status !== 'RESOLVED' || body.resolution !== 'FIXED') return fault(400, 104);
    this.finish(ticket);
    return { status: 200, body: { bugs: [{ id: Number(id), changes: {} }] } };
  }

  private create(body: Record<string, unknown>, fault: (status: number, code: number) => TrackerAnswer): TrackerAnswer {
    const alias = String(body.alias);
    const isKnown = [...this.tickets.values()].some(({ labels }) => labels.includes(alias));
    if (alias.length > 40 || isKnown) return fault(400, 103);
    if (body.product !== 'Heater' || body.component !== 'Packaging' || body.version !== 'unspecified')
      return fault(400, 106);
    if (typeof body.summary !== 'string' || body.summary === '' || body.summary.includes('\n')) return fault(400, 107);
    const made = this.make({ title: body.summary, body: String(body.description), labels: [alias], status: '' });
    return { status: 200, body: { id: Number(made.id) } };
  }

  private bug({ id, isDone, assignee, changedAt }: KeptTicket): object {
    const name = assignee ?? '';
    return {
      id: Number(id),
      status: isDone ? 'RESOLVED' : 'CONFIRMED',
      resolution: isDone ? 'FIXED' : '',
      is_open: !isDone,
      assigned_to: name === '' ? 'nobody@house.example' : `${name}@house.example`,
      assigned_to_detail: { id: 2, real_name: name, name },
      last_change_time: this.iso(changedAt).replace(/\.\d+/, ''),
    };
  }
}
