import { z } from 'zod';
import type { FoundFact } from '../../../../cases';
import type { Language } from '../../../../domain/basics/types';
import { FACT_WORDS } from '../../../../domain/basics/words';
import { inLanguage } from '../../../../render/words';
import type { Context } from '../../../../render/engine';
import { sayIn } from '../../kit/wording';
import type { Typed } from '../forms/read';
import { isField } from './fields';

/** The button that puts what was found into its field: pairs of field and value, as JSON; the page's script reads it too. */
export const PUT = 'put';
const pairs = z.array(z.tuple([z.string(), z.string().max(2_000)])).max(20);

const isEmpty = (typed: Typed, name: string): boolean => (typed.get(name)?.[0] ?? '').trim() === '';

/** As the field takes it: a day without an hour begins at midnight. */
const typedAs = ({ fact, value }: FoundFact): string =>
  fact === 'occurredAt' && !value.includes('T') ? `${value}T00:00` : value;

/** What the text says of fields that are still empty, each with a button, and one for the first find of each field. */
export function foundContext(finds: readonly FoundFact[], typed: Typed, language: Language): Context {
  const open = finds.filter(({ fact }) => isField(fact) && isEmpty(typed, fact));
  const first = open.filter(({ fact }, n) => open.findIndex((one) => one.fact === fact) === n);
  const put = (some: readonly FoundFact[]): string => JSON.stringify(some.map((one) => [one.fact, typedAs(one)]));
  return {
    found: open.map((one) => ({
      label: inLanguage(FACT_WORDS[one.fact], language),
      value: one.fact === 'occurredAt' ? one.value.replace('T', ' ') : one.value,
      said: sayIn(language)(`填入${FACT_WORDS[one.fact].zh} ${one.value}`, `Put in: ${one.value}`),
      put: put([one]),
    })),
    putAll: first.length > 1 ? put(first) : null,
  };
}

/** What was typed, with the values of a button in those fields that are empty. */
export function putInto(typed: Typed, sent: string): Typed {
  const filled = new Map(typed);
  for (const [name, value] of pairsIn(sent)) if (isField(name) && isEmpty(typed, name)) filled.set(name, [value]);
  return filled;
}

function pairsIn(sent: string): z.output<typeof pairs> {
  try {
    return pairs.parse(JSON.parse(sent));
  } catch {
    return [];
  }
}
