import { strToU8 } from 'fflate';
import { guessedMapping, FIELD_NAMES, fieldOf, plainName } from '../../../src/cases/import/fields';
import { readDate } from '../../../src/cases/import/dates';
import { importMapping, MOST_HISTORY, rowReader, type OldComplaint } from '../../../src/cases/import/mapping';
import { missingColumns, readRows } from '../../../src/cases/import/reading';
import { tableOf } from '../../../src/cases/import/table';
import type { ImportMapping } from '../../../src/db/records';

const NOW = '2026-11-27T08:00:00.000Z';
const at = (written: string): string => {
  const read = readDate(written);
  return 'fault' in read ? `! ${read.fault.en}` : read.at;
};

describe('a date', () => {
  it.each([
    ['2023-01-05', '2023-01-04T16:00:00.000Z'],
    ['2023/1/5 15:30', '2023-01-05T07:30:00.000Z'],
    ['2023.01.05 15:30:09', '2023-01-05T07:30:09.000Z'],
    ['2023年1月5日', '2023-01-04T16:00:00.000Z'],
    ['2023年1月5日 星期四 下午3:05', '2023-01-05T07:05:00.000Z'],
    ['2023年1月5日15时30分', '2023-01-05T07:30:00.000Z'],
    ['2023年1月5日 上午9点', '2023-01-05T01:00:00.000Z'],
    ['二〇二三年十二月三十一日', '2023-12-30T16:00:00.000Z'],
    ['２０２３－０１－０５', '2023-01-04T16:00:00.000Z'],
    ['20230105', '2023-01-04T16:00:00.000Z'],
    ['20230105153000', '2023-01-05T07:30:00.000Z'],
    ['44931', '2023-01-04T16:00:00.000Z'],
    ['44931.645833333336', '2023-01-05T07:30:00.000Z'],
    ['2023-01-05T15:30:00Z', '2023-01-05T15:30:00.000Z'],
    ['2023-01-05 15:30:00 UTC', '2023-01-05T15:30:00.000Z'],
    ['2023-01-05T15:30:00.123+0100', '2023-01-05T14:30:00.123Z'],
    ['31/1/2023', '2023-01-30T16:00:00.000Z'],
    ['1/31/2023 3:30 PM', '2023-01-31T07:30:00.000Z'],
    ['5 Jan 2023 15:30', '2023-01-05T07:30:00.000Z'],
    ['Thu, 5 Jan 2023', '2023-01-04T16:00:00.000Z'],
    ['January 5, 2023', '2023-01-04T16:00:00.000Z'],
  ])('%s', (written, instant) => expect(at(written)).toBe(instant));

  it.each([
    ['1/5/2023', 'which is the day'],
    ['23-1-5', 'two digits'],
    ['2023-02-30', 'that there is not'],
    ['2023-02-30T10:00:00Z', 'that there is not'],
    ['2023-01-05 25:00', 'that there is not'],
    ['昨天', 'no date'],
    ['12', 'no date'],
    ['99999', 'no date'],
  ])('%s is refused', (written, because) => expect(at(written)).toContain(because));
});

const mapping = (fields: ImportMapping['fields'] = {}, words?: ImportMapping['words']): ImportMapping => ({
  fields: {
    number: { column: '单号' },
    receivedAt: { column: '受理时间' },
    closedAt: { column: '结案时间' },
    text: { column: '内容' },
    'customer.name': { column: '客户', value: '（未留姓名）' },
    outcome: { value: 'upheld' },
    ...fields,
  },
  ...(words && { words }),
});
const row = {
  单号: 'T-0012',
  受理时间: '2023-01-05 10:00',
  结案时间: '2023-01-09',
  内容: '包装盒有点脏，希望说明一下。',
  客户: '王小明',
};
const readOne = (given: Record<string, string>, by = mapping()) =>
  rowReader(by, Object.keys(given), NOW)(Object.values(given));
