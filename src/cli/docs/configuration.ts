import { z } from 'zod';
import { about, fields, REQUIRED, REQUIRED_IN_PRODUCTION } from '../../config';
import type { Words } from '../../domain/basics/types';
import { code, page, table, type Tongue } from './markdown';

const NOTE: Words = {
  en: [
    'Every program reads its configuration from environment variables, once, in `src/config.ts`. An empty variable counts as not set. All faults are printed at once at the start, and the program exits with code 78.',
    '**Required** variables have to be set for a deployment; `npm start` makes them itself. **Required in production** holds with `NODE_ENV=production`. Sizes are in bytes.',
    '`docker-compose.yml` asks for two more, `POSTGRES_PASSWORD` and `TEMPORAL_POSTGRES_PASSWORD`: the passwords of its own databases.',
  ].join('\n\n'),
  zh: [
    '每个程序在启动时从环境变量读一次配置，读法在 `src/config.ts`。空变量等于没有设。启动时一次打印所有错误，退出码 78。',
    '**必填**的变量部署时要给出；`npm start` 会自己准备。**生产必填**指 `NODE_ENV=production` 时。大小都以字节计。',
    '`docker-compose.yml` 还要两个：`POSTGRES_PASSWORD` 和 `TEMPORAL_POSTGRES_PASSWORD`，是它自带的两个数据库的密码。',
  ].join('\n\n'),
};

const HEAD: Record<Tongue, string[]> = {
  en: ['variable', 'default', 'values', 'what for'],
  zh: ['变量', '默认', '取值', '用途'],
};

/**
 * The reference of the configuration: every variable of `src/config.ts`.
 * @throws Error when a variable has no words there
 */
export function configurationPage(tongue: Tongue): string {
  const rows = Object.entries(fields).map(([name, field]) => [
    code(name),
    defaultOf(field, tongue),
    valuesOf(field),
    `${wordsOf(name, field)[tongue]}${requiredOf(name)[tongue]}`,
  ]);
  const title = { en: 'Configuration', zh: '配置' };
  return page('configuration', title, tongue, [NOTE[tongue], table(HEAD[tongue], rows)]);
}

function wordsOf(name: string, field: z.ZodType) {
  const words = about.get(field);
  if (!words) throw new Error(`src/config.ts does not say what ${name} is for`);
  return words;
}

function defaultOf(field: z.ZodType, tongue: Tongue): string {
  const unset = about.get(field)?.unset;
  if (unset) return unset[tongue];
  const { data } = field.safeParse(undefined);
  return typeof data === 'number' || typeof data === 'boolean' || (typeof data === 'string' && data !== '')
    ? code(String(data))
    : '–';
}

function valuesOf(field: z.ZodType): string {
  const schema = z.toJSONSchema(field, { io: 'output', unrepresentable: 'any' });
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(' ');
  if (schema.type === 'boolean') return '`true` `false`';
  if (schema.type === 'integer') return `${schema.minimum}–${schema.maximum}`;
  return '';
}

function requiredOf(name: string): Words {
  if (REQUIRED.includes(name)) return { en: '. **Required**', zh: '。**必填**' };
  return REQUIRED_IN_PRODUCTION.includes(name)
    ? { en: '. **Required in production**', zh: '。**生产必填**' }
    : { en: '', zh: '' };
}
