import { join } from 'node:path';
import type { Wording } from '../../domain/policy/schema';
import { LANGUAGES, type Language } from '../../domain/basics/types';
import { createEngine, htmlLines, TEMPLATES, templatesIn, type Context, type Render } from '../../render/engine';

export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
}

/** Renders a template of `templates/mail/<language>/`. One source gives subject, HTML and plain text. */
export type MailTemplates = (name: string, language: Language, context: Context, wording?: Wording) => RenderedMail;

const MODES = {
  html: { lines: (text: unknown) => htmlLines(asText(text)) },
  text: { lines: (text: unknown) => asText(text).replace(/\r\n|\r/g, '\n') },
} as const;

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** One line without control characters: a subject ends where the header ends. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();

/**
 * Reads and compiles all mail templates. `parts` of HTML and of text have the same names, so that a mail is written once:
 * a body says "facts", "quote", "action", and each side knows how these look.
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

/** A department's own words stand before and after ours. */
const OPENING = '{{#if opening}}{{#> para}}{{lines opening}}{{/para}}{{/if}}';
const CLOSING = '{{#if closing}}{{#> para}}{{lines closing}}{{/para}}{{/if}}';

/** `{{caseNo}}` and the like, for single values only: what a department writes is text, never a template. */
const filledIn = (text: string, context: Context): string =>
  text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_whole, name: string) => {
    const value = Object.hasOwn(context, name) ? context[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  });

function split(source: string, name: string): { subject: string; body: string } {
  const end = source.indexOf('\n');
  const first = source.slice(0, end);
  if (!first.startsWith('subject: ')) throw new Error(`mail template ${name} does not begin with its subject`);
  return { subject: first.slice('subject: '.length), body: source.slice(end + 1).trimEnd() };
}

/** At most `lines` line ends in a row, none at the beginning, and one at the end. */
const tidy = (text: string, lines: number): string =>
  `${text
    .replace(/[ \t]+$/gm, '')
    .replace(new RegExp(`\\n{${lines + 1},}`, 'g'), '\n'.repeat(lines))
    .trim()}\n`;
