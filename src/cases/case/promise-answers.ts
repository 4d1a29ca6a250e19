import { explainPromises } from '../../domain/explain/promises';
import { toInstant } from '../../domain/time/duration';
import { promiseSentence } from '../../render/promise';
import type { Stores } from '../../db';
import type { ComplaintRecord } from '../../db/records';
import type { PolicyCache } from '../rules/policies';
import type { PromiseAnswer } from './answers';

interface Needs {
  ledger: Pick<Stores['ledger'], 'events'>;
  policies: Pick<PolicyCache, 'version'>;
  clock: () => number;
}

/**
 * Explains every promise that the case has had: where its time went, in data and as a sentence in both languages. Each is
 * reckoned by the policy version that it ran under.
 */
export async function explainCase(
  { ledger, policies, clock }: Needs,
  { caseNo, policyVersion }: Pick<ComplaintRecord, 'caseNo' | 'policyVersion'>,
): Promise<PromiseAnswer[]> {
  const events = await ledger.events(caseNo);
  const versions = new Set([
    policyVersion,
    ...events.flatMap((item) => (item.type === 'policyMoved' ? [item.data.to] : [])),
  ]);
  const known = new Map(
    await Promise.all([...versions].map(async (version) => [version, await policies.version(version)] as const)),
  );
  const policyOf = (version: number) => {
    const policy = known.get(version);
    if (!policy) throw new Error(`policy ${version} is not known`);
    return policy;
  };
  const now = toInstant(clock());
  return explainPromises(caseNo, events, policyOf, now).map((promise) => ({
    ...promise,
    sentence: { zh: promiseSentence(promise, 'zh-CN', now), en: promiseSentence(promise, 'en', now) },
  }));
}
