import type { Group } from './groups';
import { OTHERS } from './words';

/** M3 many affected. */
export const MANY_AFFECTED: readonly Group[] = [
  {
    rule: 'M3',
    negatable: true,
    phrases: [
      `#3(位|名|户|家|个)?(的)?${OTHERS}`,
      '#3户',
      `(很多|好多|许多|不少|大量|众多|大批|几乎所有|所有|其他多|全体|一堆|成千上万)(的|其他|位|名)?${OTHERS}`,
      '(很多人|好多人|不少人|许多人)~(也|都|遇到|反映|一样|中招|被骗|投诉|同样|出现)',
      '(整栋楼|整幢楼|整栋|全楼|整个单元|全小区|整个小区|全班|全村)',
      '维权群',
      '(whole|entire) (building|block)',
      '#3 (other |of my |more |different |other of )?(customers|families|households|neighbours|neighbors|owners|buyers|residents|users|guests|patients|parents|flats|apartments|tenants)',
      '#3 other people',
      '(other|many|lots of|all the) (customers|owners|buyers|families|residents|users|neighbours|neighbors|people) ~(same|also|too|affected|complain*|report*)',
      'class action',
    ],
  },
  {
    rule: 'M3',
    category: 'product_quality',
    negatable: true,
    phrases: [
      '批次~(问题|缺陷|质量|不良|都|故障)',
      '(同|整|这|一整)批次',
      '(同|整|这)(一)?批(产品|货|车|机器|设备|电池)~(问题|缺陷|都|坏)',
      '批次(性)?(问题|缺陷|质量)',
      '批次',
      '召回',
      '通病',
      '共性问题',
      '群体性',
      '(whole|entire) batch',
      '(bad|defective|faulty|same) batch',
      'batch (defect|problem|fault|issue)',
      '(product|a|safety|full|the) recall',
      'recall (them|it|this|these|the product|all|that)',
      'be recalled',
    ],
  },
];
