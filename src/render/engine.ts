import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { runInThisContext } from 'node:vm';
import Handlebars from 'handlebars';
import { PROJECT_ROOT } from '../paths';

/** What a template may be given: plain data only, so that nothing in it can be called or reach a prototype. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Context = { readonly [name: string]: Value };

export type Helper = (...args: unknown[]) => unknown;
export type Render = (context: Context) => string;

export const TEMPLATES = join(PROJECT_ROOT, 'templates');

/** Every template below a folder, by its path without extension: `zh-CN/receipt`. */
export function templatesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.hbs'),
  );
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      const name = relative(folder, path).slice(0, -'.hbs'.length).split(sep).join('/');
      return [name, readFileSync(path, 'utf8')];
    }),
  );
}

/** A template asked for what it was not given. The message names the template, never a value. */
export class TemplateError extends Error {
  override name = 'TemplateError';
  constructor(template: string, options: ErrorOptions) {
    super(`template ${template} cannot be rendered`, options);
  }
}

/** A template as Handlebars made a program of it, before it has helpers and partials. */
type Program = Parameters<typeof Handlebars.template>[0];

/**
 * Each source is compiled once in a process, which takes about 2 ms: the pages of both languages have the same source,
 * and so have the parts of their mails. What a program depends on is in its key.
 */
const programs = new Map<string, Program>();

function programOf(source: string, name: string, mode: 'html' | 'text', helpers: readonly string[]): Program {
  const key = JSON.stringify([name, mode, helpers, source]);
  const known = programs.get(key);
  if (known) return known;
  if (/\{\{\{|\{\{\s*&/.test(source)) throw new Error(`template ${name}: unescaped output is forbidden`);
  const code = Handlebars.precompile(source, {
    strict: true,
    noEscape: mode === 'text',
    preventIndent: true,
    knownHelpers: Object.fromEntries(helpers.map((helper) => [helper, true])),
    knownHelpersOnly: true,
  });
  const program = runInThisContext(`(${code as string})`, { filename: `${name}.hbs` }) as Program;
  programs.set(key, program);
  return program;
}

/**
 * A closed set of templates and helpers. Templates are strings from our own disk, compiled once and at once: a fault shows
 * at start, not in the first mail of its kind. A name that the context lacks is an error, never an empty space.
 */
export function createEngine(options: {
  /** `text` escapes nothing; `html` escapes every value. */
  mode: 'html' | 'text';
  helpers: Record<string, Helper>;
  partials: Map<string, string>;
}): { compile(source: string, name: string): Render } {
  const handlebars = Handlebars.create();
  const known = Object.keys(options.helpers);
  for (const [name, helper] of Object.entries(options.helpers)) handlebars.registerHelper(name, helper);

  const build = (source: string, name: string) => handlebars.template(programOf(source, name, options.mode, known));

  for (const [name, source] of options.partials) handlebars.registerPartial(name, build(source, name));
  return {
    compile(source, name) {
      const template = build(source, name);
      return (context) => {
        try {
          return template(plain(context));
        } catch (error) {
          throw new TemplateError(name, { cause: error });
        }
      };
    },
  };
}

/** A copy without prototypes. Whatever is neither text, number, boolean, list nor record does not get through. */
function plain(value: unknown): unknown {
  if (value === undefined) return null;
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') throw new TypeError(`a template is not given a ${typeof value}`);
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [name, item] of Object.entries(value)) copy[name] = plain(item);
  return copy;
}

/** Text as typed, its line breaks kept; for the `lines` helper of HTML templates. */
export const htmlLines = (text: string): Handlebars.SafeString =>
  new Handlebars.SafeString(Handlebars.Utils.escapeExpression(text).replace(/\r\n|\r|\n/g, '<br>'));
