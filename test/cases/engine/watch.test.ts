import { randomUUID } from 'node:crypto';
import { createAlarm } from '../../../src/channels/mail/alarm';
import { EngineError } from '../../../src/cases/engine/engine';
import type { Standing, TaskFault } from '../../../src/cases/engine/oversight';
import { PolicyCache } from '../../../src/cases/rules/policies';
import { createRestart } from '../../../src/cases/engine/restart';
import { createWatch } from '../../../src/cases/engine/watch';
import type { Incident } from '../../../src/db';
import { event } from '../../../src/domain/case/events';
import { fold } from '../../../src/domain/case/evolve';
import { complaintWorkflowId, correctiveActionWorkflowId } from '../../../src/domain/basics/ids';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { append, SYSTEM } from '../../../src/domain/process/append';
import { newCaseNo, newComplaint, openedCase, openTestStores, type TestStores } from '../../db/support';

const MINUTE = 60_000;
/** The first response of `openedCase` is due at 01:15. */
const RECEIVED = Date.parse('2026-11-22T01:00:00.000Z');

let on: TestStores;
let now: number;
beforeEach(async () => {
  on = await openTestStores();
  now = RECEIVED + MINUTE;
});
afterEach(() => on.close());

/** Temporal as a table of runs; what is done to it is written down. */
class Runs {
  readonly standings = new Map<string, Standing>();
  readonly started: string[] = [];
  readonly ended: string[] = [];
  readonly signals: { to: string; name: string; message: unknown }[] = [];
  asked = 0;
  fault: TaskFault = 'nonDeterminism';
  away = false;
  /** Every run that is started ends at once. */
  ends = false;

  run(workflowId: string): void {
    this.standings.set(workflowId, { is: 'running', runId: `r${this.started.length}` });
  }
  fail(workflowId: string, since: number, attempt = 6): void {
    this.standings.set(workflowId, {
      is: 'running',
      runId: 'failing',
      task: { attempt, since: new Date(since).toISOString() },
    });
  }

  readonly oversight = {
    standing: async (workflowId: string): Promise<Standing> => {
      if (this.away) throw new EngineError('away', 'Temporal cannot be reached');
      this.asked++;
      return this.standings.get(workflowId) ?? { is: 'unknown' };
    },
    whyFailing: async () => this.fault,
    terminate: async (workflowId: string, runId: string) => {
      this.ended.push(`${workflowId} ${runId}`);
      this.standings.set(workflowId, { is: 'ended', how: 'TERMINATED' });
    },
    signal: async (to: string, name: string, message: unknown) => {
      if (this.standings.get(to)?.is !== 'running') throw new EngineError('missing', 'no open run');
      this.signals.push({ to, name, message });
    },
    startAction: async ({ actionId }: { actionId: string }) => this.start(correctiveActionWorkflowId(actionId)),
  };
  start(workflowId: string): void {
    this.started.push(workflowId);
    if (this.ends) this.standings.set(workflowId, { is: 'ended', how: 'FAILED' });
    else this.run(workflowId);
  }
}

function watchOver(runs: Runs, tell: (incidents: Incident[]) => Promise<boolean> = async () => true) {
  const clock = (): number => now;
  const policies = new PolicyCache(on.stores.policies, clock);
  const { stores } = on;
  const engine = { carryOn: async ({ caseNo }: { caseNo: string }) => runs.start(complaintWorkflowId(caseNo)) };
  const restart = createRestart({ stores, policies, engine, oversight: runs.oversight, clock });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return createWatch({
    stores,
    policies,
    oversight: runs.oversight,
    restart,
    tell,
    mailDomain: 'redress.example',
    log,
    clock,
  });
}

async function open(runs: Runs): Promise<string> {
  const caseNo = newCaseNo();
  await on.stores.ledger.append(caseNo, openedCase(caseNo));
  runs.run(complaintWorkflowId(caseNo));
  return caseNo;
}

const openIncidents = async () => (await on.stores.watch.openIncidents(99)).map(({ subject, kind }) => [subject, kind]);

const text = { textId: randomUUID(), sha256: 'a'.repeat(64) };

