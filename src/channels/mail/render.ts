import { mailContent, type MailSource } from './content';
import type { MailTemplates, RenderedMail } from './templates';

/** A planned mail, written out in the reader's language. */
export async function renderMail(templates: MailTemplates, source: MailSource): Promise<RenderedMail> {
  const { template, context } = await mailContent(source);
  return templates(template, source.language, context, source.policy.wording?.[source.mail]?.[source.language]);
}
