/**
 * Refusals as the desk shows them. Their words name fields and values as the API does, for callers that know no others;
 * here the words of the form stand in their place.
 * @module
 */
import type { Fault } from '../../../../domain/basics/faults';
import type { Words } from '../../../../domain/basics/types';
import { DECISION_NAMES, type DecisionName } from '../../../../domain/decisions/catalogue';
import { FIELD_WORDS } from '../../../../domain/decisions/field-words';

/** What is wrong with a form. */
export interface FormFault extends Fault {
  /** Said by the case and not by the schema: what is missing is clear from these words alone. */
  byCase: boolean;
}

const NAME = / ?[（(]([a-zA-Z]+)[)）]/g;

/** The words without names of fields and decisions in brackets, and with the words of values for their codes. */
export function withoutNames({ zh, en }: Words, decision: DecisionName): Words {
  const fields = FIELD_WORDS[decision];
  const known = (name: string): boolean =>
    Object.hasOwn(fields, name) || (DECISION_NAMES as readonly string[]).includes(name);
  const plain = (text: string): string => text.replaceAll(NAME, (all, name: string) => (known(name) ? '' : all));
  const values = Object.values(fields).flatMap((field) => Object.entries(field.values ?? {}));
  return values.reduce<Words>(
    (words, [value, label]) =>
      // A code of one word may be a word of the sentence.
      label && value.includes('_')
        ? { zh: words.zh.replaceAll(` ${value}`, label.zh), en: words.en.replaceAll(value, label.en) }
        : words,
    { zh: plain(zh), en: plain(en) },
  );
}

/**
 * What is wrong, each with its field. A refusal by the case is about the field that its words name, or about the whole
 * (`path` is empty).
 */
export function faultsOfRefusal(
  decision: DecisionName,
  { faults = [], because }: { faults?: readonly Fault[] | undefined; because?: Words | undefined },
): FormFault[] {
  if (!because || faults.length > 0) {
    return faults.map(({ path, words }) => ({ path, words: withoutNames(words, decision), byCase: false }));
  }
  const named = [...because.zh.matchAll(NAME)].map(([, name = '']) => name);
  const field = named.find((name) => Object.hasOwn(FIELD_WORDS[decision], name));
  return [{ path: field ?? '', words: withoutNames(because, decision), byCase: true }];
}
