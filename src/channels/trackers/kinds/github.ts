/**
 * GitHub issues, REST API version 2022-11-28 (https://docs.github.com/en/rest/issues, looked up in November 2026), on github.com and
 * GitHub Enterprise Server (`https://host/api/v3`).
 * - `POST /repos/{owner}/{repo}/issues` takes `title` and `body`, and answers 201 with `number` and `html_url`.
 * - `GET …/issues?state=all&since=` lists what has changed, pull requests among it (`pull_request`); with `If-None-Match` it answers
 *   304, which costs nothing of the rate limit. What was deleted or moved away is simply not in it.
 * - A single issue answers 410 once it is deleted, 404 where we may not read it, 301 where it was transferred to.
 * - Limits: 403 or 429 with `Retry-After`, or `x-ratelimit-remaining: 0` and `x-ratelimit-reset` in seconds since 1970.
 * - Webhooks: `X-Hub-Signature-256`, `sha256=` and the HMAC of the body in hex.
 * @module
 */
import { createHmac } from 'node:crypto';
import { cut } from '../../../render/format';
import { at, listAt, mustText, textAt, type Api } from '../api';
import { commentOf, MOST_COMMENTS, type Seen, type TrackerAdapter } from '../adapter';

const PER_PAGE = 100;
/** A repository that changes faster than so many pages is read on at the next look. */
const MOST_PAGES = 10;

/** The path of the repository. Its place is of the pattern owner/name. */
const repo = ({ place }: Api): string => `/repos/${place}`;
const issue = (api: Api, ref: string): string => `${repo(api)}/issues/${encodeURIComponent(ref)}`;

function seenIn(body: unknown): Seen {
  const ref = mustText(body, 'number');
  const isDone = textAt(body, 'state') === 'closed';
  const assignees = listAt(body, 'assignees').flatMap((one) => textAt(one, 'login') ?? []);
  const comments = at(body, 'comments');
  return {
    ref,
    key: `#${ref}`,
    url: mustText(body, 'html_url'),
    status: isDone ? (textAt(body, 'state_reason') ?? 'closed') : 'open',
    isDone,
    assignee: assignees.length > 0 ? assignees.join(', ') : undefined,
    changedAt: mustText(body, 'updated_at'),
    ...(typeof comments === 'number' && { comments }),
  };
}

/** Up to where changes were read, and the tag of the answer that said so. */
interface Cursor {
  since: string;
  etag?: string;
}

function cursorIn(text: string | undefined): Cursor | undefined {
  try {
    const { since, etag } = JSON.parse(text ?? '') as Partial<Cursor>;
    return since === undefined ? undefined : { since, ...(etag !== undefined && { etag }) };
  } catch {
    return undefined;
  }
}

export const github: TrackerAdapter = {
  headers: (token) => ({
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  }),

  async reach(api) {
    await api.call('GET', repo(api));
  },

  async find(api, mark, since) {
    const query = `state=all&sort=created&direction=desc&per_page=${PER_PAGE}&since=${encodeURIComponent(since)}`;
    for (let page = 1; page <= MOST_PAGES; page++) {
      const { body } = await api.call('GET', `${repo(api)}/issues?${query}&page=${page}`);
      const list = listAt(body);
      const found = list.find(
        (one) => at(one, 'pull_request') === undefined && (textAt(one, 'body') ?? '').includes(mark),
      );
      if (found !== undefined) return seenIn(found);
      if (list.length < PER_PAGE) break;
    }
    return undefined;
  },

  async create(api, { title, body }) {
    const made = await api.call('POST', `${repo(api)}/issues`, { title: cut(title, 250), body: cut(body, 60_000) });
    return seenIn(made.body);
  },

  look: async (api, ref) => seenIn((await api.call('GET', issue(api, ref))).body),

  async changed(api, tickets, cursor) {
    const from = cursorIn(cursor) ?? { since: tickets.map(({ since: planned }) => planned).toSorted()[0] ?? '' };
    const query = `state=all&sort=updated&direction=asc&per_page=${PER_PAGE}&since=${encodeURIComponent(from.since)}`;
    const seen: Seen[] = [];
    let { since, etag } = from;
    for (let page = 1; page <= MOST_PAGES; page++) {
      const tag = page === 1 && from.etag !== undefined ? { 'if-none-match': from.etag } : undefined;
      const answer = await api.call('GET', `${repo(api)}/issues?${query}&page=${page}`, undefined, tag);
      if (answer.status === 304) return { seen: [], cursor: JSON.stringify(from) };
      const list = listAt(answer.body);
      seen.push(...list.filter((one) => at(one, 'pull_request') === undefined).map(seenIn));
      const last = list.at(-1);
      if (last !== undefined) since = mustText(last, 'updated_at');
      etag = answer.headers.etag;
      if (list.length < PER_PAGE) break;
    }
    // A tag is of one address, and the address names the moment.
    const isSame = since === from.since && etag !== undefined;
    return { seen, cursor: JSON.stringify({ since, ...(isSame && { etag }) }) };
  },

  async comments(api, { ref, comments = 0 }) {
    const last = Math.max(1, Math.ceil(comments / PER_PAGE));
    // The last page may hold few, and the one before it is worth a call then.
    const pages = last > 1 && comments % PER_PAGE < MOST_COMMENTS ? [last - 1, last] : [last];
    const all: unknown[] = [];
    for (const page of pages) {
      const { body } = await api.call('GET', `${issue(api, ref)}/comments?per_page=${PER_PAGE}&page=${page}`);
      all.push(...listAt(body));
    }
    return all
      .slice(-MOST_COMMENTS)
      .map((one) => commentOf(at(one, 'id'), at(one, 'user', 'login'), at(one, 'created_at'), at(one, 'body')));
  },

  comment: async (api, ref, body) =>
    mustText((await api.call('POST', `${issue(api, ref)}/comments`, { body })).body, 'id'),

  async close(api, ref) {
    await api.call('PATCH', issue(api, ref), { state: 'closed', state_reason: 'completed' });
  },

  hook: {
    header: 'x-hub-signature-256',
    signature: (secret, raw) => `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`,
    refs: (body) => [textAt(body, 'issue', 'number') ?? []].flat(),
  },
};
