import { TrackerServer, type KeptTicket, type TrackerAnswer, type TrackerCall } from './server';

/** A project of Jira Cloud, as REST API version 2 has it. */
export class JiraServer extends TrackerServer {
  readonly place = 'QA';
  readonly token = 'bot@house.example:api-token';

  finish(ticket = this.only): void {
    ticket.isDone = true;
    ticket.status = '已完成';
    ticket.changedAt = this.clock();
  }

  protected answer(call: TrackerCall): TrackerAnswer {
    const { method, path, query, headers, body } = call;
    const wanted = `Basic ${Buffer.from(this.token).toString('base64')}`;
    if (headers.authorization !== wanted) return { status: 401, body: { errorMessages: ['Unauthorized'] } };
    if (path === `/rest/api/2/project/${this.place}`) return { status: 200, body: { key: this.place } };
    if (path === '/rest/api/2/issue' && method === 'POST') return this.create(body);
    if (path === '/rest/api/2/search/jql' && method === 'POST') return this.search(body);
    // Taken away on Cloud.
    if (path === '/rest/api/2/search')
      return { status: 410, body: { errorMessages: ['The requested API has been removed'] } };
    const [, id = '', part] = /^\/rest\/api\/2\/issue\/([^/]+)(?:\/(comment|transitions))?$/.exec(path) ?? [];
    const ticket = this.tickets.get(id);
    if (!ticket)
      return {
        status: 404,
        body: { errorMessages: ['Issue does not exist or you do not have permission to see it.'] },
      };
    if (part === undefined) return { status: 200, body: this.issue(ticket) };
    if (part === 'comment' && method === 'POST') {
      return { status: 201, body: { id: this.comment(ticket, String(body.body)), body: body.body } };
    }
    if (part === 'comment') {
      const newestFirst = query.get('orderBy') === '-created';
      const all = ticket.comments.map(({ id: commentId, author, text, at }) => ({
        id: commentId,
        author: { displayName: author },
        body: text,
        created: this.iso(at).replace('Z', '+0000'),
      }));
      const comments = (newestFirst ? all.toReversed() : all).slice(0, Number(query.get('maxResults') ?? '50'));
      return { status: 200, body: { comments, startAt: 0, total: all.length } };
    }
    return this.transition(ticket, call);
  }

  private create({ fields }: Record<string, unknown>): TrackerAnswer {
    const { project, issuetype, summary, description, labels } = fields as {
      project: { key: string };
      issuetype: { name: string };
      summary: string;
      description: string;
      labels: string[];
    };
    const errors: Record<string, string> = {
      ...(project.key !== this.place && { project: 'valid project is required' }),
      ...(!['Task', 'Bug'].includes(issuetype.name) && { issuetype: 'The issue type selected is invalid.' }),
      ...((summary === '' || summary.includes('\n') || summary.length > 255) && {
        summary: 'You must specify a summary',
      }),
      ...(labels.some((label) => label.includes(' ')) && { labels: 'The label contains spaces which is invalid.' }),
    };
    if (Object.keys(errors).length > 0) return { status: 400, body: { errorMessages: [], errors } };
    const made = this.make({ title: summary, body: description, labels, status: '待办' });
    return {
      status: 201,
      body: { id: made.id, key: `QA-${made.number}`, self: `${this.url}/rest/api/2/issue/${made.id}` },
    };
  }

  private search({ jql }: Record<string, unknown>): TrackerAnswer {
    const [, list] = /^labels in \(([^)]*)\)$/.exec(String(jql)) ?? [];
    if (list === undefined) return { status: 400, body: { errorMessages: ['Error in the JQL Query'] } };
    const labels = list.split(', ').map((label) => label.replaceAll('"', ''));
    const found = [...this.tickets.values()].filter((one) => one.labels.some((label) => labels.includes(label)));
    return { status: 200, body: { issues: found.map((one) => this.issue(one)), isLast: true } };
  }

  private transition(ticket: KeptTicket, { method, body }: TrackerCall): TrackerAnswer {
    const ways = [
      { id: '11', name: '开始', to: { name: '处理中', statusCategory: { key: 'indeterminate' } } },
      { id: '31', name: '完成', to: { name: '已完成', statusCategory: { key: 'done' } } },
    ];
    if (method === 'GET') return { status: 200, body: { transitions: ways } };
    const { transition } = body as { transition: { id: string } };
    if (transition.id !== '31') return { status: 400, body: { errorMessages: ['no such transition'] } };
    this.finish(ticket);
    return { status: 204 };
  }

  private issue({ id, number, isDone, status, assignee, changedAt }: KeptTicket): object {
    return {
      id,
      key: `QA-${number}`,
      fields: {
        status: { name: status, statusCategory: { key: isDone ? 'done' : 'new' } },
        assignee: assignee === undefined ? null : { displayName: assignee },
        updated: this.iso(changedAt).replace('Z', '+0000'),
      },
    };
  }
}
