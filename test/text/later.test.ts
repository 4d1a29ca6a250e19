import { suggestGrade } from '../../src/text/suggest';

const moodOf = (text: string) => suggestGrade({ text, language: 'zh-CN', isLater: true }).sentiment;

describe('how a customer sounds in what they write after their complaint', () => {
  test.each([
    '好的，谢谢',
    '好的，我明天下午在家。',
    '没问题，就按您说的办。',
    '什么时候能修好？',
    '订单号是 12345678',
    '照片发给你们了，请查收',
    '请问发票什么时候开？',
    '补充一下，购买日期是 5 月 3 日。',
    '不好意思，昨天没有接到电话。',
    '我的投诉编号是多少？',
    '有问题再联系您。',
    'Thanks, Tuesday is fine.',
    'No problem, I will be at home.',
    'Here is the photo you asked for.',
  ])('calm: %s', (text) => expect(moodOf(text)).toBe('neutral'));

  test.each([
    '已经三天了还没有人联系我',
    '怎么还没人联系我？',
    '还是不行，一开机就响',
    '一直没收到退款',
    '你们到底管不管？',
    '我不接受这个方案。',
    '服务太差，非常失望。',
    '再不处理我就去12315投诉',
    '昨天充电的时候冒烟了',
    'It still does not work.',
    'I am fed up with waiting.',
    'How much longer will this take?',
  ])('dissatisfied: %s', (text) => expect(moodOf(text)).toBe('negative'));

  test.each([
    '师傅已经上门修好了，非常感谢',
    '问题解决了，谢谢你们。',
    '很满意',
    '收到，辛苦了',
    'It works now, thank you.',
    'All good.',
  ])('satisfied: %s', (text) => expect(moodOf(text)).toBe('positive'));

  test.each(['还没修好，谢谢', '等你们解决了再说', '不能算解决了'])('what is not over is no relief: %s', (text) =>
    expect(moodOf(text)).not.toBe('positive'),
  );

  test('the complaint itself is dissatisfied where it says no more than what happened', () => {
    expect(suggestGrade({ text: '订单号是 12345678', language: 'zh-CN' }).sentiment).toBe('negative');
  });
});
