import type { Words } from '../../domain/basics/types';

/** The languages that the references are written in. */
export type Tongue = keyof Words;
export const TONGUES: readonly Tongue[] = ['en', 'zh'];

/** The path of a reference in the project: `docs/decisions.md`, in Chinese `docs/decisions.zh-CN.md`. */
export const pathOf = (name: string, tongue: Tongue): string => `docs/${name}${tongue === 'zh' ? '.zh-CN' : ''}.md`;

/** Text set as code. */
export const code = (text: string): string => `\`${text}\``;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table; cells may hold any text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * A whole reference: title, link to the other language, a note that it is generated, and its parts.
 * @param name of the file, without folder, language and ending
 */
export function page(name: string, title: Words, tongue: Tongue, parts: readonly string[]): string {
  const other = tongue === 'en' ? `[中文](${name}.zh-CN.md)` : `[English](${name}.md)`;
  const made = { en: 'Written by `npm run docs`; do not edit.', zh: '由 `npm run docs` 生成，请勿手改。' }[tongue];
  return `${[`# ${title[tongue]}`, `${other} · ${made}`, ...parts].join('\n\n')}\n`;
}
