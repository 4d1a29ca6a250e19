/** Words that every complaint has, in both languages: they say nothing of what it is about. */
const CHINESE = `
  有点 有点儿 有一点 越来越 谢谢你们 谢谢您 好像 似乎 几乎 左右 大概 差不多 我们 你们 他们 她们 自己 这个 那个 这些 那些 这样 那样 这种 那种 这里 那里 这边 那边 什么 怎么 怎样 为什么 为何 多少 哪里 哪个 如何
  一个 一下 一直 一次 一些 一样 一点 一定 一种 一天 两个 两次 几次 几天 三天 两天 第一 第二 第一次 第二次 多次 每次 每天 今天 昨天 明天 前天 后来 现在 之前 之后
  以前 以后 当时 目前 时候 时间 早上 上午 中午 下午 晚上 小时 分钟 上周 本周 下周 上个月 这个月 本月 去年 今年 刚刚 刚才 已经 还是 还有 还要 还没 没有 不是 不能 不会
  不到 不了 不要 不用 不行 不好 不知 不知道 可以 可能 应该 需要 必须 希望 请问 请求 要求 觉得 认为 知道 告诉 说是 表示 进行 出现 发现 发生 造成 导致 使用 用户 客户
  顾客 消费者 本人 别人 有人 人家 大家 家里 家人 公司 厂家 商家 店家 卖家 平台 你好 您好 谢谢 感谢 麻烦 非常 特别 比较 真的 确实 根本 完全 居然 竟然 到底 终于
  仍然 依然 始终 至今 因为 所以 但是 可是 不过 而且 并且 如果 要是 虽然 然后 结果 于是 或者 以及 还给 对于 关于 通过 根据 按照 为了 除了 其他 其它 有些 有的 所有
  全部 任何 各种 问题 情况 事情 东西 地方 方面 原因 结果 投诉 反映 反馈 处理 解决 回复 答复 联系 说明 东西 产品 商品 购买 买的 买了 收到 打开 发来 出来 起来 下来
  上来 过来 回来 下去 出去 看到 听到 想要 想问 问过 说好 这次 那次 当天 当初 不同 之间 其中 里面 外面 上面 下面 旁边 直接 继续 重新 再次 又是 就是 都是 只是 只有
  只能 还能 也是 也没 就要 这么 那么 多么 怎么办 是否 能否 可否 有没有 是不是 能不能 会不会 来说 不管 无论 没人 没法 无法 元钱 块钱 人民币
`;
const ENGLISH = `
  the and for are was were been being has have had having not but you your yours they them their our ours this that these those there here with from
  when what which who whom whose why how all any both each few more most other some such only own same than too very can cannot could will would should
  shall may might must did does doing done don't didn't doesn't isn't wasn't won't can't couldn't haven't hasn't i'm i've it's about above after again
  against because before below between down during further into off once out over then through under until while also just still even ever never now
  today yesterday tomorrow week weeks day days month months year years time times please thank thanks hello dear sir madam want wanted need needed like
  said say says told tell asked ask get got getting give given take taken make made use used using one two three first second last next new old much many
  complaint complain complaining problem problems issue issues product products company customer customers item bought buy purchased ordered received
  since yet its she her him his let back per etc via
`;

export const COMMON: ReadonlySet<string> = new Set(`${CHINESE} ${ENGLISH}`.split(/\s+/).filter((word) => word !== ''));
