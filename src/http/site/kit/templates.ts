import { join } from 'node:path';
import { LANGUAGES, type Language } from '../../../domain/basics/types';
import { createEngine, htmlLines, TEMPLATES, templatesIn, type Context, type Render } from '../../../render/engine';

/**
 * Renders a page as HTML.
 * @throws `TemplateError` when the template asks for a value that the context lacks
 */
export type PageTemplates<Page extends string> = (page: Page, language: Language, context: Context) => string;

const PAGES = join(TEMPLATES, 'pages');
/** In a part's own folder: pieces of its pages. */
const PARTS = 'parts/';

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

/** A part of the site. Its templates and its layout lie in templates/pages/<part>/; templates/pages/parts/ is for all. */
export type SitePart = 'customer' | 'desk';

/**
 * Reads and compiles all pages of a part of the site in both languages, so that a broken one fails at start.
 * @throws Error when a template does not compile
 */
export function loadPageTemplates<Page extends string>(part: SitePart, root: string = PAGES): PageTemplates<Page> {
  const [common, own] = [templatesIn(join(root, 'parts')), templatesIn(join(root, part))];
  const ofPart = [...own]
    .filter(([name]) => name.startsWith(PARTS))
    .map(([name, source]) => [name.slice(PARTS.length), source] as const);
  const pages = new Map<string, Render>();
  for (const language of LANGUAGES) {
    const engine = createEngine({
      mode: 'html',
      helpers: {
        t: translate(language),
        lines: (text) => htmlLines(typeof text === 'string' ? text : ''),
      },
      partials: new Map([...common, ...ofPart, ['layout', own.get('layout') ?? '']]),
    });
    for (const [name, source] of own) {
      if (name === 'layout' || name.startsWith(PARTS)) continue;
      const whole = `{{#> layout}}\n${source}{{/layout}}\n`;
      pages.set(`${language}/${name}`, engine.compile(whole, `pages/${part}/${name}`));
    }
  }
  return (page, language, context) => {
    const render = pages.get(`${language}/${page}`);
    if (!render) throw new Error(`no page template ${page}`);
    return render(context);
  };
}
