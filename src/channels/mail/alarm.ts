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
  /** Lists the active members of a role. */
  users: { list(filter: { role: User['role']; active: boolean }): Promise<User[]> };
  transport: Pick<MailTransport, 'send'>;
  /** Shown in the mail; an empty `contact` is left out. */
  house: { name: string; contact: string };
  /** What stands behind the @ of our Message-IDs. */
  mailDomain: string;
  log: { warn(fields: object, message: string): void };
  templates?: MailTemplates;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/**
 * Builds the function by which the watch (src/cases/engine/watch.ts) reports incidents: one mail with all of them to
 * every active admin, or to every manager when there is no admin. The mails go straight to the mail server, not by the
 * outbox.
 * @returns a function that resolves to whether at least one of these mails was sent, or may have been; it rejects only
 * when the users cannot be read
 */
export function createAlarm({ users, transport, house, mailDomain, log, templates, clock = Date.now }: Needs) {
  const render = templates ?? loadMailTemplates();
  return async function tell(incidents: readonly Incident[]): Promise<boolean> {
    const readers = await adminsOf(users);
    if (readers.length === 0) log.warn({ incidents: incidents.length }, 'there is no admin to be told');
    const what = incidents.map(({ subject, since }) => `${subject} ${since}`).join('\n');
    // Derived from the incidents: when the same report is sent again, mail programs recognise the Message-ID.
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

/** The active admins; without any, the active managers. */
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
