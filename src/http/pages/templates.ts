import { join } from 'node:path';
import { LANGUAGES, type Language } from '../../domain/basics/types';
import { createEngine, htmlLines, TEMPLATES, templatesIn, type Context, type Render } from '../../render/engine';

/** A template in templates/pages/. */
export type PageName = 'complain' | 'receipt' | 'find' | 'lost' | 'progress' | 'proposal' | 'survey' | 'message';
/**
 * Renders a page as HTML.
 * @throws `TemplateError` when the template asks for a value that the context lacks
 */
export type PageTemplates = (page: PageName, language: Language, context: Context) => string;

/**
 * The helper `{{t "中文 {}" "English {}" value}}`: picks the language and fills each `{}` with the next value. Both
 * languages stand side by side in the template, so that neither is forgotten.
 */
const translate =
  (language: Language) =>
  (zh: unknown, en: unknown, ...rest: unknown[]): string => {
    // Handlebars passes its options object as the last argument.
    const values = rest.slice(0, -1);
    let next = 0;
    return plainText(language === 'zh-CN' ? zh : en).replaceAll('{}', () => plainText(values[next++]));
  };

const plainText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/**
 * Reads and compiles all pages in both languages, so that a broken one fails at start.
 * @throws Error when a template does not compile
 */
export function loadPageTemplates(folder: string = join(TEMPLATES, 'pages')): PageTemplates {
  const sources = templatesIn(folder);
  const parts = [...sources].filter(([name]) => name.startsWith('parts/'));
  const pages = new Map<string, Render>();
  for (const language of LANGUAGES) {
    const engine = createEngine({
      mode: 'html',
      helpers: {
        t: translate(language),
        lines: (text) => htmlLines(typeof text === 'string' ? text : ''),
      },
      partials: new Map([
        ...parts.map(([name, source]) => [name.slice('parts/'.length), source] as const),
        ['layout', sources.get('layout') ?? ''],
      ]),
    });
    for (const [name, source] of sources) {
      if (name === 'layout' || name.startsWith('parts/')) continue;
      pages.set(`${language}/${name}`, engine.compile(`{{#> layout}}\n${source}{{/layout}}\n`, `pages/${name}`));
    }
  }
  return (page, language, context) => {
    const render = pages.get(`${language}/${page}`);
    if (!render) throw new Error(`no page template ${page}`);
    return render(context);
  };
}
