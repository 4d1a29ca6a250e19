import { randomUUID } from 'node:crypto';
import type { ImportRecord, NewOldCase } from '../../db/records';
import type { Actor, Instant, TextRef } from '../../domain/basics/types';
import { event, type CaseEvent, type EventBody } from '../../domain/case/events';
import { PROCESS_REVISION } from '../../domain/case/revision';
import type { Policy } from '../../domain/policy/schema';
import { staffNamed } from '../../text/staff-names';
import type { Read } from '../../text/suggest';
import { sha256, type Links } from '../access/links';
import { drawCaseNumber } from '../filing/case-no';
import { houseZone } from '../rules/zones';
import type { OldComplaint } from './mapping';

/** What cases of one import are made with. */
export interface Making {
  of: Pick<ImportRecord, 'id'> & { system: string };
  actor: Actor;
  policy: Policy;
  /** Staff who may be named in a complaint. */
  people: readonly { id: string; name: string }[];
  /** Reads what the customer says. */
  read: Read;
  links: Pick<Links, 'accessCode' | 'hash'>;
  now: Instant;
}

/**
 * A complaint that was closed elsewhere as a case of the archive. Its ledger has the day of its receipt, and as its last
 * entry the import with all that the old system knew; no promise ever ran in it. The number is of the day of its receipt.
 */
export async function oldCase(
  { number, receivedAt, resolvedAt, closedAt, solution, history, text, ...said }: OldComplaint,
  { of, actor, policy, people, read, links, now }: Making,
): Promise<NewOldCase> {
  const caseNo = drawCaseNumber(Date.parse(receivedAt));
  const suggestion = await read({ ...said, text });
  const zone = await houseZone(Date.parse(receivedAt));
  const stored = (body: string) => ({ textId: randomUUID(), sha256: sha256(body), body });
  const words = stored(text);
  const texts = [
    ...(solution === undefined ? [] : [{ kind: 'summary', at: closedAt, ...stored(solution) }]),
    ...(history === undefined ? [] : [{ kind: 'history', at: closedAt, ...stored(history) }]),
  ].map(({ kind, ...rest }) => ({ ...rest, kind: `imported.${kind}` }));
  const ref = (kind: string): TextRef | undefined => {
    const found = texts.find((one) => one.kind === `imported.${kind}`);
    return found && { textId: found.textId, sha256: found.sha256 };
  };
  const [summary, told] = [ref('summary'), ref('history')];
  const named = staffNamed({ text, wantedRemedy: said.wantedRemedy, customer: said.customer }, people);
  const { channel, language, outcome, cause, grade, category } = said;

  const events = (customerId: string): CaseEvent[] => {
    const received: EventBody[] = [
      event('complaintReceived', {
        channel,
        language,
        customerId,
        text: { textId: words.textId, sha256: words.sha256 },
        policyVersion: policy.version,
        receivedAt,
        revision: PROCESS_REVISION,
        ...(zone && { zone }),
      }),
      ...(named.length > 0 ? [event('staffNamed', { people: named })] : []),
    ];
    const imported = event('imported', {
      importId: of.id,
      grade: grade ?? suggestion.grade,
      category: category ?? suggestion.category,
      isGraded: grade !== undefined,
      outcome,
      cause,
      resolvedAt,
      closedAt,
      ...(summary && { summary }),
      ...(told && { history: told }),
    });
    return [
      ...received.map((body, n): CaseEvent => ({ ...body, seq: n + 1, at: receivedAt, actor: { kind: 'system' } })),
      { ...imported, seq: received.length + 1, at: now, actor },
    ];
  };

  return {
    complaint: {
      ...said,
      caseNo,
      receivedAt,
      text: words,
      suggestion,
      policyVersion: policy.version,
      // Nothing was promised; it was answered and solved by then at the latest.
      answerBy: closedAt,
      resolveBy: closedAt,
      accessCodeHash: links.hash(links.accessCode(caseNo)),
      source: of.system,
      sourceNo: number,
    },
    texts,
    events,
  };
}
