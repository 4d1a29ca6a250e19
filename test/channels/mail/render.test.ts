import { join } from 'node:path';
import { event } from '../../../src/domain/case/events';
import { MAIL_KINDS } from '../../../src/domain/policy/mail-kinds';
import { PROCESS_REVISION } from '../../../src/domain/case/revision';
import { LANGUAGES, type Language } from '../../../src/domain/basics/types';
import { loadMailTemplates } from '../../../src/channels/mail/templates';
import { createEngine, TEMPLATES, templatesIn } from '../../../src/render/engine';
import { fakeStores, links, PUBLIC_URL } from './fake-stores';
import { sendAll, type Sent } from './send';
import { allWalks, staffOf, Walk } from './walk';

/** Everything the walks cause, written out by the relay itself. */
const write = (walks: Walk[], language: Language): Promise<Sent[]> => sendAll(fakeStores(walks, staffOf(language)));

/** An address as it stands in HTML, read back. */
const unescaped = (href: string): string => href.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');

const PLAIN = { words: '净水器滤芯两次发错型号。\n我要求补偿。', customerName: '林晓梅' };

describe.each(LANGUAGES)('mails in %s', (language) => {
  let mails: Sent[];
  beforeAll(async () => {
    mails = await write(allWalks({ ...PLAIN, language }), language);
  });

  test('every kind is caused by the walks and written', () => {
    // The survey goes out with the result; a mail of its own is only what older versions planned.
    const kinds = MAIL_KINDS.filter((kind) => kind !== 'survey');
    expect([...new Set(mails.map((mail) => mail.kind))].toSorted()).toEqual(kinds.toSorted());
  });

  test('nothing is left empty or half written', () => {
    for (const { kind, subject, text, html } of mails) {
      const all = `${subject}\n${text}\n${html}`;
      expect({ kind, bad: /undefined|null|NaN|\[object|\{\{|\}\}|Invalid/.exec(all)?.[0] }).toEqual({
        kind,
        bad: undefined,
      });
      expect({ kind, subject: subject.length > 8 && subject.length < 120, text: text.length > 60 }).toEqual({
        kind,
        subject: true,
        text: true,
      });
      // No value is missing between two marks, at a line's end or before a full stop.
      expect({
        kind,
        gap: /^ {2}\S[^\n]*[:：]$|“”|（）|\(\)|，。|。。| [.,]/m.exec(`${subject}\n${text.split('----')[0]}`)?.[0],
      }).toEqual({
        kind,
        gap: undefined,
      });
    }
  });

  test('the wording rules hold in every mail', () => {
    for (const { kind, subject, text } of mails) {
      expect({
        kind,
        said: /[!！]|亲[，,爱]|尊敬的|系统繁忙|请勿|\b\d{1,2}:\d\d ?[AaPp]\.?[Mm]/.exec(`${subject}\n${text}`)?.[0],
      }).toEqual({
        kind,
        said: undefined,
      });
    }
  });

  test('a mail to a customer names the case, and its links begin with PUBLIC_URL', () => {
    for (const { kind, text, html, toCustomer } of mails) {
      const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1] ?? '');
      expect({ kind, foreign: hrefs.filter((href) => !href.startsWith(`${PUBLIC_URL}/`)) }).toEqual({
        kind,
        foreign: [],
      });
      expect({ kind, named: text.includes('C261122-') }).toEqual({ kind, named: true });
      // The API answers 401 to a browser: nothing in a mail leads there.
      expect({ kind, api: hrefs.filter((href) => href.includes('/api/')) }).toEqual({ kind, api: [] });
      const desk = hrefs.filter((href) => href.startsWith(`${PUBLIC_URL}/desk`));
      // A customer's mail does not lead to the desk, and a mail to staff nowhere else.
      expect({ kind, desk: desk.length }).toEqual({ kind, desk: toCustomer ? 0 : hrefs.length });
    }
  });

  test('a mail to staff opens its case on the desk, with the form of what it asks for', () => {
    const toStaff = mails.filter((mail) => !mail.toCustomer);
    const opens: Record<string, string[]> = {};
    for (const { kind, text, html, caseNo } of toStaff) {
      const found = [...html.matchAll(/href="([^"]*)"/g)].map((match) => unescaped(match[1] ?? ''));
      // The button, and the address below it for who cannot press it.
      expect({ kind, links: found.length }).toEqual({ kind, links: 2 });
      const [url = ''] = found;
      expect({ kind, text: text.includes(`${url}\n`) }).toEqual({ kind, text: true });
      const [, decision = ''] = new RegExp(`^${PUBLIC_URL}/desk/cases/${caseNo}(?:\\?do=(\\w+)#dock)?$`).exec(url) ?? [
        url,
        url,
      ];
      opens[kind] = [...new Set([...(opens[kind] ?? []), decision])].toSorted();
    }
    const forms = Object.fromEntries(Object.entries(opens).filter(([, found]) => found.join('') !== ''));
    expect(forms).toEqual({
      actionDue: ['', 'startAction'],
      actionPlanned: ['startAction'],
      approvalNeeded: ['approve'],
      askByPhone: ['customerAnswer'],
      // Without a form: whoever is out of the case, or helps on its task force.
      assigned: ['', 'accept', 'grade'],
      customerAnswered: ['carryOut', 'propose'],
      customerSilent: ['customerAnswer'],
      customerWrote: ['write'],
      decisionRefused: ['approve'],
      followUp: ['followUp'],
      helpRequested: ['answerHelp'],
      promiseWarned: ['respond'],
      returned: ['', 'propose'],
      turnedWorse: ['regrade'],
    });
  });

  test("the customer's name is in no mail to staff, and their words only where the case is handled", () => {
    const toStaff = mails.filter((mail) => !mail.toCustomer);
    const naming = toStaff.filter(({ text, html }) => `${text}${html}`.includes(PLAIN.customerName));
    const quoting = toStaff.filter(({ text }) => text.includes('净水器滤芯两次发错型号'));
    expect(naming.map((mail) => mail.kind)).toEqual([]);
    expect([...new Set(quoting.map((mail) => mail.kind))].toSorted()).toEqual(['assigned', 'followUp']);
  });
});

