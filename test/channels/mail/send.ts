import { createMailRelay } from '../../../src/channels/mail/relay';
import { loadMailTemplates } from '../../../src/channels/mail/templates';
import type { OutgoingMail } from '../../../src/channels/mail/transport';
import { waitUntil } from '../../support/processes';
import { config, type fakeStores, links, recorder } from './fake-stores';

/** A mail as it was sent, with its kind and its reader (the address without our own domain). */
export type Sent = OutgoingMail & { kind: string; reader: string; toCustomer: boolean };

const templates = loadMailTemplates();

/**
 * Runs the relay on these stores until nothing is planned any more, with a mail server that takes everything. A line in
 * the relay's log fails the test.
 */
export async function sendAll({ stores, rows }: ReturnType<typeof fakeStores>): Promise<Sent[]> {
  const { log, lines } = recorder();
  const sent: Sent[] = [];
  const relay = createMailRelay({
    stores,
    config,
    links,
    log,
    templates,
    idleMs: 5,
    breaker: { perAddress: 1e6, timesUsual: 5, floor: 1e6 },
    onPermanentFailure: () => Promise.resolve(),
    transport: {
      send: (mail) => {
        const row = [...rows.values()].find(({ messageId }) => messageId === mail.messageId);
        const reader = mail.to.join().replaceAll('@desk.example', '');
        sent.push({ ...mail, kind: row?.mail ?? '', reader, toCustomer: row?.to.kind === 'customer' });
        return Promise.resolve({ kind: 'sent' });
      },
      close: () => undefined,
    },
  });
  relay.start();
  const planned = () => [...rows.values()].some(({ outcome }) => outcome === 'planned');
  await waitUntil(() => !planned() || lines.length > 0, 'every mail has left or is put aside');
  await relay.stop();
  expect(lines).toEqual([]);
  return sent;
}
