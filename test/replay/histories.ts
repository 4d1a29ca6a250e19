/**
 * The recorded workflow histories in `test/replay/histories`, which `record.ts` and `record-actions.ts` write
 * and the replay tests read.
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { temporal } from '@temporalio/proto';
import { PROJECT_ROOT } from '../../src/paths';
import type { CorrectiveActionState } from '../../src/domain/corrective-action/state';
import type { CaseState } from '../../src/domain/case/state';

export type History = temporal.api.history.v1.IHistory;

const { History: Wire } = temporal.api.history.v1;

const FOLDER = join(PROJECT_ROOT, 'test', 'replay', 'histories');

/** A recorded case or corrective action: its history, and the state that it led to. */
export interface Recorded<State = CaseState | CorrectiveActionState> {
  name: string;
  workflowId: string;
  history: History;
  state: State;
}

/** Writes the recording to `<name>.json.gz`, over one of the same name. */
export function save({ name, workflowId, history, state }: Recorded): void {
  const bytes = Buffer.from(Wire.encode(Wire.fromObject(history)).finish()).toString('base64');
  const json = JSON.stringify({ workflowId, history: bytes, state });
  writeFileSync(join(FOLDER, `${name}.json.gz`), gzipSync(json, { level: 9 }));
}

/** All recordings, by name. */
function recorded(): Recorded[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json.gz'))
    .toSorted()
    .map((file) => {
      const { workflowId, history, state } = JSON.parse(gunzipSync(readFileSync(join(FOLDER, file))).toString('utf8'));
      return {
        name: file.replace('.json.gz', ''),
        workflowId,
        history: Wire.decode(Buffer.from(history, 'base64')),
        state,
      };
    });
}

const isCase = (one: Recorded): one is Recorded<CaseState> => 'caseNo' in one.state;
const isAction = (one: Recorded): one is Recorded<CorrectiveActionState> => !isCase(one);

const ALL = recorded();
/** The recorded cases. */
export const CASES = ALL.filter(isCase);
/** The recorded corrective actions. */
export const ACTIONS = ALL.filter(isAction);

/** A deep copy, which a test may change. */
export const copyOf = (history: History): History => Wire.decode(Wire.encode(Wire.fromObject(history)).finish());
