import type { Group } from './groups';

/**
 * Hazards that need their surroundings to be told from something else: a blister from water that soaks the floor, gas
 * from anger, a child's hand from a mobile phone. The plain words of M1 stand in `lexicon.ts`.
 */

// ---- Chinese
const SKIN_OF = '(手|脸|皮肤|眼睛|胳膊|脑袋|额头|脚趾|大腿|小腿|膝盖|头发|肩膀)';
const LIMB = '(手|脚|脸|头|腿|胳膊|嘴|眼睛|皮肤|耳朵|鼻子|头发)';
const ON_SKIN =
  '(手上|手背|手心|手指|手臂|手腕|脚上|脚背|脚底|脚后跟|腿上|脸上|嘴上|嘴里|嘴角|身上|背上|皮肤|胳膊|肚子|孩子|宝宝|老人)';
const PERSON =
  '(孩子|小孩|宝宝|宝贝|婴儿|儿子|女儿|孙子|孙女|外孙|老人|母亲|父亲|妈妈|爸爸|我妈|我爸|奶奶|爷爷|老婆|老公|妻子|丈夫|家人)';
const HURTS = '(夹|割|划|烫|砸|绞|扎|戳|刺|刮|碾|轧|压|磕|卷|咬|电)';
const DONE = '(到|着|住|了|伤|破|断|中|肿)';
const GAS = '(煤气|燃气|天然气|液化气|沼气)';
/** Water that came out and then soaks (泡) something. */
const RUNNING = '(漏|渗|进|滴|积|溢|喷|流|污|脏|雨|返|遭|热|开|冷|温|凉|茶|烧|自来|冒|被|用|放|加|泄|跑|出)';
const SOAKED = '(坏|烂|湿|发|涨|胀|软|白|透|沫|面|茶|脚|澡|奶|饭|着|过|在|进)';

// ---- English
const DEVICE =
  '(cable|charger|plug|socket|outlet|adapter|adaptor|battery|power bank|motor|engine|machine|oven|stove|kettle|toaster|heater|boiler|dryer|washer|phone|laptop|tablet|tv|fan|lamp|bulb|wire|wires|wiring|cord|fridge|freezer|router|blanket|switch|iron|cooker|fryer|scooter|bike|vacuum|monitor|appliance|compressor|transformer|shower|tap)';
const BODY_EN =
  '(hand|hands|arm|arms|leg|finger|fingers|fingertip|thumb|foot|feet|toe|toes|face|eye|eyes|skin|lip|lips|tongue|tooth|teeth|head|neck|knee|wrist|ankle|nose|ear|chest|shoulder|elbow|rib|ribs|palm|throat)';
const SOFT_EN =
  '(hand|hands|finger|fingers|fingertip|thumb|toe|toes|wrist|ankle|knee|skin|lip|lips|tongue|face|eye|eyes|hair)';
const CHILD =
  '(son|daughter|child|kid|baby|toddler|boy|girl|wife|husband|mother|father|mum|mom|dad|grandson|granddaughter|dog|cat)';
const HURT_EN =
  '(burn|burns|burned|burnt|cut|cuts|sliced|broke|breaks|crushed|crushes|bruised|pinched|pinches|trapped|traps|caught|catches|jammed|squashed|smashed|stabbed|pierced|scraped|sprained|hit|hits)';
const HURT_BY = '(burned|burnt|cut|crushed|trapped|pinched|bruised|struck|caught|squashed|swollen)';