test('the receipt says who, how and until when', async () => {
  const [walk] = allWalks({ ...PLAIN, language: 'zh-CN' });
  const mails = await write(walk ? [walk] : [], 'zh-CN');
  const receipt = mails.find((mail) => mail.kind === 'receipt');
  expect(receipt?.subject).toBe('已收到您的投诉，单号 C261122-AAAAAA');
  expect(receipt?.text).toContain('负责人：李娜');
  expect(receipt?.text).toContain('最晚答复您：11月22日 星期日 16:23');
  expect(receipt?.text).toContain('最晚解决：11月23日 星期一 16:08');
  expect(receipt?.text).toContain(links.progressUrl('C261122-AAAAAA'));
  const code = links.accessCode('C261122-AAAAAA');
  // In groups, so that it breaks on a narrow screen and can be read aloud.
  expect(receipt?.text).toContain(`查询码：${code.match(/.{1,4}/g)?.join(' ')}`);
});

test('the simplest complaint is told of in four mails; the result carries the survey', async () => {
  const walk = new Walk({ ...PLAIN, language: 'zh-CN', caseNo: 'C261122-AAAAAA' });
  const { agent } = walk.staff;
  walk.decide('grade', agent, { grade: 'general', category: 'product_quality' });
  walk.decide('respond', agent, { via: 'mail', text: walk.say('已为您补发。') });
  walk.decide('notSubstantiated', agent, { reasons: walk.say('物流已签收。') });
  walk.decide('resolve', agent, { outcome: 'not_upheld', cause: 'unknown', summary: walk.say('已补发。') });
  walk.decide('recordSurvey', { kind: 'customer' }, { speed: 5, solution: 5, attitude: 5, total: 5, via: 'link' });
  walk.decide('recordRevisit', agent, { satisfied: true, method: 'phone', report: walk.say('满意') });
  const mails = await write([walk], 'zh-CN');
  expect(mails.filter(({ toCustomer }) => toCustomer).map(({ kind }) => kind)).toEqual([
    'receipt',
    'response',
    'result',
    'closed',
  ]);
  const result = mails.find(({ kind }) => kind === 'result');
  expect(result?.text).toContain(links.surveyUrl('C261122-AAAAAA', 's1'));
  // The one who is named at the receipt, and grades it as suggested, hears of it once.
  expect(mails.filter(({ kind }) => kind === 'assigned')).toHaveLength(1);
  // A person's words are not marked as a machine's.
  expect(mails.filter(({ byPerson }) => byPerson).map(({ kind }) => kind)).toEqual(['response', 'result']);
});

test('another handler than the receipt named is told, and so is who gets the case', async () => {
  const walk = new Walk({ ...PLAIN, language: 'zh-CN', caseNo: 'C261122-AAAAAA' });
  const { lead } = walk.staff;
  walk.decide('grade', walk.staff.agent, { grade: 'important', category: 'product_quality' });
  walk.decide('assign', lead, { owner: 'u-lead', ownerRole: 'supervisor', ownerTeam: 'after-sales' });
  walk.decide('accept', lead);
  const mails = await write([walk], 'zh-CN');
  const told = mails.filter(({ toCustomer }) => toCustomer);
  expect(told.at(-1)?.text).toContain('负责人：刘敏');
  expect(told.map(({ text }) => text).join('')).not.toContain('重要投诉');
  expect(mails.filter(({ kind }) => kind === 'assigned')).toHaveLength(2);
});

