import { TrackerServer, type KeptTicket, type TrackerAnswer, type TrackerCall } from './server';

const PROJECT = '1200000000000001';

/** A project of Asana, as REST API 1.0 has it. */
export class AsanaServer extends TrackerServer {
  readonly place = PROJECT;
  readonly token = '2/1200/asana-personal-token';

  finish(ticket = this.only): void {
    ticket.isDone = true;
    ticket.changedAt = this.clock();
  }

  protected answer({ method, path, query, headers, body }: TrackerCall): TrackerAnswer {
    const fault = (status: number, message: string): TrackerAnswer => ({ status, body: { errors: [{ message }] } });
    if (headers.authorization !== `Bearer ${this.token}`) return fault(401, 'Not Authorized');
    const data = (body.data ?? {}) as Record<string, unknown>;
    const fields = (query.get('opt_fields') ?? '').split(',');
    if (path === `/api/1.0/projects/${PROJECT}`) return { status: 200, body: { data: { gid: PROJECT } } };
    if (path === '/api/1.0/tasks' && method === 'POST') {
      if (!(data.projects as string[]).includes(PROJECT)) return fault(400, 'projects: Not a recognized ID');
      const made = this.make({ title: String(data.name), body: String(data.notes), labels: [], status: '' });
      return { status: 201, body: { data: this.task(made, fields) } };
    }
    if (path === '/api/1.0/tasks') {
      if (query.get('project') !== PROJECT) return fault(400, 'project: Not a recognized ID');
      const since = Date.parse(query.get('modified_since') ?? '');
      const offset = Number(query.get('offset') ?? '0');
      const limit = Number(query.get('limit') ?? '20');
      const found = [...this.tickets.values()].filter(({ changedAt }) => changedAt > since);
      const page = found.slice(offset, offset + limit).map((one) => this.task(one, fields));
      const next = found.length > offset + limit ? { offset: String(offset + limit) } : null;
      return { status: 200, body: { data: page, next_page: next } };
    }
    const [, gid = '', stories] = /^\/api\/1\.0\/tasks\/([^/]+)(\/stories)?$/.exec(path) ?? [];
    const ticket = this.tickets.get(gid);
    if (!ticket) return fault(404, 'task: Unknown object');
    if (stories && method === 'POST')
      return { status: 201, body: { data: { gid: this.comment(ticket, String(data.text)) } } };
    if (stories) {
      const said = ticket.comments.map(({ id, author, text, at }) => ({
        gid: id,
        resource_subtype: 'comment_added',
        created_by: { name: author },
        created_at: this.iso(at),
        text,
      }));
      const moved = {
        gid: '1',
        resource_subtype: 'section_changed',
        created_at: this.iso(ticket.at),
        text: 'moved it',
      };
      return { status: 200, body: { data: [moved, ...said], next_page: null } };
    }
    if (method === 'PUT') {
      if (data.completed !== true) return fault(400, 'completed: Missing input');
      this.finish(ticket);
    }
    return { status: 200, body: { data: this.task(ticket, fields) } };
  }

  /** Only what was asked for. */
  private task({ id, number, body, isDone, assignee, changedAt }: KeptTicket, fields: string[]): object {
    const all: Record<string, unknown> = {
      notes: body,
      completed: isDone,
      'assignee.name': undefined,
      assignee: fields.includes('assignee.name')
        ? assignee === undefined
          ? null
          : { gid: '9', name: assignee }
        : undefined,
      modified_at: this.iso(changedAt),
      permalink_url: `https://app.asana.com/0/${PROJECT}/${number}`,
      memberships: fields.includes('memberships.section.name')
        ? [{ section: { gid: '8', name: '待处理' } }]
        : undefined,
    };
    const wanted = Object.entries(all).filter(([name]) => fields.some((field) => field.split('.')[0] === name));
    return { gid: id, resource_type: 'task', ...Object.fromEntries(wanted) };
  }
}