const complaintOf = (given: Record<string, string>, by = mapping()): OldComplaint => {
  const read = readOne(given, by);
  if (!('complaint' in read)) throw new Error(JSON.stringify(read.faults));
  return read.complaint;
};
const faultsOf = (given: Record<string, string>, by = mapping()) => {
  const read = readOne(given, by);
  return 'complaint' in read ? [] : read.faults.map(({ path, words }) => `${path} ${words.en}`);
};

describe('a row', () => {
  it('becomes a complaint with its true dates', () => {
    expect(complaintOf(row)).toEqual({
      number: 'T-0012',
      receivedAt: '2023-01-05T02:00:00.000Z',
      resolvedAt: '2023-01-08T16:00:00.000Z',
      closedAt: '2023-01-08T16:00:00.000Z',
      channel: 'other',
      language: 'zh-CN',
      customer: { name: '王小明' },
      text: '包装盒有点脏，希望说明一下。',
      grade: undefined,
      category: undefined,
      outcome: 'upheld',
      cause: 'unknown',
    });
  });

  it('closed on the day of its receipt was closed no earlier', () => {
    expect(complaintOf({ ...row, 结案时间: '2023-01-05' }).closedAt).toBe('2023-01-05T02:00:00.000Z');
    expect(faultsOf({ ...row, 结案时间: '2023-01-04' })).toEqual(['closedAt lies before it was received']);
  });

  it('that is open there is refused and says what to do', () => {
    const open = expect.stringMatching(/still open in the old system; finish it there/u);
    expect(faultsOf({ ...row, 结案时间: '' })).toEqual([open]);
    const state = mapping({ state: { column: '状态' } });
    expect(faultsOf({ ...row, 状态: '处理中' }, state)).toEqual([open]);
    expect(faultsOf({ ...row, 状态: '已结案' }, state)).toEqual([]);
    expect(faultsOf({ ...row, 状态: 'merged' }, state)).toEqual([
      expect.stringMatching(/^state was merged into another/u),
    ]);
  });

  it('names each field that is wrong, and nothing of what stands in it', () => {
    const faults = readOne(
      { ...row, 单号: '', 受理时间: '王小明', 内容: '', 电话: '王小明' },
      mapping({ 'customer.phone': { column: '电话' } }),
    );
    expect(JSON.stringify(faults)).not.toContain('王小明');
    expect('complaint' in faults ? [] : faults.faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['number', 'receivedAt', 'text', 'customer.phone']),
    );
  });

  it('does not take for whole what a spreadsheet has cut', () => {
    const more = mapping({ 'customer.phone': { column: '电话' }, 'product.orderNo': { column: '订单' } });
    expect(faultsOf({ ...row, 单号: '6.2148333333333334e+17', 电话: '1.38E+10', 订单: '1.23457E+15' }, more)).toEqual([
      expect.stringMatching(/^number has lost its last digits/u),
      expect.stringMatching(/^customer.phone has lost/u),
      expect.stringMatching(/^product.orderNo has lost/u),
    ]);
  });

  it('gets back the 0 of an area code, and of a mobile number none', () => {
    const phone = (written: string) =>
      complaintOf({ ...row, 电话: written }, mapping({ 'customer.phone': { column: '电话' } })).customer.phone;
    expect(phone('1088886666')).toBe('01088886666');
    expect(phone('13800001111')).toBe('13800001111');
    expect(phone('4008001234')).toBe('4008001234');
  });

  it('takes words of its own for grades, and names those that mean nothing yet', () => {
    const grade = mapping({ grade: { column: '等级' } });
    expect(complaintOf({ ...row, 等级: ' 重大 ' }, grade).grade).toBe('major');
    const unknown = readOne({ ...row, 等级: '甲级' }, grade);
    expect(unknown).toMatchObject({ unknown: [{ field: 'grade', word: '甲级' }] });
    expect(
      complaintOf({ ...row, 等级: '甲级' }, mapping({ grade: { column: '等级' } }, { grade: { 甲级: 'important' } }))
        .grade,
    ).toBe('important');
  });

  it('keeps words that are too many for a complaint as a whole in its history', () => {
    const long = '包装盒有点脏。'.repeat(2_000);
    const { text, history } = complaintOf({ ...row, 内容: long });
    expect(text.length).toBeLessThanOrEqual(8_000);
    expect(history).toBe(long);
    expect(faultsOf({ ...row, 内容: 'x'.repeat(MOST_HISTORY + 1) })).toEqual([expect.stringMatching(/^text /u)]);
  });

  it('does not name a customer by an address', () => {
    expect(complaintOf({ ...row, 客户: 'wang@example.com' }).customer.name).toBe('（未留姓名）');
  });

  it('lies in the past', () => {
    expect(faultsOf({ ...row, 结案时间: '2099-01-01' })).toEqual(['closedAt must not lie in the future']);
    expect(faultsOf({ ...row, 受理时间: '1900-01-05' })).toEqual(['receivedAt is too long ago']);
  });
});

