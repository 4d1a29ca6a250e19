import type { Stores } from '../../../src/db';
import { links } from './fake-stores';
import type { Walk } from './walk';

/** Stores a walk's case as a complaint that came by the form, with its ledger and the mails that it plans. */
export async function acceptWalk(
  { complaints, ledger }: Pick<Stores, 'complaints' | 'ledger'>,
  walk: Walk,
  { wechatPerson, ...reach }: { phone?: string; email?: string; preferredChannel?: string; wechatPerson?: string } = {
    phone: '13800000000',
  },
  sms = false,
): Promise<void> {
  const { caseNo } = walk.options;
  const record = walk.record();
  await complaints.accept({
    caseNo,
    receivedAt: record.receivedAt,
    channel: 'web',
    language: 'zh-CN',
    customer: { name: '林晓梅', ...reach },
    text: record.text,
    suggestion: record.suggestion,
    policyVersion: 1,
    answerBy: record.answerBy,
    resolveBy: record.resolveBy,
    accessCodeHash: links.hash(links.accessCode(caseNo)),
    ...(wechatPerson !== undefined && { wechatPerson }),
  });
  await ledger.append(caseNo, walk.events, { mailDomain: 'redress.example', sms });
}
