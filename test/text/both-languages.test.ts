import { suggestGrade } from '../../src/text/suggest';
import type { Grade } from '../../src/domain/basics/types';

/** The same complaint is graded the same in both languages: what was done before and did not help, above all. */
type Pair = [grade: Grade, zh: string, en: string];

const PAIRS: Pair[] = [
  ['general', '燃气灶新买的，有时打不着火，要按两下。', 'The new gas stove sometimes needs a second press to light.'],
  ['important', '洗衣机修过两回，还是漏水。', 'Your engineer came twice and the washing machine still leaks.'],
  [
    'important',
    '师傅来了三趟，冰箱照样不制冷。',
    'The technician has been here three times and the fridge still does not cool.',
  ],
  [
    'important',
    '这是第三次上门了，问题还在。',
    'This is the third time your repairman has come, and the fault is still there.',
  ],
  ['important', '修了两次又坏了。', 'It was repaired two times and broke again.'],
  ['important', '打了好几次电话都没解决。', 'I have rung several times and it is not solved.'],
  ['important', '同一个毛病又出现了，已经返修两次。', 'The same fault came back again after two repairs.'],
  ['important', '换了两次货，还是坏的。', 'I have had it exchanged twice and it is still broken.'],
  ['important', '你们的人来了两次都没修好。', 'Your people came out twice and could not fix it.'],
  [
    'general',
    '师傅来过一次，弄好了，就是迟到了半小时。',
    'The technician came once and fixed it, only half an hour late.',
  ],
  ['general', '这家店我来过两次，这次菜有点咸。', 'I came here twice; this time the food was a bit salty.'],
  ['general', '我每天喝两次，味道偏甜。', 'I drink it twice a day and it tastes a little sweet.'],
];

/** Written before the lexicon was changed for the pairs above, and not used to tune their counts. */
const HELD_OUT: Pair[] = [
  [
    'important',
    '维修工上门两回，热水器还是打不着火。',
    'The plumber visited twice and the water heater still will not light.',
  ],
  ['important', '已经第四次报修了，你们到底管不管。', 'This is my fourth repair request. Do you care at all?'],
  ['important', '工程师来了两趟，空调照样滴水。', 'Two visits from your engineer and the air conditioner still drips.'],
  ['important', '投诉了两次都没有结果。', 'I complained twice without any result.'],
  [
    'important',
    '返厂修了三回，一个月后同样的问题。',
    'It has gone back to the factory three times and has the same problem a month later.',
  ],
  [
    'important',
    '你们派人来了两次，每次都说没问题。',
    'You sent somebody round twice and each time they said nothing was wrong.',
  ],
  ['important', '换过两个主板，还是开不了机。', 'The mainboard has been replaced twice and it still will not start.'],
  [
    'important',
    '安装师傅来了三次才装上，现在又松了。',
    'The fitter had to come three times, and now it is loose again.',
  ],
  ['general', '两件衣服有一件小了点。', 'Of the two shirts one is a little small.'],
  [
    'general',
    '快递员第二次才送到，不过东西完好。',
    'The courier delivered at the second attempt, but everything was fine.',
  ],
];

const grade = (text: string, language: 'zh-CN' | 'en'): Grade => suggestGrade({ text, language }).grade;

test.each(PAIRS)('%s: %s / %s', (wanted, zh, en) => {
  expect({ zh: grade(zh, 'zh-CN'), en: grade(en, 'en') }).toEqual({ zh: wanted, en: wanted });
});

test('of pairs nobody tuned for, eight in ten are graded the same in both languages', () => {
  const rows = HELD_OUT.map(([wanted, zh, en]) => ({ wanted, zh: grade(zh, 'zh-CN'), en: grade(en, 'en'), text: en }));
  const same = rows.filter((row) => row.zh === row.en);
  console.log(
    `${same.length} of ${rows.length} the same`,
    rows.filter((row) => row.zh !== row.en),
  );
  expect(same.length).toBeGreaterThanOrEqual(8);
});
