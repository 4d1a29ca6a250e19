import { readFacts } from '../../src/text/facts';

/** Saturday, 28 November 2026. */
const TODAY = '2026-11-28';
const SHORT: Record<string, string> = {
  'product.orderNo': 'order',
  'product.serialNo': 'serial',
  wantedRemedy: 'wish',
};

/** What is found, as `order 2026!`; `!`: sure. */
const found = (text: string): string[] =>
  readFacts(text, { today: TODAY }).map(
    ({ fact, value, sure }) => `${SHORT[fact] ?? fact.replace(/^\w+\./, '')} ${value}${sure ? '!' : ''}`,
  );

test.each<[string, string[]]>([
  // Numbers that the text names.
  ['订单号：20261103-556677，电话 138 1234 5621。', ['order 20261103-556677!', 'phone 13812345621!']],
  ['订单号１３８１２３４５６７８，请查', ['order 13812345678!']],
  ['订单编号是 1234 5678 9012', ['order 123456789012!']],
  ['訂單號 9988776655，還沒發貨', ['order 9988776655!']],
  ['淘宝订单2233445566778899001没发货', ['order 2233445566778899001!']],
  ['My order #A1234-99 never arrived', ['order A1234-99!']],
  ['Order no. AB-20261103-7 is missing', ['order AB-20261103-7!']],
  ['型号：XQG100-BH14，序列号 SN20260101ABC', ['model XQG100-BH14!', 'serial SN20260101ABC!']],
  ['车架号LSVAA4182E2123456，发动机异响', ['serial LSVAA4182E2123456!']],
  ['VIN码是1HGCM82633A004352', ['serial 1HGCM82633A004352!']],
  ['S/N: F2LX9ABC12 died', ['serial F2LX9ABC12!']],
  // Numbers that are known by their form.
  ['拼多多 261103-123456789012345 少发一件', ['order 261103-123456789012345']],
  ['490154203237518 黑屏了', ['serial 490154203237518!']],
  ['1HGCM82633A004352 这台车漏油', ['serial 1HGCM82633A004352!']],
  ['Order: H-7731', ['order H-7731!']],
  // A part of it is left out.
  ['订单号9870xxxx2103，另一个订单号：2024****5521', []],
  ['订单号 8873 尾号', []],
  // Numbers of something else.
  ['快递单号 SF1234567890123 一直没动', []],
  ['退货单号88776655443322', []],
  ['身份证 11010519491231002X', []],
  ['我的身份证号110105194912310021', []],
  ['银行卡6222021234567890123扣了两次', []],
  ['尾号5621的手机号收不到短信', []],
  ['打了12315投诉，也打了110', []],
  ['3C认证是假的，5G信号也不好', []],
  ['打400-800-1234没人接', []],
  ['USB3和HDMI2接口都松了，Wifi6连不上', []],
  ['G1234次高铁晚点，MU5123航班延误', []],
  ['a301室漏水，粤B12345的车停在楼下', []],
  ['一共13812345678901234567890123456789', []],
  ['花了一万二千块，后来又花3999.00元', []],
  // Who writes.
  ['我的手机１３８-１２３４-５６７８，随时联系', ['phone 13812345678!']],
  ['13912345678', ['phone 13912345678']],
  ['010-88886666转801 联系我', ['phone 01088886666,801']],
  ['联系我 +1 415 555 2671', ['phone +14155552671!']],
  ['客服电话13812345678一直打不通', []],
  ['师傅留的号码是13812345678', []],
  ['我的邮箱是 Wang.Ming@Example.com，请回复', ['email Wang.Ming@Example.com!']],
  ['写信到 support@shop.example 没人回', []],
  // What was bought.
  ['iPhone 15 Pro Max，屏幕碎了', ['name iPhone 15 Pro Max']],
  ['華為Mate 60 Pro手機發燙', ['name 華為Mate 60 Pro', 'name 手機']],
  ['Model Y 刹车失灵', ['name Model Y']],
  ['RX-78 模型少零件', ['model RX-78']],
  ['KFR-35GW/NhA1型空调不制冷', ['name 空调', 'model KFR-35GW/NhA1']],
  ['洗衣机好的，冰箱响，冰箱还漏水', ['name 冰箱', 'name 洗衣机']],
  ['小米14斤，买的西瓜', []],
  ['故障码P0087，SPF50 和 WD40', []],
  ['汽车站的电视台广告，手机号也不对', []],
  ['the washing machine is broken', ['name washing machine']],
  ['My phone is 13912345678', ['phone 13912345678!']],
  // Days.
  ['上周三买的', ['purchasedOn 2026-11-18!']],
  ['上上周五下单', ['purchasedOn 2026-11-13!']],
  ['本周一收到就裂了', ['occurredAt 2026-11-23']],
  ['11月3日下单，11月5日到货就坏了', ['purchasedOn 2026-11-03!', 'occurredAt 2026-11-05']],
  ['二〇二六年十一月三日购买', ['purchasedOn 2026-11-03!']],
  ['25年11月3日购买', ['purchasedOn 2025-11-03!']],
  ['去年12月28号买的', ['purchasedOn 2025-12-28!']],
  ['2026.11.3买的，2026/11/05裂开', ['purchasedOn 2026-11-03!', 'occurredAt 2026-11-05']],
  ['今天早上八点漏水', ['occurredAt 2026-11-28T08:00']],
  ['昨天下午3点半着火了', ['occurredAt 2026-11-27T15:30']],
  ['前天晚上十一点停电', ['occurredAt 2026-11-26T23:00']],
  ['三天前买的', ['purchasedOn 2026-11-25!']],
  ['半年前买的', ['purchasedOn 2026-05-28']],
  ['去年双十一买的', ['purchasedOn 2025-11-11!']],
  ['上个月15号买的', ['purchasedOn 2026-10-15!']],
  ['3号买的，5号开始漏', ['purchasedOn 2026-11-03!', 'occurredAt 2026-11-05']],
  ['I bought it on Nov 3, 2026', ['purchasedOn 2026-11-03!']],
  ['two weeks ago it broke', ['occurredAt 2026-11-14']],
  ['last Wednesday it broke', ['occurredAt 2026-11-25']],
  // No days, or not those.
  ['3号楼的电梯，2号线', []],
  ['11.3元的东西，3.15晚会', []],
  ['2月30日坏的', []],
  ['保修到2028年3月1日', []],
  ['昨天打电话报修', []],
  ['前天后天都行', []],
  ['我等到今天，说好周三来的', []],
  ['昨天买的今天降价', ['purchasedOn 2026-11-27!']],
  ['购买日期3月1日', ['purchasedOn 2026-03-01!']],
  ['今天周三查了下单号', []],
  // Places.
  ['在上海市浦东新区张江镇', ['place 上海市浦东新区张江镇!']],
  ['广东省深圳市南山区科技路88号', ['place 广东省深圳市南山区科技路88号!']],
  ['我在北京，没人来', ['place 北京']],
  ['在徐汇万达店被店员骂', ['place 徐汇万达店']],
  ['我在贵公司菜园路门店排了一小时', ['place 菜园路门店']],
  ['去便利店找门店都没人管', []],
  ['沿海城市多，件在郑州转了两天，从昆明到曲靖', []],
  ['北京汽车', ['name 汽车']],
  ['青岛啤酒', ['name 啤酒']],
  ['在天猫旗舰店', []],
  ['祝您安康，一切平安', []],
  // Wishes.
  ['要求退货退款，并赔偿500元，不然投诉', ['wish 要求退货退款，并赔偿500元!']],
  ['希望换新，不然投诉', ['wish 希望换新']],
  ['我要求道歉', ['wish 我要求道歉']],
  ['麻烦尽快上门维修', ['wish 麻烦尽快上门维修']],
  ['Please refund me. Thanks', ['wish Please refund me']],
  ['客服要求我自己寄回换货', []],
  ['他们不要退款', []],
  ['不要求退款，只要说法', ['wish 只要说法']],
  ['希望天气好', []],
  ['投诉要求：退款18000元并道歉', ['wish 退款18000元并道歉!']],
  ['按要求交了，第三天申请退款被拒', []],
])('%s', (text, expected) => {
  expect(found(text)).toEqual(expected);
});

