import { createFollowing } from '../../../src/cases/case/following';
import type { Presence } from '../../../src/cases/case/presence';
import type { ChangeListener } from '../../../src/db/stores/case-changes';
import type { Staff } from '../../../src/domain/case/permissions';
import type { CaseState } from '../../../src/domain/case/state';
import { Walk } from '../../channels/mail/walk';
import { waitUntil } from '../../support/processes';

/** Who is seen at a case: only whoever may see it, also when that changes just then, or while nothing was heard. */

const CASE = 'C251123-7KQ4MX';
const walk = new Walk({ language: 'zh-CN', caseNo: CASE, words: '滤芯错了', customerName: '林晓梅' });
const AGENT: Staff = { kind: 'staff', id: 'u-agent', role: 'agent', team: 'after-sales' };

function started() {
  const at = new Set<string>();
  const seen: { resolve: () => void }[] = [];
  let state = walk.state as CaseState;
  let listener: ChangeListener | undefined;
  const presence: Pick<Presence, 'enter'> = {
    enter(_where, { id }) {
      at.add(id);
      return () => at.delete(id);
    },
  };
  const following = createFollowing({
    cases: { get: async () => ({ state }) as never },
    changes: { listen: (given) => void (listener = given), say: async () => undefined, stop: async () => undefined },
    presence: presence as Presence,
    visible: { see: () => new Promise((resolve) => seen.push({ resolve: () => resolve({} as never) })) },
    drafts: { get: async () => undefined },
    log: { warn: (_fields, message) => expect(message).toBe('nothing') },
  });
  const told: string[] = [];
  following.follow(
    AGENT,
    { cases: new Set(), at: { caseNo: CASE } },
    {
      changed: (caseNo) => void told.push(caseNo),
      present: () => undefined,
      noticed: () => undefined,
      missed: () => void told.push('missed'),
      ended: () => undefined,
    },
  );
  return {
    at,
    told,
    listener: listener as unknown as ChangeListener,
    entered: () => seen.splice(0).forEach(({ resolve }) => resolve()),
    /** The customer complains of the agent from now on: they may not see the case any more. */
    bar: () => (state = { ...state, against: [AGENT.id] }),
  };
}

/** Whatever was begun has had time to end. */
const settled = () => new Promise((later) => setTimeout(later, 20));

test('whoever may see a case is seen there', async () => {
  const { at, entered } = started();
  entered();
  await settled();
  expect([...at]).toEqual([AGENT.id]);
});

test('whoever may not see it by the time the page is known is not seen there', async () => {
  const { at, listener, entered, bar } = started();
  bar();
  listener.changed(CASE);
  await settled();
  entered();
  await settled();
  expect([...at]).toEqual([]);
});

test('whoever lost it while nothing was heard is gone once something is', async () => {
  const { at, told, listener, entered, bar } = started();
  entered();
  await waitUntil(() => at.has(AGENT.id), 'they are there');
  bar();
  listener.missed();
  await waitUntil(() => at.size === 0, 'they are gone');
  expect(told).toEqual(['missed']);
});
