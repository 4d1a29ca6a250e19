import { randomInt, randomUUID } from 'node:crypto';

/** Texts of usual length, so that reading them and suggesting a grade costs what it costs in production. */
const WORDS = [
  '上个月在你们店买的双开门冰箱，用了不到三周就开始漏水，厨房木地板都泡坏了一块。维修师傅来过两次，第一次说是排水管堵了，第二次说要换配件，之后就没有消息了。打了四次客服电话，每次都说已经登记，请尽快给我一个明确的答复。',
  '空调安装工上门以后临时说要加收高空作业费三百元，下单时客服明确讲过免费安装。我当时没有办法只好付了，收据也没有开。要求退回这三百元，并说明你们到底是怎么收费的。',
  '买的扫地机器人第二次开箱就不能充电了，申请换货被拒绝，理由是外箱有折痕。可是外箱是快递弄皱的，签收时我已经拍照。客服态度很差，说完就挂断电话。',
  'The dishwasher I ordered was promised for last Friday and has still not arrived. I have taken two days off work to wait for it. Each agent tells me something different. Please either deliver it this week or refund the 3,299 yuan I paid.',
  '手机送修已经二十六天，当初说七个工作日可以取机。期间没有任何人主动联系过我，系统里一直显示待检测。我每天工作都要用，现在只能借同事的旧手机，希望尽快修好并给予适当补偿。',
  '洗衣机脱水的时候声音非常大，楼下邻居已经投诉两次了。师傅上门看了一眼说属于正常现象，没有做任何检测就走了。请安排有经验的工程师重新上门检测，并出具书面的检测结果。',
];

let filed = 0;

/**
 * The body of a complaint for the API. Each is from another customer with another phone number, so that
 * none is a repeat of another.
 * @param mail every second customer has a mail address, so that mails to customers go out, too
 */
export function complaintBody(mail = false): object {
  const n = filed++;
  const phone = `139${String(10_000_000 + ((n * 7_919) % 89_999_999)).padStart(8, '0')}`;
  const text = WORDS[n % WORDS.length] ?? '';
  return {
    channel: (['web', 'phone', 'wechat', 'mail'] as const)[n % 4],
    language: text.startsWith('The') ? 'en' : 'zh-CN',
    customer: { name: `客户${n}`, phone, ...(mail && n % 2 === 0 ? { email: `customer-${n}@example.com` } : {}) },
    product: { name: '家用电器', model: `RX-${n % 40}`, orderNo: `B${randomInt(1e9)}-${n}` },
    text: `${text}（订单 ${randomUUID().slice(0, 8)}）`,
    wantedRemedy: '尽快解决并给予合理的答复',
  };
}
