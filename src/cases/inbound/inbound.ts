import type { ReadStream } from 'node:fs';
import type { ContentFiles } from '../../content-files';
import type { InboundMessage, Stores } from '../../db';
import type { Staff } from '../../domain/case/permissions';
import type { Naming } from '../case/naming';
import { pageOf } from '../paging';
import { mustBe, mustRead, notFound } from '../refused';

/** A message that somebody has to look at. */
export type WaitingMessage = Pick<
  InboundMessage,
  'id' | 'channel' | 'arrivedAt' | 'bytes' | 'title' | 'reason' | 'caseNo'
>;

/** Messages that have come in and that no rule could deal with. For whoever leads; auditors may look. */
export interface InboundAccess {
  /**
   * The newest first, at most 50; a case that the person may not see is left out of its message.
   * @param before `next` of the page before
   * @throws Refused `forbidden` below a supervisor
   */
  list(actor: Staff, before?: number): Promise<{ items: WaitingMessage[]; next?: number }>;
  /**
   * Has it taken up whatever stood against it: as an answer to its case where that takes one, else as a complaint.
   * @throws Refused `forbidden` below a supervisor, `notFound` if it does not wait any more
   */
  readonly takeUp: (id: number, actor: Staff) => Promise<void>;
  /** Nothing has to be done about it. @throws as `takeUp` */
  readonly setAside: (id: number, actor: Staff) => Promise<void>;
  /** The message as it came, a stream that has to be ended. @throws as `list`, and `notFound` */
  open(id: number, actor: Staff): Promise<{ channel: string; content: ReadStream }>;
}

const PAGE = 50;

interface Needs {
  inbound: Pick<Stores['inbound'], 'list' | 'get' | 'release' | 'setAside'>;
  files: Pick<ContentFiles, 'read'>;
  naming: Pick<Naming, 'seenBy'>;
}

const noSuchMessage = () => notFound({ zh: '等人看的来信', en: 'message that waits for somebody' });

/** Builds `InboundAccess`. */
export function createInboundAccess({ inbound, files, naming }: Needs): InboundAccess {
  return {
    async list(actor, before) {
      mustRead(actor, 'supervisor');
      const { page, ...rest } = pageOf(await inbound.list('quarantined', PAGE + 1, before), PAGE);
      const seen = await naming.seenBy(
        page.flatMap(({ caseNo }) => (caseNo === undefined ? [] : [caseNo])),
        actor,
      );
      return { items: page.map((row) => shown(row, seen)), ...rest };
    },

    async takeUp(id, actor) {
      mustBe(actor, 'supervisor');
      if (!(await inbound.release(id))) throw noSuchMessage();
    },

    async setAside(id, actor) {
      mustBe(actor, 'supervisor');
      if (!(await inbound.setAside(id))) throw noSuchMessage();
    },

    async open(id, actor) {
      mustRead(actor, 'supervisor');
      const row = await inbound.get(id);
      const content = row?.outcome === 'quarantined' ? await files.read(row.sha256) : undefined;
      if (!row || !content) throw noSuchMessage();
      return { channel: row.channel, content };
    },
  };
}

const shown = (
  { id, channel, arrivedAt, bytes, title, reason, caseNo }: InboundMessage,
  seen: ReadonlySet<string>,
): WaitingMessage => ({
  id,
  channel,
  arrivedAt,
  bytes,
  ...(title !== undefined && { title }),
  ...(reason !== undefined && { reason }),
  ...(caseNo !== undefined && seen.has(caseNo) && { caseNo }),
});