async function happen(caseNo: string, at: string, ...bodies: Parameters<typeof append>[2]): Promise<void> {
  const state = fold(caseNo, await on.stores.ledger.events(caseNo));
  await on.stores.ledger.append(caseNo, append(state, caseNo, bodies, { at, actor: SYSTEM }, HOUSE_POLICY).events);
}

describe('the watch over the workflows', () => {
  it('starts again what has no run, whether or not anything is due, and leaves the others alone', async () => {
    const runs = new Runs();
    const [gone, terminated, fine] = [await open(runs), await open(runs), await open(runs)];
    runs.standings.delete(complaintWorkflowId(gone));
    runs.standings.set(complaintWorkflowId(terminated), { is: 'ended', how: 'TERMINATED' });
    const ended = await open(runs);
    await happen(ended, '2026-11-22T01:00:30.000Z', event('withdrawn', { reason: text }));
    runs.standings.delete(complaintWorkflowId(ended));

    expect(await watchOver(runs).look()).toEqual({ looked: 3, restarted: 2 });
    expect(runs.started.toSorted()).toEqual([gone, terminated].map(complaintWorkflowId).toSorted());
    expect(runs.started).not.toContain(complaintWorkflowId(fine));
    expect(await openIncidents()).toEqual([]);
  });

  it('looks first at what is overdue, and comes round to every open case', async () => {
    const runs = new Runs();
    const late = await open(runs);
    // More cases than one look takes, with numbers before that of the overdue one; nothing of theirs is due.
    now = RECEIVED + 30 * MINUTE;
    for (let n = 0; n < 120; n++) {
      const caseNo = `C250101-${String(n).padStart(6, '0')}`;
      await on.stores.ledger.append(caseNo, openedCase(caseNo, { receivedAt: new Date(now).toISOString() }));
      if (n !== 119) runs.run(complaintWorkflowId(caseNo));
    }
    runs.standings.delete(complaintWorkflowId(late));
    const watch = watchOver(runs);
    now += MINUTE;
    expect(await watch.look()).toMatchObject({ looked: 51, restarted: 1 });
    expect(runs.started).toEqual([complaintWorkflowId(late)]);
    // The last of all is found within three looks, and nobody is asked twice in a minute.
    await watch.look();
    await watch.look();
    expect(runs.started).toContain(complaintWorkflowId('C250101-000119'));
    expect(runs.asked).toBeLessThan(121 + 10);
  });

  it('names a case whose work fails, tells the admins once, and says when it goes on', async () => {
    const runs = new Runs();
    runs.fault = 'error';
    const caseNo = await open(runs);
    const mails: string[][] = [];
    const watch = watchOver(runs, async (found) => {
      mails.push(found.map(({ subject }) => subject));
      return true;
    });
    // Two tries are nothing: a worker was killed.
    runs.fail(complaintWorkflowId(caseNo), now, 2);
    now += 2 * MINUTE;
    await watch.look();
    expect(await openIncidents()).toEqual([]);
    runs.fail(complaintWorkflowId(caseNo), now - 2 * MINUTE);
    for (let n = 0; n < 30; n++) {
      now += MINUTE;
      await watch.look();
    }
    expect(await openIncidents()).toEqual([[caseNo, 'failing']]);
    expect(mails).toEqual([[caseNo]]);
    // What throws is not taken over: it would throw again.
    expect([runs.ended, runs.started]).toEqual([[], []]);

    // Its due time passed unwritten: it is among the suspects, healthy or not.
    runs.run(complaintWorkflowId(caseNo));
    await happen(caseNo, new Date(now).toISOString(), event('noted', { text }));
    now += MINUTE;
    await watch.look();
    expect(await openIncidents()).toEqual([[caseNo, 'late']]);
    expect(mails).toHaveLength(1);
  });

  it('asks again when no admin could be told', async () => {
    const runs = new Runs();
    const caseNo = await open(runs);
    runs.fail(complaintWorkflowId(caseNo), now - 2 * MINUTE);
    let reachable = false;
    const tries: string[] = [];
    const watch = watchOver(runs, async (found) => {
      tries.push(...found.map(({ subject }) => subject));
      return reachable;
    });
    await watch.look();
    reachable = true;
    await watch.look();
    await watch.look();
    expect(tries).toEqual([caseNo, caseNo]);
  });

  it('takes a case over whose history cannot be replayed: once, after ten minutes, and not when many are hit', async () => {
    const runs = new Runs();
    const caseNo = await open(runs);
    runs.fail(complaintWorkflowId(caseNo), now - 2 * MINUTE);
    const watch = watchOver(runs);
    await watch.look();
    now += 9 * MINUTE;
    await watch.look();
    expect(runs.ended).toEqual([]);
    now += 2 * MINUTE;
    expect(await watch.look()).toMatchObject({ restarted: 1 });
    expect(runs.ended).toEqual([`${complaintWorkflowId(caseNo)} failing`]);
    expect(runs.started).toEqual([complaintWorkflowId(caseNo)]);
    expect(await openIncidents()).toEqual([]);

    // It fails again the same day: a person has to look.
    runs.fail(complaintWorkflowId(caseNo), now);
    for (let n = 0; n < 20; n++) {
      now += MINUTE;
      await watch.look();
    }
    expect(runs.ended).toHaveLength(1);
    expect(await openIncidents()).toEqual([[caseNo, 'failing']]);

    const many: string[] = [];
    for (let n = 0; n < 6; n++) many.push(await open(runs));
    for (const each of many) runs.fail(complaintWorkflowId(each), now);
    for (let n = 0; n < 20; n++) {
      now += MINUTE;
      await watch.look();
    }
    expect(runs.ended).toHaveLength(1);
    expect(await on.stores.watch.countOpen()).toEqual({ failing: 7 });
  });

  it('does not start for ever what ends again and again, and nothing from a ledger that does not hold', async () => {
    const runs = new Runs();
    runs.ends = true;
    const [caseNo, forged] = [await open(runs), await open(runs)];
    for (const each of [caseNo, forged]) runs.standings.delete(complaintWorkflowId(each));
    await on.database.pool.query(`update cases set last_hash = 'x' where case_no = $1`, [forged]);
    const watch = watchOver(runs);
    for (let n = 0; n < 8; n++) {
      now += MINUTE;
      await watch.look();
    }
    expect(runs.started).toEqual(Array.from({ length: 3 }, () => complaintWorkflowId(caseNo)));
    const found = await openIncidents();
    expect(found).toHaveLength(2);
    expect(found).toEqual(
      expect.arrayContaining([
        [caseNo, 'ending'],
        [forged, 'ledger'],
      ]),
    );
  });

  it('says of a running case that what fell due is not written, but not right after a worker came up', async () => {
    const runs = new Runs();
    const caseNo = await open(runs);
    now = RECEIVED + 60 * MINUTE;
    const watch = watchOver(runs);
    await watch.look();
    expect(await openIncidents()).toEqual([]);
    now += 6 * MINUTE;
    await watch.look();
    expect(await openIncidents()).toEqual([[caseNo, 'late']]);
  });

  it('starts a complaint again that was lost before its ledger began', async () => {
    const runs = new Runs();
    const lost = newComplaint({ receivedAt: new Date(RECEIVED).toISOString() });
    await on.stores.complaints.accept(lost);
    await on.stores.starts.markStarted([lost.caseNo]);
    now = RECEIVED + 5 * MINUTE;
    runs.standings.set(complaintWorkflowId(lost.caseNo), { is: 'ended', how: 'TERMINATED' });
    await watchOver(runs).look();
    expect(runs.started).toEqual([complaintWorkflowId(lost.caseNo)]);
  });

  it('one worker at a time; and none is blamed while Temporal is away', async () => {
    const runs = new Runs();
    const caseNo = await open(runs);
    runs.away = true;
    await expect(watchOver(runs).look()).rejects.toMatchObject({ kind: 'away' });
    expect([await openIncidents(), runs.started]).toEqual([[], []]);
    runs.away = false;
    runs.standings.delete(complaintWorkflowId(caseNo));
    let inside: unknown = 'not asked';
    const other = watchOver(runs);
    await on.another().watch.underLock(async () => {
      inside = await other.look();
    });
    expect([inside, runs.started]).toEqual([undefined, []]);
    expect(await other.look()).toMatchObject({ restarted: 1 });
  });
});

