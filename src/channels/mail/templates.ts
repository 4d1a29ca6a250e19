import { join } from 'node:path';
import { LANGUAGES, type Language } from '../../domain/types';
import { createEngine, htmlLines, TEMPLATES, templatesIn, type Context, type Render } from '../../render/engine';

export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
}

/** Renders a template of `templates/mail/<language>/`. One source gives subject, HTML and plain text. */
export type MailTemplates = (name: string, language: Language, context: Context) => RenderedMail;

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
      const page = `{{#> layout}}\n${body}\n{{/layout}}`;
      mails.set(`${language}/${name}`, {
        subject: text.compile(subject, `${language}/${name}.subject`),
        html: html.compile(page, `${language}/${name}.html`),
        text: text.compile(page, `${language}/${name}.text`),
      });
    }
  }
  return (name, language, context) => {
    const mail = mails.get(`${language}/${name}`);
    if (!mail) throw new Error(`no mail template ${language}/${name}`);
    const subject = oneLine(mail.subject(context));
    const full = { ...context, lang: language, title: subject, colon: language === 'zh-CN' ? '：' : ': ' };
    return { subject, html: tidy(mail.html(full), 1), text: tidy(mail.text(full), 2) };
  };
}

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
