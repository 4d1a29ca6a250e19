import { randomUUID } from 'node:crypto';
import { EngineError } from '../../src/cases/engine/engine';
import { PolicyCache } from '../../src/cases/rules/policies';
import { createRestart } from '../../src/cases/engine/restart';
import type { ComplaintInput } from '../../src/domain/process/start';
import type { Standing } from '../../src/cases/engine/oversight';
import { checkLedger, type Findings, type Workflows } from '../../src/cli/ledger-check';
import { rebuild } from '../../src/cli/rebuild';
import { accountLink } from '../../src/cli/account';
import { demoAccounts, newPassword } from '../../src/cli/demo/accounts';
import { Passwords } from '../../src/cases/access/passwords';
import { seedUsers } from '../../src/cli/seed-users';
import { ROLES } from '../../src/domain/basics/types';
import { issueToken } from '../../src/cli/token';
import { hashToken, type ActionRow } from '../../src/db';
import { event, type CaseEvent } from '../../src/domain/case/events';
import { fold } from '../../src/domain/case/evolve';
import { caseNoOfWorkflowId } from '../../src/domain/basics/ids';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { append, SYSTEM } from '../../src/domain/process/append';
import type { CaseState } from '../../src/domain/case/state';
import { newCaseNo, newComplaint, oneLife, openedCase, openTestStores, type TestStores } from '../db/support';

let on: TestStores;
beforeEach(async () => {
  on = await openTestStores();
});
afterEach(() => on.close());

const text = { textId: randomUUID(), sha256: 'a'.repeat(64) };
const further = (caseNo: string, events: CaseEvent[], ...bodies: Parameters<typeof append>[2]): CaseEvent[] => {
  const state = fold(caseNo, events);
  return append(state, caseNo, bodies, { at: state?.lastAt ?? '', actor: SYSTEM }, HOUSE_POLICY).events;
};

async function check(workflows?: Workflows): Promise<Findings & { lines: string[] }> {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const found = await checkLedger({ stores: on.stores, workflows, say, settleMs: 50, lostTaskMs: 0 });
  return { ...found, lines };
}

const RUNNING: Standing = { is: 'running', runId: 'r1' };
const ENDED: Standing = { is: 'ended', how: 'COMPLETED' };

/** Workflows that answer what the ledger and the rows say, but for what a test changes. */
const workflowsSaying = (change: (state: CaseState) => CaseState = (state) => state): Workflows => ({
  standing: async (workflowId) => {
    const caseNo = caseNoOfWorkflowId(workflowId);
    if (!caseNo) return RUNNING;
    return (await on.stores.cases.get(caseNo))?.state.stage === 'archived' ? ENDED : RUNNING;
  },
  whyFailing: () => Promise.resolve('error'),
  state: async (caseNo) => {
    const row = await on.stores.cases.get(caseNo);
    if (!row) throw new EngineError('missing', 'no run');
    return change(row.state);
  },
  actionState: async (actionId) => {
    const row = await on.stores.actions.get(actionId);
    if (!row) throw new EngineError('missing', 'no run');
    return row.state;
  },
});

const plannedAction = (caseNo: string): ActionRow => ({
  id: `${caseNo}-A1`,
  revision: 1,
  caseNos: [caseNo],
  kind: 'urgent',
  owner: 'u-quality',
  cause: 'design',
  status: 'planned',
  rounds: 1,
  state: {
    id: `${caseNo}-A1`,
    revision: 1,
    cases: [caseNo],
    kind: 'urgent',
    owner: 'u-quality',
    cause: 'design',
    status: 'planned',
    plannedAt: '2026-11-22T01:00:00.000Z',
    round: 1,
    clocks: {},
  },
});

