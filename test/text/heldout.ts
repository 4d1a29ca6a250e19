import { labelled } from './labelled';

/**
 * Complaints that were written before the grading rules existed and were never used to tune them, so they show how the rules
 * do on complaints they have not seen. Do not add a word to the rules because a row here fails: then it would show
 * nothing any more.
 */
export const HELD_OUT = labelled([
  // zh, major
  ['mq-', '上个月买的电热水壶，昨天烧水时底座突然喷出火星，我的手背被烫出水泡，去社区医院处理了伤口。'],
  ['mq-', '新提的SUV在高速上突然失去动力，后车差点追尾，4S店检测后说没问题让我继续开。'],
  ['mq-', '给孩子买的儿童餐，吃到一半发现里面有一截铁丝，孩子嘴角都划出血了。'],
  ['mc-', '装修公司收了我三万六的首期款，合同约定五月开工，现在人去楼空，电话也成了空号。'],
  ['mp-', '健身房倒闭，我和妻子两张年卡加私教课一共还剩一万三千多元没退。'],
  ['mq-', '同一栋楼二十多户的新风机都出现漏水，厂家至今不肯承认是这一批机器的问题。'],
  ['ms-', '洗衣机漏水三个月没人来修，我已经向市场监管局递交了材料，等着他们处理。'],
  ['mp-', '退款拖了四十天，再不给我就走法律程序，律师函已经在写了。'],
  ['ma-', '因为给了差评，店家半夜打电话威胁我，说知道我家住哪里，让我小心点。'],
  ['mo-', '办完会员第二天就接到各种贷款推销电话，对方能报出我的身份证号，明显是你们把我的资料泄露出去了。'],
  ['mq-', '面膜用了一次脸上就起红疹，医生诊断为接触性皮炎。'],
  ['mq-', '小区充电桩漏电，邻居家的狗被当场电死，太危险了。'],
  // zh, important
  ['iq-', '空调装好不到一个月就不制冷了，这么热的天全家没法睡。'],
  ['iq-', '油烟机拆了又装、装了又拆，师傅来了四趟，噪音还是那么大。'],
  ['is-', '扫地机器人寄回去返修后就没了消息，每次问客服都说让我找门店，门店又说找厂家。'],
  ['ia-', '前台小姑娘一边玩手机一边翻白眼，我多问一句她就说“爱买不买”，还骂我穷鬼。'],
  ['ic-', '商品页面明明写着假一赔十，拿去专柜一验，根本就是仿的。'],
  ['ip-', '没有经过我的允许就给我开通了增值业务，每个月悄悄扣19.9，半年才发现。'],
  ['ip-', '耳机收到当天就申请七天无理由，商家说拆了封膜就不能退。'],
  ['is-', '冰箱还在质保期，换压缩机居然要我自己掏900块。'],
  ['il-', '寄了一台价值4500元的镜头，快递把它弄丢了，只肯按运费三倍赔。'],
  ['ip-', '酒店临时取消我的订单，2380元房费到今天都没有原路退回。'],
  ['ic-', '说是全新的手机，激活日期却是半年前，明显被人用过。'],
  ['iq-', '电动车才骑了半年，现在拧把手一点反应都没有，彻底走不了。'],
  // zh, general
  ['gq-', '外套的颜色比图片深一些，面料也偏薄，有点失望。'],
  ['gl-', '快递比预计晚了两天才到，盒子角压扁了一点，东西没坏。'],
  ['gp-', '我周一刚买，周三就便宜了80块，你们这价格变得也太快了吧！！！'],
  ['go0', '请问会员积分年底会清零吗？'],
  ['go0', '建议小程序增加夜间模式，希望早日上线。'],
  ['ga-', '客服回复挺及时，就是语气有点冷淡，不太耐烦。'],
  ['gq-', '蛋糕太甜了，水果也不是很新鲜，一般般吧。幸好家里人吃了都没有不舒服。'],
  ['gl-', '下单五天了还没发货，麻烦催一下仓库。'],
  ['gq-', '垃圾品牌，什么破玩意儿，桌面上一道划痕，气死我了，你们老板是猪吗！'],
  ['gl-', '之前在黑猫投诉过一次你们的快递，这次又是少发了一包纸巾。'],
  // en
  ['mq-', 'The power bank caught fire on my desk last night. Luckily nobody was hurt but the desk is ruined.'],
  ['mp-', 'You took a deposit of RMB 15,000 for the kitchen and now the shop is closed and nobody gives it back.'],
  ['mq-', 'My daughter vomited all night after eating your yoghurt; the doctor said food poisoning.'],
  [
    'ms-',
    'If this is not fixed by Friday I will file a complaint with the market regulator and talk to a local TV station.',
  ],
  ['mq-', 'Every flat on our floor has the same cracked boiler valve, at least eight families. Please recall them.'],
  ['is-', 'I have sent five emails about my broken dishwasher and not one has been answered.'],
  ['iq-', 'The laptop arrived on Monday and by Wednesday it would not power on at all.'],
  ['ia-', 'The technician swore at my mother and called her stupid.'],
  ['ip-', 'My subscription was renewed without asking me and 1,299 yuan left my account.'],
  ['ip-', 'Returned the shoes within seven days, unworn, and they still will not give me my money back.'],
  ['gq-', 'The mug is smaller than I expected and the glaze has a tiny bubble.'],
  ['gl-', 'PARCEL IS THREE DAYS LATE!!! YOU IDIOTS!!! WHERE IS IT!!!'],
  ['go0', 'Could you tell me whether the app supports dark mode?'],
  ['ga-', 'The waiter was a bit inattentive and forgot our drinks.'],
  ['gq-', 'No injuries, just a chair leg slightly shorter than the others, so it wobbles.'],
  ['gp-', 'The shipping fee of 12 yuan is higher than what other shops ask.'],
]);
