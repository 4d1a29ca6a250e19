import { TrackerServer, type KeptTicket, type TrackerAnswer, type TrackerCall } from './server';

const LIST = '5f0000000000000000000001';
const BOARD = '5f00000000000000000000b0';

/** A board of Trello, as REST API 1 has it. */
export class TrelloServer extends TrackerServer {
  readonly place = LIST;
  readonly token = 'trello-api-key:trello-user-token';

  /** Somebody archives it. */
  finish(ticket = this.only): void {
    ticket.isDone = true;
    ticket.changedAt = this.clock();
  }

  protected answer({ method, path, query, headers, body }: TrackerCall): TrackerAnswer {
    const [key, token] = this.token.split(':');
    if (headers.authorization !== `OAuth oauth_consumer_key="${key}", oauth_token="${token}"`) {
      return { status: 401, body: 'invalid token' };
    }
    if (path === `/1/lists/${LIST}`) return { status: 200, body: { id: LIST, idBoard: BOARD } };
    if (path === `/1/boards/${BOARD}/lists/all`) return { status: 200, body: [{ id: LIST, name: '待处理' }] };
    if (path === `/1/boards/${BOARD}/cards/all`) {
      return { status: 200, body: [...this.tickets.values()].map((one) => this.card(one)) };
    }
    if (path === '/1/cards' && method === 'POST') {
      if (body.idList !== LIST) return { status: 400, body: 'invalid value for idList' };
      return {
        status: 200,
        body: this.card(this.make({ title: String(body.name), body: String(body.desc), labels: [], status: '' })),
      };
    }
    const [, id = '', part] = /^\/1\/cards\/([^/]+)(\/actions(?:\/comments)?)?$/.exec(path) ?? [];
    const ticket = this.tickets.get(id);
    if (!ticket) return { status: 404, body: 'The requested resource was not found.' };
    if (part === '/actions/comments' && method === 'POST')
      return { status: 200, body: { id: this.comment(ticket, String(body.text)) } };
    if (part === '/actions') {
      if (query.get('filter') !== 'commentCard') return { status: 400, body: 'invalid filter' };
      const actions = ticket.comments.map(({ id: actionId, author, text, at }) => ({
        id: actionId,
        type: 'commentCard',
        date: this.iso(at),
        data: { text, card: { id } },
        memberCreator: { fullName: author },
      }));
      return { status: 200, body: actions.toReversed().slice(0, Number(query.get('limit') ?? '50')) };
    }
    if (method === 'PUT') {
      if (body.closed !== true) return { status: 400, body: 'invalid value' };
      this.finish(ticket);
    }
    return { status: 200, body: { ...this.card(ticket), list: { id: LIST, name: '待处理' } } };
  }

  private card({ id, number, title, body, isDone, assignee, changedAt }: KeptTicket): object {
    return {
      id,
      name: title,
      desc: body,
      idList: LIST,
      closed: isDone,
      dueComplete: false,
      dateLastActivity: this.iso(changedAt),
      shortLink: `card${number}`,
      shortUrl: `https://trello.com/c/card${number}`,
      members: assignee === undefined ? [] : [{ fullName: assignee }],
    };
  }
}
