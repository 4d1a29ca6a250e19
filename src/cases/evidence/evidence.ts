import type { ReadStream } from 'node:fs';
import type { EvidenceAnswer } from './answers';
import { BY_CUSTOMER, type Evidence } from '../../db/records';
import { DECISIONS } from '../../domain/decisions/catalogue';
import type { Staff } from '../../domain/case/permissions';
import type { Actor } from '../../domain/basics/types';
import type { Deciding } from '../case/decide';
import { decidedRefusal } from '../case/decision-refusals';
import type { ContentFiles } from '../../content-files';
import { receiveFile, type Upload } from './receive';
import type { PolicyCache } from '../rules/policies';
import type { Seen, VisibleCases } from '../case/visible';
import { stateAtReceipt } from '../case/case-view';
import { notFound, type Refused } from '../refused';
import type { Entry } from '../customer/entry';
import type { Stores } from '../../db';
import { textIdOf } from '../case/texts';

/** Who uploads: staff who see the case, or the customer with the access code. */
export type Uploader = { staff: Staff } | { code: string };

interface Needs {
  stores: Stores;
  policies: PolicyCache;
  visible: VisibleCases;
  entry: Pick<Entry, 'enter'>;
  deciding: Pick<Deciding, 'take'>;
  files: ContentFiles;
  maxBytes: number;
}

/** A file and its content, a stream that has to be ended. */
interface Opened {
  file: Evidence;
  content: ReadStream;
}

/** The most files of a case, so that nobody with an access code can fill our disk. */
const MOST_FILES = 100;

/** Builds `EvidenceAccess`. */
export function createEvidence({ stores, policies, visible, entry, deciding, files, maxBytes }: Needs) {
  async function admit(caseNo: string, uploader: Uploader): Promise<Pick<Seen, 'record' | 'state'>> {
    const seen =
      'staff' in uploader ? await visible.see(caseNo, uploader.staff) : await asCustomer(caseNo, uploader.code);
    if (!DECISIONS.addEvidence.stages.includes(seen.state.stage)) {
      throw decidedRefusal('out_of_turn', '案件已归档，不能再添加证据', 'the case is archived; nothing can be added');
    }
    if (seen.state.evidence.length >= MOST_FILES) {
      throw tooMany();
    }
    return seen;
  }

  async function asCustomer(caseNo: string, code: string): Promise<Pick<Seen, 'record' | 'state'>> {
    const record = await entry.enter(caseNo, code);
    const stored = await stores.cases.get(record.caseNo);
    const state = stored?.state ?? stateAtReceipt(record, await policies.version(record.policyVersion));
    return { record, state };
  }

  async function opened(file: Evidence | undefined): Promise<Opened> {
    const content = file && (await files.read(file.sha256));
    if (!file || !content) throw notFound({ zh: '文件', en: 'file' });
    return { file, content };
  }

  return {
    admit,

    /**
     * See `EvidenceAccess.add`. The id is derived from the content, the name and the note: a file that is sent again gets
     * the same id, and with another name or note it is evidence of its own.
     */
    async add(seen: Pick<Seen, 'record' | 'state'>, uploader: Uploader, upload: Upload): Promise<EvidenceAnswer> {
      const { caseNo } = seen.record;
      const { incoming, note, fileName, mediaType, namedAs } = await receiveFile({ files, maxBytes }, upload);
      const { sha256, bytes } = incoming;
      const evidenceId = textIdOf(caseNo, 'evidence', sha256, JSON.stringify([fileName, note ?? '']));
      const actor: Exclude<Actor, { kind: 'system' }> = 'staff' in uploader ? uploader.staff : { kind: 'customer' };
      const answer = { evidenceId, sha256, bytes, mediaType, namedAs, fileName };
      const addedBy = actor.kind === 'staff' ? actor.id : BY_CUSTOMER;
      try {
        if (!(await stores.evidence.add({ ...answer, caseNo, addedBy }, MOST_FILES, () => incoming.keep())))
          throw tooMany();
      } catch (error) {
        await incoming.discard();
        throw error;
      }
      if (seen.state.evidence.includes(evidenceId)) return { ...answer, status: 'taken' };
      const { status } = await deciding.take(seen, 'addEvidence', { evidenceId, sha256, note }, actor);
      return { ...answer, status };
    },

    async open(caseNo: string, evidenceId: string, actor: Staff): Promise<Opened> {
      const { record } = await visible.see(caseNo, actor);
      await visible.look(record, actor);
      return opened(await stores.evidence.get(caseNo, evidenceId));
    },

    async openOwn(caseNo: string, code: string, evidenceId: string): Promise<Opened> {
      const record = await entry.enter(caseNo, code);
      const file = await stores.evidence.get(record.caseNo, evidenceId);
      return opened(file?.addedBy === BY_CUSTOMER ? file : undefined);
    },
  };
}

const tooMany = (): Refused =>
  decidedRefusal(
    'too_many_files',
    `一件投诉最多 ${MOST_FILES} 个文件，已经满了；请用文字说明`,
    `a complaint takes ${MOST_FILES} files, and has them; say the rest in words`,
  );
