import { DECISIONS, type DecisionName } from '../../domain/decisions/catalogue';
import type { Words } from '../../domain/basics/types';

/** What each decision does, in Chinese; the English sentence is `about` of the decision itself (src/domain/decisions). */
const ZH: Record<DecisionName, string> = {
  grade: '确认或修改建议的等级和类别，时限随之重排。降级须写理由，并告知主管；涉及人身危险的只有主管可以降。',
  regrade:
    '事后改等级或类别，须写理由，并指明被投诉的人。升级后案件可能换负责人；主管再定一次同样的等级，即确认下级所降的等级。',
  assign: '在还没有人接受案件时指定负责人（重大投诉为专项小组组长）。',
  reassign: '把案件交给另一位负责人，须写理由。不另指定时专项小组不变；离开的人会收到通知。',
  accept: '负责人接下案件。',
  respond: '已有人第一次联系到客户，首次响应的时限就此停止。以后的联系也这样记。',
  write: '用自己的话给客户发一封邮件，归档前各阶段都可以。第一封使首次响应的时限停止。',
  addEvidence: '把已上传的文件加进案件。',
  pause: '等待客户、配件或第三方期间，内部时限暂停，最晚到写明的时间。',
  resume: '时限继续走，暂停的时间补回。',
  chase: '催促办理：计次、限次，告知负责人和主管。',
  customerWrote: '客户的留言：写在投诉页面上，或由员工代记。等客户的暂停就此结束，并告知负责人。',
  wantCallBack: '客户要求回电，可写时间段；有人联系客户之前一直有效。等客户的暂停就此结束，并告知负责人。',
  extend: '改一项时限的到期时间，记下批准人、理由和新日期，并告知客户。延错了可以改回较早的日期。',
  fillForm: '填写流程要求的表单；有些决定要等表单填好。再填一次，以新的为准。',
  movePolicy: '把办理中的案件改到另一版已发布的规则。时限重排；已超时或已结束的不变。',
  merge: '作为重复投诉并入另一件，由那一件一并办理。',
  withdraw: '客户撤回投诉，按客户原话记录。',
  note: '内部备注，客户看不到。用 @ 提到的同事会收到通知。',
  requestHelp: '请其他部门协助。协助有自己的时限，未答复前案件不能办结。',
  answerHelp: '答复协助请求，或由提出的人撤回（withdrawn）。',
  propose: '提出解决方案。超过本等级的金额权限须先审批，再征求客户意见。',
  approve: '批准方案；或由未参与的人确认投诉不成立；或同意负责人继续办理已上报的一轮。',
  reject: '把待审批的事项退回负责人，写明理由。',
  customerAnswer: '客户接受或不接受方案，通过链接或告知员工。',
  carryOut: '约定的事已经办到。涉及金额的补偿记入补偿台账。',
  notSubstantiated: '认定投诉不成立，写明理由和证据；规则要求时由第二人确认。',
  resolve: '案件解决：结果、原因编码和告知客户的话。评价链接在结果邮件里。',
  recordSurvey: '速度、方案、态度、总体各 1 到 5 分。低分由另一位同事二次跟进。',
  followUp: '由未参与办理的人联系不满意的客户。仍不满意：再办一轮。',
  recordRevisit: '办结后的回访；重大投诉由主管在 3 天内一对一回访。',
  reopen: '没有解决：再办一轮，时限重新计算。归档后只在宽限期内可以。',
  recordRootCause: '记录鱼骨图类别、原因编码和逐层追问；systemic 要求制定纠正措施。',
  planAction: '纠正措施：urgent 须在 72 小时内开始，preventive 消除原因；一个月后都要检查效果。',
  startAction: '纠正措施已开始。',
  verifyAction: '由人判断效果。达到：措施结束；没有达到：再做一轮，一个月后再查。',
  archive: '结束案件。回访、复盘和纠正措施须已结束。',
};

/** What a decision does, in one or two sentences in both languages. */
export const aboutWords = (name: DecisionName): Words => ({ zh: ZH[name], en: DECISIONS[name].about });
