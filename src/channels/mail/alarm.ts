import { createHash } from 'node:crypto';
import type { Incident } from '../../db';
import type { User } from '../../db/records';
import { INCIDENT_WORDS } from '../../domain/case/incidents';
import type { Language } from '../../domain/basics/types';
import { plannedTime } from '../../render/format';
import { inLanguage } from '../../render/words';
import { noticeId } from './digest';
import { loadMailTemplates, type MailTemplates } from './templates';
import type { MailTransport } from './transport';

interface Needs {
  users: { list(filter: { role: User['role']; active: boolean }): Promise<User[]> };
  transport: Pick<MailTransport, 'send'>;
  house: { name: string; contact: string };
  mailDomain: string;
  log: { warn(fields: object, message: string): void };
  templates?: MailTemplates;
  clock?: () => number;
}

/**
 * Tells the admins of cases that do not go on by themselves: one mail for all of them; who leads when there is no admin.
 * @returns whether it reached at least one of them
 */
export function createAlarm({ users, transport, house, mailDomain, log, templates, clock = Date.now }: Needs) {
  const render = templates ?? loadMailTemplates();
  return async function tell(incidents: readonly Incident[]): Promise<boolean> {
    const readers = await adminsOf(users);
    if (readers.length === 0) log.warn({ incidents: incidents.length }, 'there is no admin to be told');
    const what = incidents.map(({ subject, since }) => `${subject} ${since}`).join('\n');
    // A repeat, after a fault or by another worker, carries the same id: mail programs show it once.
    const id = `<stuck.${createHash('sha256').update(what).digest('hex').slice(0, 24)}@${mailDomain}>`;
    let reached = false;
    for (const reader of readers) {
      const mail = render('stuck', reader.language, {
        org: house.name,
        contact: house.contact === '' ? null : house.contact,
        caseNo: null,
        count: incidents.length,
        items: incidents.map((incident) => line(incident, reader.language, clock())),
      });
      const { kind } = await transport.send({ ...mail, to: [reader.email], messageId: noticeId(id, reader.id) });
      if (kind === 'sent' || kind === 'ambiguous') reached = true;
      else log.warn({ userId: reader.id, kind }, 'an admin could not be told of a case that is stuck');
    }
    return reached;
  };
}

async function adminsOf(users: Needs['users']): Promise<User[]> {
  for (const role of ['admin', 'manager'] as const) {
    const found = await users.list({ role, active: true });
    if (found.length > 0) return found;
  }
  return [];
}

function line({ subject, kind, since }: Incident, language: Language, now: number): string {
  const at = plannedTime(since, language, new Date(now).toISOString());
  const what = inLanguage(INCIDENT_WORDS[kind], language);
  return language === 'zh-CN' ? `${subject}：${what}，${at} 发现` : `${subject}: ${what}; found ${at}`;
}
