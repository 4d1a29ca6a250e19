import { randomUUID } from 'node:crypto';
import type { Filed } from './answers';
import type { Acceptance, NewComplaint, SenderCheck } from '../../db/records';
import { UniqueCaseNo } from '../../db/errors';
import { canonicalJson } from '../../domain/basics/canonical';
import { promisedAt } from '../../domain/process/clocks';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import type { Policy } from '../../domain/policy/schema';
import type { Read, SuggestInput, Suggestion } from '../../text/suggest';
import { drawCaseNumber, DRAWS } from './case-no';
import type { ComplaintBody } from './complaint-input';
import { sha256, type Links } from '../access/links';
import type { PolicyCache } from '../rules/policies';
import { Refused } from '../refused';
import type { Starter, Underway } from '../engine/starter';
import type { Stores } from '../../db';

/** What is being taken at this moment, as whoever serves counts it. */
export type { Underway } from '../engine/starter';

/** What a complaint would be taken as, and by when somebody would answer and solve it, if it were filed now. */
export interface Foreseen {
  suggestion: Suggestion;
  answerBy: Instant;
  resolveBy: Instant;
}

/** How a complaint is taken. */
export interface FileOptions {
  /** A second request with this key gets the first answer, or is refused if its body differs. */
  idempotencyKey?: string;
  /** User id of the member of staff who takes it down for the customer. */
  by?: string;
  /** The system of the house that posted it, or the site whose page the form stood in, by name. */
  source?: string;
  /** Whether the mail that it came by is from whom it says. */
  senderCheck?: SenderCheck;
  /** Who wrote it on WeChat (`WechatPerson`): they can be answered there. */
  wechatPerson?: string;
  /** Refuses the complaint (`filed_already`) if the same person sent the same words less than this many milliseconds ago. */
  twinWithinMs?: number;
  /** Nobody waits for the answer: it steps back for those that somebody waits for, and the relay starts it. */
  unattended?: boolean;
}

interface Needs {
  complaints: Pick<Stores['complaints'], 'accept' | 'get' | 'twin'>;
  policies: PolicyCache;
  /** Reads what the customer says. */
  read: Read;
  links: Links;
  starter: Pick<Starter, 'begin' | 'leaseMs'>;
  /** How many complaints are being taken; the starter slows down when there are many. */
  underway?: Pick<Underway, 'count'>;
  clock: () => number;
}

/** What would be promised for a complaint at a moment. */
function foreseenIn(policy: Policy, suggestion: Suggestion, receivedAt: Instant): Foreseen {
  const due = (promise: 'firstResponse' | 'resolution'): Instant =>
    promisedAt(policy, promise, suggestion.grade, receivedAt);
  return { suggestion, answerBy: due('firstResponse'), resolveBy: due('resolution') };
}

/** Builds `Complaints.foresee`. */
export const createForesee =
  ({ policies, read, clock }: Pick<Needs, 'policies' | 'read' | 'clock'>) =>
  async (body: SuggestInput): Promise<Foreseen> =>
    foreseenIn(await policies.inForce(), await read(body), toInstant(clock()));

/** Builds `Complaints.file`. A workflow that cannot be started at once is started later by the starter's relay. */
export function createFile({ complaints, policies, read, links, starter, clock, underway = { count: 0 } }: Needs) {
  return async function file(
    body: ComplaintBody,
    options: FileOptions = {},
  ): Promise<{ created: boolean; filed: Filed }> {
    const policy = await policies.inForce();
    const now = clock();
    if (options.twinWithinMs !== undefined) await refuseTwin(body, now - options.twinWithinMs, options.idempotencyKey);
    const receivedAt = toInstant(now);
    const { suggestion, answerBy, resolveBy } = foreseenIn(policy, await read(body), receivedAt);
    const { text, ...rest } = body;
    const complaint = {
      ...rest,
      receivedAt,
      text: { textId: randomUUID(), sha256: sha256(text), body: text },
      suggestion,
      policyVersion: policy.version,
      answerBy,
      resolveBy,
      idempotency:
        options.idempotencyKey === undefined
          ? undefined
          : { keyHash: sha256(options.idempotencyKey), bodyHash: sha256(canonicalJson(body)) },
      by: options.by,
      source: options.source,
      senderCheck: options.senderCheck,
      startLeaseMs: options.unattended ? 0 : starter.leaseMs,
      wechatPerson: options.wechatPerson,
    };
    for (let draw = 1; ; draw++) {
      const caseNo = drawCaseNumber(now);
      const accessCode = links.accessCode(caseNo);
      try {
        const drawn = { ...complaint, caseNo, accessCodeHash: links.hash(accessCode) };
        const accepted = await (options.unattended ? complaints.accept(drawn) : accept(drawn));
        if (accepted.kind === 'other') throw keyUsedOtherwise();
        if (accepted.kind === 'same') return { created: false, filed: await again(accepted.caseNo) };
        if (!options.unattended) starter.begin(caseNo);
        return { created: true, filed: answer({ ...complaint, caseNo }, accessCode) };
      } catch (error) {
        if (!(error instanceof UniqueCaseNo) || draw >= DRAWS) throw error;
      }
    }
  };

  /** @throws Refused `conflict` (`filed_already`) for a twin; not for a repeat under a known idempotency key */
  async function refuseTwin({ customer, text }: ComplaintBody, since: number, key: string | undefined): Promise<void> {
    const twin = await complaints.twin({
      phone: customer.phone,
      email: customer.email,
      sha256: sha256(text),
      since: toInstant(since),
      keyHash: key && sha256(key),
    });
    if (twin) {
      throw new Refused('conflict', 'filed_already', {
        zh: `您刚才已经提交过同样的内容，单号 ${twin.caseNo}`,
        en: `you have just sent the same words; the case number is ${twin.caseNo}`,
      });
    }
  }

  async function accept(complaint: NewComplaint): Promise<Acceptance> {
    underway.count++;
    try {
      return await complaints.accept(complaint);
    } finally {
      underway.count--;
    }
  }

  function answer(
    complaint: { caseNo: string; receivedAt: Instant; answerBy: Instant; resolveBy: Instant },
    accessCode = links.accessCode(complaint.caseNo),
  ): Filed {
    const { caseNo, receivedAt, answerBy, resolveBy } = complaint;
    return {
      caseNo,
      accessCode,
      statusUrl: links.progressUrl(caseNo, accessCode),
      receivedAt,
      answerBy,
      resolveBy,
    };
  }

  /** The first answer once more, from what is stored. */
  async function again(caseNo: string): Promise<Filed> {
    const known = await complaints.get(caseNo);
    if (!known) throw new Error(`the idempotency key names ${caseNo}, which is not stored`);
    return answer(known);
  }
}

const keyUsedOtherwise = (): Refused =>
  new Refused(
    'invalid',
    'idempotency_key_reused',
    {
      zh: '这个 Idempotency-Key 已用于另一件投诉，请换一个',
      en: 'this Idempotency-Key was used for another complaint; send another one',
    },
    {
      faults: [{ path: 'Idempotency-Key', words: { zh: '已用于另一份内容', en: 'was used with another body' } }],
    },
  );
