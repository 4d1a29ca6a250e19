import type { ReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { EvidenceAnswer } from './answers';
import { BY_CUSTOMER, type Evidence } from '../../db/records';
import { DECISIONS } from '../../domain/decisions/catalogue';
import type { Staff } from '../../domain/case/permissions';
import type { Actor } from '../../domain/basics/types';
import type { Deciding } from '../case/decide';
import { decidedRefusal } from '../case/decision-refusals';
import { TooLarge, type ContentFiles } from '../../content-files';
import { cleanFileName } from './file-name';
import { kindOf, mayBeTaken, type FileKind } from './file-kind';
import type { PolicyCache } from '../rules/policies';
import type { Seen, VisibleCases } from '../case/visible';
import { stateAtReceipt } from '../case/case-view';
import { invalid, notFound, Refused } from '../refused';
import type { Entry } from '../customer/entry';
import type { Stores } from '../../db';
import { textIdOf } from '../case/texts';

/** A file that is being uploaded. */
export interface Upload {
  /** As the client sent it. */
  fileName: string;
  /** The media type as the client sent it; the content decides (`kindOf`). */
  declaredType: string;
  content: Readable;
  /** The note beside it. To be called after `content` is read, because it may come later in the request. */
  note: () => Promise<string | undefined>;
}

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
      const given = cleanFileName(upload.fileName);
      if (!mayBeTaken(given, upload.declaredType)) throw unsupported();
      const incoming = await files.receive(upload.content, maxBytes).catch((error: unknown) => {
        throw error instanceof TooLarge ? tooLarge(maxBytes) : error;
      });
      const { sha256, bytes } = incoming;
      let note: string | undefined;
      let kind: FileKind | undefined;
      try {
        if (bytes === 0) throw invalid([{ path: 'file', words: { zh: '是空的', en: 'is empty' } }]);
        note = await upload.note();
        kind = await kindOf(incoming.path, given, upload.declaredType);
        if (kind === undefined) throw unsupported();
      } catch (error) {
        await incoming.discard();
        throw error;
      }
      const { mediaType, namedAs, ending } = kind;
      const fileName = ending === undefined ? given : `${given || 'file'}.${ending}`;
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

const unsupported = (): Refused =>
  new Refused(
    'unsupported',
    'file_type',
    {
      zh: '不接受这种文件；可以上传图片、PDF、录音、视频、文本、办公文档和邮件',
      en: 'this kind of file is not taken; images, PDF, audio, video, text, office documents and mails are',
    },
    {
      faults: [{ path: 'file', words: { zh: '不收这种文件名或类型', en: 'has a name or type that is not taken' } }],
    },
  );

const tooLarge = (maxBytes: number): Refused =>
  new Refused(
    'tooLarge',
    'file_too_large',
    {
      zh: `文件不能超过 ${Math.floor(maxBytes / 1024)} KiB，请压缩或分开上传`,
      en: `the file is larger than ${Math.floor(maxBytes / 1024)} KiB; compress it, or send it in parts`,
    },
    {
      faults: [{ path: 'file', words: { zh: `超过 ${maxBytes} 字节`, en: `is larger than ${maxBytes} bytes` } }],
    },
  );
