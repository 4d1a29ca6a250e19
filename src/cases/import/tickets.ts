/**
 * Tickets that Zammad and Zendesk export as JSON, as a table with the same columns for both.
 * @module
 */
import { convert } from 'html-to-text';
import { FileFault, giveWay, MOST, tooManyRows, type Table, type TableRow } from './fault';

/** The columns of the table. */
export const TICKET_COLUMNS = [
  'number',
  'title',
  'text',
  'history',
  'solution',
  'created_at',
  'solved_at',
  'closed_at',
  'state',
  'priority',
  'channel',
  'customer_name',
  'customer_phone',
  'customer_email',
] as const;

/** A JSON document as a whole is parsed at one go, and everything else waits meanwhile. */
const MOST_WHOLE = 16 * 1024 * 1024;

const noJson = (zh: string, en: string): FileFault =>
  new FileFault('no_json', {
    zh: `不是能识别的 JSON：${zh}；请重新导出，每行一张工单或整个列表`,
    en: `it is no JSON that is known here: ${en}; export it again, one ticket a line or all as one list`,
  });
const noTickets = (): FileFault =>
  new FileFault('no_tickets', {
    zh: '里面没有 Zammad 或 Zendesk 的工单；请看导入说明里的导出方法',
    en: 'there are no tickets of Zammad or Zendesk in it; the page about the import says how to export them',
  });
const tooLarge = (): FileFault =>
  new FileFault('json_too_large', {
    zh: 'JSON 整体超过 16 MB；请改成每行一张工单（NDJSON），或拆成几个文件',
    en: 'it is one JSON document of more than 16 MB; write one ticket a line (NDJSON), or split it',
  });

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objects = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter(isObject) : isObject(value) ? Object.values(value).filter(isObject) : [];
const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
/** The first of these fields that says something. */
const first = (of: Json, ...names: string[]): string =>
  names.map((name) => text(of[name])).find((each) => each.trim() !== '') ?? '';

interface Parsed {
  tickets: Json[];
  users: Map<string, Json>;
  articles: Map<string, Json[]>;
}

const byId = (items: readonly Json[]): Map<string, Json> => new Map(items.map((item) => [text(item.id), item]));
function byTicket(items: readonly Json[]): Map<string, Json[]> {
  const found = new Map<string, Json[]>();
  for (const item of items) {
    const id = text(item.ticket_id);
    found.set(id, [...(found.get(id) ?? []), item]);
  }
  return found;
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
};

/** What the document holds, whichever of the usual ways it is laid out in. @throws FileFault */
async function read(whole: string): Promise<Parsed> {
  const document = whole.length <= MOST_WHOLE ? parsed(whole) : undefined;
  if (document !== undefined) {
    const root = isObject(document) ? document : {};
    const assets = isObject(root.assets) ? root.assets : {};
    const list = Array.isArray(document)
      ? document
      : (root.tickets ?? assets.Ticket ?? (root.id === undefined ? [] : [root]));
    return {
      tickets: objects(list),
      users: byId([...objects(root.users), ...objects(assets.User)]),
      articles: byTicket([...objects(root.articles), ...objects(root.comments), ...objects(assets.TicketArticle)]),
    };
  }
  const tickets: Json[] = [];
  let at = 0;
  for (let no = 1; at < whole.length; no++) {
    const end = whole.indexOf('\n', at);
    const line = whole.slice(at, end < 0 ? whole.length : end).trim();
    at = end < 0 ? whole.length : end + 1;
    if (line === '') continue;
    const one = line.length <= MOST_WHOLE ? parsed(line) : undefined;
    if (!isObject(one)) {
      if (no === 1 && whole.length > MOST_WHOLE) throw tooLarge();
      throw noJson(`第 ${no} 行有误`, `line ${no} is malformed`);
    }
    tickets.push(isObject(one.ticket) ? one.ticket : one);
    if (tickets.length > MOST.rows) throw tooManyRows();
    if (no % 100 === 0) await giveWay();
  }
  return { tickets, users: new Map(), articles: new Map() };
}

const plain = (body: string, isHtml: boolean): string =>
  (isHtml
    ? convert(body, {
        wordwrap: false,
        limits: { maxInputLength: MOST.cell },
        selectors: [
          { selector: 'img', format: 'skip' },
          { selector: 'a', options: { ignoreHref: true } },
        ],
      })
    : body
  ).trim();

/** A message of a ticket. */
interface Said {
  at: string;
  by: string;
  text: string;
  isCustomer: boolean;
  isPublic: boolean;
}

function personIn(ticket: Json, users: ReadonlyMap<string, Json>, name: string): Json {
  const given = ticket[name] ?? users.get(text(ticket[`${name}_id`]));
  if (isObject(given)) return given;
  const written = text(given);
  return written.includes('@') ? { email: written } : { name: written };
}

