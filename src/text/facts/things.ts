import { isNegated, type Outline } from '../normalise';
import type { Claims, Find } from './find';

/** What people buy, by groups of a trade; the longer name of two is found. */
const CHINESE = [
  '热水器 燃气热水器 电热水器 洗衣机 滚筒洗衣机 洗碗机 烘干机 冰箱 冰柜 空调 中央空调 电视机 电视 油烟机 抽油烟机 燃气灶 灶具 集成灶 微波炉 烤箱 电磁炉 电饭煲 电饭锅 电压力锅 高压锅 空气炸锅 破壁机 豆浆机 榨汁机 电热水壶 电水壶 咖啡机 面包机 净水器 饮水机 空气净化器 加湿器 除湿机 电风扇 取暖器 电暖器 油汀 暖风机 电热毯 吸尘器 扫地机器人 扫地机 洗地机 拖地机 挂烫机 电熨斗 吹风机 剃须刀 电动牙刷 冲牙器 按摩椅 按摩仪 足浴盆 智能锁 指纹锁 门锁 浴霸 马桶 智能马桶 马桶盖 水龙头 花洒',
  '手机 平板电脑 平板 笔记本电脑 笔记本 台式机 电脑 显示器 显卡 主板 硬盘 固态硬盘 内存条 路由器 键盘 鼠标 打印机 投影仪 耳机 蓝牙耳机 音箱 音响 充电器 充电宝 数据线 移动电源 智能手表 手表 手环 相机 摄像头 监控 无人机 游戏机 学习机 点读笔 电子书 电池 U盘',
  '电动车 电瓶车 电动自行车 自行车 摩托车 汽车 新能源车 轮胎 行车记录仪 儿童座椅 安全座椅 头盔 充电桩',
  '沙发 床垫 衣柜 橱柜 餐桌 书桌 椅子 茶几 鞋柜 书柜 地板 瓷砖 木门 门窗 窗帘 灯具 吊灯 台灯 四件套 被子 枕头 毛巾',
  '羽绒服 外套 衣服 裤子 牛仔裤 裙子 连衣裙 衬衫 毛衣 鞋子 运动鞋 皮鞋 靴子 内衣 袜子 帽子 书包 背包 行李箱 箱包 钱包 项链 戒指 手镯 眼镜 隐形眼镜',
  '奶粉 纸尿裤 尿不湿 婴儿车 奶瓶 玩具 积木 面膜 口红 粉底液 洗面奶 面霜 精华液 护肤品 化妆品 香水 洗发水 沐浴露 牙膏 染发剂 卫生巾 保健品 维生素 药品 口罩 血压计 血糖仪 助听器 轮椅 跑步机 健身卡 按摩枕',
  '牛奶 酸奶 面包 蛋糕 月饼 饼干 零食 水果 牛肉 猪肉 鸡蛋 大米 食用油 矿泉水 饮料 白酒 红酒 啤酒 茶叶 咖啡 方便面 火锅 外卖 海鲜 螃蟹 大闸蟹 蜂蜜 猫粮 狗粮',
  '机票 火车票 门票 演唱会票 课程 网课 驾校 健身房 宽带 流量卡 优惠券 礼品卡 保险 贷款 酒店 民宿 旅行团',
]
  .join(' ')
  .toLowerCase()
  .split(' ');

const ENGLISH =
  'water heater,washing machine,washer,dishwasher,dryer,refrigerator,fridge,freezer,air conditioner,television,tv,microwave,oven,induction cooker,rice cooker,air fryer,kettle,coffee machine,water purifier,air purifier,humidifier,heater,vacuum cleaner,robot vacuum,vacuum,hair dryer,shaver,toothbrush,smart lock,phone,smartphone,tablet,laptop,computer,monitor,router,keyboard,mouse,printer,projector,headphones,earphones,earbuds,speaker,charger,power bank,smartwatch,camera,drone,e-bike,scooter,bicycle,bike,car,tyre,tire,sofa,mattress,wardrobe,chair,lamp,jacket,coat,dress,shirt,trousers,shoes,boots,suitcase,backpack,necklace,glasses,milk powder,stroller,toy,lipstick,shampoo,bread,cake,milk,ticket,broadband'.split(
    ',',
  );

