import { event } from '../../src/domain/case/events';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { append, SYSTEM } from '../../src/domain/process/append';
import { casePage } from '../../src/domain/views/progress';
import { opening, START } from './walk';

const { state } = opening('general');

test('the card in Temporal UI begins with what the case waits for, in words and in the time of the house', () => {
  const lines = casePage(state, HOUSE_POLICY).split('\n');
  // START is 01:00 in UTC; the first response is due a quarter of an hour later.
  expect(lines[0]).toBe(
    '**等待 waits for: 客服确认等级 / an agent to confirm the grade** · 首次响应 first response 2026-11-22 09:15',
  );
  expect(lines[2]).toBe('| 承诺 promise | 状态 state | 到期 due (Asia/Shanghai) |');
  expect(lines[4]).toBe('| 首次响应 first response | 进行中 running | 2026-11-22 09:15 |');
  expect(lines).toContain(
    '- 案件 case: **C261122-7KQ4MX** · 一般 general（建议 suggested） · 产品质量 product quality',
  );
  expect(lines).toContain('- 负责人 owner: 客服 agent · after-sales (u-agent)');
  const text = lines.join('\n');
  expect(text).not.toMatch(/firstResponse|product_quality|T\d\d:|Z\b/);
});

test('it follows the grade, says what is broken, and shows the times of a house elsewhere', () => {
  const at = '2026-11-22T01:16:00.000Z';
  const dueAt = '2026-11-22T01:15:00.000Z';
  const bodies = [
    event('graded', { grade: 'major', category: 'logistics', agreesWithSuggestion: false }),
    event('promiseBreached', { clock: 'firstResponse', version: 1, dueAt }),
  ];
  const next = append(state, state.caseNo, bodies, { at, actor: SYSTEM }, HOUSE_POLICY).state;
  const page = casePage({ ...next, zone: { timeZone: 'Europe/Berlin', offsets: [[0, 60]] } }, HOUSE_POLICY);
  expect(page).toContain('· 重大 major · 物流 logistics');
  expect(page).toMatch(/\| 首次响应 first response \| \*\*已超时 broken\*\* \| 2026-11-22 0\d:\d\d \|/);
  expect(page).toContain('到期 due (Europe/Berlin)');
  expect(page).toContain('最近一条记录 last entry: 2026-11-22 02:16');
  expect(START).toBe('2026-11-22T01:00:00.000Z');
});
