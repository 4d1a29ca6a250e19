import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { PROJECT_ROOT } from '../../../src/paths';

/**
 * Every refusal that is written down anywhere, read from the sources: whoever is refused has to learn why,
 * and what to do instead. So a sentence has two parts at least, in both languages.
 */
interface Written {
  code: string;
  zh: string;
  en: string;
}

interface Node {
  type: string;
  [field: string]: unknown;
}

const DECISIONS = ['src/domain/decisions'];
const USE_CASES = ['src/cases', 'src/http'];

/** The text of a literal; what a template fills in stands as `…`. Of two that a condition chooses from, the shorter one. */
function textOf(node: Node | undefined): string {
  switch (node?.type) {
    case 'StringLiteral':
      return node.value as string;
    case 'TemplateLiteral':
      return (node.quasis as { cooked: string }[]).map(({ cooked }) => cooked).join('…');
    case 'ConditionalExpression': {
      const [one, other] = [textOf(node.consequent as Node), textOf(node.alternate as Node)];
      return one.length < other.length ? one : other;
    }
    default:
      return '';
  }
}

/** In which arguments of a function the two sentences stand. */
const SENTENCES: Readonly<Record<string, readonly [zh: number, en: number]>> = {
  refuse: [1, 2],
  decidedRefusal: [1, 2],
  gone: [0, 1],
  plain: [2, 3],
};

const field = (node: Node | undefined, name: string): Node | undefined =>
  ((node?.properties ?? []) as { key?: Node; value?: Node }[]).find(({ key }) => key?.value === name)?.value;

function refusalsIn(source: string): Written[] {
  const found: Written[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      const called = String((node.callee as Node).value);
      const args = ((node.arguments ?? []) as { expression: Node }[]).map(({ expression }) => expression);
      // A function may be called as something that every object has: `constructor`.
      const [zh, en] = Object.hasOwn(SENTENCES, called) ? (SENTENCES[called] ?? []) : [];
      // Where the words are given by whoever calls, they are looked at there.
      const isGiven = args.some(({ type }) => type === 'Identifier' || type === 'MemberExpression');
      if (zh !== undefined && en !== undefined) {
        if (!isGiven) found.push({ code: textOf(args[zh - 1]), zh: textOf(args[zh]), en: textOf(args[en]) });
      } else if (node.type === 'NewExpression' && called === 'Refused' && args[2]?.type === 'ObjectExpression') {
        const [sayZh, sayEn] = [field(args[2], 'zh'), field(args[2], 'en')];
        if (sayZh?.type !== 'Identifier' && sayZh) {
          found.push({ code: textOf(args[1]), zh: textOf(sayZh), en: textOf(sayEn) });
        }
      } else if (called === 'conflict' && args[0]?.type === 'ObjectExpression') {
        const words = field(args[0], 'words');
        if (words?.type === 'ObjectExpression') {
          found.push({
            code: textOf(field(args[0], 'code')),
            zh: textOf(field(words, 'zh')),
            en: textOf(field(words, 'en')),
          });
        }
      }
    }
    Object.values(node).forEach(visit);
  };
  visit(parseSync(source, { syntax: 'typescript' }));
  return found;
}

const writtenIn = (folders: readonly string[]): Written[] =>
  folders.flatMap((folder) =>
    (readdirSync(join(PROJECT_ROOT, folder), { recursive: true }) as string[])
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => refusalsIn(readFileSync(join(PROJECT_ROOT, folder, name), 'utf8')))
      // Functions that only pass on what they are given.
      .filter(({ zh, en }) => zh !== '' || en !== ''),
  );
const ofDecisions = writtenIn(DECISIONS);
const written = [...ofDecisions, ...writtenIn(USE_CASES)];

test('the refusals of all decisions are found, and those of use cases and of the API', () => {
  expect(ofDecisions.length).toBeGreaterThan(80);
  expect(written.length - ofDecisions.length).toBeGreaterThan(25);
  expect(written.map(({ code }) => code)).toEqual(
    expect.arrayContaining([
      'forbidden',
      'out_of_turn',
      'not_agreed',
      'file_type',
      'newer_revision',
      'too_many',
      'slow',
    ]),
  );
});

test('each says why and what instead, in both languages', () => {
  const curt = written.filter(({ zh, en }) => !/.[，；：].{2,}/u.test(zh) || !/[\w…]["”)}]*[,;:] .{4,}/u.test(en));
  expect(curt).toEqual([]);
});

test('none leaves open what is wrong, or assumes a currency', () => {
  const vague = written.filter(
    ({ zh, en }) => /as it should be|not allowed to|CN¥/.test(en) || /不符合要求|没有权限|¥/.test(zh),
  );
  expect(vague).toEqual([]);
});
