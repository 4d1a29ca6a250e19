import { type Cases, isRefused, type Refused } from '../../../cases';
import { calendarOf, lengthOf } from '../../../domain/policy/schema';
import { withContent } from '../kit/form-data';
import type { Attached, FileOutcome, Intake, OwnFile, TimeLimits } from './contract';

/**
 * Milliseconds within which the same words of the same person are taken for a form that was sent twice. The sender is
 * then asked, and files another complaint by sending it once more.
 */
const TWIN_MS = 30 * 60_000;

/**
 * The use cases behind the complaint form. Expected refusals become values of `FileOutcome` and `Attached`, each of
 * which the page has a sentence for; anything else is thrown as it is.
 */
export function createIntake(
  cases: Pick<Cases, 'complaints' | 'evidence' | 'policies' | 'customer'>,
  log: { error(fields: object, message: string): void },
): Intake {
  const isAway = (error: unknown): boolean => cases.customer.pages.isAway(error);
  return {
    async limits(): Promise<TimeLimits> {
      const policy = await cases.policies.inForce();
      const hours = calendarOf(policy)?.week;
      return {
        respond: lengthOf(policy, 'firstResponse', 'general'),
        respondMajor: lengthOf(policy, 'firstResponse', 'major'),
        resolve: lengthOf(policy, 'resolution', 'general'),
        resolveMajor: lengthOf(policy, 'resolution', 'major'),
        reopenWithin: policy.reopen.grace,
        ...(hours && { hours }),
      };
    },

    async file(body, key, { again, source }): Promise<FileOutcome> {
      try {
        const { filed } = await cases.complaints.file(body, {
          idempotencyKey: key,
          ...(source !== undefined && { source }),
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
      try {
        const seen = await cases.evidence.admit(caseNo, by);
        await withContent({ path }, (content) =>
          cases.evidence.add(seen, by, { fileName, declaredType, content, note: () => Promise.resolve(undefined) }),
        );
        return 'kept';
      } catch (error) {
        if (isRefused(error)) return attachedAs(error);
        // The complaint has been filed: the fault of one file must not become an error page, as if it had not.
        if (!isAway(error)) log.error({ err: error instanceof Error ? error.name : 'Error' }, 'a file was not stored');
        return 'away';
      }
    },

    async open(caseNo, code, evidenceId): Promise<OwnFile | undefined> {
      try {
        return await cases.evidence.openOwn(caseNo, code, evidenceId);
      } catch (error) {
        if (isRefused(error, 'notFound')) return undefined;
        throw error;
      }
    },
  };
}

/** What a refused file means to its sender. */
function attachedAs({ kind, code }: Refused): Attached {
  // The case has this very file already: it was chosen twice, or the form was sent twice.
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