export const HAZARDS: readonly Group[] = [
  {
    rule: 'M1',
    negatable: true,
    phrases: [
      '(烫|烧|灼|磨|捂|冻|电|晒|起|长|鼓)(出|起|了|得|满|出了|起了)?(一个|个|几个|好几个|#2个|一片|大|小|都是|全是|了好几个)?(大|小)?水泡',
      `${ON_SKIN}^水泡`,
      '血泡',
      '水泡(破了|化脓|感染|很疼|好疼|疼得|留疤)',

      `${GAS}(的)?(味|气味|臭味)`,
      `(闻到|闻见|股)^${GAS}`,
      `漏(了)?${GAS}`,
      `${GAS}(在|一直|还在|又|都)?(漏|泄|跑)`,
      '(灶|灶具|热水器|阀门|减压阀|接口|软管|气管|气罐|钢瓶)^漏气',

      `${HURTS}${DONE}${LIMB}`,
      `${HURTS}${DONE}^${SKIN_OF}`,
      `${HURTS}${DONE}^${PERSON}`,
      `${PERSON}被^${HURTS}${DONE}`,
      `${PERSON}(差点|险些|不小心|也|都)被^(夹|割|烫|砸|绞|扎)${DONE}`,
      `${LIMB}(指|上|背|部|臂)?(被|给)^${HURTS}`,
      '我被^(夹|割|烫|砸|绞|扎)(到|着|住|伤|破|中)',
      '我被(夹|烫|砸|扎)了',
      '(床单|被子|褥子|衣服|插座|插头|电线|桌面|地板|沙发|窗帘|墙面|外壳)(都)?(被)?(烤|烫|烧)(焦|糊|黑|着)',
      '(夹|绞|轧|压)(了|过)?(我|孩子|宝宝|小孩|老人)?(的)?手',
    ],
  },
  {
    rule: 'M1',
    negatable: true,
    firm: true,
    phrases: [`(煤气|燃气|天然气|液化气|沼气|氧气|蒸汽)(罐|瓶|灶|管|阀|表)?(又|就|都|突然|忽然|当场|直接)?(爆炸|炸)`],
  },
  {
    rule: 'M1',
    negatable: true,
    phrases: [
      'gas (smell*|odour|odor|fumes|escap*)',
      '(smell*|smelt|stink*|stank|reek*|odour|odor) (strongly |faintly |slightly |a lot )?(of |like )?gas',
      'gas (is |was |has been |had been |kept |keeps )?(leaking|leaked|escaping|coming out)',
      'leak* gas',
      '(smell*|smelt|odour|odor) (strongly |faintly )?(of |like )?(something )?(burning|burnt|burned)',
      '(burnt|burned|burning) (smell|odour|odor|plastic|rubber|wires|wiring)',

      `${DEVICE} (has |just |also |then |suddenly |started )?(smoked|smokes|smoking|smoke|sparked|sparks|sparking|arced|arcing|melted|melts|melting|ignit*|burning|explod*|shocked|shocks|zapped|zaps|zapping|electrocut*)`,
      `${DEVICE} (has |just |suddenly |nearly |almost )?(blew|blows|blown|blowing) up`,
      '(battery|power bank|tyre|tire|pressure cooker|boiler|gas bottle|gas cylinder|kettle|thermos|hot water bottle|oven door|glass door|shower screen) (has |had |just |suddenly )?(burst|bursts|bursting|shattered|shatters)',
      'it (smoked|smokes|sparked|ignited|caught alight|melted through)',
      '(were|are|starts|start|keeps|kept|begins|been|begun) smoking',
      'smoke (rose|rises|rising|billow*|filled|fills|filling|comes|everywhere|all over)',
      'spark(ed|s) (from|when|and flames)',
      'catch(es)? (on )?fire',
      'caught (on fire|alight)',
      '(ignited|ignites|igniting|self-ignit*)',
      '(got|get|gets|getting) (shocked|zapped) (by|from|off|when i (touch*|plug*|switch*|turn*|open*))',
      `zap(s|ped)? (me|him|her|us|my ${CHILD})`,

      `${HURT_EN} (my|his|her|our|their) (left |right |little |whole )?${BODY_EN}`,
      `${HURT_EN}^'s ${BODY_EN}`,
      `${HURT_EN} (myself|himself|herself|ourselves|themselves)`,
      `(burned|burnt|burns|scalded|cut|crushed|trapped|pinched|bruised|struck) (my|our|his|her) ${CHILD}`,
      `${SOFT_EN} (was|were|is|are|got|gets) (badly |nearly |almost )?${HURT_BY}`,
      `${CHILD} (was|got|is) (badly |nearly |almost )?${HURT_BY}`,
      'bleed(s)?',
      '(throwing|throws|throw|thrown) up',
      '(passed|passes|passing) out',
      '(faints|fainting)',
      '(fall|falls|falling|fallen) ill',
      '(getting|gets) (sick|ill) (from|after)',
      'chok(e|es) on',
      '(eat|eats|eaten|eating) ~(mouldy|moldy|mold|mould|rotten|expired)',
      '(bite|bites|biting|bitten) (into|on) ~(glass|metal|plastic|stone|screw)',
      `steering ~(locks|fails)`,
      'los(es|ing|e) (steering|all power|brakes)',
    ],
  },

  // ---- not hazards, though their words lie over some of M1
  {
    id: 'trap',
    voids: 'M1',
    phrases: [
      `${RUNNING}(了)?水泡`,
      `水泡${SOAKED}`,
      // a hand that is none
      '手机',
      '手柄',
      '手表',
      '手提',
      '手工',
      '手感',
      '手动',
      '手册',
      '手续',
      '手环',
      '手轮',
      '二手',
      '助手',
      '扶手',
      '洗手',
      '对手',
      '选手',
      // anger
      '(气|急|恼|怒)(得|到)^(冒烟|冒火|生烟|起火|着火|喷火|冒黑烟|爆炸|炸了|炸裂|炸开|自燃|燃烧)',
      '(嗓子|喉咙|七窍|两眼|眼睛|眼里|鼻孔|心里|心头|怒火)^(冒烟|冒火|冒黑烟|起火|着火|喷火|燃烧)',
      '火冒三丈',
      '七窍生烟',
      '气炸',
      '(群|群里|评论区|朋友圈|心态|肺|脑子|脑袋)(都|也|直接|彻底|瞬间|一下子|就|全|快|都快|都要)?炸了',
      '我(都|彻底|瞬间|立马|一下子|就|真的|快|快要|简直)?炸了',
      '炸开(了)?锅',
      '吓得(我)?(昏|晕|休克)',
      // words of the trade, and borders of words
      '火花塞',
      '火星塞',
      '火星文',
      '火机',
      '火柴',
      '火腿',
      '火龙果',
      '火候',
      '火力',
      '火速',
      '火鸡',
      '一起火了',
      '火苗(太|很|特别|偏|有点|比较|非常)?(小|弱|黄|不稳)',
      '擦出(了)?火花',
      '漏电(保护|断路|开关)',
      '(烫伤|烧伤|冻伤|擦伤|割伤)(膏|药|喷雾|敷料|贴)',
      '(充|放|来|家|送|停|耗|断|用|发|供|输|致|回|省)电(到|伤)',
      '熨烫(到|伤)',
      '砸(到|在)(我)?手里',
      '砸(下|了|进|到)(了)?(重金|巨资|大钱|血本|钱)',
      '割(了)?(我|我们|消费者|客户|人)?(的)?韭菜',
      '炸了(个|一次|一盘|点|些|几次)?(鸡|薯|鱼|虾|肉|串|丸|春卷|油条|排骨|豆腐|东西)',
      '(集|之|其|当|空|手|水|家|店|途|从|眼|心)中毒',
      '晕倒性',
      '过敏感',
      // English
      '(paint|lacquer|varnish|veneer|wallpaper|coating|film|foil|leather|finish|surface|sticker) ~blister*',
      'blister (pack*|pak|foil|card)',
      '(i|we|he|she|my boss) (nearly |almost |just |really )?(explod*|blew up|blow up|burst)',
      'explod* (with|at|in) (rage|anger|me|fury|frustration)',
      '(about|ready|going) to explode',
      'my (head|brain) ~explod*',
      'blood (boil*|is boiling|was boiling|pressure|orange|sugar)',
      'smoke ~(my|his|her) (ears|nose)',
      'burst into (tears|laughter|laughing|crying)',
      '(people|staff|guests|neighbours|neighbors|waiters|waiter|drivers|driver|he|she|they|tenant|tenants|man|men|someone|somebody) (was |were |is |are |who )?smok*',
      'smoked (salmon|ham|fish|meat|sausage|cheese|turkey|glass|bacon)',
      'got a shock ~(price|bill|invoice|cost|amount)',
      'burned by (this|that|the|your|a|you) ?(seller|shop|store|company|brand|offer|deal)?',
      'poison* (attitude|atmosphere)',
      'spark* (joy|a debate|interest|outrage)',
      'hit the (back|head) of',
      '(cut|cuts|cutting) (back|corners)',
      'caught (his|her|their|the|my) eye',
      'catches (the|my) eye',
      'broke(n)? (its|the) (neck|leg|back|foot|mouth)',
      '(light|lights|lamp|bulb) (burns|burned|burnt|burning)',
      '(engine|car|boiler|stove|heater) (burns|burned|burnt|burning) ~(oil|gas|fuel|more|petrol)',
    ],
  },

  // ---- what comes with a product failed, not the product
  {
    id: 'trap',
    voids: 'I2',
    phrases: [
      '(遥控器|遥控|电池盖|充电线|数据线|赠品|指示灯|灯泡|旋钮|脚垫|防尘盖|杯盖|瓶盖|贴膜|手机壳|收纳袋)(用了#2天|用了几天|没几天|用几天|用了没几天|没用几天|第二天)?(就|也|又|都|居然|全)?(坏了|坏掉|坏的|不能用|用不了|不亮了|断裂|裂开)',
      '(遥控器|遥控|赠品|指示灯|灯泡|旋钮|杯盖|瓶盖|手机壳)(就|也|又|都)?(坏|没反应|没有反应|无法使用|不能使用|没法用|开裂|打不开)',
      "(remote|remote control|indicator|indicator light|knob|usb cable|charging cable|lid|strap|free gift|carry case|manual) (is |was |were |are |has |already |came |arrived |just )?(already |completely |totally )?(broken|broke|dead|died|unusable|useless|not working|stopped working|fell apart|doesn't work|does not work|won't work|never worked)",
    ],
  },
];