describe('corrective actions', () => {
  async function planned(runs: Runs): Promise<{ caseNo: string; actionId: string }> {
    const caseNo = await open(runs);
    const actionId = `${caseNo}-A1`;
    const at = new Date(RECEIVED + 1_000).toISOString();
    const data = { actionId, kind: 'urgent', owner: 'u-quality', cause: 'design', description: text } as const;
    await happen(caseNo, at, event('actionPlanned', data));
    return { caseNo, actionId };
  }
  const row = (
    { caseNo, actionId }: { caseNo: string; actionId: string },
    status: 'planned' | 'ended' = 'planned',
  ) => ({
    id: actionId,
    revision: status === 'ended' ? 5 : 1,
    caseNos: [caseNo],
    kind: 'urgent' as const,
    owner: 'u-quality',
    cause: 'design' as const,
    status,
    rounds: 1,
    state: {
      id: actionId,
      revision: 1,
      cases: [caseNo],
      kind: 'urgent' as const,
      owner: 'u-quality',
      cause: 'design' as const,
      status,
      plannedAt: new Date(RECEIVED).toISOString(),
      endedAt: new Date(RECEIVED + MINUTE).toISOString(),
      round: 1,
      clocks: {},
    },
  });

  it('are started again when they are lost, and started at all when their case was lost before it did', async () => {
    const runs = new Runs();
    const [lost, never] = [await planned(runs), await planned(runs)];
    await on.stores.actions.save(row(lost));
    now = RECEIVED + 10 * MINUTE;
    await watchOver(runs).look();
    expect(runs.started.toSorted()).toEqual(
      [lost, never].map(({ actionId }) => correctiveActionWorkflowId(actionId)).toSorted(),
    );
  });

  it('that fail are named like cases', async () => {
    const runs = new Runs();
    runs.fault = 'error';
    const one = await planned(runs);
    await on.stores.actions.save(row(one));
    now = RECEIVED + 10 * MINUTE;
    runs.fail(correctiveActionWorkflowId(one.actionId), now - 5 * MINUTE);
    await watchOver(runs).look();
    expect(await openIncidents()).toEqual([[one.actionId, 'failing']]);
  });

  it('that have ended tell a case that did not hear of it', async () => {
    const runs = new Runs();
    const one = await planned(runs);
    await on.stores.actions.save(row(one, 'ended'));
    // The row says when it was written by the database's clock.
    now = Date.now() + 10 * MINUTE;
    await watchOver(runs).look();
    expect(runs.signals).toEqual([
      {
        to: complaintWorkflowId(one.caseNo),
        name: 'actionReport',
        message: { actionId: one.actionId, kind: 'ended', rounds: 1, at: row(one, 'ended').state.endedAt },
      },
    ]);
  });
});