function nameOf(person: Json): string {
  const [given, family] = [text(person.firstname).trim(), text(person.lastname).trim()];
  const together = /^\p{Script=Han}+$/u.test(given + family) ? family + given : `${given} ${family}`.trim();
  return first(person, 'name') || together;
}

/** What was said in a ticket, in order. Zammad calls it articles, Zendesk comments. */
function saidIn(ticket: Json, { articles, users }: Parsed, customer: string): Said[] {
  const own = objects(ticket.articles ?? ticket.comments);
  const all = own.length > 0 ? own : (articles.get(text(ticket.id)) ?? []);
  return all
    .map((one): Said => {
      const author = personIn(one, users, 'author');
      const sender = first(one, 'sender').toLowerCase();
      const isHtml = /html/iu.test(first(one, 'content_type')) || (text(one.body) === '' && text(one.html_body) !== '');
      return {
        at: first(one, 'created_at'),
        by: first(one, 'from') || nameOf(author) || sender,
        text: plain(first(one, 'plain_body', 'body', 'html_body'), isHtml),
        isCustomer:
          sender === '' ? text(one.author_id) !== '' && text(one.author_id) === customer : sender === 'customer',
        isPublic: one.internal !== true && one.public !== false,
      };
    })
    .filter((one) => one.text !== '')
    .toSorted((a, b) => a.at.localeCompare(b.at));
}

/** Zendesk counts priorities by words alone, Zammad numbers them: 2 normal. */
const priorityOf = (ticket: Json): string => {
  const value = ticket.priority;
  return (isObject(value) ? first(value, 'name') : text(value)).replace(/^\d+\s+/u, '').toLowerCase();
};
const stateOf = (ticket: Json): string => {
  const value = ticket.state ?? ticket.status;
  return (isObject(value) ? first(value, 'name') : text(value)).toLowerCase();
};

/** States in which a ticket has been answered and needs nothing more. */
const ENDED = /^(?:closed|solved)\b/u;

function cellsOf(ticket: Json, all: Parsed): string[] {
  const isZendesk = 'requester_id' in ticket || 'requester' in ticket || 'status' in ticket;
  const who = isZendesk ? 'requester' : 'customer';
  const customer = personIn(ticket, all.users, who);
  const said = saidIn(ticket, all, text(ticket[`${who}_id`]));
  const opening = said.find((one) => one.isCustomer && one.isPublic) ?? said.find((one) => one.isPublic);
  const answer = said.findLast((one) => !one.isCustomer && one.isPublic && one !== opening);
  const others = said.filter((one) => one !== opening && one !== answer);
  const metrics = isObject(ticket.metric_set) ? ticket.metric_set : {};
  const state = stateOf(ticket);
  const solved = first(ticket, 'solved_at') || first(metrics, 'solved_at');
  // A ticket that was opened again keeps the date of its former end.
  const closed = ENDED.test(state)
    ? first(ticket, 'close_at', 'closed_at') || solved || first(ticket, 'updated_at')
    : '';
  const via = isObject(ticket.via) ? first(ticket.via, 'channel') : first(ticket, 'create_article_type', 'channel');
  const row: Record<(typeof TICKET_COLUMNS)[number], string> = {
    number: first(ticket, 'number', 'id'),
    title: first(ticket, 'title', 'subject'),
    text: opening?.text ?? plain(first(ticket, 'description', 'note'), false),
    history: others.map((one) => `${one.at} ${one.by}${one.isPublic ? '' : ' (internal)'}\n${one.text}`).join('\n\n'),
    solution: answer?.text ?? '',
    created_at: first(ticket, 'created_at'),
    solved_at: closed === '' ? '' : solved,
    closed_at: closed,
    state,
    priority: priorityOf(ticket),
    channel: via.toLowerCase(),
    customer_name: nameOf(customer),
    customer_phone: first(customer, 'phone', 'mobile'),
    customer_email: first(customer, 'email'),
  };
  return TICKET_COLUMNS.map((name) => row[name]);
}

/** Whether a text is JSON, by its first sign. */
export const looksLikeJson = (whole: string): boolean => /^\s*[[{]/u.test(whole);

/** The tickets of an export as a table. @throws FileFault */
export async function ticketTable(whole: string): Promise<Table> {
  const all = await read(whole);
  const { tickets } = all;
  const [sample] = tickets;
  const isTicket = sample && 'created_at' in sample && ('id' in sample || 'number' in sample);
  if (!isTicket) throw noTickets();
  if (tickets.length > MOST.rows) throw tooManyRows();
  const isZendesk = 'requester_id' in sample || 'requester' in sample || 'status' in sample;
  async function* rows(): AsyncGenerator<TableRow> {
    for (const [n, ticket] of tickets.entries()) {
      yield { no: n + 1, cells: cellsOf(ticket, all) };
      if (n % 20 === 19) await giveWay();
    }
  }
  return { format: isZendesk ? 'zendesk' : 'zammad', columns: TICKET_COLUMNS, rows: rows() };
}