describe('a mapping', () => {
  it('is guessed by the names of columns in both languages', () => {
    const { fields } = guessedMapping([
      '投诉单号',
      '受理日期',
      '结案日期',
      '客户信息 / 联系电话',
      '投诉内容',
      '投诉等级',
      '备用',
    ]);
    expect(fields).toEqual({
      number: { column: '投诉单号' },
      receivedAt: { column: '受理日期' },
      closedAt: { column: '结案日期' },
      'customer.phone': { column: '客户信息 / 联系电话' },
      text: { column: '投诉内容' },
      grade: { column: '投诉等级' },
      outcome: { value: 'upheld' },
      'customer.name': { value: '（未留姓名）' },
    });
    expect(guessedMapping(['ID', 'Created at', 'Closed at', 'Description', 'Requester']).fields).toMatchObject({
      number: { column: 'ID' },
      receivedAt: { column: 'Created at' },
      text: { column: 'Description' },
      'customer.name': { column: 'Requester' },
    });
  });

  it('knows each heading for one field alone, in the spelling that is compared', () => {
    const all = FIELD_NAMES.flatMap((name) => fieldOf(name).called);
    expect(all.filter((one, n) => all.indexOf(one) !== n)).toEqual([]);
    expect(all.filter((one) => plainName(one) !== one)).toEqual([]);
  });

  it('is refused where nothing could be imported by it', () => {
    const { number: _number, ...rest } = mapping().fields;
    const faults = (given: unknown): unknown =>
      importMapping.safeParse(given).error?.issues.map(({ path }) => path.join('.'));
    expect(faults({ fields: rest })).toEqual(['fields.number']);
    expect(faults(mapping({ text: { value: 'x' } }))).toEqual(['fields.text']);
    expect(faults(mapping({ grade: { value: 'A' } }))).toEqual(['fields.grade.value']);
    expect(faults(mapping({}, { grade: { A: 'B' } }))).toEqual(['words.grade.A']);
    expect(faults(mapping())).toBeUndefined();
    expect(missingColumns(mapping(), ['单号'])).toHaveLength(4);
  });
});

const rowsOf = async (file: string, by?: ImportMapping) => {
  const table = await tableOf(Buffer.from(strToU8(file)));
  const rows = [];
  for await (const { no, read } of readRows(table, by ?? guessedMapping(table.columns), NOW)) rows.push({ no, read });
  return { table, rows };
};

it('a number that stands in a file twice is refused the second time', async () => {
  const { rows } = await rowsOf(
    '单号,受理时间,结案时间,内容\n1,2023-1-5,2023-1-6,a\n2,2023-1-5,2023-1-6,b\n1,2023-1-5,2023-1-6,c\n',
  );
  expect(rows.map(({ read }) => 'complaint' in read)).toEqual([true, true, false]);
  expect(rows[2]?.read).toMatchObject({
    faults: [{ path: 'number', words: { en: expect.stringContaining('row 2') } }],
  });
});

