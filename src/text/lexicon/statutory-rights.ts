import type { Group } from './groups';
import { WONT } from './words';

/** The ways in which a right is refused. */
const NO =
  '(不给|不让|拒绝|拒退|拒收|不支持|不同意|驳回|不能退|不予|不退|不肯|不认|被拒|退不了|无法退|不参加|不参与|不享受|不适用|不可以|不行|不执行|不履行|被驳|秒拒|不通过|一律不|概不|空话|没有理由地|自动关闭|反悔|不成|不算数|免谈|直接拒|遭拒|不接受|拒)';
/** Sold under a promise of repair. */
const COVER =
  '(保修|质保|三包|保修期|质保期|三包期|保内|在保|还在保|包修|包修期|保固|延保|碎屏险|全国联保|联保|整机保|没过保|未过保|保养期|整车质保|终身质保|保期内|保期|质保内|三包内|保修内)';
const UNCOVERED =
  '(拒绝|拒修|拒换|拒退|拒保|不给|不保|不修|不换|不予|不肯|不认|不来修|不来|收费|要收|收我|要我|自费|要钱|收钱|付费|自掏|掏钱|不负责|不在保|不包|不承认|失效|作废|不管|推|不在质保|不在保修|人为|不符合|不属于|非主要|不赔|没有三包|不提供|不履行|不受理|不算|加钱|让我买|重买|重新买|收上门|检测费|配件费|工时费|易耗|易损)';

