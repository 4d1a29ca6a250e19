import { condition, setHandler, type SignalDefinition } from '@temporalio/workflow';
import type {
  ActionReport,
  CorrectiveActionInput,
  CorrectiveActionState,
} from '../../src/domain/corrective-action/state';
import {
  begin,
  checkIsDue,
  checkSpan,
  due,
  judge,
  measured,
  start,
  type Step,
} from '../../src/domain/corrective-action/rules';
import { complaintWorkflowId } from '../../src/domain/basics/ids';
import { actionStartedSchema, actionVerifiedSchema, type Shape } from '../../src/domain/process/signals';
import { toInstant, toMs } from '../../src/domain/time/duration';
import type { Instant } from '../../src/domain/basics/types';
import { actionReport } from '../complaint/messages';
import { Turns } from '../shared/activities';
import { shielded, uncancelled } from '../shared/cancellation';
import { workflowNow } from '../shared/clock';
import { keepPromises } from '../shared/deadlines';
import { tell } from '../shared/tell';
import { actionStarted, actionVerified, getAction } from './messages';
import { DAY } from '../../src/domain/basics/milliseconds';

/**
 * The workflow of a corrective action (CAPA). It has an owner of its own, may serve several cases and may outlive them,
 * so it is a workflow beside the case's, and tells each case what happens. Its rules: src/domain/corrective-action/rules.ts.
 * @returns the state in which it ended, when its effect is reached
 */
export async function correctiveAction(input: CorrectiveActionInput): Promise<CorrectiveActionState> {
  const action = new RunningAction(input);
  return uncancelled(
    () => action.run(),
    () => action.report({ actionId: input.actionId, kind: 'cancelRequested' }),
  );
}

/** A corrective action while it runs: its state, and what is still to be saved and told. */
class RunningAction {
  private state: CorrectiveActionState;
  /** The revision of the state that the row in Postgres has; undefined before the first save. */
  private saved: number | undefined;
  /** What the cases have not been told yet, in the order in which it happened. */
  private readonly reports: ActionReport[] = [];
  private readonly turns = new Turns();

  constructor(private readonly input: CorrectiveActionInput) {
    this.state = begin(input).state;
  }

  async run(): Promise<CorrectiveActionState> {
    const { rules } = this.input;
    setHandler(getAction, () => this.state);
    this.hear(actionStarted, actionStartedSchema, ({ at }) => start(this.state, at, rules));
    this.hear(actionVerified, actionVerifiedSchema, ({ at, reached }) => judge(this.state, at, reached, rules));

    const promises = keepPromises({
      clocks: () => this.state.clocks,
      ended: () => this.ended,
      onDue: async () => this.setState(due(this.state)),
    });
    await this.settled();
    while (!this.ended) {
      await condition(() => checkIsDue(this.state) || this.unsettled || this.ended);
      if (checkIsDue(this.state)) {
        const span = checkSpan(this.state, workflowNow());
        const { askedMs, ...found } = await this.turns.inTurn(({ measureEffect }) => measureEffect(span));
        this.setState(measured(this.state, found, toInstant(askedMs), rules));
      }
      await this.settled();
    }
    await promises;
    return this.state;
  }

  report(report: ActionReport): void {
    this.reports.push(report);
  }

  private setState({ state, reports }: Step): void {
    this.state = state;
    this.reports.push(...reports);
  }

  /**
   * Registers the handler of a signal. A message that is malformed or names an implausible day must not fail the task (it
   * would fail again at every retry): it changes nothing, and the cases are told, which write it into their ledgers.
   */
  private hear<T extends { at: Instant }>(
    signal: SignalDefinition<[T]>,
    schema: Shape<T>,
    follow: (said: T) => Step,
  ): void {
    const take = async (message: unknown): Promise<void> => {
      const said = schema.safeParse(message);
      if (said.success && this.isPlausible(said.data.at)) this.setState(follow(said.data));
      else this.report({ actionId: this.input.actionId, kind: 'signalRefused', signal: signal.name });
    };
    setHandler(signal, shielded(take));
  }

  /**
   * Whether a signal's time lies between the planning and now, with a day on each side for clocks of other machines that
   * are wrong. A day far away is refused, because no due time can be reckoned from there.
   */
  private isPlausible(at: Instant): boolean {
    const { plannedAt } = this.state;
    return toMs(at) >= toMs(plannedAt) - DAY && toMs(at) <= toMs(workflowNow()) + DAY;
  }

  private get ended(): boolean {
    return this.state.status === 'ended';
  }

  /** Whether the row is older than the state, or a report is still to be sent. */
  private get unsettled(): boolean {
    return this.saved !== this.state.revision || this.reports.length > 0;
  }

  /** Saves the row first, then tells every case each report in order; returns when nothing is left to do. */
  private async settled(): Promise<void> {
    while (this.unsettled) {
      const { state } = this;
      if (this.saved !== state.revision) {
        this.saved = state.revision;
        await this.turns.inTurn(({ saveAction }) => saveAction({ state }));
      }
      const report = this.reports.shift();
      if (report) for (const caseNo of this.state.cases) await tell(complaintWorkflowId(caseNo), actionReport, report);
    }
  }
}
