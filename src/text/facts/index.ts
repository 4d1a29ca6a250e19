import { outline, traced } from '../normalise';
import { dates } from './dates';
import { Claims, FACTS, type Fact, type Find } from './find';
import { contacts, labelled, unlabelled } from './numbers';
import { places } from './places';
import { things, wishes } from './things';

export { FACTS, type Fact } from './find';

/** Something that a text says of a complaint: what it may fill in, if a person confirms it. */
export interface FoundFact {
  /** The path of the field in a complaint. */
  fact: Fact;
  /** As the field takes it: a day as `2026-11-03`; `occurredAt` a day, or day and time of the house's clock. */
  value: string;
  /** The words that say so, as they stand in the text. */
  words: string;
  /** In UTF-16 units, the end not included. */
  from: number;
  to: number;
  /** The text itself says what it is ("订单号 …"), or a check digit does. */
  sure: boolean;
}

/** Of one fact. */
const MOST = 3;
/** What is typed letter by letter, in whatever width: numbers, and addresses. */
const AS_TYPED: readonly Fact[] = ['product.orderNo', 'product.serialNo', 'product.model', 'customer.email'];

/**
 * What a text says of product, numbers, days, places, wishes and contact, for fields that were left empty. Of each fact what is
 * surest comes first. Nothing is taken for two things. Its time grows as the text does.
 * @param today the house's day on which it was written, as `2026-11-28`
 */
export function readFacts(written: string, { today }: { today: string }): FoundFact[] {
  const { text, from, to } = traced(written);
  const shape = outline(text);
  const claims = new Claims(text.length);
  // A wish is words among which other things may stand: it claims nothing from them.
  const finds: Find[] = [
    ...labelled(text, claims),
    ...contacts(text, claims),
    ...unlabelled(text, claims),
    ...dates(shape, new Date(`${today}T00:00:00Z`), claims),
    ...things(text, claims),
    ...places(text, claims),
    ...wishes(shape, new Claims(text.length)),
  ];
  return FACTS.flatMap((fact) => {
    const found = finds
      .filter((find) => find.fact === fact)
      .map(({ start, end, value, sure }): FoundFact => {
        const [first, last] = [from[start] ?? 0, to[end - 1] ?? 0];
        const words = written.slice(first, last);
        return { fact, value: value ?? valueOf(fact, words), words, from: first, to: last, sure };
      })
      .toSorted((a, b) => Number(b.sure) - Number(a.sure));
    const once = new Map(found.toReversed().map((one) => [one.value, one]));
    return found.filter((one) => once.get(one.value) === one).slice(0, MOST);
  });
}

function valueOf(fact: Fact, words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  if (!AS_TYPED.includes(fact)) return line;
  const plain = line.normalize('NFKC');
  return fact === 'product.model' ? plain : plain.replaceAll(' ', '');
}
