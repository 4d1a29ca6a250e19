import { join } from 'node:path';
import { MAIL_KINDS } from '../../src/domain/messages';
import { LANGUAGES, type Language } from '../../src/domain/types';
import { createMailRelay } from '../../src/channels/mail/relay';
import type { OutgoingMail } from '../../src/channels/mail/transport';
import { loadMailTemplates } from '../../src/channels/mail/templates';
import { createEngine, TEMPLATES, templatesIn } from '../../src/render/engine';
import { config, fakeStores, links, PUBLIC_URL, recorder } from './fake-stores';
import { allWalks, staffOf, type Walk } from './walk';

type Written = OutgoingMail & { kind: string; toCustomer: boolean };

/** Everything the walks cause, written out by the relay itself; nothing is sent. */
async function write(walks: Walk[], language: Language): Promise<Written[]> {
  const { stores, rows } = fakeStores(walks, staffOf(language));
  const { log, lines } = recorder();
  const written: Written[] = [];
  const byId = new Map([...rows.values()].map((row) => [row.messageId, row]));
  const relay = createMailRelay({
    stores,
    config,
    links,
    log,
    idleMs: 5,
    breaker: { perAddress: 1e6, timesUsual: 5, floor: 1e6 },
    onPermanentFailure: () => Promise.resolve(),
    transport: {
      send: (mail) => {
        const row = byId.get(mail.messageId);
        written.push({ ...mail, kind: row?.mail ?? '', toCustomer: row?.to.kind === 'customer' });
        return Promise.resolve({ kind: 'sent' });
      },
      close: () => undefined,
    },
  });
  relay.start();
  const end = Date.now() + 20_000;
  while ([...rows.values()].some((row) => row.outcome === 'planned') && lines.length === 0 && Date.now() < end) {
    await new Promise((done) => setTimeout(done, 10));
  }
  await relay.stop();
  expect(lines).toEqual([]);
  return written;
}

const PLAIN = { words: '净水器滤芯两次发错型号。\n我要求补偿。', customerName: '林晓梅' };

describe.each(LANGUAGES)('mails in %s', (language) => {
  let mails: Written[];
  beforeAll(async () => {
    mails = await write(allWalks({ ...PLAIN, language }), language);
  });

  test('every kind is caused by the walks and written', () => {
    expect([...new Set(mails.map((mail) => mail.kind))].toSorted()).toEqual([...MAIL_KINDS].toSorted());
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
      const names = toCustomer ? 'C261122-' : `${PUBLIC_URL}/api/cases/C261122-`;
      expect({ kind, named: text.includes(names) }).toEqual({ kind, named: true });
    }
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
  expect(receipt?.text).toContain(`查询码：${links.accessCode('C261122-AAAAAA')}`);
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
