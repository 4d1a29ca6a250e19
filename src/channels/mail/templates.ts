import { join } from 'node:path';
import type { Wording } from '../../domain/policy/schema';
import { LANGUAGES, type Language } from '../../domain/basics/types';
import { createEngine, htmlLines, TEMPLATES, templatesIn, type Context, type Render } from '../../render/engine';

/** A mail as text: `subject` is one line, `html` and `text` say the same. */
export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
}

/**
 * Renders the template `templates/mail/<language>/<name>.hbs`: one source gives subject, HTML and plain text.
 * @param wording a department's own subject, and its words before and after ours; its placeholders are filled from
 * `context`
 * @throws Error when there is no such template, `TemplateError` when it asks for a value that the context lacks
 */
export type MailTemplates = (name: string, language: Language, context: Context, wording?: Wording) => RenderedMail;

const MODES = {
  html: { lines: (text: unknown) => htmlLines(asText(text)) },
  text: { lines: (text: unknown) => asText(text).replace(/\r\n|\r/g, '\n') },
} as const;

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The text as one line without control characters: a line break in a subject could begin another header. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();

/**
 * Reads and compiles all mail templates, so that a broken one fails at start. The folders `html` and `text` hold
 * partials of the same names (`facts`, `quote`, `action`), so a mail's body is written once and rendered both ways; a
 * template whose name begins with `_` is a partial of its language.
 * @throws Error when a template does not compile or does not begin with `subject: `
 */
export function loadMailTemplates(folder: string = join(TEMPLATES, 'mail')): MailTemplates {
  const mails = new Map<string, { subject: Render; html: Render; text: Render }>();
  for (const language of LANGUAGES) {
    const sources = templatesIn(join(folder, language));
    const shared = [...sources].filter(([name]) => name.startsWith('_'));
    const engine = (mode: keyof typeof MODES) =>
      createEngine({
        mode,
        helpers: MODES[mode],
        partials: new Map([
          ...templatesIn(join(folder, mode)),
          ...shared.map(([name, source]) => [name.slice(1), source] as const),
        ]),
      });
    const [html, text] = [engine('html'), engine('text')];
    for (const [name, source] of sources) {
      if (name.startsWith('_')) continue;
      const { subject, body } = split(source, `${language}/${name}`);
      const page = `{{#> layout}}\n${OPENING}\n${body}\n${CLOSING}\n{{/layout}}`;
      mails.set(`${language}/${name}`, {
        subject: text.compile(subject, `${language}/${name}.subject`),
        html: html.compile(page, `${language}/${name}.html`),
        text: text.compile(page, `${language}/${name}.text`),
      });
    }
  }
  return (name, language, context, wording = {}) => {
    const mail = mails.get(`${language}/${name}`);
    if (!mail) throw new Error(`no mail template ${language}/${name}`);
    const own = (text: string | undefined): string | null => (text === undefined ? null : filledIn(text, context));
    const subject = oneLine(own(wording.subject) ?? mail.subject(context));
    const full = {
      opening: own(wording.opening),
      closing: own(wording.closing),
      byPerson: false,
      ...context,
      lang: language,
      title: subject,
      colon: language === 'zh-CN' ? '：' : ': ',
    };
    return { subject, html: tidy(mail.html(full), 1), text: tidy(mail.text(full), 2) };
  };
}

/** Where a department's own words (`Wording`) stand: before and after the template's body. */
const OPENING = '{{#if opening}}{{#> para}}{{lines opening}}{{/para}}{{/if}}';
const CLOSING = '{{#if closing}}{{#> para}}{{lines closing}}{{/para}}{{/if}}';

/** Fills placeholders such as `{{caseNo}}` with texts and numbers of the context; others become empty. */
const filledIn = (text: string, context: Context): string =>
  text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_whole, name: string) => {
    const value = Object.hasOwn(context, name) ? context[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  });

/** Parts a template's first line (`subject: …`) from its body. */
function split(source: string, name: string): { subject: string; body: string } {
  const end = source.indexOf('\n');
  const first = source.slice(0, end);
  if (!first.startsWith('subject: ')) throw new Error(`mail template ${name} does not begin with its subject`);
  return { subject: first.slice('subject: '.length), body: source.slice(end + 1).trimEnd() };
}

/**
 * The text with at most `lines` line breaks in a row, none at the beginning, one at the end, and no blanks before them.
 */
const tidy = (text: string, lines: number): string =>
  `${text
    .replace(/[ \t]+$/gm, '')
    .replace(new RegExp(`\\n{${lines + 1},}`, 'g'), '\n'.repeat(lines))
    .trim()}\n`;
