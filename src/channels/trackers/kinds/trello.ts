/**
 * Trello, REST API 1 (https://developer.atlassian.com/cloud/trello/rest/, guides of January 2026).
 * - Signed in by `Authorization: OAuth oauth_consumer_key="…", oauth_token="…"`, so that neither stands in an address.
 * - `POST /1/cards` takes `idList`, `name` and `desc`, and answers with the card. A comment is an action of type `commentCard`.
 * - All cards of a board, archived ones too, come in one call; a card that was deleted answers 404.
 * - Limits: 429 without a `Retry-After`; 100 calls in ten seconds for a token.
 * - Webhooks: `X-Trello-Webhook`, the HMAC-SHA1 of body and address under the secret of the API key, in base64. Before it makes one,
 *   Trello asks for its address by HEAD.
 * @module
 */
import { createHmac } from 'node:crypto';
import { cut } from '../../../render/format';
import { at, listAt, mustText, textAt, type Api } from '../api';
import { commentOf, MOST_COMMENTS, type Made, type Seen, type TrackerAdapter } from '../adapter';

const FIELDS = 'closed,idList,dueComplete,dateLastActivity,shortLink,shortUrl';
const MEMBERS = 'members=true&member_fields=fullName';

const card = (ref: string): string => `/1/cards/${encodeURIComponent(ref)}`;

/** The list that takes new cards, and the one for those that are done. */
function placeOf({ place }: Api): { list: string; done: string | undefined } {
  const [list = '', done] = place.split('/');
  return { list, done };
}

const made = (body: unknown): Made => ({
  ref: mustText(body, 'id'),
  key: mustText(body, 'shortLink'),
  url: mustText(body, 'shortUrl'),
});

/** @param listName of the list in which it lies */
function seenIn(api: Api, body: unknown, listName: string | undefined): Seen {
  const isArchived = at(body, 'closed') === true;
  const isDone =
    isArchived || at(body, 'dueComplete') === true || textAt(body, 'idList') === (placeOf(api).done ?? '-');
  const members = listAt(body, 'members').flatMap((one) => textAt(one, 'fullName') ?? []);
  return {
    ...made(body),
    status: isArchived ? 'archived' : (listName ?? 'open'),
    isDone,
    assignee: members.length > 0 ? members.join(', ') : undefined,
    changedAt: mustText(body, 'dateLastActivity'),
  };
}

/** The board of the list. */
async function boardOf(api: Api): Promise<string> {
  const { body } = await api.call('GET', `/1/lists/${placeOf(api).list}?fields=idBoard`);
  return `/1/boards/${encodeURIComponent(mustText(body, 'idBoard'))}`;
}

export const trello: TrackerAdapter = {
  headers(token) {
    const [key = '', ...rest] = token.split(':');
    return { authorization: `OAuth oauth_consumer_key="${key}", oauth_token="${rest.join(':')}"` };
  },

  async reach(api) {
    const { list, done } = placeOf(api);
    for (const one of done === undefined ? [list] : [list, done])
      await api.call('GET', `/1/lists/${one}?fields=idBoard`);
  },

  async find(api, mark) {
    const { body } = await api.call('GET', `${await boardOf(api)}/cards/all?fields=desc,shortLink,shortUrl`);
    const found = listAt(body).find((one) => (textAt(one, 'desc') ?? '').includes(mark));
    return found === undefined ? undefined : made(found);
  },

  async create(api, { title, body }) {
    const card_ = { idList: placeOf(api).list, name: cut(title, 500), desc: cut(body, 16_000) };
    return made((await api.call('POST', '/1/cards', card_)).body);
  },

  async look(api, ref) {
    const { body } = await api.call('GET', `${card(ref)}?fields=${FIELDS}&${MEMBERS}&list=true`);
    return seenIn(api, body, textAt(body, 'list', 'name'));
  },

  async changed(api, tickets) {
    const board = await boardOf(api);
    const [cards, lists] = [
      await api.call('GET', `${board}/cards/all?fields=${FIELDS}&${MEMBERS}`),
      await api.call('GET', `${board}/lists/all?fields=name`),
    ];
    const names = new Map(listAt(lists.body).map((one) => [textAt(one, 'id'), textAt(one, 'name')]));
    const ours = new Set(tickets.map(({ ref }) => ref));
    const seen = listAt(cards.body)
      .filter((one) => ours.has(textAt(one, 'id') ?? ''))
      .map((one) => seenIn(api, one, names.get(textAt(one, 'idList'))));
    return { seen };
  },

  async comments(api, { ref }) {
    const { body } = await api.call('GET', `${card(ref)}/actions?filter=commentCard&limit=${MOST_COMMENTS}`);
    // The newest stands first.
    return listAt(body)
      .toReversed()
      .map((one) =>
        commentOf(at(one, 'id'), at(one, 'memberCreator', 'fullName'), at(one, 'date'), at(one, 'data', 'text')),
      );
  },

  comment: async (api, ref, text) =>
    mustText((await api.call('POST', `${card(ref)}/actions/comments`, { text })).body, 'id'),

  async close(api, ref) {
    const { done } = placeOf(api);
    await api.call('PUT', card(ref), done === undefined ? { closed: true } : { idList: done });
  },

  hook: {
    header: 'x-trello-webhook',
    signature: (secret, raw, address) => createHmac('sha1', secret).update(raw).update(address).digest('base64'),
    refs: (body) => [textAt(body, 'action', 'data', 'card', 'id') ?? []].flat(),
  },
};
