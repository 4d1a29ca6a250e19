import { join } from 'node:path';
import { SegmentedMessage } from 'sms-segments-calculator';
import { LANGUAGES, type Language } from '../../domain/basics/types';
import { createEngine, TEMPLATES, templatesIn, type Context } from '../../render/engine';
import { uses, type SmsGateway } from '../../sms-gateway';
import type { SmsMessage } from './gateway';

/** Renders `templates/sms/<language>/<name>.hbs` as one line. @throws TemplateError, or Error when there is none */
export type SmsTemplates = (name: string, language: Language, context: Context) => string;

/** Reads and compiles all of them, so that a broken one fails at start. */
export function loadSmsTemplates(folder: string = join(TEMPLATES, 'sms')): SmsTemplates {
  const engine = createEngine({ mode: 'text', helpers: {}, partials: new Map() });
  const texts = new Map(
    LANGUAGES.flatMap((language) =>
      [...templatesIn(join(folder, language))].map(([name, source]) => {
        const key = `${language}/${name}`;
        return [key, engine.compile(source.trim(), key)] as const;
      }),
    ),
  );
  return (name, language, context) => {
    const text = texts.get(`${language}/${name}`);
    if (!text) throw new Error(`no text message ${language}/${name}`);
    return text(context)
      .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim();
  };
}

/** How many messages of the network a text is paid as: 160 characters of GSM-7 or 70 of UCS-2, fewer in each of several. */
export const segmentsOf = (text: string): number => new SegmentedMessage(text).segmentsCount;

/** Which link a text carries: the one where its reader is asked for something, else that of the progress page. */
const LINKS: Readonly<Record<string, string>> = {
  'solution/offer': 'proposalUrl',
  solutionReminder: 'proposalUrl',
  survey: 'surveyUrl',
  surveyReminder: 'surveyUrl',
};

/** The link of a text, by its template. */
export const linkOf = (name: string, context: Context): string => asWords(context[LINKS[name] ?? 'progressUrl']);

/** What a text message is written from: as its mail (src/channels/mail/content.ts). */
export interface Told {
  /** Below `templates/sms/<language>/`. */
  template: string;
  context: Context;
  language: Language;
  org: string;
}

/**
 * The words of a message; undefined where the gateway sends approved templates alone, and has none for it.
 * @param templates our own texts
 */
export function smsWords(
  gateway: SmsGateway,
  templates: SmsTemplates,
  { template: name, context, language, org }: Told,
): Pick<SmsMessage, 'text' | 'signature' | 'template'> | undefined {
  const approved = (gateway.templates[name] ?? gateway.templates[name.split('/', 1)[0] ?? name])?.[language];
  if (!approved && uses(gateway, ['template'])) return undefined;
  const link = linkOf(name, context);
  const signature = gateway.signature ?? org;
  const body = templates(name, language, { ...context, link });
  const values = { ...context, link, linkPath: URL.canParse(link) ? pathOf(new URL(link)) : '' };
  return {
    signature,
    text: signed(body, signature, language),
    ...(approved && {
      template: {
        id: approved.id,
        params: Object.fromEntries(
          Object.entries(approved.params).map(([param, value]) => [param, asWords((values as Context)[value])]),
        ),
      },
    }),
  };
}

/** In front, as gateways in China want it; brackets of theirs would make an English text one of UCS-2. */
function signed(body: string, signature: string, language: Language): string {
  if (signature === '') return body;
  return language === 'zh-CN' ? `【${signature}】${body}` : `${signature}: ${body}`;
}

/** What stands behind the host, for approved templates that hold the rest themselves. */
const pathOf = ({ pathname, search }: URL): string => `${pathname}${search}`.slice(1);

const asWords = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? `${value}` : '');
