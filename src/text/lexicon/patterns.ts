/** Words that alter what others say: negators, breaks, near misses. */

/** Words that begin a new statement inside a sentence. */
export const CLAUSE_BREAKERS = /但|却|然而|不过|结果|反而|\bbut\b|\bhowever\b|\byet\b|\balthough\b|\bthough\b/g;
export const NEGATORS =
  /没有|没|未|并无|无人|无|不是|不会|不曾|不可能|不必|不用|不想|避免|免得|以防|防止|别再|不要|而非|\b(?:no|not|never|nobody|none|without|neither|nor|no one|cannot|zero|avoid|prevent|instead of)\b|n't\b/g;
/** They contain a negator and deny nothing. */
export const NEGATOR_TRAPS =
  /没想到|没多久|没过|没几|没半|没一|没两|没三|没用|没法|没事|没完|没开|没到|没修|没装|没插|没注意|未来|无法|无故|无缘|无理|无奈|无良|无语|不是一次|不是第一次|not only|not just|no sooner|no wonder|can't believe|couldn't believe|no idea|not once|no reason|no warning|not the first/g;
/** Between a negator and a word they end the negator's reach. */
export const NEGATION_BREAKERS =
  /就|导致|引起|引发|造成|以至|以致|才|因为|所以|居然|竟|突然|都|又|还|仍|\b(?:because|and|when|after|until|then|before|so|which|that|since|while|still|if|or|i'll|i will|we will)\b/;
export const NEAR_MISS = /差点|险些|几乎|差一点|\b(?:almost|nearly|narrowly|could have)\b/;

/** In the clause before a step to office, press, court or police: the customer says that it is their own. */
export const OWN_STEP =
  /(?:我|我们|本人|俺|咱)(?:们)?(?:已|要|就|会|去|将|马上|准备|打算|只|必|立|直接|当场|也|昨|今|明|刚|决定|一定|肯定|真|可)/;
/** The same step is somebody else's, long ago, a thought, or what the company says. */
export const NOT_OUR_STEP = new RegExp(
  [
    // "go and sue us": their words
    '(?:随便|随你|有本事|让|叫|喊|劝|要)(?:我|你|他|人家)(?:们)?(?:去|来)?[^,。.;?\n]{0,4}$',
    '(?:随便|爱去|巴不得|有本事|去呗|不怕|怕什么)[^,。.;?\n]{0,8}$',
    '(?:客服|店员|店长|店主|老板|老板娘|经理|保安|前台|司机|物业|房东|催收|小贷|商家|他们|她们|对方|超市|公司|中介|导游|教练|主管|销售|骑手|师傅|他|她|卖家|平台)[^,。.;?\n]{0,8}(?:说|讲|回|叫|称|嚷|喊|吓唬|威胁|扬言|恐吓|笑|发短信|吹牛|回我|甩|问|要|嚷嚷|反过来|反而|倒打)[^,。.;?\n]{0,14}$',
    // hearsay and other people
    '(?:听说|听[^,]{1,6}(?:说|讲)|据说|传说|有人|别人|别的|人家|身边人|大家都说|朋友|邻居|亲戚|同事|网友|网上|评论|隔壁|新闻里|看到|看见|原告|妹妹|弟弟|表[哥姐弟妹]|排队)[^,。.;?\n]{0,14}$',
    // a thought, a doubt
    '(?:想过|考虑过?|犹豫|没必要|本来想|差点|不至于|不想|不打算|懒得|谁有空|谁去|不值得|没到|不知道?|怎么|如何|万一|要不要|该不该|用不着|不用|不必|唔想|哪有空|没时间|没空|没精力|不愿|别逼|可以不)[^,。.;?\n]{0,10}$',
    // another affair
    '(?:以前|那次|当年|早年|前年|去年|上家|上次那家)[^,。.;?\n]{0,10}$',
    '\\b(?:might|maybe|perhaps|thought (?:of|about)|thinking of|considered|not sure|heard|others?|a friend|someone|somebody|friend told me|told me to|suggested|suggests|says i (?:can|could|should)|go ahead and|previous owner|my (?:neighbour|neighbor|brother|sister|cousin|colleague)|he|she|they|staff|manager|guard|threatened|threatens|last year|years ago|should i|do i need|how (?:do|can) i|i could|would rather not|do not want|don.t want|no need|not going|not worth)\\b[^,.;?\\n]{0,32}$',
  ].join('|'),
);