describe('decisions that were accepted', () => {
  const pend = async (caseNo: string, name = 'note'): Promise<string> => {
    const decisionId = randomUUID();
    const actor = { kind: 'staff', id: 'agent', role: 'agent', team: 'after-sales' } as const;
    const message = { decisionId, actor, sentAt: new Date(now).toISOString(), input: { text } };
    await on.stores.pendingDecisions.add({ caseNo, decisionId, name, message }, new Date(now).toISOString());
    return decisionId;
  };
  const pending = async () => (await on.stores.pendingDecisions.counts()).waiting;

  it('are sent again, in their order, to a run that was started again', async () => {
    const runs = new Runs();
    const caseNo = await open(runs);
    const ids = [];
    for (let n = 0; n < 3; n++) {
      ids.push(await pend(caseNo));
      now += 1_000;
    }
    runs.standings.set(complaintWorkflowId(caseNo), { is: 'ended', how: 'TERMINATED' });
    now += MINUTE;
    await watchOver(runs).look();
    expect(
      runs.signals.map(({ to, name, message }) => [to, name, (message as { decisionId: string }).decisionId]),
    ).toEqual(ids.map((id) => [complaintWorkflowId(caseNo), 'note', id]));
    expect(await pending()).toBe(3);
  });

  it('are crossed out when the ledger has them or their refusal', async () => {
    const runs = new Runs();
    const caseNo = await open(runs);
    const [taken, refused, waits] = [await pend(caseNo), await pend(caseNo), await pend(caseNo)];
    const state = fold(caseNo, await on.stores.ledger.events(caseNo));
    const at = new Date(now).toISOString();
    const decision = { id: taken, name: 'note', print: 'p' };
    await on.stores.ledger.append(
      caseNo,
      append(state, caseNo, [event('noted', { text })], { at, actor: SYSTEM, decision }, HOUSE_POLICY).events,
    );
    await happen(caseNo, at, event('decisionRefused', { decision: 'note', code: 'x', decisionId: refused }));
    await watchOver(runs).look();
    expect((await on.stores.pendingDecisions.ofCase(caseNo)).map(({ decisionId }) => decisionId)).toEqual([waits]);
    // Whoever was told that it was stored hears that nothing came of it; once, however often it is looked at.
    await watchOver(runs).look();
    const told = (await on.stores.outbox.list(caseNo)).filter(({ mail }) => mail === 'decisionRefused');
    expect(told.map(({ to, messageId }) => [to, messageId.endsWith('.decisionRefused.0@redress.example>')])).toEqual([
      [{ kind: 'user', id: 'agent' }, true],
    ]);
  });

  it('are sent again now and then to a case that runs, wait with one that fails, and are named in the end', async () => {
    const runs = new Runs();
    const caseNo = await open(runs);
    await pend(caseNo);
    // Nothing of the case itself falls due here.
    await happen(
      caseNo,
      new Date(now).toISOString(),
      event('promiseStopped', { clock: 'firstResponse', verdict: 'met' }),
    );
    const watch = watchOver(runs);
    for (let n = 0; n < 60; n++) {
      now += MINUTE;
      await watch.look();
    }
    expect(runs.signals).toHaveLength(5);
    expect(await openIncidents()).toEqual([[caseNo, 'decision']]);
    await happen(caseNo, new Date(now).toISOString(), event('noted', { text }));
    await on.stores.pendingDecisions.remove(
      (await on.stores.pendingDecisions.ofCase(caseNo))[0] ?? { caseNo, decisionId: '' },
    );
    now += MINUTE;
    await watch.look();
    expect(await openIncidents()).toEqual([]);
  });

  it('that were sent in vain to the end, or rest, keep no newer one from being sent', async () => {
    const runs = new Runs();
    const note = async (caseNo: string, sends: number): Promise<void> => {
      const decisionId = await pend(caseNo);
      await on.database.pool.query('update pending_decisions set sends = $1 where decision_id = $2', [
        sends,
        decisionId,
      ]);
    };
    const spent = Array.from({ length: 60 }, (_, n) => `C250101-${String(n).padStart(6, '0')}`);
    for (const caseNo of spent) await note(caseNo, 6);
    now += 1_000;
    // Sent five times: the sixth comes after half an hour.
    for (let n = 0; n < 60; n++) await note(`C250102-${String(n).padStart(6, '0')}`, 5);
    now += 1_000;
    const caseNo = await open(runs);
    await pend(caseNo);
    now += MINUTE;
    const watch = watchOver(runs);
    await watch.look();
    expect(runs.signals.map(({ to }) => to)).toEqual([complaintWorkflowId(caseNo)]);
    // Each of those sent in vain is named, however many there are.
    expect(await openIncidents()).toEqual(spent.map((one) => [one, 'decision']));
  });

  it('that cannot be sent yet keep no newer one from being sent', async () => {
    const runs = new Runs();
    const stuck = Array.from({ length: 60 }, (_, n) => `C250101-${String(n).padStart(6, '0')}`);
    for (const caseNo of stuck) {
      await pend(caseNo);
      runs.fail(complaintWorkflowId(caseNo), now);
      // One after the other, so that their order is known.
      now += 1;
    }
    now += 1_000;
    const caseNo = await open(runs);
    await pend(caseNo);
    now += MINUTE;
    const watch = watchOver(runs);
    await watch.look();
    now += 1_000;
    await watch.look();
    expect(runs.signals.map(({ to }) => to)).toEqual([complaintWorkflowId(caseNo)]);
    // Once the first of them can be reached again, the round has come back to it.
    const [first = ''] = stuck;
    runs.run(complaintWorkflowId(first));
    await watch.look();
    expect(runs.signals.map(({ to }) => to)).toEqual([caseNo, first].map(complaintWorkflowId));
  });

  it('are lost when the case is over and would not take them, and that is counted', async () => {
    const runs = new Runs();
    const caseNo = await open(runs);
    await pend(caseNo, 'respond');
    await happen(caseNo, new Date(now).toISOString(), event('withdrawn', { reason: text }));
    runs.standings.set(complaintWorkflowId(caseNo), { is: 'ended', how: 'COMPLETED' });
    now += 2 * MINUTE;
    await watchOver(runs).look();
    expect([await pending(), runs.signals, runs.started]).toEqual([0, [], []]);
    expect(await on.stores.pendingDecisions.counts()).toEqual({ waiting: 0, lost: 1 });
  });
});

