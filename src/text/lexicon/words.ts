/** Alternatives that many phrases share. */
export const REPAIR = '(维修|返修|报修|检修|送修|修理|上门|检测)';
export const CONTACT =
  '(联系|反映|反应|投诉|申诉|打电话|拨打|致电|打客服|催|催促|催单|沟通|协商|申请|交涉|留言|报障|询问)';
export const OTHERS =
  '(业主|住户|居民|邻居|车主|顾客|客户|消费者|买家|用户|网友|家长|学员|会员|同事|租户|商户|乘客|患者|受害者|投资人)';
export const STAFF =
  '(客服|店员|店长|员工|导购|保安|服务员|工作人员|快递员|骑手|师傅|司机|销售|经理|老板|前台|技师|教练|营业员|收银员|售后)';
export const BODY = '(手|脸|腿|脚|胳膊|手指|手臂|手背|孩子|皮肤|眼睛|嘴|嘴角|头部|后背|额头|身上)';
export const PERSONAL =
  '(个人信息|个人资料|隐私|身份证|手机号|电话号码|我的信息|我的资料|我的电话|客户信息|客户资料|家庭住址|我的地址|用户信息|我的号码|住址)';
export const FOREIGN = '(虫|蟑螂|苍蝇|老鼠|玻璃|钢丝|铁丝|铁屑|铁片|金属|塑料|头发|异物|刀片|钉子|石头|创可贴|蛆|牙齿)';
export const ASKED =
  '(called|contacted|emailed|e-mailed|mailed|asked|complained|written|wrote|phoned|messaged|rang|rung|tried|exchanged|returned it|reported|repaired|fixed|replaced|been back|sent it back|sent back|serviced)';
export const REPAIRER =
  '(technician*|engineer*|repairman|repairmen|plumber*|electrician*|fitter*|installer*|mechanic*|serviceman|servicemen|your people|your man|your men|your guy*|your team|somebody|someone)';
export const WONT = "(won't|will not|wouldn't|would not|refuse to|refused to|refuses to|refusing to|still won't)";

export const NEVER = '(至今|一直|始终|迟迟|到现在|从来|仍然|仍)';

/** Who oversees a trade, as people name the office. */
export const OFFICE =
  '(((市场监管|市场监督|市场监督管理|市监|市场|工商|质监|食药监|食药|药监|药品监督|药品监督管理|消保|银保监|银监|证监|保监|金管|金融监管|通信管理|通管|邮政管理|邮管|住建|房管|交通|交通运输|运管|教育|校外培训|卫健|卫生|卫生健康|卫监|物价|价格监督|文旅|旅游|文化执法|体育|劳动|劳动监察|人社|社保|医保|医疗保障|税务|环保|生态环境|城管|商务|民政|水务|烟草|农业农村|应急管理|网信|版权|专利|知识产权|计量|特种设备|民航|铁路|邮政|检察|监察|通讯)(局|委|所|会|办|总局|管理局|监管局|监督局|稽查局|委员会|监督所|部门|大队|总队|支队|执法|监察|稽查|科|中心|那边|的人|的同志|的工作人员))|市监|工商|工信部|交通部|海关|消防|消防队|教委|卫健委|卫监所|监管所|监管部门|监管机构|监管单位|主管部门|主管单位|主管机关|行政机关|执法局|执法大队|执法人员|稽查员|政府部门|有关部门|相关部门|纪委|纪检|信访办|信访局|央行|人民银行|外汇局|街道办|居委|公平会|金管会|消保官|银保监|证监会|邮管局|民航局|消协|消费者协会|消费者委员会|消费者权益|消委会|消委|消保委|消保会|行业协会|保险协会|互金协会|金融协会|仲裁委|仲裁院|劳动仲裁|仲裁)';
/** Telephone numbers and pages of the authorities, also as they are spelled to slip through. */
export const HOTLINE =
  '(12315|12345|12378|12305|12300|12321|12328|12331|12358|12366|12369|12398|12363|12393|12377|12333|12348|12381|96315|幺二三幺五|一二三一五|幺二三四五|一二三四五热线|12 3 1伍|1231五|市长热线|市民热线|市长信箱|省长信箱|政务热线|民生热线|消费者热线|消保热线|环保热线|监管热线|纠风热线|1999专线|领导留言板|问政平台|信访平台|国家反诈)';
export const PRESS =
  '(媒体|记者|电视台|省台|市台|报社|报纸|日报|晚报|都市报|晨报|新闻|新闻坊|澎湃|凤凰网|人民网|央视|焦点访谈|民生频道|都市频道|新闻频道|栏目组|栏目|电台|广播电台|直播间连线|帮女郎|1818|小莉帮忙|315晚会|热线栏目)';
export const CONSTABLE =
  '(110|派出所|公安|公安局|警方|警察|民警|经侦|网警|交警|交警队|巡警|刑警|乘警|网安|反诈中心|反诈)';
/** What one does there. */
export const DENOUNCE =
  '(投诉|举报|申诉|反映|反应|检举|揭发|告发|报告|报案|备案|立案|控告|信访|上访|陈情|维权|举抱|递材料|递交|提交|呈报|爆料|曝光|登记|求助|申请)';

export const EN_PRESS =
  '(media|press|papers|paper|newspaper*|news|local news|tv|tv station|television|television station|reporter*|journalist*|radio|bbc|watchdog|consumer programme|consumer program|news desk|news team)';
export const EN_AUTHORITY =
  '(regulator|regulators|authorities|(telecom|insurance|banking|market|aviation|food safety|energy|housing|property|transport|industry) (authority|regulator|ombudsman)|insurence regulator|ombudsman|ombudsmen|trading standards|tradding standards|consumer association|consumer council|consumer forum|consumer court|consumer commission|consumer helpline|consumer protection|consumer rights|consumer bureau|consumer affairs|small claims|tribunal|environmental health|food safety|health inspector|market supervision|market regulation|ministry|ministry of commerce|bureau of commerce|industry and commerce|industry bureau|education bureau|school inspectorate|inspectorate|medical council|health commission|data protection|labour inspector|tax office|transport department|housing department|health department|licensing|competition authority|advertising standards|medicines agency|financial ombudsman|better business bureau|attorney general|ofcom|ofgem|ico|fca|ftc|fcc|cfpb|bbb|caa|trai|rera|irdai|fssai|fda|nhtsa|asa|imda|12315|12345)';
export const EN_LAW =
  '(lawyer*|attorney*|solicitor*|soliciter*|barrister*|advocate*|counsel|judge|magistrate|tribunal|arbitrator*|arbitration)';
