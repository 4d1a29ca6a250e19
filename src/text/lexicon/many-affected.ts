import type { Group } from './groups';

/** Those who buy, live, learn, travel beside one. */
const PEOPLE =
  '(业主|住户|居民|邻居|车主|车友|顾客|客户|客人|消费者|买家|用户|网友|群友|机友|家长|家庭|学员|学生|同学|会员|同事|员工|职工|租户|租客|商户|商家|店铺|摊位|乘客|旅客|游客|团友|患者|病友|受害者|受害人|投资人|储户|出借人|玩家|骑手|司机|师傅|老人|阿姨|孩子|小孩|小朋友|娃|宝宝|宝妈|妈妈|产妇|姐妹|粉丝|观众|楼主|新人|伤者|村民|乡亲|养殖户|老人家|司机师傅|老用户|老师|人家|小区|楼栋|村|学校|家公司|公司|门店|网店|店|铺面|家|户|人|个人|号人|来号人|口人)';
/** Where they find each other, and how it is known that they are many. */
const TOGETHER =
  '(群里|群主|群友|群内|本群|微信群|业主群|车友群|车主群|家长群|维权群|会员群|团购群|我们群|车友会|车主会|论坛|贴吧|评论区|接龙|联名|签名|统计|群里登记|已登记|受害者|跟我一样|和我一样|像我一样|同我一样|跟我一起|一起买|一起报|一起的|同款|同型号|同机型|同车型|同品牌|同批|同一批|同期|同批次|同样|一模一样|相同问题|同一天|同一家|同一个|我们小区|我们楼|我们这栋|我们这层|我们单元|我们班|我们村|我们厂|我们公司|我们单位|我们宿舍|我们寝室|我们科室|我们部门|我们团|我们办公室|全楼|整栋|整层|这层楼|这一层|这条街|这排|隔壁|楼上楼下|全班|幼儿园|养老院|食堂|宿舍|团里|团餐|旅行团|拼团|团购|小区|楼里|村里|店里卖|售后说|我认识的|认得的|我知道的|光知道的|不光我|不只我|不止我|不单是我|不是我一|不止一|受影响|涉及|累计|合计|全国|网上|本地)';
const UNIT = '(位|名|户|家|个|台|辆|例|条|起|号|间|桌|部|套|块|把|件|处|口|栋|所|人|只|盒|楼|单|层楼|张|对|拨|岁)';
/** What has befallen them. */
const BEFALLEN =
  '(都|全|也|均|没|未|被|不能|不了|集体|一样|同样|中招|受害|联名|维权|受骗|上当|签名|反映|投诉|遇到|出现|发生|拉肚子|腹泻|呕吐|上吐|住院|送医|进医院|进了医院|过敏|发烧|中毒|受伤|起疹|红疙瘩|红疹|有问题|坏|漏|裂|退不|拿不|要不|收不|断网|停水|停电|没水|没电|没网|没暖|滞留|挤|困|钱没|押金|余额|登记|接龙|在群|建了群|遭遇|等着|堵在|拖欠|失联|闪退|打不开|登不上|掉|翻倍|吐|疼)';
const WRONG =
  '(都|全|有问题|问题|有毛病|毛病|缺陷|质量|不良|故障|坏|裂|漏|臭|发霉|长毛|变质|鼓包|胀|开裂|脱|掉|起皮|生锈|超标|不合格|返修|不过关|返工|召回|收回|个个|没一个|清一色|返厂|要换|松动|断|不转|失灵|假的|翘|烧|起火|怪味|异味|死|错|虚焊|沉淀|不达标|没有一个)';