describe('tickets', () => {
  it('of Zendesk are read, one a line, with who wrote what', async () => {
    const ticket = {
      id: 35436,
      subject: 'Box dirty',
      description: 'The box was dirty.',
      status: 'closed',
      priority: 'urgent',
      created_at: '2023-01-05T10:00:00Z',
      updated_at: '2023-01-20T10:00:00Z',
      metric_set: { solved_at: '2023-01-09T10:00:00Z' },
      requester: { name: 'Ann Lee', email: 'ann@example.com', phone: '+8613800001111' },
      requester_id: 7,
      via: { channel: 'email' },
      comments: [
        { author_id: 7, body: 'The box was dirty.', public: true, created_at: '2023-01-05T10:00:00Z' },
        { author_id: 9, body: 'Look at the stock.', public: false, created_at: '2023-01-06T10:00:00Z' },
        { author_id: 9, body: 'We are sorry.', public: true, created_at: '2023-01-09T10:00:00Z' },
        { author_id: 9, body: 'Closed by a rule.', public: false, created_at: '2023-01-10T10:00:00Z' },
      ],
    };
    const { table, rows } = await rowsOf(
      `${JSON.stringify(ticket)}\n${JSON.stringify({ ...ticket, id: 2, status: 'open' })}\n`,
    );
    expect(table.format).toBe('zendesk');
    expect(rows[0]?.read).toMatchObject({
      complaint: {
        number: '35436',
        receivedAt: '2023-01-05T10:00:00.000Z',
        closedAt: '2023-01-09T10:00:00.000Z',
        text: 'Box dirty\n\nThe box was dirty.',
        solution: 'We are sorry.',
        history: expect.stringContaining('(internal)\nLook at the stock.'),
        grade: 'major',
        channel: 'mail',
        language: 'en',
        customer: { name: 'Ann Lee', email: 'ann@example.com', phone: '+8613800001111' },
      },
    });
    expect(rows[1]?.read).toMatchObject({ faults: [{ path: 'state' }] });
    // One that was taken up again keeps the date on which it had been solved.
    const without = { ...guessedMapping(table.columns).fields };
    delete without.state;
    const again = JSON.stringify({ ...ticket, id: 3, status: 'open' });
    expect((await rowsOf(again, { fields: without })).rows[0]?.read).toMatchObject({ faults: [{ path: 'closedAt' }] });
  });

  it('of Zammad are read, with its articles and users beside them', async () => {
    const { table, rows } = await rowsOf(
      JSON.stringify({
        assets: {
          Ticket: {
            '1': {
              id: 1,
              number: '20012',
              title: '包装盒',
              state: 'closed',
              priority: '2 normal',
              customer_id: 3,
              created_at: '2023-01-05T10:00:00Z',
              close_at: '2023-01-09T10:00:00Z',
              updated_at: '2023-02-09T10:00:00Z',
              create_article_type: 'phone',
            },
          },
          User: { '3': { id: 3, firstname: '小明', lastname: '王', email: 'wang@example.com' } },
          TicketArticle: {
            '5': {
              id: 5,
              ticket_id: 1,
              sender: 'Customer',
              body: '<p>包装盒有点脏，<b>希望</b>说明一下。</p><img src="x">',
              content_type: 'text/html',
              internal: false,
              created_at: '2023-01-05T10:00:00Z',
            },
            '6': {
              id: 6,
              ticket_id: 1,
              sender: 'Agent',
              body: '已说明。',
              content_type: 'text/plain',
              internal: false,
              created_at: '2023-01-09T10:00:00Z',
            },
          },
        },
      }),
    );
    expect(table.format).toBe('zammad');
    expect(rows[0]?.read).toMatchObject({
      complaint: {
        number: '20012',
        closedAt: '2023-01-09T10:00:00.000Z',
        text: '包装盒有点脏，希望说明一下。',
        solution: '已说明。',
        grade: 'general',
        channel: 'phone',
        customer: { name: '王小明', email: 'wang@example.com' },
      },
    });
  });

  it('that are none, or malformed, are refused with the line', async () => {
    await expect(rowsOf('{"a":1}')).rejects.toMatchObject({ code: 'no_tickets' });
    await expect(rowsOf('{"id":1,"created_at":"x"}\n{"id":2')).rejects.toMatchObject({
      code: 'no_json',
      words: { en: expect.stringContaining('line 2') },
    });
  });
});
