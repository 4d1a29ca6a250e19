/**
 * What complaints are about, told in many words: each line is one thing that people call differently, in both languages.
 * Two texts that share few characters may share these.
 */
export const CONCEPTS: Readonly<Record<string, RegExp>> = {
  leak: /漏水|渗水|滴水|漏油|渗油|漏气|洒了|洒出|漏光|漏了|\b(?:leak|drip|spill)\w*/g,
  waterOff: /停水|没水|断水|没有水|来水|\bno (?:hot )?water|water (?:is |was )?(?:off|cut)/g,
  powerOff: /停电|断电|没电|跳闸|\bpower (?:cut|outage)|no power|blackout/g,
  cold: /太冷|很冷|冷得|冻得|不热|冰凉|暖气|供暖|供热|冷气|凉的|冷的|都冷了|冷饭|\b(?:cold|heating|freezing)\b/g,
  heat: /太热|闷热|热得|发烫|过热|蒸桑拿|空调坏|空调不制冷|\b(?:overheat\w*|too hot)\b/g,
  noise: /噪音|噪声|声音(?:特别|太|很)?大|吵人|吵醒|扰民|嗡嗡|异响|\b(?:noise|noisy|loud)\b/g,
  smell: /异味|怪味|臭味|臭气|恶臭|刺鼻|味道(?:很|太)?[大重]|气味|塑料味|油烟味|\b(?:smell|odou?r|stink)\w*/g,
  mould: /发霉|长霉|霉斑|返潮|潮湿|\bmou?ld\w*/g,
  spoiled: /不新鲜|变质|发黑|馊|过期|临期|快到期|保质期|回潮|\b(?:spoiled|expired|rotten|stale)\b/g,
  foreign: /头发|异物|虫子|蟑螂|苍蝇|\b(?:hair in|insect|cockroach)\b/g,
  broken: /碎了|破碎|碎掉|压扁|变形|摔坏|碰碎|打碎|断裂|断了|裂了|塌|\b(?:broken|crushed|smashed|cracked|damaged)\b/g,
  dead: /坏了|失灵|不能用|用不了|没有反应|打不开|启动不了|不亮|不开|不动|瘫痪|卡死|崩溃|死机|黑屏|转圈|\b(?:out of order|not work\w*|does not (?:open|work)|broken|crash\w*|dead)\b/g,
  dark: /路灯|灯坏|照明|漆黑|不亮|很黑|黑暗|\b(?:dark|street ?light)\w*/g,
  screen: /屏幕|显示屏|发绿|绿斑|亮点|花屏|黑屏|画面|\b(?:screen|display)\b/g,
  battery: /电池|充电口|续航|充不进|\b(?:battery|charging)\b/g,
  offline: /断网|掉线|断线|连不上|网络|宽带|无线网|wifi|光猫|没信号|\b(?:internet|offline|disconnect\w*)\b/g,
  login: /登录|指纹|登不上|账号|帐号|验证码|\b(?:log ?in|sign in|logged|account|password)\b/g,
  update: /更新|升级|新版本|固件|\b(?:updat|upgrad)\w*/g,
  lift: /电梯|扶梯|\b(?:elevator|lift|escalator)s?\b/g,
  stuck: /卡在里面|拿不出来|取不出|\bstuck\b/g,
  locker: /快递柜|柜门|取件码|\blocker\b/g,
  parcelLost: /包裹(?:丢|不见)|丢了|不见了|本人签收|没收到|丢件|\b(?:lost|missing|stolen)\b/g,
  late: /延误|晚点|迟到|超时|晚到|没按时|还没到|迟迟|拖延|一拖再拖|等了|排队|\b(?:late|delay\w*|waited|waiting|queue\w*)\b/g,
  cancelled: /取消|停运|停飞|停班|\bcancell?\w*/g,
  closed: /关门|停业|歇业|停课|装修通知|维护|检修|不开放|不开\b|\b(?:closed|shut)\b/g,
  refund:
    /退款|退钱|不退|没退|退票|退课|退卡|退费|退还|退回|票钱|谁退|到账|\b(?:refund|pay (?:us |me )?back|return (?:the|my))\b/g,
  chargedTwice:
    /扣了?两次|付了?两次|重复扣|扣了?两笔|扣了?我?两|\b(?:charged|billed).{0,20}(?:twice|two times|double)|second payment/g,
  overcharged:
    /多扣|多收|乱扣|乱收|扣费|加价|翻倍|翻番|多一倍|收了我|被扣|还是扣|仍在?计费|计费|收.{0,4}元|保管费|要(?:交|收|付).{0,6}[钱元块]|另交|多给|\b(?:overcharg\w*|charged|billed|fee)\b/g,
  points: /积分|\bpoints\b/g,
  noNotice:
    /没有?(?:任何)?(?:提前)?(?:通知|告知|提示)|没(?:发)?短信|没人说|没提前|(?:事先|提前)没|没征求|没有征求|没问过|没标注|没有标注|没写|只字不提|根本没显示|没有公示|突然|\b(?:no|without) (?:notice|warning)\b/g,
  noAnswer:
    /没人(?:管|理|接|来|修)|不回|没回复|打不通|不知道|没下文|推诿|推给|推说|\b(?:nobody|no one) (?:answer\w*|reply|repl\w*|came)|ignored\b/g,
  noExplain: /没(?:有)?(?:人)?(?:解释|说明|道歉)|不给说法|没人(?:道歉|出来)|不解释|\b(?:no (?:explanation|apology))\b/g,
  repairFails: /修了|报修|维修|刷.{0,3}漆|修不好|没修好|返修|\b(?:repair\w*|fixed)\b/g,
  rude: /态度|骂人|说话很冲|摆脸色|冷淡|嘲笑|不耐烦|批评|点名|\b(?:rude|laughed|attitude|impolite)\b/g,
  pushy: /推销|强迫|诱导|骚扰|催我|打电话.{0,4}(?:推|催)|\b(?:pushy|spam|cold call\w*)\b/g,
  smoking: /抽烟|吸烟|烟味|\bsmok\w*/g,
  wrongItem: /发错|旧款|老款|颜色(?:也)?不对|别的颜色|货不对板|\bwrong (?:item|size|colou?r)\b/g,
  partMissing: /缺|少发|少了|没有支架|只(?:有|到|发).{0,2}[件盒个]|单件|漏发|没有?配|\b(?:missing part|incomplete)\b/g,
  fake: /假货|贴皮|虚假|不是真的|冒充|其实是|与(?:页面|描述)不符|\b(?:fake|counterfeit|false)\b/g,
  promise: /承诺|说好|讲好|答应|写的是|写着|合同写|页面(?:上)?(?:还)?写|明明标注|\bpromis\w*/g,
  gift: /买一送一|买一赠一|赠品|礼品|优惠券|\bgift|voucher\b/g,
  mixedUp: /弄混|弄错|拿错|别人的结果|搞错|混了|都不对|\bmixed up\b/g,
  booking: /预约|约不上|放票|没号|无号|号源|名额|没空位|取号|发完|挂号|\b(?:booking|appointment|reserv\w*)\b/g,
  scalper: /黄牛|高价卖|倒卖|\bscalper/g,
  blocked: /占道|堵死|堵住|堵一串|开不进|被占|挡住|遮住|遮挡|看不见|\bblock\w*/g,
  gate: /抬杆|车牌|门禁|出口|道闸|\b(?:barrier|gate)\b/g,
  bill: /账单|气费|电费|水费|年费|话费|物业费|\bbill\b/g,
  card: /年卡|季卡|会员卡|续卡|\bmembership\b/g,
  food: /饭|菜|餐|汤|食堂|牛肉|吃|\b(?:meal|food|dinner|lunch|breakfast)\b/g,
  lodging: /住宿|四星|酒店|客房|农家|入住|\b(?:hotel|room)\b/g,
  claim: /理赔|拒赔|等待期|\binsurance claim\b/g,
  damageOther: /泡坏|刮花|划伤|弄坏|磨出印|打歪|\b(?:scratch\w*|ruined)\b/g,
  moves: /移位|乱走|跑出去|晃动|散架/g,
  feathers: /钻毛|跑绒|掉毛|白绒|白毛/g,
  alarm: /报警|警报|\balarm\b/g,
  dirty: /脏|没打扫|不清理|垃圾|小广告|油污|没人收|\b(?:dirty|not been cleaned|filthy)\b/g,
  schedule: /改到|调到|时间改|改期|时间变/g,
  teacher: /老师|教练|私教|\b(?:teacher|coach|trainer)\b/g,
  deposit: /押金|定金|\bdeposit\b/g,
  cash: /现金|扫码|不会用手机|自助机|点单机|\bcash\b/g,
  install: /安装|打孔|卸坏|装回|\binstall\w*/g,
  removed: /拆(?!开|箱|封|了几)|拆除|拆掉|砍掉|\b(?:removed|demolished|torn down)\b/g,
  rain: /下雨|淋|雨棚|积水|雨天|\b(?:rain\w*|soaked)\b/g,
  wet: /湿透|全湿|打湿|浸水|\bwet\b/g,
  registering: /报名|报考|准考证|\b(?:registration|enrol\w*)\b/g,
  paying: /付款|缴费|支付|付不了|\b(?:payment|checkout)\b/g,
  feeAtPickup: /(?:才|不)(?:给|让)取|取(?:件|快递).{0,8}(?:钱|元|块|费)|保管费/g,
  stillCounting: /(?:还在|仍在|一直在?)(?:计费|走时间|计时|扣)|(?:锁车|关了?锁|关锁)后?/g,
  dynamicPrice: /加价|调价|涨价|动态|\b(?:surge|price rise|price increase)\b/g,
  detour: /绕路|绕远|拒载|\bdetour\b/g,
  noService: /不进站|直接开走|不停车|拒载|插队|提前(?:关|下班)|关门早/g,
  floorWrong: /楼层错乱|(?:按|去).{0,3}[0-9一二三四五六七八九]+[楼层]?.{0,6}(?:停|开到|去)/g,
  sound: /没声音|没有声音|听不到|杂音/g,
  priceDifference: /差价|降价|保价/g,
  limit: /限额|额度|\blimit\b/g,
  contract: /合同|协议|条款|\bcontract\b/g,
  tinyOptions: /自付运费|出运费|快递费|运费|\bshipping (?:fee|cost)/g,
  dishonest: /刷单|好评|差评|\b(?:review|five stars)\b/g,
  stand: /支架|配件|附件|遥控器|充电器|\b(?:accessor\w*|stand)\b/g,
  pushButton: /按键|按钮|面板|\bbuttons?\b/g,
  zipper: /拉链|扣子|缝线|线头|\b(?:zip|zipper|seam)\b/g,
  parking: /停车|车位|充电位|油车|\bparking\b/g,
  diet: /素食|过敏|清真|\b(?:vegetarian|allerg\w*)\b/g,
  stairs: /楼道|楼梯|\bstairs?\b/g,
  shower: /淋浴|洗澡|热水|\bshowers?\b/g,
  readers: /借书|逾期|讲解器/g,
  extraItems: /偷偷加|加了项目|未经同意|擅自|\bwithout (?:asking|consent)\b/g,
  oil: /机油|漏油|漏了一地|螺丝|没拧紧/g,
  luggage: /行李|箱子轮|\b(?:luggage|suitcase|baggage)\b/g,
};

/** The concepts of a normalised text, each once, with the words that it is first told in. */
export function conceptsIn(norm: string): { name: string; words: string; spans: [from: number, to: number][] }[] {
  return Object.entries(CONCEPTS).flatMap(([name, pattern]) => {
    const found = [...norm.matchAll(pattern)];
    const [first] = found;
    if (!first) return [];
    return [
      {
        name,
        words: first[0],
        spans: found.map(({ 0: { length }, index }): [number, number] => [index, index + length]),
      },
    ];
  });
}