const longestFirst = (words: readonly string[]): string => [...words].sort((a, b) => b.length - a.length).join('|');

/** Behind a thing that is only a part of another word: 手机号, 电视台, 汽车站, 牛奶路, 会员卡号. */
const NOT_THING = String.raw`(?!号|台(?!式)|站|里查|银行|客户端|短信|城|展|厂|行业|公司|店|费|券|路|中心|小哥|员|单|师|价|码|品牌| ?[是:]? ?\+?\d{3})`;
const THING = new RegExp(
  String.raw`(?:${longestFirst(CHINESE)})${NOT_THING}|(?<![a-z0-9'-])(?:${longestFirst(ENGLISH)})(?![a-z0-9'-]| number| ?(?:is|was|:)? ?\+?\d{3})`,
  'g',
);

/** Names of series, which go on with a number: "iPhone 15 Pro", 小米 14 Ultra. */
const SERIES = new RegExp(
  String.raw`(?:(?<![a-z0-9])(?:iphone|ipad(?: ?(?:air|pro|mini))?|macbook ?(?:air|pro)|apple watch|galaxy|mate ?(?:book|pad)?|nova|pura|redmi|xiaomi|oppo|vivo|iqoo|thinkpad|kindle|playstation|model|find|reno|magic)|小米|红米|华为|荣耀|一加|真我|魅族)(?: ?(?:mate|pura|nova|note|find|reno|magic|galaxy|x))?` +
    String.raw` ?(?:\d{1,3}[a-z]{0,2}|(?<=model ?)[3sxy]|x[rs]?)(?: ?(?:pro|max|plus|ultra|mini|se|air|lite|promax)(?![a-z])){0,3}(?![a-z0-9])(?! ?(?:块|元|斤|个|天|年|月|次|%|袋|点|号|台|部|日|岁|千|万|w))`,
  'g',
);

/** A model's name by its form: letters, and digits behind them. */
const CODE =
  /(?<![a-z0-9./@_-])[a-z]{1,8}(?:[-/]?[a-z]{1,4})?-?\d{2,6}[a-z0-9]{0,8}(?:[-/(][a-z0-9]{1,10}\)?){0,3}(?![a-z0-9@_]|\.[a-z])/g;
/** Codes that everybody has, and what is no model for what stands beside it. */
const EVERYDAY =
  /^(?:covid-?19|ip\d\d|pm-?\d+|co2|usb\d*|wifi\d?|win\d+|ios\d+|android\d+|top\d+|(?:rmb|cny|usd|no|us|qq|vip|app|mp|ps|hdmi|type|bt|iso|gb|http|www|spf|gb|wd|tel|ext|v|vs|lv|x)-?\d+)$/;
const NO_MODEL_BEHIND =
  /^ ?(?:室|座|栋|楼|区|口|层|路|次|线|房|桌|航班|高铁|动车|出口|国道|省道|高速|号|车厢|柜|元|块)/;
const NO_MODEL_BEFORE =
  /(?:故障码|报错|提示|代码|错误|code|error|航班|车次|高铁|座位|房间|车牌|验证码|房号|电话|[省市县京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])[号是:]? ?$/;

/** What was bought, and its model. */
export function things(text: string, claims: Claims): Find[] {
  const finds: Find[] = [];
  const series: Find[] = [];
  for (const { 0: found, index } of text.matchAll(SERIES)) {
    const end = index + found.trimEnd().length;
    if (claims.claim(index, end)) series.push({ fact: 'product.name', start: index, end, sure: false });
  }
  for (const { 0: found, index } of text.matchAll(CODE)) {
    const end = index + found.length;
    if (
      EVERYDAY.test(found) ||
      NO_MODEL_BEHIND.test(text.slice(end, end + 4)) ||
      NO_MODEL_BEFORE.test(text.slice(Math.max(0, index - 6), index))
    )
      continue;
    // "a12" may be anything; "kfr-35gw" is a model.
    const isModel = /[-/]/.test(found) || /[a-z]{2}/.test(found) || /\d{3}/.test(found);
    if (isModel && claims.claim(index, end)) finds.push({ fact: 'product.model', start: index, end, sure: false });
  }
  const named = new Map<string, { find: Find; times: number }>();
  for (const { 0: found, index } of text.matchAll(THING)) {
    const before = named.get(found);
    if (before) before.times += 1;
    else if (claims.claim(index, index + found.length)) {
      named.set(found, {
        find: { fact: 'product.name', start: index, end: index + found.length, sure: false },
        times: 1,
      });
    }
  }
  // What is spoken of most, and of two the first.
  const ordered = [...named.values()].toSorted((a, b) => b.times - a.times).map(({ find }) => find);
  return [...series, ...ordered, ...finds];
}

