import { Facts } from '../../../../src/channels/mail/kinds/facts';
import { occasionOf } from '../../../../src/channels/mail/kinds/occasion';
import type { MailData } from '../../../../src/channels/mail/mail-data';
import { event } from '../../../../src/domain/case/events';
import type { Language } from '../../../../src/domain/basics/types';
import { links } from '../fake-stores';
import { Walk } from '../walk';

const newCase = (language: Language = 'zh-CN'): Walk =>
  new Walk({ language, caseNo: 'C261122-AAAAAA', words: '滤芯错了', customerName: '林晓梅', grade: 'general' });

/** As a mail about the last event of this type, which leaves now. */
function sourceOf(walk: Walk, type: string, more: Partial<MailData> = {}): MailData {
  const cause = walk.events.findLast((item) => item.type === type);
  if (!cause || !walk.state) throw new Error(`no ${type}`);
  return {
    caseNo: walk.options.caseNo,
    mail: 'escalation',
    seq: cause.seq,
    events: walk.events,
    now: walk.state,
    policy: walk.policy,
    language: walk.options.language,
    customerName: walk.options.customerName,
    reach: { phone: true, email: true },
    maySee: () => Promise.resolve(true),
    house: { name: '青禾电器', contact: '' },
    text: (ref) => Promise.resolve(walk.texts.get(ref.textId)),
    userName: (id) => Promise.resolve(id === 'u-gone' ? undefined : `name of ${id}`),
    sameCustomer: () => Promise.resolve(true),
    links: { ...links, proposalUrl: () => Promise.resolve(''), surveyUrl: () => Promise.resolve('') },
    ...more,
  };
}

test('the case around an event: before it, after it, and after all that happened in its moment', () => {
  const walk = newCase();
  const { before, after, moment, past } = occasionOf(sourceOf(walk, 'assigned'));
  expect([before, after, moment].map((state) => state?.owner?.id)).toEqual([undefined, 'u-agent', 'u-agent']);
  // The next event of the same moment brings the stage.
  expect([after.stage, moment.stage]).toEqual(['receive', 'grade']);
  expect(past).toHaveLength(walk.events.length);
  walk.decide('grade', walk.staff.agent, { grade: 'general', category: 'product_quality' });
  // What comes later is not of this moment.
  expect(occasionOf(sourceOf(walk, 'gradeSuggested')).past).toHaveLength(past.length);
  expect(() => occasionOf({ ...sourceOf(walk, 'assigned'), seq: 999 })).toThrow(/no event 999/);
});

test('a promise that is kept has no date any more', () => {
  const walk = newCase();
  walk.decide('grade', walk.staff.agent, { grade: 'general', category: 'product_quality' });
  expect(new Facts(sourceOf(walk, 'graded')).openUntil('firstResponse')).toBeDefined();
  walk.decide('respond', walk.staff.agent, { via: 'phone', text: walk.free('在查') });
  const facts = new Facts(sourceOf(walk, 'graded'));
  expect([facts.clock('firstResponse')?.status, facts.openUntil('firstResponse')]).toEqual(['met', undefined]);
});

test('a text that was erased, and people who are not known any more', async () => {
  const walk = newCase();
  const facts = new Facts(sourceOf(walk, 'assigned'));
  const text = walk.free('等配件');
  expect(await facts.read(text)).toBe('等配件');
  walk.texts.delete(text.textId);
  expect([await facts.read(text), await facts.read(undefined)]).toEqual(['（原文已删除）', null]);
  expect(await facts.people(['u-a', 'u-gone', 'u-b'])).toBe('name of u-a、name of u-b');
  // The system has assigned it.
  expect(await facts.actor()).toBeNull();
});

test.each<[Language, string, string]>([
  ['zh-CN', '、', ' 等'],
  ['en', ', ', ' and others'],
])('of earlier complaints ten are named, and none that the reader may not open (%s)', async (language, comma, more) => {
  const earlier = Array.from({ length: 12 }, (_, n) => `C261101-AAAA${String.fromCharCode(65 + n)}A`);
  const walk = newCase(language).happen(event('repeatFound', { of: earlier }));
  const named = (maySee: (no: string) => boolean): Promise<string | null> =>
    new Facts(sourceOf(walk, 'repeatFound', { maySee: (no) => Promise.resolve(maySee(no)) })).earlierCases();
  expect(await named(() => true)).toBe(`${earlier.slice(0, 10).join(comma)}${more}`);
  expect(await named((no) => no === earlier[11])).toBe(`${earlier[11]}${more}`);
  expect(await named(() => false)).toBeNull();
});

test("a letter is a person's own when it is an answer or an offer, and a result or a new date that staff wrote", () => {
  const walk = newCase();
  walk.decide('grade', walk.staff.agent, { grade: 'general', category: 'product_quality' });
  const isByPerson = (mail: MailData['mail'], type: string): boolean => {
    const { byPerson, context, template } = new Facts(sourceOf(walk, type, { mail })).content({});
    expect({ context, template }).toEqual({ context: { byPerson }, template: mail });
    return byPerson;
  };
  expect([isByPerson('response', 'graded'), isByPerson('solution', 'graded')]).toEqual([true, true]);
  expect([isByPerson('result', 'graded'), isByPerson('extension', 'graded')]).toEqual([true, true]);
  expect([isByPerson('result', 'assigned'), isByPerson('extension', 'assigned')]).toEqual([false, false]);
  expect(isByPerson('closed', 'graded')).toBe(false);
});
