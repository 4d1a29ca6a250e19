/**
 * Asana, REST API 1.0 (https://developers.asana.com/reference, guides of March and May 2026).
 * - Everything is in `data`, also what is sent. `POST /tasks` takes `name`, `notes` and `projects`; more fields than ids come where
 *   `opt_fields` names them.
 * - `GET /tasks?project=&modified_since=` lists what has changed; a comment changes its task. Pages by `next_page.offset`.
 * - A comment is a story of `resource_subtype` `comment_added`; the oldest stands first.
 * - A task that was deleted answers 404. Limits: 429 with `Retry-After`.
 * - Webhooks: the first call tells a secret in `X-Hook-Secret` and wants it back; later ones are signed by it, `X-Hook-Signature` in
 *   hex. An event is about a task, or about a story whose `parent` is one.
 * @module
 */
import { createHmac } from 'node:crypto';
import { MINUTE } from '../../../domain/basics/milliseconds';
import { cut } from '../../../render/format';
import { at, listAt, mustText, textAt, type Api } from '../api';
import { commentOf, MOST_COMMENTS, type Made, type Seen, type TrackerAdapter } from '../adapter';

const ROOT = '/api/1.0';
const FIELDS = 'completed,assignee.name,modified_at,permalink_url,memberships.section.name';
const PER_PAGE = 100;
const MOST_PAGES = 10;

const task = (ref: string): string => `${ROOT}/tasks/${encodeURIComponent(ref)}`;

const made = (body: unknown): Made => {
  const ref = mustText(body, 'gid');
  return { ref, key: ref, url: mustText(body, 'permalink_url') };
};

function seenIn(body: unknown): Seen {
  const isDone = at(body, 'completed') === true;
  return {
    ...made(body),
    status: isDone ? 'completed' : (textAt(body, 'memberships', 0, 'section', 'name') ?? 'open'),
    isDone,
    assignee: textAt(body, 'assignee', 'name'),
    changedAt: mustText(body, 'modified_at'),
  };
}

/** All pages of a list, but no more than so many. */
async function pages(api: Api, path: string): Promise<unknown[]> {
  const all: unknown[] = [];
  let offset: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const next = offset === undefined ? '' : `&offset=${encodeURIComponent(offset)}`;
    const { body } = await api.call('GET', `${path}&limit=${PER_PAGE}${next}`);
    all.push(...listAt(body, 'data'));
    offset = textAt(body, 'next_page', 'offset');
    if (offset === undefined) break;
  }
  return all;
}

const changedSince = (api: Api, since: string, fields: string): Promise<unknown[]> =>
  pages(
    api,
    `${ROOT}/tasks?project=${api.place}&modified_since=${encodeURIComponent(since)}&opt_fields=${encodeURIComponent(fields)}`,
  );

export const asana: TrackerAdapter = {
  headers: (token) => ({ authorization: `Bearer ${token}` }),

  async reach(api) {
    await api.call('GET', `${ROOT}/projects/${api.place}`);
  },

  async find(api, mark, since) {
    const found = (await changedSince(api, since, 'notes,permalink_url')).find((one) =>
      (textAt(one, 'notes') ?? '').includes(mark),
    );
    return found === undefined ? undefined : made(found);
  },

  async create(api, { title, body }) {
    const data = { name: cut(title, 500), notes: cut(body, 60_000), projects: [api.place] };
    return made(at((await api.call('POST', `${ROOT}/tasks?opt_fields=permalink_url`, { data })).body, 'data'));
  },

  look: async (api, ref) =>
    seenIn(at((await api.call('GET', `${task(ref)}?opt_fields=${encodeURIComponent(FIELDS)}`)).body, 'data')),

  async changed(api, tickets, cursor) {
    const since = cursor ?? tickets.map((one) => one.since).toSorted()[0] ?? '';
    const seen = (await changedSince(api, since, FIELDS)).map(seenIn);
    const last = seen
      .map(({ changedAt }) => changedAt)
      .toSorted()
      .at(-1);
    // Lists may be late by some seconds: what has just changed is read once more.
    const next = last === undefined ? since : new Date(Date.parse(last) - MINUTE).toISOString();
    return { seen, cursor: next > since ? next : since };
  },

  async comments(api, { ref }) {
    const fields = encodeURIComponent('resource_subtype,created_by.name,created_at,text');
    return (await pages(api, `${task(ref)}/stories?opt_fields=${fields}`))
      .filter((one) => textAt(one, 'resource_subtype') === 'comment_added')
      .slice(-MOST_COMMENTS)
      .map((one) => commentOf(at(one, 'gid'), at(one, 'created_by', 'name'), at(one, 'created_at'), at(one, 'text')));
  },

  comment: async (api, ref, text) =>
    mustText((await api.call('POST', `${task(ref)}/stories`, { data: { text } })).body, 'data', 'gid'),

  async close(api, ref) {
    await api.call('PUT', task(ref), { data: { completed: true } });
  },

  hook: {
    header: 'x-hook-signature',
    signature: (secret, raw) => createHmac('sha256', secret).update(raw).digest('hex'),
    handshake: 'x-hook-secret',
    refs: (body) =>
      listAt(body, 'events').flatMap((one) =>
        [textAt(one, 'resource', 'gid') ?? [], textAt(one, 'parent', 'gid') ?? []].flat(),
      ),
  },
};