describe('ledger:check', () => {
  it('finds nothing where nothing is wrong', async () => {
    const life = oneLife();
    for (let n = 0; n < 3; n++) await on.stores.ledger.append(newCaseNo(), life);
    for (const { type, data } of life) {
      if (type !== 'actionPlanned') continue;
      await on.stores.actions.save({ ...plannedAction(newCaseNo()), id: data.actionId, status: 'ended' });
    }
    expect(await check(workflowsSaying())).toEqual({
      differences: 0,
      notCompared: 0,
      exitCode: 0,
      lines: ['3 case(s) checked, 3 of them against their workflow: no difference'],
    });
    // Another order of keys is no difference.
    const reversed = workflowsSaying(
      (state) => Object.fromEntries(Object.entries(state).toReversed()) as unknown as CaseState,
    );
    expect((await check(reversed)).differences).toBe(0);
  });

  it('says each field in which the workflow differs', async () => {
    const caseNo = newCaseNo();
    await on.stores.ledger.append(caseNo, openedCase(caseNo));
    const { differences, lines } = await check(workflowsSaying((state) => ({ ...state, round: 2, stage: 'resolve' })));
    expect(differences).toBe(2);
    expect(lines).toContain(`${caseNo}: workflow.round: ledger 1, found 2`);
    expect(lines).toContain(`${caseNo}: workflow.stage: ledger "grade", found "resolve"`);
  });

  it('does not report a decision that is being written', async () => {
    const caseNo = newCaseNo();
    const opening = openedCase(caseNo);
    await on.stores.ledger.append(caseNo, opening);
    let asked = 0;
    const ahead = workflowsSaying();
    const writing: Workflows = {
      ...ahead,
      state: async (of, deadline) => {
        const seq = (await on.stores.cases.get(caseNo))?.state.seq ?? 0;
        const events = further(caseNo, await on.stores.ledger.events(caseNo), event('noted', { text }));
        // The first answers are one event ahead of the row that was read before.
        if (asked++ < 2) await on.stores.ledger.append(caseNo, events);
        expect(seq).toBeGreaterThan(0);
        return ahead.state(of, deadline);
      },
    };
    expect((await check(writing)).differences).toBe(0);
    expect(asked).toBe(3);
  });

  it('does not report what a lost task has written, and the next takes over', async () => {
    const caseNo = newCaseNo();
    await on.stores.ledger.append(caseNo, openedCase(caseNo));
    let asked = 0;
    // It stands still while it is looked at the first time.
    const behind = workflowsSaying((state) => (asked++ < 2 ? { ...state, stage: 'receive' } : state));
    expect(await check(behind)).toMatchObject({ differences: 0, exitCode: 0 });
    expect(asked).toBe(3);
  });

  it('waits for a backlog as long as some of it catches up, and says what then still stands', async () => {
    const caseNos = [newCaseNo(), newCaseNo(), newCaseNo(), newCaseNo()];
    for (const caseNo of caseNos) await on.stores.ledger.append(caseNo, openedCase(caseNo));
    // Looked at twice before it counts as standing still; the first catches up for the second round, and so on.
    const looks = new Map<string, number>();
    const behind = (upTo: number): Workflows => {
      looks.clear();
      const said = workflowsSaying();
      return {
        ...said,
        state: async (caseNo, deadline) => {
          const n = (looks.get(caseNo) ?? 0) + 1;
          looks.set(caseNo, n);
          const at = caseNos.indexOf(caseNo);
          const state = await said.state(caseNo, deadline);
          return n <= 2 * (at + 1) || at >= upTo ? { ...state, stage: 'receive' } : state;
        },
      };
    };
    expect(await check(behind(4))).toMatchObject({ differences: 0, exitCode: 0 });
    const { differences, lines } = await check(behind(3));
    expect(differences).toBe(1);
    expect(lines[0]).toMatch(new RegExp(`^${caseNos[3]}: workflow.stage`));
  });

  it('says an open case without a workflow, and one that ended on one side only', async () => {
    const [open, ended] = [newCaseNo(), newCaseNo()];
    await on.stores.ledger.append(open, openedCase(open));
    const events = openedCase(ended);
    await on.stores.ledger.append(ended, [...events, ...further(ended, events, event('withdrawn', { reason: text }))]);
    const gone: Workflows = {
      ...workflowsSaying(),
      standing: async () => ({ is: 'unknown' }),
      state: () => Promise.reject(new EngineError('missing', '')),
    };
    expect((await check(gone)).lines[0]).toBe(`${open}: open, but the engine knows no workflow of it`);
    // Past its retention a closed workflow is rightly gone.
    expect((await check(gone)).differences).toBe(1);
    const crossed: Workflows = {
      ...workflowsSaying(),
      standing: async (workflowId) => (workflowId.endsWith(ended) ? RUNNING : ENDED),
    };
    expect((await check(crossed)).lines).toEqual(
      expect.arrayContaining([
        `${open}: open, but its workflow has ended`,
        `${ended}: archived, but its workflow is still running`,
      ]),
    );
  });

  it('names the cases whose workflow cannot be asked, and goes on with the others', async () => {
    const [lost, broken, failing, fine] = [newCaseNo(), newCaseNo(), newCaseNo(), newCaseNo()].toSorted() as [
      string,
      string,
      string,
      string,
    ];
    for (const caseNo of [lost, broken, failing, fine]) await on.stores.ledger.append(caseNo, openedCase(caseNo));
    const said = workflowsSaying();
    const { differences, exitCode, lines } = await check({
      ...said,
      standing: async (workflowId) =>
        workflowId.endsWith(failing)
          ? { is: 'running', runId: 'r1', task: { attempt: 7, since: '2026-11-22T01:00:00.000Z' } }
          : said.standing(workflowId),
      whyFailing: () => Promise.resolve('nonDeterminism'),
      state: (caseNo, deadline) => {
        if (caseNo === lost) throw new EngineError('lost', 'the workflow task failed');
        if (caseNo === broken) throw new EngineError('broken', 'QueryNotRegisteredError');
        return said.state(caseNo, deadline);
      },
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        `${lost}: its workflow cannot be asked: the workflow task failed`,
        `${broken}: its workflow cannot be asked: QueryNotRegisteredError`,
        `${failing}: its workflow fails at every try, since 2026-11-22T01:00:00.000Z`,
      ]),
    );
    expect(lines.join('\n')).toMatch(/What to do:\n {2}failing/);
    expect(lines.at(-1)).toBe('4 case(s) checked, 4 of them against their workflow: 3 difference(s)');
    expect([differences, exitCode]).toEqual([3, 1]);
  });

  it('never takes for a difference what was only too slow: it is asked again, then not compared', async () => {
    const [timedOut, lost, fine] = [newCaseNo(), newCaseNo(), newCaseNo()];
    for (const caseNo of [timedOut, lost, fine]) await on.stores.ledger.append(caseNo, openedCase(caseNo));
    const said = workflowsSaying();
    const asked: string[] = [];
    const { differences, notCompared, exitCode, lines } = await check({
      ...said,
      // Its tasks were begun again and again, each time ended by the clock.
      standing: async (workflowId) =>
        workflowId.endsWith(timedOut)
          ? { is: 'running', runId: 'r1', task: { attempt: 5, since: '2026-11-22T01:00:00.000Z' } }
          : said.standing(workflowId),
      whyFailing: () => Promise.resolve('timeout'),
      state: (caseNo, deadline) => {
        asked.push(caseNo);
        if (caseNo === lost) throw new EngineError('lost', 'the workflow task failed');
        return said.state(caseNo, deadline);
      },
    });
    expect(asked.filter((caseNo) => caseNo === lost)).toHaveLength(2);
    expect(lines).toEqual(
      expect.arrayContaining(
        [timedOut, lost].map((caseNo) => `${caseNo}: its workflow gave no answer, twice; it was not compared`),
      ),
    );
    expect([differences, notCompared, exitCode]).toEqual([0, 2, 3]);
  });

  it('asks whoever gave no answer once more at the end, and is incomplete when one still does not', async () => {
    const [slow, mute] = [newCaseNo(), newCaseNo()];
    for (const caseNo of [slow, mute]) await on.stores.ledger.append(caseNo, openedCase(caseNo));
    const said = workflowsSaying();
    const asked: string[] = [];
    const answers = (silentFor: (caseNo: string, times: number) => boolean): Workflows => ({
      ...said,
      state: (caseNo, deadline) => {
        asked.push(caseNo);
        if (silentFor(caseNo, asked.filter((each) => each === caseNo).length)) {
          throw new EngineError('silent', 'no answer in time');
        }
        return said.state(caseNo, deadline);
      },
    });
    expect(await check(answers((caseNo, times) => caseNo === slow && times === 1))).toMatchObject({
      differences: 0,
      notCompared: 0,
      exitCode: 0,
    });
    asked.length = 0;
    const { exitCode, lines } = await check(answers((caseNo) => caseNo === mute));
    expect(exitCode).toBe(3);
    expect(lines).toContain(`${mute}: its workflow gave no answer, twice; it was not compared`);
    expect(lines.at(-1)).toBe(
      '2 case(s) checked, 1 of them against their workflow: no difference; incomplete: 1 could not be compared',
    );
  });

  it('goes on without the workflows when nobody answers, says so once, and is incomplete', async () => {
    for (let n = 0; n < 40; n++) {
      const caseNo = newCaseNo();
      await on.stores.ledger.append(caseNo, openedCase(caseNo));
    }
    let asked = 0;
    const silent: Workflows = {
      ...workflowsSaying(),
      state: () => {
        asked++;
        return Promise.reject(new EngineError('silent', 'no answer in time'));
      },
    };
    const { differences, exitCode, lines } = await check(silent);
    expect([differences, exitCode]).toEqual([0, 3]);
    expect(lines.filter((line) => line.startsWith('skipped'))).toHaveLength(1);
    // Forty times ten seconds would be waited for nobody.
    expect(asked).toBeLessThan(30);
    const away: Workflows = {
      ...workflowsSaying(),
      standing: () => Promise.reject(new EngineError('away', 'Temporal cannot be reached')),
    };
    expect((await check(away)).exitCode).toBe(3);
    const without = await check();
    expect(without.exitCode).toBe(3);
    expect(without.lines.at(-1)).toBe(
      '40 case(s) checked, 0 of them against their workflow: no difference; incomplete: 40 could not be compared',
    );
  });

  it('compares corrective actions with their workflows, and misses one that nothing runs', async () => {
    const caseNo = newCaseNo();
    const events = openedCase(caseNo);
    const planned = event('actionPlanned', {
      actionId: `${caseNo}-A1`,
      kind: 'urgent',
      owner: 'u-quality',
      cause: 'design',
      description: text,
    });
    await on.stores.ledger.append(caseNo, [...events, ...further(caseNo, events, planned)]);
    const said = workflowsSaying();
    expect((await check(said)).lines).toContain(
      `${caseNo}: corrective action ${caseNo}-A1 was planned, but nothing runs it`,
    );

    const row = plannedAction(caseNo);
    await on.stores.actions.save(row);
    const clean = await check(said);
    expect([clean.exitCode, clean.lines.at(-1)]).toEqual([
      0,
      '1 case(s) checked, 1 of them against their workflow, 1 of 1 corrective action(s): no difference',
    ]);
    const lines = async (changed: Partial<Workflows>) => (await check({ ...said, ...changed })).lines;
    const only =
      (standing: Standing): Workflows['standing'] =>
      (workflowId) =>
        workflowId.startsWith('corrective-action/') ? Promise.resolve(standing) : said.standing(workflowId);
    expect(await lines({ standing: only(ENDED) })).toContain(`${row.id}: open, but its workflow has ended`);
    expect(await lines({ standing: only({ is: 'unknown' }) })).toContain(
      `${row.id}: open, but the engine knows no workflow of it`,
    );
    expect(await lines({ standing: only({ ...RUNNING, task: { attempt: 9, since: row.state.plannedAt } }) })).toContain(
      `${row.id}: its workflow fails at every try, since ${row.state.plannedAt}`,
    );
    expect(await lines({ actionState: async () => ({ ...row.state, status: 'started' }) })).toContain(
      `${row.id}: workflow.status: ledger "planned", found "started"`,
    );
    expect(
      await lines({ actionState: () => Promise.reject(new EngineError('lost', 'the workflow task failed')) }),
    ).toContain(`${row.id}: its workflow cannot be asked: the workflow task failed`);
  });

  it('sees a lost complaint, a stuck mail, a double and a missing escalation, and a broken chain', async () => {
    const lost = newComplaint({ receivedAt: '2020-01-01T00:00:00.000Z' });
    await on.stores.complaints.accept(lost);
    expect((await check()).lines[0]).toBe(`${lost.caseNo}: accepted, but no ledger yet (its start is noted)`);
    await on.stores.starts.markStarted([lost.caseNo]);
    expect((await check()).lines[0]).toBe(`${lost.caseNo}: accepted, but no ledger, and no start is noted`);

    const caseNo = newCaseNo();
    const opening = openedCase(caseNo);
    const dueAt = '2026-11-22T01:15:00.000Z';
    const clock = { clock: 'firstResponse', version: 1, dueAt };
    const told = event('escalated', { because: 'promise', to: 'supervisor', ...clock });
    const breached = event('promiseBreached', { ...clock, version: 2 });
    await on.stores.ledger.append(caseNo, [...opening, ...further(caseNo, opening, told, told, breached)]);
    await on.database.pool.query(`update outbox set next_attempt_at = $1 where mail = 'receipt'`, [
      new Date(Date.now() - 3_600_000).toISOString(),
    ]);
    await on.database.pool.query(`update cases set owner = 'u-x' where case_no = $1`, [caseNo]);
    const { differences, lines } = await check();
    expect(lines).toEqual(
      expect.arrayContaining([
        `${caseNo}: cases.owner: ledger null, found "u-x"`,
        expect.stringMatching(new RegExp(`^${caseNo}: mail receipt of event \\d+ is due since`)),
        `${caseNo}: firstResponse (deadline 1) was escalated to the supervisor 2 times`,
        `${caseNo}: firstResponse (deadline 2) was broken and not escalated`,
      ]),
    );
    expect(differences).toBe(5);
  });
});

