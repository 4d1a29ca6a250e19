import fc from 'fast-check';
import { fingerprintOf, GROUPS } from '../../src/text/lexicon';
import { normalise } from '../../src/text/normalise';
import { readable, suggestGrade, type SuggestInput } from '../../src/text/suggest';
import { HELD_OUT } from './heldout';
import type { Labelled } from './labelled';
import { TABLE } from './table';

const suggest = (text: string, wantedRemedy?: string) => suggestGrade({ text, language: 'zh-CN', wantedRemedy });

function measure(name: string, rows: readonly Labelled[], listWrong: boolean) {
  const right = { grade: 0, category: 0, sentiment: 0 };
  const wrong: string[] = [];
  for (const row of rows) {
    const got = suggest(row.text, row.wantedRemedy);
    for (const key of ['grade', 'category', 'sentiment'] as const) {
      if (got[key] === row[key]) right[key]++;
      else wrong.push(`${key}: ${got[key]}, not ${row[key]}: ${row.text} ${JSON.stringify(got.reasons)}`);
    }
  }
  const accuracy = {
    grade: right.grade / rows.length,
    category: right.category / rows.length,
    sentiment: right.sentiment / rows.length,
  };
  const shown = Object.entries(accuracy).map(([key, value]) => `${key} ${value.toFixed(3)}`);
  console.log([`${name} (${rows.length}): ${shown.join(', ')}`, ...(listWrong ? wrong : [])].join('\n'));
  return accuracy;
}

test('a suggestion says which words it was made by', () => {
  expect(suggest('漏水').engine).toMatch(/^rules@1-[0-9a-f]{8}\+model@[0-9a-f]{8}$/);
  const fewer = GROUPS.map((group, at) => (at === 0 ? { ...group, phrases: group.phrases.slice(1) } : group));
  expect(suggest('漏水').engine).not.toContain(fingerprintOf(fewer));
});

describe('accuracy', () => {
  it('grades the labelled table', () => {
    expect(TABLE.length).toBeGreaterThanOrEqual(120);
    const accuracy = measure('labelled table', TABLE, true);
    expect(accuracy.grade).toBeGreaterThanOrEqual(0.97);
    expect(accuracy.category).toBeGreaterThanOrEqual(0.95);
    expect(accuracy.sentiment).toBeGreaterThanOrEqual(0.95);
  });

  it('reports the held-out set honestly', () => {
    expect(HELD_OUT.length).toBeGreaterThanOrEqual(40);
    const accuracy = measure('held out', HELD_OUT, false);
    expect(accuracy.grade).toBeGreaterThanOrEqual(0.94);
    expect(accuracy.category).toBeGreaterThanOrEqual(0.85);
    expect(accuracy.sentiment).toBeGreaterThanOrEqual(0.95);
  });
});

