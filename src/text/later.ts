/**
 * How a customer sounds in what they write after their complaint. Whoever complains is dissatisfied, so a complaint that
 * says no more than what happened is read as that; a later message that says no more than a date is read as calm.
 * @module
 */

/** Words of displeasure that hide none: "没问题", "不好意思", "投诉编号". */
const CALM =
  /没(?:什么|啥|有)?(?:大)?问题|问题(?:已经?|都|现在)?(?:解决|修好|处理好)了|(?:有|还有)(?:什么|任何)?问题(?:我)?(?:再|会|随时)|不好意思|投诉(?:的)?(?:编号|单号|单|号|进度|渠道)|\b(?:no problem|not a problem|problem (?:is|has been|was) (?:solved|fixed|resolved))\b/g;

/** Dissatisfied, in a question too: "怎么还没人联系我?" asks for nothing. */
const DISPLEASED =
  /(?:一直|到现在|至今|始终|还是|仍然|依然|依旧)(?:都|也)?(?:没|不|未|联系不|老样子)|还没(?:有)?(?:收到|修|解决|处理|退|发|人|给|等到)|怎么还(?:没|不|在)|没(?:有)?人(?:理|管|联系|处理|回|来|接)|到底|凭什么|不接受|不同意|不认可|不是办法|敷衍|推脱|推卸|推来推去|踢皮球|拖(?:着|延|了|到|下去)|等(?:了|到)(?:这么|那么|好|多)?(?:久|几天|多天)|(?:还要|要)等(?:到什么时候|多久)|又坏|又(?:不|出)|白(?:跑|等)|受够|忍无可忍|说话不算|骗|忽悠|糊弄|什么态度|太(?:慢|久|过分|离谱|荒唐|差)|过分|离谱|气人|差评|没用/;
const DISPLEASED_ENGLISH =
  /\bstill (?:not|no|waiting|broken|nothing|doesn't|does not|haven't|have not|isn't|is not)\b|\bno(?:body| one) (?:has|have|answers?|answered|replie[sd]|called|calls)\b|\bfed up\b|\bridiculous\b|\bhow (?:much )?longer\b|\bnot (?:acceptable|happy|good enough)\b|\bi (?:do not|don't) accept\b|\bwaste of\b|\bwaited (?:for )?(?:\w+ )?(?:days|weeks)\b|\bbroken? again\b/;

/** What the customer complained of is over. */
const RELIEVED =
  /(?:修好|解决|处理好|弄好|换好|恢复(?:正常)?|好用)了|没(?:有)?(?:别的|其他)?意见|可以接受|\bworks (?:now|again|fine|perfectly|for me)\b|\ball good\b|\bhappy with\b/;
const NOT_RELIEVED = /(?:没|未|不能|不算|等|如果|要是|以为|说)[^,]{0,8}$/;

/** Where the words lie that sound like displeasure and are none: `from` up to but not including `to`. */
export const calmPlaces = (text: string): { from: number; to: number }[] =>
  [...text.matchAll(CALM)].map(({ index, 0: words }) => ({ from: index, to: index + words.length }));

/** Whether a sentence of a later message sounds dissatisfied, beyond what the dictionaries know. */
export const isDispleased = (sentence: string): boolean =>
  DISPLEASED.test(sentence) || DISPLEASED_ENGLISH.test(sentence);

/** Whether a sentence of a later message says that it is over. */
export function isRelieved(sentence: string): boolean {
  const found = RELIEVED.exec(sentence);
  return found !== null && !NOT_RELIEVED.test(sentence.slice(0, found.index));
}
