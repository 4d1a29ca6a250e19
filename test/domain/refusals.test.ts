import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { PROJECT_ROOT } from '../../src/paths';

/**
 * Every refusal of a decision that is written down anywhere, read from the sources: whoever is refused has to learn why,
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

const FOLDER = join(PROJECT_ROOT, 'src', 'domain', 'decisions');

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

function refusalsIn(source: string): Written[] {
  const found: Written[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    if (node.type === 'CallExpression' && (node.callee as Node).value === 'refuse') {
      const [code, zh, en] = (node.arguments as { expression: Node }[]).map(({ expression }) => textOf(expression));
      found.push({ code: code ?? '', zh: zh ?? '', en: en ?? '' });
    }
    Object.values(node).forEach(visit);
  };
  visit(parseSync(source, { syntax: 'typescript' }));
  return found;
}

const written = readdirSync(FOLDER).flatMap((name) => refusalsIn(readFileSync(join(FOLDER, name), 'utf8')));

test('the refusals of all decisions are found', () => {
  expect(written.length).toBeGreaterThan(80);
  expect(written.map(({ code }) => code)).toEqual(expect.arrayContaining(['forbidden', 'out_of_turn', 'not_agreed']));
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