const REMEDY =
  '退货|退款|退钱|退全款|退回|退还|全额退|退一赔|退掉|退(?=了|[,.。;\\n]|$)|换货|换新|更换|换(?:一?[台个部件双辆]|[货掉])|赔|补偿|道歉|维修|修好|重修|返修|上门|补发|补寄|重发|重新|说法|解释|说明|取消|开发票|补开|处罚|处理|解决|refund|replace|exchange|apolog|repair|fix|compensat|resend|cancel|explanation|my money back|new one';
/** What somebody wants: a word of wanting, and what is wanted shortly behind it. */
const WISH = new RegExp(
  String.raw`(?<![不没别未按申])(?:强烈要求|要求(?!:)|希望|请求|必须|恳请|请(?!问|假|教|客)|麻烦|我要|(?:我想|只想|就想|想要)(?!说(?!法))|只要|只求|给我|尽快|(?<![不没别主重还需要只])要(?!是|不|么)|(?<![a-z])(?:i (?:would like|'d like|want|demand|request|expect|ask for)|please|i need|we (?:want|demand|request)))` +
    String.raw`(?=[^,.;。?\n]{0,32}(?:${REMEDY}))`,
  'g',
);
/** What stands behind it is what they want. */
const WISHED = /(?<![按的])(?:要求|诉求|希望的?结果)(?:是|为)?: ?(?=[^ \n])/g;
/** Shorter than this says nothing. */
const SHORTEST_WISH = 4;
/** Somebody else wants it, or it was already asked for. */
const NOT_OWN_WISH =
  /(?:客服|商家|店家|卖家|厂家|师傅|他们?|她|你们|对方|平台|经理|售后|快递|说|(?<![a-z])(?:they|he|she|seller|agent))[^,.;。?\n]{0,4}$/;
const LONGEST_WISH = 80;

/** What the writer asks for, in their own words. */
export function wishes(shape: Outline, claims: Claims): Find[] {
  const { text, sentenceEnd, clauseStart } = shape;
  const finds: Find[] = [];
  const add = (start: number, sure: boolean): void => {
    const end = endOfWish(shape, start, Math.min(sentenceEnd[start] ?? text.length, start + LONGEST_WISH));
    if (end - start < SHORTEST_WISH || !claims.claim(start, end)) return;
    finds.push({ fact: 'wantedRemedy', start, end, sure });
  };
  for (const { 0: label, index } of text.matchAll(WISHED)) add(index + label.length, true);
  for (const { 0: wish, index } of text.matchAll(WISH)) {
    const said = text.slice(Math.max(clauseStart[index] ?? 0, index - 8), index);
    if (!NOT_OWN_WISH.test(said) && !isNegated(shape, index)) add(index, wish.endsWith('要求'));
  }
  return finds;
}

/** Where a clause begins that goes on with the wish. */
const GOES_ON = /^,(?:并|以及|同时|还要|外加|另外|再| ?and )/;

/** To the end of the clause, and of those that go on with it. */
function endOfWish({ text, clauseEnd }: Outline, start: number, most: number): number {
  let end = clauseEnd[start] ?? most;
  while (end < most && GOES_ON.test(text.slice(end, end + 6))) end = clauseEnd[end + 1] ?? most;
  return Math.max(start + 1, Math.min(end, most));
}
