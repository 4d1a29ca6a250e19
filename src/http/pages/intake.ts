import { createReadStream } from 'node:fs';
import { type Cases, type ComplaintBody, isRefused, type Refused } from '../../cases';
import { lengthOf } from '../../domain/policy/schema';
import type { Attached, FileOutcome, Intake, TimeLimits } from './views';

/** The same words of the same person within this time are a second press of the button, until they say otherwise. */
const TWIN_MS = 30 * 60_000;

/** The use cases as the complaint form needs them: a page says a sentence where the API answers with a status. */
export function createIntake(
  cases: Pick<Cases, 'complaints' | 'evidence' | 'policies' | 'customer'>,
  log: { error(fields: object, message: string): void },
): Intake {
  const isAway = (error: unknown): boolean => cases.customer.pages.isAway(error);
  return {
    async limits(): Promise<TimeLimits> {
      const policy = await cases.policies.inForce();
      return {
        respond: lengthOf(policy, 'firstResponse', 'general'),
        respondMajor: lengthOf(policy, 'firstResponse', 'major'),
        resolve: lengthOf(policy, 'resolution', 'general'),
        resolveMajor: lengthOf(policy, 'resolution', 'major'),
      };
    },

    async file(body: ComplaintBody, key: string, again: boolean): Promise<FileOutcome> {
      try {
        const { filed } = await cases.complaints.file(body, {
          idempotencyKey: key,
          ...(!again && { twinWithinMs: TWIN_MS }),
        });
        return { kind: 'filed', caseNo: filed.caseNo, accessCode: filed.accessCode };
      } catch (error) {
        if (isRefused(error) && error.code === 'idempotency_key_reused') return { kind: 'used' };
        if (isRefused(error) && error.code === 'filed_already') return { kind: 'twin', words: error.words };
        if (isAway(error)) return { kind: 'away' };
        throw error;
      }
    },

    async attach(caseNo, code, { fileName, declaredType, path }): Promise<Attached> {
      const by = { code };
      const content = createReadStream(path);
      // Whoever reads it hears of a fault; when nobody does, it is no crash.
      content.on('error', () => undefined);
      try {
        const seen = await cases.evidence.admit(caseNo, by);
        await cases.evidence.add(seen, by, {
          fileName,
          declaredType,
          content,
          note: () => Promise.resolve(undefined),
        });
        return 'kept';
      } catch (error) {
        if (isRefused(error)) return attachedAs(error);
        // The complaint is in: a file that fails must not look as if nothing had been filed.
        if (!isAway(error)) log.error({ err: error instanceof Error ? error.name : 'Error' }, 'a file was not stored');
        return 'away';
      } finally {
        content.destroy();
      }
    },
  };
}

function attachedAs({ kind, code }: Refused): Attached {
  // The same file twice, in one form or by a second press, is one file.
  if (code === 'known_evidence') return 'kept';
  switch (kind) {
    case 'notFound':
      return 'unknown';
    case 'conflict':
      return 'closed';
    case 'tooLarge':
      return 'large';
    case 'unsupported':
      return 'type';
    case 'invalid':
      return 'empty';
    default:
      return 'away';
  }
}