/** I5 statutory right refused. */
export const STATUTORY_RIGHTS: readonly Group[] = [
  {
    rule: 'I5',
    negatable: true,
    stated: true,
    phrases: [
      // returned within the days of the law
      `(七天|7天|七日|7日|七天内|7天内|七日内)(无理由)?(的)?(退货|退换|退款|退|申请)?~${NO}`,
      `(无理由|冷静期|犹豫期|反悔期|后悔权|30天无忧退|三十天无忧退|无忧退)~${NO}`,
      '(犹豫期|冷静期)~(扣|手续费|不办|不给办|拖)',
      '(拒绝|不给|不支持|不同意|不让|拒不|逾期未|未)~(七天|7天|七日内|法定|无理由)(无理由)?(退|换)?',
      `(签收|收到|收货|到货|到手|拿到|买了|才|刚买)(货|后|的)?(当天|次日|第二天|第三天|第四天|第五天|第六天|第2天|第3天|第4天|第5天|第6天|两天|三天|四天|五天|2天|3天|4天|5天)~(退|退货)~${NO}`,
      `(第二天|第三天|第四天|第五天|第六天|第2天|第3天|第4天|第5天|第6天|当天|次日)(就|我|去|想)?(申请|点|要|去|提|要求)(了)?退~${NO}`,
      `(吊牌|标|塑封|包装|拆封|没拆|未拆|没剪|没穿|没下水|没试|没开封|未使用|没激活|没用过|没组装|没通电)~(退|退货)~${NO}`,
      '(没拆|未拆|没开封|没激活|没穿|没下水|没剪标|吊牌)~(不给退|不让退|不退|退不了|拒收|影响二次|不能退|概不退)',
      '影响(了)?(二|2)次销售',
      '(不支持|不能|不参加|没有|不享受|不算|不走|不给)(七天|7天|七日)',
      '(拆过|拆了|试穿过|试过|穿过|拆封|激活|拆快递盒)(纸箱|包装|了)?(就|也|就算拆封)?(是)?(不能|不给|不让|不予|不可以)(七天|退)',
      '(恕不退|概不退|一律不退|概不退换|不退不换)',
      '(保内|在保|还在保)(的)?~(非要|还要|竟然要|居然要)(收|付|掏)',
      '(定制款|特价款|特价品|特价商品|特价|活动款|打折款|打折|清仓|清仓款|浅色|美妆|护肤品|食品|内衣|促销|赠品|换季|拆封|试穿过|拆封后|激活后|直播间|尾货|甩卖|预售)(的)?(商品|款|就|都|了|后)?(说)?(一律|概|就|一概|都)?(不退|不支持|不能退|不给退|不予退|不享受|不参加|概不退)',
      '(一经售出|离柜|离店)~(概不|不退|不负责|不予)',
      '(退|退货|退货退款)(可以)?~(扣|收)^(折旧费|开箱费|手续费|拆封费|整理费|两成|三成|%)',
      // a refund that is owed and denied
      '不(给|肯|予|同意|愿意|愿|让)(我)?(办理)?退(款|货|费|押金|货款|房费|票款|机票|团款|定金)',
      '拒(不|绝)(给|为我)?(办理)?(退|退款|退货|退费|退还|退钱|返还|退我)',
      '(拒绝|驳回)(了)?(我)?(的)?(退|退款|退货|七天|无理由)',
      '(退货|退换货)(申请)?(被|遭|给)?(我)?(拒|驳|拒绝|驳回|拒收)',
      `(航班|航司|火车|酒店|团|景区|演出|演唱会|考试|活动|门票|船|车次|课程|旅行社|开课|订单|预订|行程|签证)^(取消|停航|停运|停业|闭园|没成行|拒签|未开|没开|停课|延期)~(不退|不给退|不肯退|拒退|代金券|扣|手续费|退票费|不予退|没退|只退|一分不退)`,
      '(押金|保证金|余额|剩余课时费|预付款|误扣|多扣|多收|错扣|预存款)~(不退|拒退|不还|不返|扣着|赖着|不给|拿不回|要不回|压着)',
      '(可退|可以退|全退|全额返还|全额退|免费取消|随时可退|可随时退|可无条件退)~(不退|拒退|不认|不给|反悔|作废|扣|不算|不让|又说)',
      '(应退|该退|依法应|应当退|按规定该|应返|应予退)(的|未|不|我|还)~(没|未|不|拒|扣)',
      '(货|退货|退件)(他们|商家|仓库)?(已|早|都|已经)?(签收|收到|退回)(了)?~(不退|不给退|拒退|货款|款不退|不给钱|钱不给|不退钱)',
      '(没发货|货没收到|未发货|没收到货|没出餐|没拍|没上|没做)~(不退|拒退|不给退|不同意退|扣)',
      '(未成年|未成年人|孩子)~充值~(不退|拒退|不给退|不予退)',
      // exchanged or repaired as the law has it
      '(性能故障|质量问题|缺陷|十五天|15天|七天|三十天|一个月内)~(不给换|不换|不换新|只能维修|只修|不退)',
      '(鉴定|检测单|检测)^(是|写明|故障|缺陷)~(不退|不换|不给换)',
      `${WONT} (even )?(give ~(back|refund)|refund|return my|let me return|take it back|accept (the |my )?return|pay ~back|repay|exchange|honour)`,
      `${WONT} (even )?(honour|honor|garantee|honor the)`,
      '(no-reason|7-day|seven-day|7 day|seven day|14-day|14 day|fourteen day|cooling-off|cooling off|free look|statutory|right to reject|right to return|30-day|thirty day) ~(refus*|den*|reject*|not|declin*|ignored|told no|cancel|no|gone|says no|won t|won)',
      "(won't|refus*|den*|reject*|declin*|dodge|deny) ~(seven-day|7-day|seven day|7 day|cooling off|cooling-off|statutory|right to|return right|free look|three guarantees|lemon law|consumer rights act)",
      '(day (two|three|four|five|six|2|3|4|5|6)) ~(no return*|not return*|refus*|den*|reject*|final|says no|store credit|say no|特价|不退)',
      '(no returns|no refunds|no return|no refund|not eligible|are final|is final) (on|for|even|cause|because|says|sale|although|lah|they)? ?~(sale|items|coats|law|seven|7|broken|day|faulty|page|though|opened)',
      '(promo|sale|opened|discounted|clearance) (items|goods|coats|shoes) (are|is) (final|not)',
      '(refund|return|exchange|replacement) ~(refused|denied|rejected|declined|withheld|turned down|not possible)',
      '(refuse*|refusing|deny|denied|denies|rejected|rejects|declined|declines|withhold*) (me |my |to |a |the |any |our )?(my |the |a )?(refund|return|statutory|money|exchange|take ~back|release|repay|give ~back)',
      '(refund|money|deposit|fee|balance|credit|price) (i am |i m |that is |which is |is )?(owed|due|i.m owed) ~(withheld|refus*|not|never|keep*|kept|half|only|deducted|voucher)',
      '(owed|due) (a |in full|to me)~(deducted|refus*|withheld|half)',
      '(voucher|store credit|credit note|coupon) (only|instead|or)',
      '(keep*|kept|holding|withhold*) (back )?(my|the|our) (deposit|money|refund|ticket money|advance|credit|fee|setup fee)',
      '(cancelled|cancel*) ~(keep*|no money back|no refund|refund refused|not refund*|won t refund|kept back|refuse*)',
      '(restocking|handling|return) fee ~(defective|faulty|broken|day)',
    ],
  },
  {
    rule: 'I5',
    negatable: true,
    stated: true,
    phrases: [
      `${COVER}~${UNCOVERED}`,
      `(拒绝|不给|不肯|不予|不承认|不认|不履行|拒不履行|没有|为由拒绝|取消)(了)?(提供|履行|免费)?^(保修|质保|三包|免费维修|免费修|包修)`,
      '(不给保修|不保修|拒保|不给保|不予保修|不承担保修|不给免费修|不肯免费修|拒绝免费维修|不免费修|不能保修|非保|不认保|不保了|不在保修范围|不在质保范围|不属于保修|不属于质保|概不保修)',
      '(才|刚)?(买|用|修|装|换)(了|完|来)?^(俩月|两个月|三个月|几个月|半年|三天|一个月)~(要我花钱|自费|要收费|收费|付三百|掏钱|出钱修|要收|自己掏)',
      '(整机质保|质保|保修|保)(期)?(#2|一|半)(年|个月)~(收|要收|不给|不修|不保|不认|自费|过保|花钱|不换|作废|失效|不算)',
      '(三包|消法|消费者权益保护法|保修)(法|政策|规定|义务|凭证|责任)?~(不|拒|空话|不算数|未履行)(履行|认|给|执行|承认|算|退|换|修|符合)?',
      '(硬说|说)(我)?(的)?(已经)?过保',
      '(按|以)(出厂日期|生产日期)(算|计算)^(保修|过保|过期|已过)',
      "(warranty|guarantee|guaranteed|garantee|garanty|warrenty|cover|in warranty) ~(refus*|den*|reject*|charg*|not honou*|not honor*|won't|void*|not cover*|pay|declin*|ignored|not included|asking money|misuse|water damage|not repair|half its price|want me|no repair|disown*)",
      "(refus*|den*|reject*|won't|will not|declin*|not honour|not honor) ~(warranty|guarantee|garantee|cover)",
      '(under|in|inside|within) (the )?(warranty|guarantee) ~(charge*|pay|refus*|misuse|want|no repair|say no|declin*|quote*)',
      'void* my warranty',
      '(no warranty|no receipt|no box|no invoice) ~(no|refus*|they|told)',
      'charged for parts',
    ],
  },
  {
    // Money that does not come back is a matter of refunds, whether or not a right to it is stated.
    negatable: true,
    stated: true,
    phrases: [
      '(退款|退费|余额|押金|定金|订金|房费|货款|学费|尾款|钱|保证金|课时费|会费|团费|费用|卡费)~(没退|不退|未退|没有退|没到账|未到账|不到账|没有到账|没收到|拒退|退不了|拿不回|要不回)',
      '(一直|至今|迟迟|始终)(不|没|没有|未)(给|给我)?(退|到账)',
      '不退(钱|款|费|押金|定金|还)',
      '退款~(拖|没消息|没有消息|没到|未到|遥遥无期|迟迟)',
      '(没退|不退款|不给退|不肯退|不能退)',
      '没有(原路)?退(回|还|款)',
      '(no|without|never got|not received|never received|still waiting for|waiting for) (a |any |my |the )?refund',
      "refund ~(never|not arrived|hasn't|has not|still|did not|not come|not been|not received|nowhere)",
      "(haven't|have not|not|hasn't) (been )?(refunded|received (my|the|a) refund|given ~back)",
      'my money back',
      'give my (money|deposit) back',
      'nobody gives it back',
      '(deposit|money) ~(not returned|never returned|not been returned|kept)',
    ],
  },
];