describe('rules', () => {
  const rulesOf = (text: string, wantedRemedy?: string) => suggest(text, wantedRemedy).reasons.map(({ rule }) => rule);
  it.each([
    ['M1', '插座冒烟'],
    ['M1', '刹车失灵，险些出事'],
    ['M1', '没修好就起火了'],
    ['M1', 'The toaster caught fire.'],
    ['M2', '损失12000元'],
    ['M3', '三户邻居的水管都裂了'],
    ['M3', '要求召回'],
    ['M4', '我已经向12315投诉'],
    ['M4', 'I will take you to court.'],
    ['M5', '客服威胁我'],
    ['I1', '修了两次'],
    ['I1', '第三次维修'],
    ['I1', 'They refused to help.'],
    ['I2', '退款3000元'],
    ['I2', '手机无法开机'],
    ['I3', '态度极其恶劣'],
    ['I4', '卖假货'],
    ['I5', '保修期内拒绝维修'],
    ['I5', '七天无理由不给退'],
    ['M4', '税务局那边我也举报了，回执在'],
    ['M4', '民警当场做了笔录'],
    ['M4', '视频已经发给省台的栏目组'],
    ['M4', '诉状递交到区法院了'],
    ['M4', 'The officers attended and took statements.'],
    ['M3', '我们单元十一家的水表都走得飞快'],
    ['M3', '车友会统计了一百多台，同样的位置开裂'],
    ['M3', '整批轮胎都鼓包'],
    ['M3', 'Thirty-seven members of our club paid and never got a ticket.'],
    ['I1', '厂家让找经销商，经销商又让找厂家'],
    ['I1', '每次都说下周，热线永远占线'],
    ['I1', '第一次说缺货，第二次说系统坏了'],
    ['I1', '师傅放了我三次鸽子'],
    ['I1', 'The shop says go to the factory and they keep changing the date.'],
    ['I5', '吊牌没剪，第三天申请退，店家说打折款不退'],
    ['I5', '还在保，师傅说要自费换屏'],
    ['I5', 'The guarantee runs to May and they want me to pay for the motor under warranty.'],
    ['I3', '前台头也不抬：“你不识字啊？”'],
    ['I3', '保安学我走路，学完还笑'],
    ['I3', '师傅说“嫌脏自己修去”，把工具往地上一摔'],
    ['I3', 'The clerk laughed at my accent.'],
    ['M5', '给了差评以后他在我家楼下蹲到半夜'],
    ['M5', '我知道你几点下班，店长发来这么一句'],
    ['M5', '刚在你们那里登记，骗子就报得出我的姓名和地址'],
    ['M5', '有人拿我的身份证去办了贷款'],
    ['M5', 'He was waiting outside my office again.'],
    ['I4', '标着全新未拆，一查激活时间是前年'],
    ['I4', '话费里多出一项彩铃包，我从来没开过'],
    ['I4', '不加三百块就不卸货'],
    ['I4', '宣传页写终身免费清洗，今年去要收五十'],
    ['I4', '羽绒服送检，里面是丝绵'],
    ['I4', 'They renewed the plan without telling me.'],
    ['M2', '修下来要一万三，老板不认'],
    ['M2', '分七笔，每笔三千，都划走了'],
    ['M2', '卡里还剩一万三千六，店关门了'],
    ['M2', 'It was fourteen thousand six hundred yuan and I want it back.'],
  ])('finds %s in %s', (rule, text) => {
    expect(rulesOf(text)).toContain(rule);
  });

  it.each([
    ['M1', '没有受伤'],
    ['M1', '没有人员伤亡，没有起火'],
    ['M1', 'nobody was hurt'],
    ['M1', 'no injuries'],
    ['M1', 'We ate 一起火锅 together.'],
    ['M2', '手机号12345678901'],
    ['M2', '电机功率2000w，续航3万公里'],
    ['M2', '花20000元买的电视有一点色差'],
    ['M2', 'The motor costs $12000.'],
    ['M3', '只有我一户'],
    ['M3', "I don't recall the colour."],
    ['M4', '可以打12315吗？'],
    ['M4', '我在黑猫投诉过'],
    ['M4', '胎压又报警了'],
    ['M4', '客服吓唬我说要起诉我'],
    ['M4', '听说有乘客报了警'],
    ['M4', '想过找记者，后来算了'],
    ['M4', '车载多媒体黑屏'],
    ['M4', '合同约定争议由法院管辖'],
    ['M4', 'The police drama was cut from the catalogue.'],
    ['M3', '店员当着三十多个顾客说我'],
    ['M3', '服务行业的通病，推销太多'],
    ['M3', '排队的前面有二十个客人'],
    ['I1', '修了两次，后来彻底好了'],
    ['I1', '快递员打了三次电话才找到我家'],
    ['I1', '师傅死活不收红包'],
    ['I1', '坚果很香，回购第三次了'],
    ['I5', '生鲜不支持七天无理由，页面写明'],
    ['I5', '保修刚过一周，要付费我也认'],
    ['M5', '店员没有威胁我'],
    ['I1', '希望厂家处理'],
    ['I1', '效果不理想'],
    ['I1', '用了三次'],
    ['I1', '没有拒绝'],
    ['I2', '心情坏了'],
    ['I4', '骗子公司'],
    ['I4', '商品页写明了是二手'],
    ['I4', '听说有人买到假货，想问怎么辨别'],
    ['I4', '页面里有写，是我没看清'],
    ['I3', '我忍不住骂了客服'],
    ['I3', '队友骂我，希望封号'],
    ['I3', '语气有点冲'],
    ['M5', '对健康构成威胁'],
    ['M5', '物流跟踪查不到'],
    ['M5', '客服把我踢出群'],
    ['M2', '百万医疗险的保费涨了，想问原因'],
    ['M2', '最高赔五十万，条款里写的'],
  ])('does not find %s in %s', (rule, text) => {
    expect(rulesOf(text)).not.toContain(rule);
  });

  it('tells the disputed sum, not the price beside it', () => {
    expect(suggest('12800元的手机，退货时扣了我200元手续费').amountCny).toBe(200);
    expect(suggest('花12800买的冰箱', '全额退款12800元').amountCny).toBe(12800);
    expect(suggest('花12800元买的冰箱是假货，要求退款').amountCny).toBe(12800);
    expect(suggest('花12800元买的冰箱颜色偏深').amountCny).toBeUndefined();
  });

  it('reads a recall out of the wanted remedy', () => {
    expect(rulesOf('水壶盖松动', '召回并道歉')).toContain('M3');
  });
});

