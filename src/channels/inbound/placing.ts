import { createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { isRefused, type Cases } from '../../cases';
import type { InboundEnd, InboundMessage, Stores } from '../../db';
import { DAY } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { InboundFile, Understood } from './channel';

/** Cases that one sender may open within a day; what comes after that waits for somebody to look (failures.md 10). */
const MOST_A_DAY = 5;
/** The same words of the same person within this time are no second complaint. */
const TWIN_MS = DAY;

/** What placing works with. */
export interface PlacingNeeds {
  cases: {
    complaints: Pick<Cases['complaints'], 'file'>;
    customer: Pick<Cases['customer'], 'write'>;
    evidence: Pick<Cases['evidence'], 'admit' | 'add'>;
    undelivered: Cases['undelivered'];
  };
  inbound: Pick<Stores['inbound'], 'filedBy'>;
  /** The access code of a case: what came in by a channel may do what its customer may, and no more. */
  accessCode: (caseNo: string) => string;
  secret: string;
  clock: () => number;
}

/** Makes of a message what it is. The same message again makes the same, so it may be tried until it is done. */
export type Placing = (understood: Understood, message: InboundMessage) => Promise<InboundEnd>;

/** Adds files to the evidence of a case, each once. @returns how many were not taken */
export const createAddFiles =
  ({ evidence, accessCode }: { evidence: PlacingNeeds['cases']['evidence'] } & Pick<PlacingNeeds, 'accessCode'>) =>
  async (caseNo: string, files: readonly InboundFile[]): Promise<number> => {
    const by = { code: accessCode(caseNo) };
    let refused = 0;
    for (const { content, ...file } of named(files)) {
      try {
        const seen = await evidence.admit(caseNo, by);
        await evidence.add(seen, by, {
          ...file,
          content: Readable.from([content]),
          note: () => Promise.resolve(undefined),
        });
      } catch (error) {
        if (isRefused(error) && error.code === 'known_evidence') continue;
        if (!isRefused(error) || error.kind === 'away') throw error;
        refused++;
      }
    }
    return refused;
  };

/** Builds `Placing`. Its errors are those of the use cases, but for refusals that somebody has to look at. */
export function createPlacing({ cases, inbound, accessCode, secret, clock }: PlacingNeeds): Placing {
  const addFiles = createAddFiles({ evidence: cases.evidence, accessCode });

  async function open(
    { body, sender, files, title, key, system, senderCheck, wechatPerson }: Complaint,
    { channel, sha256, forced }: InboundMessage,
  ): Promise<InboundEnd> {
    const senderHash = createHmac('sha256', secret).update(`sender/${channel}/${sender}`).digest('hex');
    if (!forced && (await inbound.filedBy(senderHash, toInstant(clock() - DAY))) >= MOST_A_DAY) {
      return { outcome: 'quarantined', reason: 'many_of_one_sender', senderHash, title };
    }
    const idempotencyKey = `inbound/${channel}/${key ?? sha256}`;
    const { filed } = await cases.complaints.file(body, {
      idempotencyKey,
      source: system,
      senderCheck,
      unattended: true,
      wechatPerson,
      ...(!forced && { twinWithinMs: TWIN_MS }),
    });
    const refused = await addFiles(filed.caseNo, files);
    return { outcome: 'filed', caseNo: filed.caseNo, senderHash, ...notTaken(refused) };
  }

  async function append({ caseNo, via, text, files, otherwise }: Answer, message: InboundMessage): Promise<InboundEnd> {
    const decisionId = `in-${message.sha256.slice(0, 40)}`;
    try {
      await cases.customer.write(caseNo, accessCode(caseNo), { text, via, decisionId });
    } catch (error) {
      if (!message.forced || !isRefused(error) || error.kind === 'away') throw error;
      return placed(otherwise, message);
    }
    return { outcome: 'appended', caseNo, ...notTaken(await addFiles(caseNo, files)) };
  }

  /** The case tells its owner; where it cannot, somebody has to look. */
  async function tellCase({ report, title }: Extract<Understood, { kind: 'undelivered' }>): Promise<InboundEnd> {
    const told = await cases.undelivered(report);
    if (told && !told.ended) return { outcome: 'aside', reason: 'bounce_told', caseNo: told.caseNo };
    return { outcome: 'quarantined', reason: 'bounce', caseNo: told?.caseNo, title };
  }

  const placed: Placing = async (understood, message) => {
    try {
      switch (understood.kind) {
        case 'complaint':
          return await open(understood, message);
        case 'answer':
          return await append(understood, message);
        case 'undelivered':
          return await tellCase(understood);
        case 'aside':
          return { outcome: 'aside', reason: understood.reason, caseNo: understood.caseNo };
        case 'unclear': {
          const { reason, caseNo, title } = understood;
          return { outcome: 'quarantined', reason, caseNo, title };
        }
      }
    } catch (error) {
      // What nobody has forbidden for ever is tried again; a refusal would be the same the next time.
      if (!isRefused(error) || error.kind === 'away' || understood.kind === 'aside') throw error;
      const caseNo = 'caseNo' in understood ? understood.caseNo : undefined;
      return { outcome: 'quarantined', reason: error.code, caseNo, title: understood.title };
    }
  };
  return placed;
}

type Complaint = Extract<Understood, { kind: 'complaint' }>;
type Answer = Extract<Understood, { kind: 'answer' }>;

const notTaken = (files: number): Pick<InboundEnd, 'reason'> =>
  files === 0 ? {} : { reason: `files_not_taken_${files}` };

/** Several files of one name and content are still several: each gets a number, as file managers do. */
function named(files: readonly InboundFile[]): InboundFile[] {
  const times = new Map<string, number>();
  return files.map((file) => {
    const count = (times.get(file.fileName) ?? 0) + 1;
    times.set(file.fileName, count);
    if (count === 1) return file;
    const [, name = '', ending = ''] = /^(.*?)(\.[^.]*)?$/su.exec(file.fileName) ?? [];
    return { ...file, fileName: `${name} (${count})${ending}` };
  });
}
