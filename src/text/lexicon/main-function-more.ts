import type { Group } from './groups';

/** I2: the main function is gone, told device by device and in the words for something dead. */

const COOLER = '(空调|冷气|冰箱|冰柜|冷柜|酒柜|雪柜|风扇|冷风机|冷冻室|冷藏室|外机)';
const HEATER =
  '(热水器|地暖|暖气|暖气片|取暖器|电热毯|卷发棒|直发棒|熨斗|电熨斗|浴霸|小厨宝|电暖器|烤箱|加热棒|油汀|微波炉|电饭煲|电饭锅|壁挂炉|锅炉|发热靴|暖风机|电水壶|热水壶|电磁炉|洗碗机|蒸箱|发热)';
const SCREEN = '(电视|显示器|监控|投影|投影仪|平板|画面|显示屏|行车记录仪|监视器|屏|手机屏)';
const MACHINE =
  '(主板|系统|服务器|机器|机子|电脑|硬盘|整台|整机|压缩机|电机|马达|空调|冰箱|洗衣机|打印机|耳机|音箱|音响|相机|无人机|扫地机|助听器|助力|电动车|手表)';
const GOES =
  '(启动|开机|通电|工作|运转|运行|制冷|制热|加热|出水|出热水|出风|出气|出氧|出雾|喷雾|喷水|上水|排水|脱水|转动|显示|吸水|点火|出声|发声|出纸|进纸|出票|认卡|认盘|读盘|读卡|充电|供电|供暖|供热|供水|上汽|起弧|出汽|成像|出咖啡|出奶|吐电池|动弹|降温)';