describe('rebuild', () => {
  it('folds all cases again, and starts what lost its workflow', async () => {
    const [open, ended] = [newCaseNo(), newCaseNo()];
    const events = openedCase(ended);
    await on.stores.ledger.append(open, openedCase(open));
    await on.stores.ledger.append(ended, [...events, ...further(ended, events, event('withdrawn', { reason: text }))]);
    const lost = newComplaint();
    await on.stores.complaints.accept(lost);
    await on.stores.starts.markStarted([lost.caseNo]);
    await on.stores.actions.save(plannedAction(open));
    await on.database.pool.query('delete from cases; delete from case_clocks');

    const started: ComplaintInput[] = [];
    const actions: string[] = [];
    const restart = (running: boolean) =>
      createRestart({
        stores: on.stores,
        policies: new PolicyCache(on.stores.policies, Date.now),
        clock: Date.now,
        engine: { carryOn: async (input) => void started.push(input) },
        oversight: {
          standing: async () => (running ? RUNNING : { is: 'unknown' }),
          terminate: () => Promise.reject(new Error('nothing is ended')),
          signal: async () => undefined,
          startAction: async ({ actionId, carry }) => {
            expect(carry?.id).toBe(actionId);
            actions.push(actionId);
          },
        },
      });
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    expect(await rebuild({ stores: on.stores, say, restart: restart(false) })).toBe(0);
    expect(started.map(({ caseNo, carry, received }) => [caseNo, carry?.stage, received?.channel])).toEqual([
      [open, 'grade', undefined],
      [lost.caseNo, undefined, 'web'],
    ]);
    expect(started[0]?.carry).toEqual((await on.stores.cases.get(open))?.state);
    expect(started[0]?.policy).toEqual(HOUSE_POLICY);
    expect(actions).toEqual([`${open}-A1`]);
    expect(lines).toEqual([
      '2 case(s) rebuilt',
      'workflows of open cases: 1 started, 0 running already',
      'workflows of corrective actions: 1 started, 0 running already',
      '1 complaint(s) without a ledger were started again',
    ]);
    lines.length = 0;
    await rebuild({ stores: on.stores, say, restart: restart(true) });
    expect(lines.slice(1)).toEqual([
      'workflows of open cases: 0 started, 1 running already',
      'workflows of corrective actions: 0 started, 1 running already',
    ]);
    lines.length = 0;
    await rebuild({ stores: on.stores, say });
    expect(lines).toEqual(['2 case(s) rebuilt']);
    for (const caseNo of [open, ended]) expect((await on.stores.ledger.verify(caseNo)).differences).toEqual([]);
  });
});