describe('the mail to the admins', () => {
  const incident = (subject: string): Incident => ({
    subject,
    caseNo: subject,
    kind: 'failing',
    since: '2026-11-25T20:10:00.000Z',
    restarts: 0,
  });
  const admin = {
    id: 'boss',
    name: '周敏',
    email: 'boss@example.org',
    role: 'admin' as const,
    team: 'after-sales',
    language: 'zh-CN' as const,
    active: true,
  };

  it('names the cases and since when, in the language of each, under an id that a repeat keeps', async () => {
    const sent: { to: readonly string[]; subject: string; text: string; messageId: string }[] = [];
    const tell = createAlarm({
      users: { list: async ({ role }) => (role === 'admin' ? [admin, { ...admin, id: 'b', language: 'en' }] : []) },
      transport: {
        send: async (mail) => {
          sent.push(mail);
          return { kind: 'sent' };
        },
      },
      house: { name: 'Redress', contact: '' },
      mailDomain: 'redress.example',
      log: { warn: () => undefined },
      clock: () => Date.parse('2026-11-25T21:00:00.000Z'),
    });
    const found = [incident('C261126-AAAAAA'), incident('C261126-BBBBBB')];
    expect(await tell(found)).toBe(true);
    await tell(found);
    expect(sent.map(({ subject }) => subject).slice(0, 2)).toEqual([
      '2 件案件自己走不下去，需要您处理',
      '2 case(s) do not go on by themselves and need you',
    ]);
    expect(sent[0]?.text).toContain('C261126-AAAAAA：工作流每次运行都失败，11月26日 星期四 04:10 发现');
    expect(sent[1]?.text).toContain('C261126-BBBBBB: every try of its workflow fails; found Thu 26 Nov, 04:10');
    expect(sent[2]?.messageId).toBe(sent[0]?.messageId);
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(2);
  });

  it('goes to whoever leads when there is no admin, and reaches nobody when nobody can be reached', async () => {
    const to: string[] = [];
    const tell = (kind: 'sent' | 'permanent') =>
      createAlarm({
        users: { list: async ({ role }) => (role === 'manager' ? [{ ...admin, role, email: 'm@example.org' }] : []) },
        transport: {
          send: async (mail) => {
            to.push(...mail.to);
            return kind === 'sent' ? { kind } : { kind, code: 'bad_address' };
          },
        },
        house: { name: 'Redress', contact: '' },
        mailDomain: 'redress.example',
        log: { warn: () => undefined },
      });
    expect([await tell('sent')([incident('C261126-AAAAAA')]), to]).toEqual([true, ['m@example.org']]);
    expect(await tell('permanent')([incident('C261126-AAAAAA')])).toBe(false);
  });
});