export const MAIN_FUNCTION_MORE: readonly Group[] = [
  {
    rule: 'I2',
    negatable: true,
    stated: true,
    phrases: [
      `(不|无法|不能|没法|没办法|唔)(正常|再)?${GOES}`,
      `(丧失|失去)^(功能|能力)`,
      `(加热|制冷|主要功能|核心功能|点火|功能)(已|都|全|全部|完全|彻底)?(失效|失败|丧失)`,
      `${COOLER}(里面|里|完全|根本|一点|一点都|一点也|又|都|就|也|开了|吹出来|两天就)?^(不冷|不凉|不得冷|唔冻|没冷气|吹热风|都是热风|热风|一个温度|全化了|都化了)`,
      `${HEATER}(完全|根本|一点|一点都|又|都|就|也|开了|头一天就|还是)?^(不热|冰凉|冰冷|不暖|没热|全是凉水|都是凉水|冷冰冰|转是转)`,
      `(一点|半点|一丁点)(都|也|儿)?(不(热|冷|凉|转|动|亮|响)|热度都没|热气都没)`,
      '(煮|蒸)不熟',
      '热不了',
      '(烘不干|洗不了|转不动|动弹不得|读不(出|了|到)|识别不(了|出)|认不出|刷不(开|进)|扫不(出|开)|抽不(上|出)|喷不出|吸不(起|住|上)|充不(进|上|近|了)|存不住电|点不(亮|燃|起来)|发动不(了|起来)|打不(燃|找火)|启动不(了|起来)|开不(了机|起来|了鸡)|登不(上|进|进去)|进不(了系统|了桌面|去系统|去桌面|去教室)|按不(出|下去|亮)|升不(上去|起来)|飞不起来|撑不开|支不起来|拼不成|写不出|粘不住|放不出|弹不响|打不出|发不出去|搜不到(信号|台)|收不到(信号|声|台|短信)|定不了位|骑不了|拖不了|站不起来)',
      `${SCREEN}^(没画面|没有画面|没图像|全黑|一片黑|不亮|没显示|无显示|无任何显示|不显示|黑晒|什么都看不到)`,
      '(没|没有|无|冇)(任何)?(画面|图像|动静|吸力|热水|冷气|无线信号|响声|输出)',
      '(啥|一点|半点|毫无|没有任何|无任何|没一点)(动静|反应|响应|声音|信号|吸力)(都|也)?(没有|没)?',
      '(怎么按|按哪|按哪儿|按什么|按啥|拧哪|点哪儿)^(不亮|没反应|不动|不响|黑的|没动静|不启动|进不去|死了一样|不喷|不抬)',
      `${MACHINE}(又|就|也|都|直接|彻底|全|突然|当场|说)?(挂了|挂掉|死了|死咗|废了|烧了|烧坏|烧毁|趴窝|嘎了|咽气|哑了|歇菜|没救)`,
      '(歇菜|趴窝|变砖|成砖|成了砖|废铁|铁疙瘩|无限重启|反复重启|不停重启|白苹果|停机无|彻底(废|瘫|哑|死|报废)|形同虚设|纹丝不动|一动不动|毫无动静|一打开就闪退|打开就闪退)',
      '(当|等于|成|成了|纯|买了个|大号|成个)(一个|个)?(摆设|摆件|废品|废物|雕塑|镇纸)',
      '(触屏|触摸|按键|键盘|鼠标|屏幕|门禁|指纹锁|触控|完全|彻底|全)(都|全)?失灵',
      '(卡在|停在|卡死在)(开机|启动|logo|白)(画面|界面|logo)?',
      '一(量|开|用|测|按|启动|插上|插|通电|按开关)就(报错|跳闸|报警停机|死机|黑屏|熄火|关机)',
      '(从|打)^(就)?没(亮|转|热|跑|制冷|启动|响)过',
      '没法(骑|开车|住人|洗澡|做饭|上网|充电|打印|使|通话|打电话)',
      '(什么|啥)(都|也)(干|做)不(了|成)',
      '(停止|故障)(工作|运行|运转|停机)',
      '(冰箱|冷冻室|冰柜|冷柜)~(全化|都化|化成|化完)',
      '(停暖|停运|断线|断网|无服务|无信号|无供暖|无热水)(了)?',
      // English
      "(won't|wont|wouldn't|will not|doesn't|doesnt|does not|didn't|can't|cannot|cant|not|never|refuses to|refuse to|no longer|fails to|failed to|don't|dont) (even |at all |properly |really )?(turn|turns|start|starts|starting|boot|boots|charge|charges|charging|chrage|cool|cooling|heat|heating|freeze|freezing|boil|boils|cook|spin|spinning|drain|print|scan|connect|focus|respond|responding|function|functioning|light|write|flush|lock|unlock|take off|switch|swich|power|play|read|recognised|recognized|move|go|wake|drive|row|fly|pump|run|runs|warm|dry|ring|cut|stick)",
      '(no|zero|without|lost all) (power|sound|picture|signal|suction|output|heat|heating|hot water|display|sign of life|spark|flame|mist|dial tone|life|cooling|internet|electricity|buzz|light no)',
      '(kaput|doa|conked out|packed up|packed in|gave up the ghost|gave out|given up|quit working|is a brick|a brick now|bricked|doorstop|paperweight|stone cold|stone dead|seized up|inoperative|inoperable|non-functional|nonfunctional|out of (order|service|action)|undriveable|undrivable|immobilised|immobilized|unresponsive|unuseable|unusabble|unreadable|does nothing|do nothing|does absolutely nothing|impossible to use|cannot be used|can not be used|spoil liao|gone case|burned out|burnt out|totally down|stopped moving|stopped misting|stopped spinning|quit in the|lifeless)',
      '(stuck|stays|stay|frozen) (on|at) (the )?(logo|loading|boot)',
      '(keeps|kept) (rebooting|restarting|shutting)',
      '(screen|display|tv|telly|monitor|phone|laptop|tablet) (stays|stayed|went|is|goes|remains|just) (black|blank|dark|off|dead)',
      '(blank|dead) (screen|display)',
      "(motherboard|mainboard|motor|compressor|pump|engine|battery|heater|boiler|freezer|fridge|washer|machine|unit|clutch|gearbox|inverter)( is|'s| has| just)? (dead|fried|gone|failed|seized|blown|burned|kaput|spoilt|finished)",
      '(stopped|stoped|quit|ceased) (working|functioning|responding|charging|cooling|heating|extracting)',
      '(has|have) not worked',
      'never (worked|started|runs|turned on|engages)',
      'worked once',
    ],
  },
  {
    id: 'trap',
    voids: 'I2',
    phrases: [
      // fittings of a room that one stays in are no main function
      '(酒店|宾馆|客房|旅馆|招待所|旅店|客栈|房间)…(坏了|坏的|坏掉|不能用|用不了|打不开|不能使用|无法使用|没有热水|没热水|无热水|不制冷|没有网络|没法洗澡|形同虚设|摆设|没有冷气)',
      '(电视|网络|网线|宽带|无线|灯|台灯|门锁|水龙头|淋浴|花洒|莲蓬头|马桶|插座|窗户|房卡|吹风机|抽屉)(都|也|是|就|又|居然|竟然|还)?(坏了|坏的|不能用|用不了|打不开|不能使用)~(酒店|宾馆|客房|房间|前台|入住)',
      '(只能|放|当)^(摆设|垫桌)',
      '(不能|无法|没法)(用|使用)(信用卡|支付宝|优惠|积分|券|现金)',
      '成了摆设',
      '(砸|泡|压|最|好|打|学|使|吃|晒|饿|冻|震|变)坏(的|了|掉)?',
      '(楼道|车库|走廊|路|快递柜|小区|楼梯|厕所|卫生间|阅读|氛围|指示|冰箱|里|后排)(的|里|里的|口)?灯(都|也|又|就)?(坏|不亮|灭|有一颗不亮)(了)?',
      '(客服|商家|卖家|店家|平台|物业|厂家|售后|投诉|反映|消息|微信|他们)(那边)?(也|都|还是|一直)?(没反应|没有反应|毫无反应|没动静|没有动静|没任何反应)',
      '(链接|网页|微信|压缩包|文件|发票|小程序)(也|都|还是|老是|是|就)?打不开',
      '打不开(微信|链接|网页|是我|的链接)',
      '(之前|上次|以前|曾经|断网|黑屏|死机|不制冷|充不进电|不能启动)^(过|五分钟|一下)?~(更新后好|就正常了|恢复了|又亮了|换根线就好|就好了|早扔)',
      '(没反应|打不开|开不了机|不亮)是(因为)?(我|没)',
      '(欠费|自己|忘了)^停机',
      '用不了(这么|几天|那么|多久)',
      '(不工作的日子|罢工的是|死机这个词|报废年限|坏了能修吗|坏的那个灯泡)',
      '(灯|显示屏|遥控器|铃铛|喇叭)坏了',
      "(offer|date|time|day|appointment|coupon|code|voucher) (doesn't|does not|didn't) work",
      'dead (boring|cheap|simple|slow|easy|good|right|sure|line|end|skin)',
      'black screen protector',
      'broken (biscuits|english|bisuits|crumbs)',
      "(sister|brother|friend|neighbour|neighbor|mum)'s broke",
      'key ring fell apart',
    ],
  },
];
