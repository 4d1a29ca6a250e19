import type { Stores } from '../../../src/db';
import type { NewComplaint } from '../../../src/db/records';
import { event } from '../../../src/domain/case/events';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { append, SYSTEM } from '../../../src/domain/process/append';
import { toInstant } from '../../../src/domain/time/duration';
import type { ConfirmedCase } from '../../../src/text/own/learn';
import { suggestGrade } from '../../../src/text/suggest';
import { newComplaint, sha256 } from '../../db/support';

const BY = { kind: 'staff', id: 'sara', role: 'supervisor', team: 'after-sales' } as const;

/** Cases that are written at once. */
const AT_ONCE = 10;

/**
 * Writes cases that came in at a moment, were suggested what the rules read, and were decided by a person.
 * @param by who decided; `system`: the policy confirms suggestions by itself
 */
export async function writeConfirmed(
  stores: Pick<Stores, 'complaints' | 'ledger'>,
  cases: readonly ConfirmedCase[],
  atMs: number,
  by: 'staff' | 'system' = 'staff',
): Promise<void> {
  for (let n = 0; n < cases.length; n += AT_ONCE) {
    await Promise.all(cases.slice(n, n + AT_ONCE).map((one) => writeOne(stores, one, toInstant(atMs), by)));
  }
}

async function writeOne(
  { complaints, ledger }: Pick<Stores, 'complaints' | 'ledger'>,
  { caseNo, customer, text, grade, category, language }: ConfirmedCase,
  at: string,
  by: 'staff' | 'system',
): Promise<void> {
  const suggestion = suggestGrade({ text, language });
  const complaint: NewComplaint = newComplaint({
    caseNo,
    receivedAt: at,
    customer: { name: customer },
    suggestion,
    text: { ...newComplaint().text, body: text, sha256: sha256(text) },
  });
  await complaints.accept(complaint);
  const { textId } = complaint.text;
  const opened = append(
    undefined,
    caseNo,
    [
      event('complaintReceived', {
        channel: 'web',
        language,
        customerId: customer,
        text: { textId, sha256: sha256(text) },
        policyVersion: 1,
        receivedAt: at,
      }),
      event('gradeSuggested', {
        grade: suggestion.grade,
        category: suggestion.category,
        rules: suggestion.reasons.map(({ rule }) => rule),
        engine: suggestion.engine,
      }),
      event('stageEntered', { stage: 'grade', round: 1 }),
    ],
    { at, actor: SYSTEM },
    HOUSE_POLICY,
  );
  const agreesWithSuggestion = suggestion.grade === grade && suggestion.category === category;
  const decided = append(
    opened.state,
    caseNo,
    [event('graded', { grade, category, agreesWithSuggestion })],
    { at, actor: by === 'staff' ? BY : SYSTEM },
    HOUSE_POLICY,
  );
  await ledger.append(caseNo, [...opened.events, ...decided.events]);
}
