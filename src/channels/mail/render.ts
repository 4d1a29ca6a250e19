import { mailContent } from './content';
import type { MailData } from './mail-data';
import type { MailTemplates, RenderedMail } from './templates';

/**
 * Writes out one mail in the reader's language, with the policy's own wording of this kind where it has one.
 * @throws Error as `mailContent`, or `TemplateError` when the template asks for a value that it was not given
 */
export async function renderMail(
  templates: MailTemplates,
  source: MailData,
): Promise<RenderedMail & { byPerson: boolean }> {
  const { template, context, byPerson } = await mailContent(source);
  const own = source.policy.wording?.[source.mail]?.[source.language];
  return { ...templates(template, source.language, context, own), byPerson };
}
