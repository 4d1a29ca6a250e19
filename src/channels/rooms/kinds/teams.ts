/**
 * Webhooks of Microsoft Teams: workflows ("When a Teams webhook request is received"), and connectors where they still are.
 *
 * Contract: learn.microsoft.com, "Create and send messages" and "Create incoming webhooks" (MicrosoftDocs/msteams-docs, stored
 * copies of 2021 to 2025), and the Teams connector of Power Automate.
 * - POST of a message with one adaptive card to an address of Power Platform, Logic Apps or `*.webhook.office.com`. No
 *   signature that we make: what there is stands in the address.
 * - 4 messages a second, 60 in 30 seconds, 100 an hour, 150 in two, 1,800 a day for a connector; of workflows no figure was
 *   found. 28 KB at most.
 * - A workflow answers 202 without a body: its run may still fail, which only its owner sees. A connector answers 200 with
 *   `1`, or 200 with words such as "Microsoft Teams endpoint returned HTTP error 429". There is no id by which a repeat
 *   would be known as one.
 * - A workflow that is off answers 400 with `WorkflowTriggerIsNotEnabled`.
 * - `<at>…</at>` with an entity calls somebody by their sign-in mail address.
 * @module
 */
import { MINUTE } from '../../../domain/basics/milliseconds';
import { byStatus, type Answer, type Called, type RoomAdapter, type RoomMessage, type Verdict } from '../adapter';

const plain = (text: string): string => text.replace(/[[\]<>*_`]/g, ' ');
const tag = ({ name }: Called): string => `<at>${plain(name)}</at>`;
const block = (text: string, more: object = {}): object => ({ type: 'TextBlock', text, wrap: true, ...more });

const card = ({ title, isLoud, facts, lines, more, button, called, from }: RoomMessage): object => ({
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  type: 'AdaptiveCard',
  version: '1.4',
  body: [
    block(plain(title), { weight: 'Bolder', size: 'Medium', ...(isLoud && { color: 'Attention' }) }),
    ...(facts.length === 0
      ? []
      : [{ type: 'FactSet', facts: facts.map(({ name, value }) => ({ title: name, value })) }]),
    ...lines.map((line) => block(`[${plain(line.text)}](${line.url})`, { spacing: 'Small' })),
    ...(more === undefined ? [] : [block(plain(more))]),
    ...(called.length === 0 ? [] : [block(called.map(tag).join(' '))]),
    block(plain(from), { isSubtle: true, size: 'Small' }),
  ],
  actions: [{ type: 'Action.OpenUrl', title: button.words, url: button.url }],
  msteams: {
    width: 'Full',
    entities: called.map((one) => ({
      type: 'mention',
      text: tag(one),
      mentioned: { id: one.chatId, name: plain(one.name) },
    })),
  },
});

function meaning(answer: Answer): Verdict {
  const { status, text } = answer;
  const failed = /returned HTTP error (\d{3})/.exec(text)?.[1];
  if (failed !== undefined) {
    if (failed === '429') return { kind: 'later', code: 'teams_429', afterMs: MINUTE };
    return { kind: failed === '413' || failed === '400' ? 'unfit' : 'later', code: `teams_${failed}` };
  }
  if (status === 400 && text.includes('WorkflowTriggerIsNotEnabled')) return { kind: 'refused', code: 'teams_off' };
  const verdict = byStatus(answer);
  // A connector says 1; other words with 200 are those of a fault.
  const isSilent = ['', '1'].includes(text.trim());
  return verdict.kind === 'taken' && status === 200 && !isSilent ? { kind: 'unknown', code: 'no_result' } : verdict;
}

export const teams: RoomAdapter = {
  request: (message, { url }) => ({
    url,
    body: {
      type: 'message',
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card(message) },
      ],
    },
  }),
  meaning,
};
