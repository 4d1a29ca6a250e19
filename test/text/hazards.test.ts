import { suggestGrade } from '../../src/text/suggest';

/**
 * Words of hazard across a border of words, in idioms and in every tense: a complaint about a wet floor is no injury,
 * and a child's pinched finger is one.
 */
const rulesOf = (text: string): string[] =>
  suggestGrade({ text, language: 'zh-CN' }).reasons.map(({ rule }) => rule as string);

test.each([
  // blisters
  '热水壶漏水，手被烫出水泡',
  '用了面膜，脸上起了水泡',
  '孩子手上水泡有两个',
  '新鞋把脚磨出好几个水泡',
  '手背上烫起一个大水泡',
  'The iron left blisters on my hand.',
  // gas
  '厨房里一股天然气的味道',
  '一打开灶就闻到煤气',
  '灶具漏天然气',
  '液化气炸了，窗户都碎了',
  'There is a gas smell in the kitchen.',
  'The kitchen smells of gas since the installation.',
  'I smelled gas next to the new stove.',
  'Gas leaked from the hose.',
  // children and hands in machines
  '孩子被夹到手',
  '滑门夹住了宝宝的手指',
  '抽屉边缘太锋利，割到手了',
  '老人被掉下来的柜门砸了',
  '女儿被蒸汽烫了一下',
  '儿子的手被搅拌机绞住',
  '机壳毛边划到了孩子的脸',
  '电热毯一侧发烫，把床单烤焦了',
  '推车折叠时压到小孩的手',
  "The folding chair caught my son's finger.",
  'My daughter pinched her finger in the hinge.',
  'His hand got trapped in the door.',
  'The blade cuts my finger each time.',
  'It burnt my tongue.',
  // tenses
  'The cable smoked.',
  'The plug smokes when it is used.',
  'The socket sparked twice.',
  'The adapter melted on the carpet.',
  'The battery ignited overnight.',
  'The power bank catches fire.',
  'The scooter battery burst while charging.',
  'The charger zapped my wife.',
  'The dryer blows up in my face.',
  'Two of us were throwing up all night.',
  'She passed out in the shower.',
  'We have eaten the mouldy bread.',
  'He got shocked by the tap.',
  // fire and current without their plain words
  '插排那一圈都烧黑了',
  '移动电源鼓得像个馒头',
  '一碰冰箱把手,整条胳膊都麻了',
  'The extension lead melted and scorched the wall.',
  'The tap is live, I felt the current.',
  // vehicles and lifts
  '踏板踩到底车还往前溜',
  '转弯时方向盘突然打不动',
  '货梯从九楼一下坠到三楼',
  'The pedal went to the floor on the ramp.',
  // what falls, and who falls
  '吊柜半夜整个掉下来',
  '老人在大厅滑倒,手腕断了',
  '差点砸到孩子',
  'The shelf came down on my daughter.',
  // illness and treatment
  '敷完面膜脸上起了一片疙瘩',
  '吃完外卖全家拉了一夜',
  '护士给孩子打错了针',
  'My lips swelled up after the first bite.',
])('a hazard: %s', (text) => {
  expect(rulesOf(text)).toContain('M1');
});

test.each([
  // water that soaks, and bubbles
  '洗衣机漏水泡坏了地板',
  '漏水泡了吊顶',
  '打开水龙头，水泡特别多',
  '水管渗水泡烂了橱柜',
  '手机进水泡坏了，客服说不保',
  '洗手台漏水泡了柜子',
  '龙头出水泡沫很多',
  '用开水泡奶粉，杯盖拧不紧',
  '手机膜贴上就起泡',
  'The paint on the door is blistering.',
  'One tablet is missing from the blister pack.',
  // anger
  '气得我冒烟',
  '等得我火冒三丈',
  '真是气炸了',
  '客服让我七窍生烟',
  '气得头顶冒烟，包裹还没到',
  '打了一上午电话，嗓子都冒烟了',
  '我听完当场就要气到爆炸',
  '说了半天，我的肺都要气炸了',
  '业主群里都炸了，因为快递又迟到',
  '急得我眼睛冒火',
  'I nearly exploded when the parcel was late again.',
  'This makes my blood boil.',
  'Smoke came out of my ears when I read your reply.',
  'I burst into tears because the parcel was late.',
  // words of this trade
  '火花塞型号发错了',
  '漏电保护器的颜色发错了',
  '快充电伤电池吗，续航有点短',
  '充电到手机发热，质量一般',
  '熨烫到一半水箱漏水',
  '烫伤膏的包装破了一个角',
  '附送的打火机没发，一起火腿也漏发',
  '货砸在手里卖不出去，要求退货',
  '空气炸锅炸了鸡翅，颜色不均匀',
  'The courier broke my vase.',
  'You cut my discount.',
  'The smoked salmon arrived late.',
  // feared, heard of, somebody else's, long ago
  '要是着火了怎么办,谁来负责',
  '网上都说这型号会爆炸',
  '怕过敏,没敢用,想退',
  'I read online that these can catch fire.',
  // an illness that is the reason to cancel, or insured
  '我骨折了去不了,机票一分不退',
  '骨折津贴说好一天两百,到账才一百',
  'I broke my leg skiing and need to cancel the trip.',
  // denied in the middle
  '瓷砖没掉下来,只是有点空鼓声',
  '收到发现面包长毛了,没吃,直接退',
  // figures of speech
  '辣度爆炸,同事都说过瘾',
  '腿都跑断了,办个证明要五个窗口',
  'The price gave me a shock.',
])('no hazard: %s', (text) => {
  expect(rulesOf(text)).not.toContain('M1');
});

test.each([
  ['电视遥控器坏了', 'general'],
  ['遥控器用了三天就坏了', 'general'],
  ['送的数据线不能用', 'general'],
  ['空调的指示灯不亮了', 'general'],
  ['The remote control is broken.', 'general'],
  ['The remote stopped working.', 'general'],
  ['遥控器没问题，电视坏了', 'important'],
  ['The remote works but the TV is broken.', 'important'],
  ['吹风机通电没动静', 'important'],
  ['地暖一点都不热', 'important'],
  ['主板烧了', 'important'],
  ['The freezer has packed up.', 'important'],
  ['客服那边一直没反应', 'general'],
  ['听说这款容易死机', 'general'],
])('what comes with a product is not its main function: %s is %s', (text, grade) => {
  expect(suggestGrade({ text, language: 'zh-CN' }).grade).toBe(grade);
});