describe('normalise', () => {
  it.each([
    ['ＣＮＹ　１２０００', 'cny 12000'],
    ['觸電，燙傷', '触电,烫伤'],
    ['爆 炸！！！', '爆炸.'],
    ['吗？！', '吗?'],
    ['can’t', "can't"],
    ['漏\u200b电', '漏电'],
  ])('%s → %s', (text, expected) => {
    expect(normalise(text)).toBe(expected);
  });
});

describe('properties', () => {
  const PIECES = [...TABLE, ...HELD_OUT].map(({ text }) => text);
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }).map((parts) => parts.join('')),
    fc
      .array(fc.tuple(fc.constantFrom(...PIECES), fc.nat(60), fc.nat(60)), { maxLength: 8 })
      .map((cuts) => cuts.map(([text, from, length]) => text.slice(from, from + length)).join('')),
    fc
      .array(fc.constantFrom(...'0123456789.,万千百元块¥一二两几修了次不没!?。，~#*()|'.split('')), { maxLength: 200 })
      .map((chars) => chars.join('')),
  );
  const INSULTS = [
    '垃圾！',
    '你们是猪吗！',
    '骗子！奸商！',
    '去死吧！',
    '什么破玩意！',
    'IDIOTS!!!',
    'You morons!',
    'Scammers!',
    'What a stupid company!',
  ];
  const complaint = fc.constantFrom(...PIECES);

  it('never throws, is deterministic, and gives reasons that stand in the text', () => {
    fc.assert(
      fc.property(anyText, fc.option(anyText, { nil: undefined }), (text, wantedRemedy) => {
        const input: SuggestInput = { text, language: 'en', wantedRemedy };
        const first = suggestGrade(input);
        expect(suggestGrade(input)).toEqual(first);
        const read = readable(input);
        for (const { words } of first.reasons) {
          expect(words.length).toBeGreaterThan(0);
          for (const word of words) expect(read).toContain(word);
        }
        expect(first.grade !== 'general').toBe(first.reasons.some(({ rule }) => /^[MI][1-5]$/.test(rule)));
        expect(first.grade === 'major').toBe(first.reasons.some(({ rule }) => /^M[1-5]$/.test(rule)));
      }),
      { numRuns: 500 },
    );
  });

  it('is not impressed by exclamation marks', () => {
    fc.assert(
      fc.property(complaint, fc.integer({ min: 1, max: 5 }), (text, many) => {
        const { grade } = suggest(text);
        const marks = '!'.repeat(many);
        expect(suggest(text + marks).grade).toBe(grade);
        expect(suggest(marks + text).grade).toBe(grade);
        expect(suggest(text.replace(/[。！]/g, `！${marks}`)).grade).toBe(grade);
        expect(suggest(text.replace(/[?？]/g, `？${marks}`)).grade).toBe(grade);
      }),
    );
  });

  it('is not impressed by upper case', () => {
    fc.assert(fc.property(complaint, (text) => expect(suggest(text.toUpperCase()).grade).toBe(suggest(text).grade)));
  });

  it("is not impressed by the customer's insults", () => {
    fc.assert(
      fc.property(complaint, fc.constantFrom(...INSULTS), (text, insult) => {
        const { grade } = suggest(text);
        expect(suggest(insult + text).grade).toBe(grade);
        expect(suggest(`${text}。${insult}`).grade).toBe(grade);
      }),
    );
  });
});
