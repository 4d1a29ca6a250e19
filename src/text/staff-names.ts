import type { NamedStaff } from '../domain/case/events';

/** What a customer wrote, and under which name. */
export interface Written {
  text: string;
  wantedRemedy?: string;
  customer: { name: string };
}

interface Person {
  id: string;
  name: string;
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const IN_WORD = String.raw`[\p{L}\p{N}]`;

/**
 * How a name is looked for. Chinese: its characters, with or without spaces between them. Other scripts: given and family
 * name in either order, as whole words; a single word ("Will", "May") is too often just a word.
 */
export function namePattern(name: string): RegExp | undefined {
  const trimmed = name.trim();
  if (/^\p{Script=Han}+$/u.test(trimmed)) {
    const letters = Array.from(trimmed);
    return letters.length < 2 ? undefined : new RegExp(letters.join(String.raw`\s?`), 'gu');
  }
  const words = trimmed.split(/\s+/).map(literal);
  if (words.length < 2) return undefined;
  const orders = [words, words.toReversed()].map((order) => order.join(String.raw`[\s,]+`));
  return new RegExp(`(?<!${IN_WORD})(?:${orders.join('|')})(?!${IN_WORD})`, 'giu');
}

const plain = (name: string): string => name.replaceAll(/\s/g, '').toLowerCase();

/**
 * Staff whose names stand in a complaint, with where: its first readers do not know yet whether it is about them. A
 * longer name hides a shorter one inside it; the customer's own name means the customer.
 */
export function staffNamed({ text, wantedRemedy, customer }: Written, people: readonly Person[]): NamedStaff[] {
  const found = new Map<string, NamedStaff['at']>();
  const own = plain(customer.name);
  const wanted = people
    .filter(({ name }) => plain(name) !== own)
    .flatMap(({ id, name }) => {
      const pattern = namePattern(name);
      return pattern ? [{ id, name: plain(name), pattern }] : [];
    })
    .toSorted((a, b) => b.name.length - a.name.length);
  for (const [field, body] of [['text', text] as const, ['wantedRemedy', wantedRemedy ?? ''] as const]) {
    const taken: { from: number; to: number; name: string }[] = [];
    for (const { id, name, pattern } of wanted) {
      for (const match of body.matchAll(pattern)) {
        const from = match.index;
        const to = from + match[0].length;
        // Two of the same name are both meant, for all that anybody knows.
        if (taken.some((other) => from < other.to && other.from < to && other.name !== name)) continue;
        taken.push({ from, to, name });
        found.set(id, [...(found.get(id) ?? []), { in: field, from, to }]);
      }
    }
  }
  // Enough to say where; a text that repeats a name a thousand times does not fill the ledger.
  return [...found]
    .map(([id, at]) => ({ id, at: at.slice(0, 10) }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, 20);
}
