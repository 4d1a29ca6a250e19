/**
 * Jira, REST API version 2, which takes texts as texts (https://developer.atlassian.com/cloud/jira/platform/rest/v2/, looked up in
 * November 2026), on Cloud and on Data Center.
 * - `POST /rest/api/2/issue` takes `fields`, and answers 201 with `id` and `key`. The key changes when an issue is moved to another
 *   project; the id stays.
 * - Search: `POST /rest/api/2/search/jql` on Cloud, where `/search` was taken away in 2025; `POST /rest/api/2/search` on Data Center.
 *   Cloud finds a new issue some seconds late. A JQL that names an issue which is gone is refused as a whole, so labels are asked
 *   for, and what is missing is looked at alone.
 * - Done is what stands in the category `done` of statuses; a workflow of its own leads there (`transitions`).
 * - Limits: 429 with `Retry-After`.
 * - Webhooks of an admin with a secret: `X-Hub-Signature`, `sha256=` and the HMAC of the body in hex.
 * @module
 */
import { createHmac } from 'node:crypto';
import { cut } from '../../../render/format';
import { at, listAt, mustText, textAt, TrackerFault, type Api } from '../api';
import { commentOf, MOST_COMMENTS, type Seen, type TrackerAdapter } from '../adapter';

const ROOT = '/rest/api/2';
const FIELDS = ['status', 'assignee', 'updated'];
/** What all our issues have. */
const LABEL = 'redress';
/** Issues that one search asks for. */
const AT_ONCE = 50;

const issue = (ref: string): string => `${ROOT}/issue/${encodeURIComponent(ref)}`;

/** A token of Cloud goes with the login mail before it. */
const isCloud = (token: string): boolean => token.includes(':');

function seenIn(api: Api, body: unknown): Seen {
  const key = mustText(body, 'key');
  return {
    ref: mustText(body, 'id'),
    key,
    url: `${api.base}/browse/${encodeURIComponent(key)}`,
    status: mustText(body, 'fields', 'status', 'name'),
    isDone: textAt(body, 'fields', 'status', 'statusCategory', 'key') === 'done',
    assignee: textAt(body, 'fields', 'assignee', 'displayName'),
    changedAt: mustText(body, 'fields', 'updated'),
  };
}

/** Issues with one of these labels. Labels are of our own making, and need no quoting. */
async function search(api: Api, labels: readonly string[]): Promise<Seen[]> {
  const jql = `labels in (${labels.map((label) => `"${label}"`).join(', ')})`;
  const path = isCloud(api.token) ? `${ROOT}/search/jql` : `${ROOT}/search`;
  const { body } = await api.call('POST', path, { jql, fields: FIELDS, maxResults: AT_ONCE });
  return listAt(body, 'issues').map((one) => seenIn(api, one));
}

export const jira: TrackerAdapter = {
  headers: (token) => ({
    authorization: isCloud(token) ? `Basic ${Buffer.from(token).toString('base64')}` : `Bearer ${token}`,
  }),

  async reach(api) {
    await api.call('GET', `${ROOT}/project/${encodeURIComponent(placeOf(api).project)}`);
  },

  find: async (api, mark) => (await search(api, [mark]))[0],

  async create(api, { title, body, mark }) {
    const { project, type } = placeOf(api);
    const fields = {
      project: { key: project },
      issuetype: { name: type },
      summary: cut(title, 250),
      description: cut(body, 30_000),
      labels: [LABEL, mark],
    };
    const made = await api.call('POST', `${ROOT}/issue`, { fields });
    const key = mustText(made.body, 'key');
    return { ref: mustText(made.body, 'id'), key, url: `${api.base}/browse/${encodeURIComponent(key)}` };
  },

  look: async (api, ref) => seenIn(api, (await api.call('GET', `${issue(ref)}?fields=${FIELDS.join(',')}`)).body),

  async changed(api, tickets) {
    const seen: Seen[] = [];
    for (let from = 0; from < tickets.length; from += AT_ONCE) {
      seen.push(
        ...(await search(
          api,
          tickets.slice(from, from + AT_ONCE).map(({ mark }) => mark),
        )),
      );
    }
    return { seen };
  },

  async comments(api, { ref }) {
    const { body } = await api.call('GET', `${issue(ref)}/comment?orderBy=-created&maxResults=${MOST_COMMENTS}`);
    return listAt(body, 'comments')
      .map((one) => commentOf(at(one, 'id'), at(one, 'author', 'displayName'), at(one, 'created'), at(one, 'body')))
      .toSorted((one, other) => one.at.localeCompare(other.at) || Number(one.id) - Number(other.id))
      .slice(-MOST_COMMENTS);
  },

  comment: async (api, ref, body) => mustText((await api.call('POST', `${issue(ref)}/comment`, { body })).body, 'id'),

  async close(api, ref) {
    const { body } = await api.call('GET', `${issue(ref)}/transitions`);
    const way = listAt(body, 'transitions').find((one) => textAt(one, 'to', 'statusCategory', 'key') === 'done');
    if (way === undefined) throw new TrackerFault('unfit', 'jira_no_way_to_done');
    await api.call('POST', `${issue(ref)}/transitions`, { transition: { id: mustText(way, 'id') } });
  },

  hook: {
    header: 'x-hub-signature',
    signature: (secret, raw) => `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`,
    refs: (body) => [textAt(body, 'issue', 'id') ?? []].flat(),
  },
};

function placeOf({ place }: Api): { project: string; type: string } {
  const [project = '', type = 'Task'] = place.split('/');
  return { project, type };
}