test('a find says where its words stand in the text as it was written', () => {
  const text = '您好，訂單號：１２３４　５６７８，請查。';
  expect(readFacts(text, { today: TODAY })).toEqual([
    { fact: 'product.orderNo', value: '12345678', words: '１２３４　５６７８', from: 7, to: 16, sure: true },
  ]);
});

test('of one fact there are at most three, each value once, the surest first', () => {
  const text = '13912345678，13912345678，13912345679，13912345670，13912345671，我的手机13800005621';
  expect(found(text)).toEqual(['phone 13800005621!', 'phone 13912345678', 'phone 13912345679']);
});

test('days go by the calendar: a week begins on Monday, a month has its own length, and no day is later than today', () => {
  const on = (today: string, text: string) => readFacts(text, { today }).map(({ value }) => value);
  expect(on('2026-11-29', '上周日买的')).toEqual(['2026-11-22']);
  expect(on('2026-11-23', '上周日买的')).toEqual(['2026-11-22']);
  expect(on('2026-03-31', '一个月前买的')).toEqual(['2026-02-28']);
  expect(on('2026-01-02', '上个月15号买的')).toEqual(['2025-12-15']);
  expect(on('2026-01-02', '12月30日买的')).toEqual(['2025-12-30']);
  expect(on('2027-03-01', '2月29日买的')).toEqual(['2024-02-29']);
  expect(on('2026-11-28', '2026年11月29日买的')).toEqual([]);
});

test.each([
  ['digits', '1'],
  ['digits with blanks', '1 '],
  ['digits with dashes', '12-'],
  ['Chinese numerals', '十'],
  ['days', '11月3日买的，'],
  ['letters', 'a'],
  ['letters and digits', 'ab12-'],
  ['labels', '订单号'],
  ['at signs', 'a.b@c.'],
  ['places', '上海市浦东新区'],
  ['short places', '海南'],
  ['shops', '在万体'],
  ['wishes', '要求'],
  ['wishes without an end', '要求退货，并'],
  ['phones', '13912345678 '],
  ['marks', 'e\u0301'],
])('a hostile text of 200,000 characters is read in passing: %s', (_what, part) => {
  // What grows with the square of the length would take minutes.
  expect(readFacts(part.repeat(Math.ceil(200_000 / part.length)), { today: TODAY }).length).toBeLessThan(31);
});
