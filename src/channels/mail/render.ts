import { mailContent } from './content';
import type { MailSource } from './source';
import type { MailTemplates, RenderedMail } from './templates';

/** A planned mail, written out in the reader's language. */
export async function renderMail(
  templates: MailTemplates,
  source: MailSource,
): Promise<RenderedMail & { byPerson: boolean }> {
  const { template, context, byPerson } = await mailContent(source);
  const own = source.policy.wording?.[source.mail]?.[source.language];
  return { ...templates(template, source.language, context, own), byPerson };
}
