/**
 * Bugzilla, REST API of 5.0 and later (https://bugzilla.readthedocs.io/en/latest/api/, docs/en/rst/api/core/v1 of bugzilla/bugzilla).
 * - Signed in by `X-BUGZILLA-API-KEY`.
 * - `POST /rest/bug` takes `product`, `component`, `version`, `summary`, `description` and an `alias`, which is unique in all of a
 *   Bugzilla: our mark, so that Bugzilla itself takes no second one. It has 40 characters at most.
 * - `GET /rest/bug?id=1,2` gives those that are there and may be seen, and nothing of the others.
 * - Comment 0 is the description. Private comments are left out.
 * - It has no webhooks of its own (an extension does at Mozilla): its bugs are looked at by us alone.
 * @module
 */
import { cut } from '../../../render/format';
import { at, listAt, mustText, textAt, TrackerFault, type Api } from '../api';
import { commentOf, MOST_COMMENTS, type Made, type Seen, type TrackerAdapter } from '../adapter';

const FIELDS = 'id,status,resolution,is_open,assigned_to,assigned_to_detail,last_change_time';
const AT_ONCE = 100;

const bug = (ref: string): string => `/rest/bug/${encodeURIComponent(ref)}`;

const made = (api: Api, ref: string): Made => ({
  ref,
  key: `Bug ${ref}`,
  url: `${api.base}/show_bug.cgi?id=${encodeURIComponent(ref)}`,
});

function seenIn(api: Api, body: unknown): Seen {
  const status = mustText(body, 'status');
  const resolution = textAt(body, 'resolution') ?? '';
  const name = textAt(body, 'assigned_to_detail', 'real_name') ?? '';
  return {
    ...made(api, mustText(body, 'id')),
    status: resolution === '' ? status : `${status} ${resolution}`,
    isDone: at(body, 'is_open') === false,
    assignee: name === '' ? textAt(body, 'assigned_to') : name,
    changedAt: mustText(body, 'last_change_time'),
  };
}

async function search(api: Api, query: string): Promise<Seen[]> {
  const { body } = await api.call('GET', `/rest/bug?${query}&include_fields=${FIELDS}`);
  return listAt(body, 'bugs').map((one) => seenIn(api, one));
}

function placeOf({ place }: Api): { product: string; component: string; version: string } {
  const [product = '', component = '', version = 'unspecified'] = place.split('/');
  return { product, component, version };
}

export const bugzilla: TrackerAdapter = {
  headers: (token) => ({ 'x-bugzilla-api-key': token, 'content-type': 'application/json' }),

  async reach(api) {
    const { product } = placeOf(api);
    const { body } = await api.call('GET', `/rest/product/${encodeURIComponent(product)}?include_fields=name`);
    if (listAt(body, 'products').length === 0) throw new TrackerFault('gone', 'http_404');
  },

  find: async (api, mark) => (await search(api, `alias=${encodeURIComponent(mark)}`))[0],

  async create(api, { title, body, mark }) {
    const wanted = { ...placeOf(api), summary: cut(title, 250), description: cut(body, 60_000), alias: mark };
    return made(api, mustText((await api.call('POST', '/rest/bug', wanted)).body, 'id'));
  },

  async look(api, ref) {
    const [found] = await search(api, `id=${encodeURIComponent(ref)}`);
    if (!found) throw new TrackerFault('gone', 'http_404');
    return found;
  },

  async changed(api, tickets) {
    const seen: Seen[] = [];
    for (let from = 0; from < tickets.length; from += AT_ONCE) {
      const ids = tickets.slice(from, from + AT_ONCE).map(({ ref }) => ref);
      seen.push(...(await search(api, `id=${encodeURIComponent(ids.join(','))}`)));
    }
    return { seen };
  },

  async comments(api, { ref }) {
    const { body } = await api.call('GET', `${bug(ref)}/comment`);
    return listAt(body, 'bugs', ref, 'comments')
      .filter((one) => at(one, 'count') !== 0 && at(one, 'is_private') !== true)
      .slice(-MOST_COMMENTS)
      .map((one) => commentOf(at(one, 'id'), at(one, 'creator'), at(one, 'creation_time'), at(one, 'text')));
  },

  comment: async (api, ref, comment) =>
    mustText((await api.call('POST', `${bug(ref)}/comment`, { comment })).body, 'id'),

  async close(api, ref) {
    await api.call('PUT', bug(ref), { status: 'RESOLVED', resolution: 'FIXED' });
  },
};
