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
