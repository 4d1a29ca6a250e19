import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { references } from '../../src/cli/docs';
import { fields } from '../../src/config';
import { DECISION_NAMES } from '../../src/domain/decisions/catalogue';
import { PROJECT_ROOT } from '../../src/paths';

const pages = references();

test.each([...pages])('%s is what the code says (if not: npm run docs)', (path, text) => {
  expect(readFileSync(join(PROJECT_ROOT, path), 'utf8')).toBe(text);
});

test.each(['', '.zh-CN'])('the references%s name every variable, every decision and its address', (language) => {
  const text = (name: string): string => pages.get(`docs/${name}${language}.md`) ?? '';
  for (const name of Object.keys(fields)) expect(text('configuration')).toContain(`\n| \`${name}\` |`);
  for (const name of DECISION_NAMES) {
    expect(text('decisions')).toContain(`\n### ${name}\n`);
    expect(text('addresses')).toContain(`| \`POST /api/cases/:caseNo/decisions/${name}\` |`);
  }
});