/** M3 many affected. */
export const MANY_AFFECTED: readonly Group[] = [
  {
    rule: 'M3',
    negatable: true,
    phrases: [
      `#3(多|来|余)?(${UNIT.slice(1, -1)})?(的)?${PEOPLE}^${BEFALLEN}`,
      `${TOGETHER}~#3(多|来|余)?(个|位|名|家|户|号)?${PEOPLE}`,
      `${TOGETHER}~#3(多|来|余)?(户|家|台|辆|例|条|起|桌|部|套)(都|也|全|了|,|。|是|有|没|坏|被|这|同|一|反|发|出|中|登|没|漏|断)`,
      `(统计|接龙|登记了|登记有|登记的|签名|联名|维权群|车友会|业主群|车主群|论坛)~#3(多|来|余)?${UNIT}`,
      `(已经|已有|已|光|至少|超过|不下|起码|总共|一共|共|少说|大概)^#3(多|来|余)?(个|位|名)?(家|户|人|车主|业主|邻居|用户|客户|家长|学员|会员|消费者|买家|老人|孩子|同事|住户|游客|租客|司机|骑手)~${BEFALLEN}`,
      `(我们|俺们|咱们|本楼|本单元|本小区|我楼)#3(多|来|余)?(个人|户|家|名|位|口|人)(的)?(都|全|也|被|没|一起|联名|签|买|订|钱|团费)`,
      `#3(多|来|余)?(户|家|名|位|个|人)(业主|住户|家长|学员|车主|员工|租户)?(联名|签名|签字|集体|同时|先后|陆续)`,
      '(维权|受害|投诉|退费|业主|接龙)群^#3',
      '(维权群|受害者群|受害群|联名信|联名投诉|集体投诉|集体维权|集体诉讼|集体退|群体性|群体事件|集体反映)',
      '我是第#3(个|位|家|名)(来)?(反映|投诉|受害|问|坏|找)',
      '第#3(个|位|家|台|例|起)(出|坏|受伤|夹|起火|投诉|反映|被|小孩|孩子|了|漏|遇)',
      '(十|10)(个|台|辆|家)(有|坏)(九|8|9|八|七)',
      // all of a house, a class, a journey
      `(整栋楼|整幢楼|整栋|全楼|整个单元|全单元|全小区|整个小区|全班|全村|整个村|整层|整条街|整条巷子|整个年级|全校|全厂|整个车间|全公司|整个园区|全宿舍|整个寝室|全团|整团|整个团|整架飞机|整班飞机|整车厢|全场|全服|全镇|全楼层|整个片区|整片|一车人|一栋楼|整趟车|全员|三栋楼|几栋楼|成幢楼|整排|左邻右舍|楼上楼下|家家户户|家家|户户|每家每户|挨家|我们这期|我们这批|整个展会|同楼|这层楼|全社区|一整个)(的)?(人|人家|业主|住户|客人|乘客|孩子|同学)?~(停|断|没|漏|被|一样|全是|同样|翻倍|投诉|不能|堵|淹|臭|坏|遭|如此|受|都是|都有|都没|都被|都在|都不|都停|都漏|都断|都坏|都用不|都上不|生锈|鼓|掉|冻|瘫|中招|反映|不了|拉肚子|吐|黑|发黄|空空|有问题|翻倍)`,
      // many, without a number
      `(很多|好多|许多|不少|大量|众多|大批|几乎所有|所有|其他|全体|一堆|成千上万|无数|好几个|好几家|好几位|好些|一群|一大批|上百|各位|几十个|陆续有|不断有|几乎每个|每个)(的|其他|位|名|个)?${PEOPLE}(们)?^(都|也|均|一样|同样|中招|受害|受骗|被骗|反映|投诉|遇到|遭遇|出现|发生|被|没退|没收|没到|维权|联名|集体)(没|被|遇|出现|反映|投诉|有|这|一|坏|不|是|漏|断|裂|中|同|了|在|报|到|过敏|吐|登|掉|骗|扣|问题|故障|维权|要求|写|烧|收到)`,
      `(很多人|好多人|不少人|许多人|所有人|大家|好多家|好几家|邻居们|家长们|住户们|车主们|业主们|商户们|一抓一大把|一大片|比比皆是|多如牛毛)~(也遇到|反映|一样的|中招|被骗|都投诉|同样|都是这样|都出现|都有这|都坏|都没收|都没退|被坑|都中|维权|同样问题|一样都|都漏|用不了|吐槽(同|这)|都登不|都报修)`,
      '(不是个例|不是个案|并非个例|并非个案|不是孤例|非个例|不是单个问题|批量事故|无一幸免)',
      '(不光|不只|不止|不单|不仅)(是)?我(们)?(一个|一家|家|一人|自己|一台)?~(#3|都|全|也|好几|很多|好多|一堆|整|大家|群里|隔壁|邻居|同事|其他)',
      '(跟|和|与|同|像)我(情况)?(一样|一起|同样|同批|相同)的(还有|有|至少|人|车主|业主|用户|顾客)?^(#3|很多|好多|好几|不少|上百|一堆|几十)',
      '(同样|相同|一样|类似)(的)?(问题|情况|遭遇|毛病|投诉|故障)(的)?^(有|还有|不下|至少|已有)?(#3|很多|好多|好几|不少|上百|一堆|几十|一抓)',
      '(卖出去|装的|买的|出厂|发出|用)(的)?(这|那)?#3(多|来|余)?(台|辆|部|套|个|件|箱)^(都|全|没一|个个)',
      '#3(多|来|余)?(台|辆|部|套|件|盒|箱|只|份|把|张|块|箱|床|瓶)(里)?(有|坏|中)#3(多|来|余)?(台|辆|部|套|件|盒|箱|只|个|份|把|张)?(坏|有|都|漏|裂|掉|不|烂|死|出|打|开)',
    ],
  },
  {
    rule: 'M3',
    negatable: true,
    stated: true,
    phrases: [
      `(同|整|这|那|一整|该)(一)?(个)?批(次|号|货|产品|车|机器|设备|电池|次的|料|奶粉|货物|压缩机|主板|的|食材|药|轮胎|门|菜|肉|家具|零件|电芯|灯|校服|电梯|手机|疫苗|种子|饲料|材料)?~${WRONG}`,
      `(整|一整|成|全)批(次)?(的)?(货|产品|轮胎|螃蟹|奶|手机壳|密封圈|灯珠)?(都|全|不合格|发|问题|有|不|坏|鼓|没|要求|更换|换|退|召回|收|死|装|烂|长)`,
      '批次(性)?(问题|缺陷|质量|故障|不良|有问题|不合格)',
      '(批量|大批量|大面积|系统性|普遍性|普遍存在|共性)(的|性)?(问题|缺陷|故障|质量|不良|失效|投诉|出现|报修|坏|事故|损坏|断|黑屏)',
      '(设计|模具|先天|制造|工艺|共性|出厂)(的)?(缺陷|失误|硬伤)',
      '(普遍|集体)(都)?(自己|反映|出现|存在|有|掉|坏|脱|故障|死机|断|漏|报|降|登不|烧|黑|失灵|鼓)',
      '(同款|同型号|这款|这个型号|这型号|该型号|这一代|这代|全系列|整个系列|全系|这个系列|同车型|同机型|同批号|这一款|该款|同年款|所有同款)(的)?(车|手机|电池|产品|车主|机器|主板|发动机|变速箱|用户|车型|耳机|机主)?~(都有|都会|都是|都这样|都坏|都裂|都烧|都一个|都出现|全都|全有|通病|集体|普遍|大量|多起|多例|没有不|没一个|没有一个|召回|缺陷|个个|人人|一大片|频发|频繁出|#3多(个|台|辆|起|例|位))',
      '(是|属|属于|都说|典型|公认|成了|这车的|这款的|承认|老)(的)?通病',
      '(已|公开的|都知道的)(通病|秘密)',
      '(要求|请求|强烈要求|请|应|应该|必须|尽快|立即|立刻|希望|要|赶紧|建议|呼吁|恳请|厂家|全部|全面|全国|主动|启动|实施|诉求|麻烦|为什么不|凭什么不|不|诉求是|还不|产品|并)(厂家|你们|贵司|贵公司|厂商|全部|全面|尽快|马上|立即|主动|公开|把)?(将)?(召回|昭回|招回)',
      '(召回|昭回|招回)(这|该|有问题|问题|全部|同|所有|并|此|处理|产品|整批|本批|缺陷|车辆|更换)',
      '(把|将|请)^(这批|那批|那一批|整批|市面上的|问题产品|有问题的|全部产品|同批)~(收回|召回|下架|撤)',
    ],
  },
  {
    rule: 'M3',
    negatable: true,
    phrases: [
      // English
      '(whole|entire) (building|block|street|estate|village|floor|stairwell|office|class|coach|cabin|shipment|fleet|production run|carpark|tower|team|group) ~(same|no|without|lost|affected|all|had|has|have|kena|got|is|are|was|were|missed)',
      '#3 (other |of my |more |different |other of |odd |over |fellow )?(customers|families|households|neighbours|neighbors|owners|residents|victims|members|subscribers|homebuyers|investors|drivers|colleagues|flats|apartments|tenants|parents|riders|students|ticket holders|shopkeepers|couples|friends|people|buyers|guests|users|patients|kids|children|passengers|houses|rooms|units|beds|staff|players|travellers|clients|addresses|vehicles|cars) ~(same|also|too|affected|complain*|report*|never|have|had|lost|got|all|are|were|ill|sick|with|no|not|stuck|left|whose|paid|charged|kena|without|in the same|out in|since|held)',
      '#3 other (people|customers|owners|buyers|guests|families|drivers)',
      '#3 of us ~(same|all|ill|sick|had|have|got|paid|booked|never|lost|affected|in the|were|stuck|cracked)',
      '(all|every one) of us (who|had|got|have|in|on|missed|were|paid|lost)',
      '(we are|we|on behalf of|write for|group of|list of|petition with|signed by|signatures from|joint letter by|letter from|behalf of all|all) #3 (of us|homebuyers|owners|members|names|signatures|victims|fellow|students|residents|families|parents|tenants|investors|buyers|shopkeepers|people|clients|neighbours)',
      '(other|many|lots of|loads of|all the|so many|plenty of|numerous|countless|a lot of|most of the|every|many other|nearly every|hundreds of|dozens of|scores of|thousands of|several) (other )?(customers|costumers|owners|buyers|families|residents|users|neighbours|neighbors|people|players|mothers|parents|guests|drivers|folks|patients|members|shoppers|passengers|subscribers|owner|buyer|customer|tenants|students|reviewers|units|posts) ~(same|also|too|affected|complain*|report*|ill|locked out|lost|banned|charged|never|say*|with the|have this|had this|in the same|stranded|scammed|waiting|broke|faulty)',
      "(not just me|not only me|isn't just me|isn't just ours|not just ours|isn't only mine|wasn't only mine|not the only one|not an isolated|not only my case|the whole group|we are many) ~(all|dozens|hundreds|others|many|everyone|whole|#3|thousands|too|neighbours|same|people|went|list)",
      'all #3 (flats|units|rooms|apartments|of us|of them|have|had|on|beds|houses|members|floors|cars|boxes)',
      '(everyone|everybody) (who|that|in|on|else) ~(same|waiting|got|lost|too|has|had|charged|wrong|bought)',
      '(class action|mass complaint|joint complaint|petition with|group complaint|residents. committee has|victims. group|facebook group with|group chat has)',
      '(owners|users|customers|drivers|buyers|people) (nationwide|everywhere|all over|across the country) ~(same|report*|had|have|complain*|stuck|are)',
      '(forum|reviews|review page|thread|comments|trustpilot|whatsapp group|group chat) ~(full of|#3|dozens|hundreds|same|everyone|everybody|mention)',
    ],
  },
  {
    rule: 'M3',
    negatable: true,
    stated: true,
    phrases: [
      '(whole|entire) (batch|lot|series|serie|production lot|production run|shipment)',
      '(bad|defective|faulty|same|this|affected|contaminated) (batch|lot)',
      'batch (defect|problem|fault|issue|is faulty|is bad|all|of these ~(faulty|crack*|fail*|never|broke*))',
      '(lot|batch) (number )?#3 ~(swollen|faulty|all|crack*|bad|defect*)',
      '(systemic|widespread|common|known|design|inherent|manufacturing) (defect|fault|flaw|issue|problem)',
      '(fault|defect|problem|issue) is (widespread|common|known|systemic)',
      '(product|safety|full|immediate|a proper|issue a|order a|request a|request for a|demand a|want a|make|no|the) recall (now|please|of|on|and|for|yet|this|at once|immediately|all)',
      '(request*|demand*|want|need*|ask for|asking for|call for|calling for|issue|stop sale and|should|must|please|kindly) (a |be |an immediate |them to |you to |to |the |and )?(a |the )?(recall*|recal)',
      'recall (them|it|this|these|the (product|batch|lot|model)|all|that (batch|model)|of (the|this|all|affected))',
      'be recalled',
      '(all|every) (phones|units|cars|bikes|ones|of them|car|vehicles|models) (of|from|off|in) (this|that|the same|the) (model|batch|line|lot|month|series|year)',
      '(pull|call back|withdraw) (the|this|all) (lot|batch|vehicles|product|stock)',
      'field action',
    ],
  },
];
