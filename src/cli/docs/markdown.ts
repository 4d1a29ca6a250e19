import type { Words } from '../../domain/basics/types';

/** The languages that the references are written in. */
export type Tongue = keyof Words;
export const TONGUES: readonly Tongue[] = ['en', 'zh'];

/** `docs/decisions.md`, and `docs/decisions.zh-CN.md` beside it. */
export const pathOf = (name: string, tongue: Tongue): string => `docs/${name}${tongue === 'zh' ? '.zh-CN' : ''}.md`;

export const code = (text: string): string => `\`${text}\``;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A page: its title, the way to the other language, where it comes from, and its parts. */
export function page(name: string, title: Words, tongue: Tongue, parts: readonly string[]): string {
  const other = tongue === 'en' ? `[中文](${name}.zh-CN.md)` : `[English](${name}.md)`;
  const made = { en: 'Written by `npm run docs`; do not edit.', zh: '由 `npm run docs` 生成，请勿手改。' }[tongue];
  return `${[`# ${title[tongue]}`, `${other} · ${made}`, ...parts].join('\n\n')}\n`;
}
