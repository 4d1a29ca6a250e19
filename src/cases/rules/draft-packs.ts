import { PACKS, packNamed } from '../../domain/policy/packs';
import type { ClockRule } from '../../domain/policy/schema';
import { conflict, invalid } from '../refused';
import { isObject } from './policy-checking';

/**
 * A policy document with the clocks of a pack in place of those of any version of the pack that it has.
 * @param doc right or wrong, as somebody saved it
 * @throws Refused `invalid` for an unknown pack; `conflict` (`clock_exists`) if the document has another clock under the
 *   same id
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