describe('logins', () => {
  const logins = Object.fromEntries(
    ['agent', 'supervisor', 'manager', 'admin'].map((role) => [
      role,
      { userId: role, token: `rdr_${role}_0123456789` },
    ]),
  ) as unknown as Parameters<typeof seedUsers>[1];

  it('seed-users: four logins, colleagues of other departments and an auditor, twice the same', async () => {
    await seedUsers(on.stores, logins);
    const first = await on.stores.users.list();
    expect(new Set(first.map(({ role }) => role))).toEqual(new Set(ROLES));
    await seedUsers(on.stores, logins);
    expect(await on.stores.users.list()).toEqual(first);
    expect(await on.stores.users.byTokenHash(hashToken('rdr_agent_0123456789'))).toMatchObject({
      name: '李娜',
      role: 'agent',
    });
    const owner = await on.stores.users.pick({ grade: 'major', against: [], exclude: [] });
    expect(owner?.role).toBe('supervisor');
    const taskForce = await on.stores.users.taskForce({ notOf: 'after-sales', exclude: [] });
    expect(taskForce).toEqual(['u-logistics', 'u-product', 'u-quality']);
    // A second follow-up is made by somebody else, if need be somebody higher; never by one who cannot sign in.
    const again = await on.stores.users.pick({ grade: 'general', against: [], exclude: ['agent'] });
    expect(again?.role).toBe('supervisor');
  });

  it('token: a new user whose token works, or another token for one who is there', async () => {
    const { user, token } = await issueToken(on.stores, { name: '钱多多', role: 'agent' });
    expect(token).toMatch(/^rdr_[\w-]{43}$/);
    expect(await on.stores.users.byTokenHash(hashToken(token))).toEqual(user);
    const second = await issueToken(on.stores, { user: user.id });
    expect(second.token).not.toBe(token);
    expect((await on.stores.users.byTokenHash(hashToken(second.token)))?.id).toBe(user.id);
    // Nobody new is given cases before they are ready.
    const pick = () => on.stores.users.pick({ grade: 'general', against: [], exclude: [] });
    expect(await pick()).toBeUndefined();
    await issueToken(on.stores, { user: user.id }, { takesCases: true });
    expect((await pick())?.id).toBe(user.id);
    await on.stores.users.change([{ id: user.id, change: { active: false } }]);
    const ready = await issueToken(on.stores, { name: '王芳', role: 'agent' }, { takesCases: true });
    expect((await pick())?.id).toBe(ready.user.id);
    await expect(issueToken(on.stores, { name: 'x', role: 'boss', email: 'nobody' })).rejects.toThrow(
      /--role:[^]*--email:/,
    );
    const mail = 'Fang.Wang@house.example';
    const fang = await issueToken(on.stores, { name: '王芳', role: 'agent', email: mail });
    await expect(issueToken(on.stores, { name: '王方', role: 'agent', email: mail.toLowerCase() })).rejects.toThrow(
      `--user ${fang.user.id}`,
    );
    await expect(issueToken(on.stores, { user: 'u-nobody' })).rejects.toThrow(
      /there is no user u-nobody; there are: .*\(钱多多|王芳, agent\)/,
    );
  });

  it('token: a team that is new, or a slip, is told apart with those that there are', async () => {
    await issueToken(on.stores, { name: '钱多多', role: 'agent' });
    const nowhere = { name: '王芳', role: 'colleague', team: 'nowhere' };
    expect((await issueToken(on.stores, { ...nowhere, team: '售后' })).user.team).toBe('after-sales');
    const first = await issueToken(on.stores, nowhere);
    expect(first.user.team).toBe('nowhere');
    expect(first.notice).toMatch(/^nobody was in team nowhere so far; there are: .*after-sales/);
    const second = await issueToken(on.stores, { ...nowhere, name: '李四' });
    expect([second.user.team, second.notice]).toEqual(['nowhere', undefined]);
    const roles = issueToken(on.stores, { name: 'x', role: 'boss' });
    await expect(roles).rejects.toThrow(/^--role: must be one of: colleague, agent, supervisor, manager, admin/);
  });

  it('account: an invitation, then a new password, and no code for whoever lost their phone', async () => {
    const { stores } = on;
    const { user } = await issueToken(stores, { name: '钱多多', role: 'agent' });
    const to = { publicUrl: 'https://care.example', now: Date.parse('2027-01-31T22:00:00.000Z') };
    const link = (wanted: object = {}) => accountLink(stores, to, { userId: user.id, ...wanted });
    await expect(link()).rejects.toThrow(/^the sign-in name: must not be empty/);
    const first = await link({ name: 'duoduo' });
    expect(first).toMatchObject({ user, link: { purpose: 'invite', name: 'duoduo' } });
    expect(first.link.url).toMatch(/^https:\/\/care\.example\/password\/[\w-]{43}$/);
    await expect(link({ name: 'other' })).rejects.toThrow(/^the sign-in name: they have another/);
    await stores.accounts.setPassword(user.id, 'hash', '2027-01-31T22:00:00.000Z');
    await stores.accounts.offerSecondFactor(user.id, 'SECRET');
    await stores.accounts.confirmSecondFactor(user.id, 'SECRET', 1);
    expect((await link()).link.purpose).toBe('reset');
    expect((await stores.accounts.byUser(user.id))?.totpSecret).toBe('SECRET');
    await link({ lostPhone: true });
    expect(await stores.accounts.byUser(user.id)).not.toHaveProperty('totpSecret');
    await expect(accountLink(stores, to, { userId: 'u-nobody' })).rejects.toThrow(
      `there is no active user u-nobody; there are: ${user.id} (钱多多, agent)`,
    );
  });

  it('demo: everybody without an account gets one whose password is shown once; an admin gets none', async () => {
    const { stores } = on;
    const people = await Promise.all(
      ['agent', 'supervisor', 'admin'].map(async (role) => (await issueToken(stores, { name: role, role })).user),
    );
    const passwords = new Passwords({ memoryCost: 8, timeCost: 1, parallelism: 1 });
    const made = await demoAccounts(stores, passwords, Date.parse('2027-01-31T22:00:00.000Z'));
    expect(made.map(({ user }) => user.role).toSorted()).toEqual(['agent', 'supervisor']);
    for (const { user, name, password } of made) {
      const account = await stores.accounts.byNameKey(name);
      expect(account?.userId).toBe(user.id);
      expect(await passwords.isRight(password, account?.passwordHash)).toBe(true);
    }
    expect(new Set(made.map(({ password }) => password)).size).toBe(2);
    expect(newPassword()).toMatch(/^[a-km-np-z2-9]{4}-[a-km-np-z2-9]{4}-[a-km-np-z2-9]{4}$/);
    expect(await demoAccounts(stores, passwords, 0)).toEqual([]);
    expect(people).toHaveLength(3);
  });
});