test('a solution carries its amounts, its date and a link that has been opened', async () => {
  const [walk] = allWalks({ ...PLAIN, language: 'en' });
  const { stores, opened } = fakeStores(walk ? [walk] : [], staffOf('en'));
  expect(opened.size).toBe(0);
  const mails = await write(walk ? [walk] : [], 'en');
  const solution = mails.find((mail) => mail.kind === 'solution');
  expect(solution?.text).toContain('A refund of CN¥260');
  expect(solution?.text).toMatch(/Please answer by \w{3} \d{1,2} Nov, \d\d:\d\d\./);
  expect(solution?.text).toContain(links.proposalUrl('C261122-AAAAAA', 'p1'));
  expect(stores.links).toBeDefined();
});

test('a result that is not upheld names the five routes of article 39', async () => {
  const walk = allWalks({ ...PLAIN, language: 'zh-CN' })[2];
  const mails = await write(walk ? [walk] : [], 'zh-CN');
  const result = mails.find((mail) => mail.kind === 'result')?.text ?? '';
  for (const route of ['协商和解', '调解组织调解', '行政部门投诉', '仲裁机构仲裁', '人民法院提起诉讼']) {
    expect(result).toContain(route);
  }
  expect(result).toContain('按合同第三条');
});

test('a date that moves: then and now, for a case of older rules as for a new one; two dates by their names', async () => {
  const extended = async (revision: number): Promise<string> => {
    const [walk] = allWalks({ ...PLAIN, language: 'zh-CN', revision });
    const mails = await write(walk ? [walk] : [], 'zh-CN');
    return mails.find((mail) => mail.kind === 'extension')?.text ?? '';
  };
  for (const text of [await extended(1), await extended(PROCESS_REVISION)]) {
    expect(text).toMatch(/您的投诉需要更多时间，解决时间改为下面的日期.*原定时间：.*新的时间：.*等配件/s);
  }
  const both = new Walk({ ...PLAIN, language: 'en', caseNo: 'C261122-HHHHHH' });
  both.happen(
    event('datesMoved', {
      why: 'policy',
      dates: [
        { clock: 'firstResponse', from: '2026-11-22T08:23:00.000Z', to: '2026-11-22T10:08:00.000Z' },
        { clock: 'resolution', from: '2026-11-23T08:08:00.000Z', to: '2026-11-24T08:08:00.000Z' },
      ],
    }),
  );
  const told = (await write([both], 'en')).find((mail) => mail.kind === 'extension');
  expect(told?.subject).toContain('first response and resolution');
  expect(told?.text).toMatch(/first response, Date so far.*first response, New date.*resolution, New date/s);
});

const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '{{constructor.constructor "return process"}}',
  '{{{lookup this "constructor"}}}',
  '</style><svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '&lt;b&gt;',
  '<!-- --!><b>',
  '`${7*7}`',
];

test.each(PAYLOADS)('no value of %j becomes markup or template', async (payload) => {
  const language = 'zh-CN';
  const walks = allWalks({ language, words: payload, customerName: payload, text: () => payload });
  const mails = await write(walks, language);
  expect(mails.length).toBeGreaterThan(40);
  for (const { html, text, subject, kind } of mails) {
    const own = html.replace(
      /<\/?(?:html|head|meta|title|style|body|div|p|h2|table|tr|td|a|blockquote|ul|ol|li|br|!doctype)\b[^<>]*>/g,
      '',
    );
    expect({ kind, markup: /<[a-z/!]/i.exec(own)?.[0], on: /<[^>]*\son\w+=/i.exec(html)?.[0] }).toEqual({
      kind,
      markup: undefined,
      on: undefined,
    });
    expect(html).not.toMatch(/href="(?!https:\/\/desk\.example\/)/);
    expect(`${text}${subject}`).not.toContain('[object');
  }
  // What was written is read as it was written.
  const receipt = mails.find((mail) => mail.kind === 'receipt');
  expect(receipt?.text).toContain(payload.trim());
});

test('a template reaches nothing but the data it is given', () => {
  const engine = createEngine({ mode: 'html', helpers: {}, partials: new Map() });
  for (const source of [
    '{{constructor}}',
    '{{__proto__}}',
    '{{data.constructor}}',
    '{{data.__proto__.x}}',
    '{{toString}}',
  ]) {
    let out = '';
    try {
      out = engine.compile(source, 'probe')({ data: { name: 'x' } });
    } catch {
      // refused: as good as empty
    }
    expect({ source, out }).toEqual({ source, out: '' });
  }
  expect(() => engine.compile('{{missing}}', 'probe')({})).toThrow(/template probe/);
  expect(() => engine.compile('{{{name}}}', 'probe')).toThrow(/unescaped/);
  expect(() => engine.compile('{{&name}}', 'probe')).toThrow(/unescaped/);
});

test('no template asks for unescaped output, and both languages have the same mails', () => {
  for (const [name, source] of templatesIn(TEMPLATES)) {
    expect({ name, raw: /\{\{\{|\{\{~?\s*&/.test(source) }).toEqual({ name, raw: false });
  }
  const names = (language: Language) => [...templatesIn(join(TEMPLATES, 'mail', language)).keys()].toSorted();
  expect(names('en')).toEqual(names('zh-CN'));
  expect(() => loadMailTemplates()).not.toThrow();
});
