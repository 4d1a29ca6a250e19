import { PACKS, packNamed } from '../../domain/policy/packs';
import type { ClockRule } from '../../domain/policy/schema';
import { conflict, invalid } from '../refused';
import { isObject } from './policy-checking';

/**
 * A document with a pack's clocks, instead of those of an older version of it.
 * @throws `invalid` for a pack that there is not, `conflict` where the document has a clock of its own under such an id
 */
export function withPack(doc: unknown, name: string): Record<string, unknown> {
  const pack = packNamed(name);
  if (!pack) {
    throw invalid([
      {
        path: 'pack',
        words: {
          zh: `没有这个时限包；可用的有：${PACKS.map((one) => one.id).join('、')}`,
          en: `there is no such pack; there are: ${PACKS.map((one) => one.id).join(', ')}`,
        },
      },
    ]);
  }
  const policy = isObject(doc) ? doc : {};
  const clocks: unknown[] = Array.isArray(policy.clocks) ? policy.clocks : [];
  const others = clocks.filter((rule) => !(isObject(rule) && String(rule.pack).startsWith(`${pack.id}@`)));
  const taken = pack.clocks.find(({ id: added }) => others.some((other) => isObject(other) && other.id === added));
  if (taken) {
    throw conflict({
      code: 'clock_exists',
      words: {
        zh: `已有编号为“${taken.id}”的时限，请先改它的编号或删去`,
        en: `the policy has a clock ${taken.id} of its own already; rename or remove that one first`,
      },
    });
  }
  return { ...policy, clocks: [...others, ...(pack.clocks satisfies ClockRule[])] };
}
