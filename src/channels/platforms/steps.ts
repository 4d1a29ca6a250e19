import { createHash } from 'node:crypto';
import { isRefused, MOST_TEXT, type Cases, type ComplaintBody } from '../../cases';
import type { PlatformComplaint, SealedPlatform, Stores } from '../../db';
import { readPhone } from '../../contact';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { PLATFORM_KINDS, platformDeadlines, type PlatformPhase } from '../../domain/case/platforms';
import { toInstant } from '../../domain/time/duration';
import type { Log } from '../log';
import type { Entry, Picture, PlatformAdapter, SeenComplaint, There } from './adapter';
import { isPlatformFault } from './fault';
import { asOne, orderWords, refundWords, toldWords } from './words';

/** An account and how it is spoken with. */
export interface Working {
  row: SealedPlatform;
  there: There;
  adapter: PlatformAdapter;
}

export interface StepNeeds {
  platforms: Stores['platforms'];
  cases: {
    complaints: Pick<Cases['complaints'], 'file'>;
    customer: Pick<Cases['customer'], 'write' | 'reopen'>;
    platformCases: Pick<Cases['platformCases'], 'note'>;
  };
  /** Adds photos to the evidence of a case. @returns how many were not taken */
  addFiles: (
    caseNo: string,
    files: readonly { fileName: string; declaredType: string; content: Buffer }[],
  ) => Promise<number>;
  /** What came in by a platform may do what the customer of its case may, and no more. */
  accessCode: (caseNo: string) => string;
  log: Log;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** When a complaint is looked at again of which nothing is heard: while it is under way, and for how long after it was finished. */
const LOOK_OPEN = 30 * MINUTE;
const LOOK_FINISHED = 12 * HOUR;
const LOOKED_AFTER = 30 * DAY;
/** The customer has written as often today as a case takes; what is left comes later. */
const FULL = HOUR;
/** A case that was filed a moment ago, and that no worker has begun. */
const NOT_YET = 15 * SECOND;

/** What has to wait for the case; the complaint comes again then. */
export class CaseNotReady extends Error {
  override name = 'CaseNotReady';
  constructor(
    readonly code: string,
    readonly afterMs: number,
  ) {
    super(code);
  }
}

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
/** The id of what is done in a case about an entry: the same entry does it once. */
const decisionOf = ({ id }: PlatformComplaint, entry: string, what: string): string =>
  `pf-${hash(`${id}/${entry}/${what}`).slice(0, 40)}`;

/** How a complaint is filed. The same complaint gives the same body for as long as it is kept (`keepBody`). */
function bodyOf({ kind, language }: SealedPlatform, seen: SeenComplaint, words = seen.text): ComplaintBody {
  const { channel, customer } = PLATFORM_KINDS[kind];
  const { orderNo = seen.transactionId, refundAmount, at } = seen;
  const phone = seen.phone === undefined ? undefined : readPhone(seen.phone);
  return {
    channel,
    language: 'zh-CN',
    customer: { name: customer.zh, ...(phone !== undefined && { phone }) },
    ...(orderNo !== undefined && {
      product: { name: seen.product ?? orderWords(kind, language), orderNo: orderNo.slice(0, 100) },
    }),
    occurredAt: at,
    text: (words.trim() || '（客户没有写内容）').slice(0, MOST_TEXT),
    ...(refundAmount !== undefined && refundAmount > 0 && { wantedRemedy: refundWords(refundAmount, language) }),
  };
}

/** Takes what a platform has into cases. All of it can be done twice. */
function createTaking({ platforms, cases, addFiles, accessCode, log }: StepNeeds) {
  async function file(
    row: SealedPlatform,
    complaint: PlatformComplaint,
    body: ComplaintBody,
    again = '',
  ): Promise<string> {
    const { filed } = await cases.complaints.file(body, {
      // By merchant and not by account, so that one that is connected anew makes no second case.
      idempotencyKey: `platform/${row.kind}/${row.merchantId}/${complaint.complaintId}${again}`,
      source: `${PLATFORM_KINDS[row.kind].zh} · ${row.name}`.slice(0, 100),
    });
    await platforms.filed(complaint.id, filed.caseNo);
    log.info({ platform: row.id, caseNo: filed.caseNo }, 'a complaint of a platform is a case');
    return filed.caseNo;
  }

  /** The case of a complaint, which is made if there is none. */
  async function caseOf({ row }: Working, complaint: PlatformComplaint, seen: SeenComplaint): Promise<string> {
    if (complaint.caseNo !== undefined) return complaint.caseNo;
    // A crash after it was filed must not file something else under the same key.
    const body = (await platforms.keepBody(complaint.id, bodyOf(row, seen))) as ComplaintBody;
    return file(row, complaint, body);
  }

  async function takePictures(
    { there, adapter }: Working,
    complaint: PlatformComplaint,
    { caseNo, pictures, taken }: { caseNo: string; pictures: readonly Picture[]; taken: Set<string> },
  ): Promise<void> {
    for (const [n, picture] of pictures.entries()) {
      const mark = `picture/${hash(picture.id).slice(0, 40)}`;
      if (taken.has(mark)) continue;
      try {
        const content = await adapter.picture(there, picture.at);
        await addFiles(caseNo, [{ fileName: `平台图片 ${n + 1}`, declaredType: 'image/jpeg', content }]);
      } catch (error) {
        // Not there any more, or not for us: its words are in the case all the same.
        if (!isPlatformFault(error, 'gone', 'unfit')) throw error;
        log.warn({ complaint: complaint.id, code: error.code }, 'a photo of a platform cannot be had');
      }
      await platforms.took(complaint.id, mark);
      taken.add(mark);
    }
  }

  /**
   * What the customer has written becomes their correspondence. Once the case has ended it is opened again, and where the time for
   * that is over, it is another case.
   * @returns the case that has it
   */
  async function hear(
    at: Working,
    complaint: PlatformComplaint,
    seen: SeenComplaint,
    said: { entry: Entry; caseNo: string },
  ) {
    const { entry, caseNo } = said;
    const code = accessCode(caseNo);
    const text = (entry.text.trim() || '（客户再次投诉，没有写内容）').slice(0, MOST_TEXT);
    const { channel } = PLATFORM_KINDS[at.row.kind];
    try {
      const via = channel === 'wechat' ? channel : 'other';
      await cases.customer.write(caseNo, code, { text, via, decisionId: decisionOf(complaint, entry.id, 'said') });
      return caseNo;
    } catch (error) {
      if (isRefused(error) && error.code === 'message_limit') throw new CaseNotReady('message_limit', FULL);
      if (!isRefused(error, 'conflict') || error.code !== 'ended') throw error;
    }
    try {
      const decisionId = decisionOf(complaint, entry.id, 'reopen');
      await cases.customer.reopen(caseNo, code, { reason: text.slice(0, 2_000), decisionId });
      return caseNo;
    } catch (error) {
      if (!isRefused(error, 'conflict')) throw error;
      return file(at.row, complaint, bodyOf(at.row, seen, text), `/${entry.id}`);
    }
  }

  async function note(
    { row }: Pick<Working, 'row'>,
    complaint: PlatformComplaint,
    { entry, caseNo }: { entry: Entry; caseNo: string },
  ): Promise<void> {
    const text = toldWords(row.kind, entry, row.language);
    const decisionId = decisionOf(complaint, entry.id, 'told');
    const became = await cases.platformCases.note({ caseNo, text, decisionId, isPressing: entry.isPressing });
    if (became === 'later') throw new CaseNotReady('case_not_begun', NOT_YET);
  }

  /** Takes an entry of the negotiation into the case. @returns the case that has it */
  async function takeEntry(
    at: Working,
    complaint: PlatformComplaint,
    seen: SeenComplaint,
    { entry, caseNo, taken }: { entry: Entry; caseNo: string; taken: Set<string> },
  ): Promise<string> {
    let holder = caseNo;
    if (entry.kind === 'said') {
      if (entry.text.trim() !== '' || entry.isAgain) holder = await hear(at, complaint, seen, { entry, caseNo });
      await takePictures(at, complaint, { caseNo: holder, pictures: entry.pictures, taken });
    } else if (entry.kind === 'told' || !complaint.said.includes(hash(asOne(entry.text)))) {
      await note(at, complaint, { entry, caseNo });
    }
    await platforms.took(complaint.id, entry.id);
    return holder;
  }

  return { caseOf, takePictures, takeEntry };
}

/** What is done with one complaint. All of it can be done twice. @throws PlatformFault where the platform is the matter */
export function createSteps(needs: StepNeeds) {
  const { platforms, clock } = needs;
  const { caseOf, takePictures, takeEntry } = createTaking(needs);
  const inMs = (ms: number) => toInstant(clock() + ms);

  /** What is known of it now. */
  function standing({ row }: Working, complaint: PlatformComplaint, seen: SeenComplaint) {
    const since = seen.entries.findLast(({ isAgain }) => isAgain)?.at ?? seen.at;
    const repliedAt = seen.entries.find(
      ({ kind, act, at }) => (kind === 'ours' || act !== undefined) && at >= since,
    )?.at;
    const deadlines = platformDeadlines({
      kind: row.kind,
      phase: seen.phase,
      since,
      ...(repliedAt !== undefined && { repliedAt }),
      ...(seen.expiresAt !== undefined && { expiresAt: seen.expiresAt }),
    });
    const toWarn = deadlines.filter(({ id }) => !complaint.warned.includes(id));
    const next = nextLook(seen.phase, complaint.finishedAt);
    return {
      phase: seen.phase,
      status: seen.status,
      problem: seen.problem ?? null,
      orderNo: seen.orderNo ?? null,
      transactionId: seen.transactionId ?? null,
      amount: seen.amount ?? null,
      refundAmount: seen.refundAmount ?? null,
      isRefunded: seen.isRefunded,
      isHelped: seen.isHelped,
      acts: seen.acts,
      expiresAt: seen.expiresAt ?? null,
      merchantId: seen.merchantId,
      since,
      repliedAt: repliedAt ?? null,
      finishedAt: seen.phase === 'finished' ? (complaint.finishedAt ?? toInstant(clock())) : null,
      deadlineAt: deadlines[0]?.dueAt ?? null,
      warnAt: toWarn.map(({ warnAt }) => warnAt).toSorted()[0] ?? null,
      dueAt: next,
      state: next === null ? ('ended' as const) : ('open' as const),
      code: null,
    };
  }

  /** A finished one may be complained of again for some weeks. */
  function nextLook(phase: PlatformPhase, finishedAt: string | undefined): string | null {
    if (phase !== 'finished') return inMs(LOOK_OPEN);
    return finishedAt !== undefined && Date.parse(finishedAt) + LOOKED_AFTER < clock() ? null : inMs(LOOK_FINISHED);
  }

  /** Looks at a complaint, and brings its case up to what it is there. */
  async function look(at: Working, complaint: PlatformComplaint): Promise<void> {
    const seen = await at.adapter.look(at.there, complaint.complaintId);
    let caseNo = await caseOf(at, complaint, seen);
    const taken = new Set(complaint.taken);
    await takePictures(at, complaint, { caseNo, pictures: seen.pictures, taken });
    for (const entry of seen.entries) {
      if (!taken.has(entry.id)) caseNo = await takeEntry(at, complaint, seen, { entry, caseNo, taken });
    }
    await platforms.looked(complaint.id, standing(at, complaint, seen));
  }

  return { look };
}

export type Steps = ReturnType<typeof createSteps>;
