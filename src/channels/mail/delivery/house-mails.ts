import type { CauseAccess } from '../../../cases';
import type { Links } from '../../../cases/access/links';
import type { HouseMail, User } from '../../../db/records';
import type { Language } from '../../../domain/basics/types';
import { nameWords } from '../../../domain/basics/words';
import { readsAs } from '../../../domain/case/permissions';
import { careOf, greetingMoment } from '../../../domain/policy/care';
import { calendarOf, type Policy } from '../../../domain/policy/schema';
import { daysAfter } from '../../../domain/time/calendar';
import { toInstant } from '../../../domain/time/duration';
import { houseDate, houseDayStart } from '../../../house';
import { inLanguage } from '../../../render/words';
import type { Context } from '../../../render/engine';
import { figureValue } from '../../../render/figure-value';
import type { Way } from '../../choices';
import type { Job, Parcel, Source } from '../../outbox/channel';
import type { HouseMailStores, MailStores, TellReport } from '../stores';
import type { MailAttachment } from '../transport';
import type { MailTemplates } from '../templates';
import { weekContext } from '../kinds/week';
import { outcomesIn } from './parcels';
import type { Post } from './post';

export interface HouseMailNeeds {
  stores: HouseMailStores & Pick<MailStores, 'complaints' | 'users'>;
  templates: MailTemplates;
  house: { name: string; contact: string };
  links: Pick<Links, 'careUrl' | 'deskUrl'>;
  /** Left out: nobody is told of reports. */
  reportMail?: TellReport | undefined;
  inForce: () => Promise<Policy>;
  post: Pick<Post, 'send'>;
  /** What a week has found, and how somebody is told of it; left out: nobody is. */
  week?: { told: CauseAccess['weekly']; wayOf: (user: User) => Promise<Way> } | undefined;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** A mail that is written out: to whom, by which template and from what. */
interface Written {
  /** None: nobody can get it. */
  address: string | undefined;
  isCustomer: boolean;
  language: Language;
  template: string;
  context: Context;
  /** Where its reader says that they want no more of these. */
  unsubscribe?: string;
  /** What goes with it. */
  attachments?: readonly MailAttachment[];
}

/**
 * The source of mails that no event of a case causes: answers to suggestions, greetings to those on the care list, reports, and
 * the causes of the week.
 */
export class HouseMails implements Source {
  constructor(private readonly needs: HouseMailNeeds) {}

  async claim(limit: number, leaseMs: number): Promise<Job[]> {
    const found = await this.needs.stores.houseMails.claim(limit, leaseMs);
    return found.map((mail) => {
      const parcel = this.parcelOf(mail);
      return { line: `house/${mail.kind}/${mail.subject}`, parcel, deliver: () => this.deliver(mail, parcel) };
    });
  }

  private async deliver(mail: HouseMail, parcel: Parcel): Promise<void> {
    const { stores, templates, house, post } = this.needs;
    const { houseMails } = stores;
    const written = await this.written(mail);
    if (written === 'put off') return;
    if (!written) return void (await houseMails.skipped(mail.id, 'overtaken'));
    const { address, isCustomer, language, template, context, unsubscribe, attachments } = written;
    const addresses = mail.addresses ?? (address === undefined || address === '' ? [] : [address]);
    if (addresses.length === 0) return void (await houseMails.skipped(mail.id, 'no_recipient'));
    const to = await houseMails.fixRecipients(mail.id, addresses);
    await post.send(parcel, isCustomer ? to : [], () => {
      const about = { org: house.name, contact: house.contact === '' ? null : house.contact };
      const rendered = templates(template, language, { ...about, ...context });
      return Promise.resolve({ ...rendered, to, messageId: mail.messageId, unsubscribe, attachments });
    });
  }

  /** Undefined: there is nothing to tell any more. */
  private written(mail: HouseMail): Promise<Written | 'put off' | undefined> {
    switch (mail.kind) {
      case 'suggestion':
        return this.suggestion(mail);
      case 'greeting':
        return this.greeting(mail);
      case 'report':
        return this.report(mail);
      case 'causes':
        return this.causes(mail);
    }
  }

  /** What those who lead are told of a report: the most important figures, and the way to it. */
  private async report({ subject, occasion }: HouseMail): Promise<Written | undefined> {
    const { stores, reportMail, links } = this.needs;
    const [user, told] = [await stores.users.byId(subject), await reportMail?.(subject, occasion)];
    if (!user?.active || !told) return undefined;
    const { email, language } = user;
    const value = (of: number | null, unit: Parameters<typeof figureValue>[1]): string =>
      figureValue(of, unit, language);
    const context = {
      name: inLanguage(nameWords(user), language),
      caseNo: null,
      kind: inLanguage(told.kind, language),
      period: inLanguage(told.name, language),
      url: `${links.deskUrl()}${told.path.slice('/desk'.length)}`,
      choicesUrl: `${links.deskUrl()}/account/notices`,
      lines: told.lines.map((line) => ({
        name: inLanguage(line.name, language),
        value: `${value(line.value, line.unit)} (${value(line.before, line.unit)})`,
      })),
      low: told.low.map((one) => ({ name: inLanguage(one.name, language), value: `${one.value}% < ${one.target}%` })),
      lowCount: told.low.length,
    };
    // The numbers stand in the mail too, and the page has them all: without its file it goes all the same.
    const attachments = await told.pdf(language).then(
      (file) => [file],
      () => [],
    );
    return { address: email, isCustomer: false, language, template: 'report', context, attachments };
  }

  /** What those who lead are told of the week; in their working time, and not to whom has chosen to read it on the desk. */
  private async causes({ id, subject, occasion }: HouseMail): Promise<Written | 'put off' | undefined> {
    const { stores, week, links, clock } = this.needs;
    const user = await stores.users.byId(subject);
    if (!week || !user?.active || !readsAs({ kind: 'staff', ...user }, 'supervisor')) return undefined;
    const way = await week.wayOf(user);
    if (way.kind === 'bellOnly') return undefined;
    // A week later the next one tells more.
    if (clock() >= houseDayStart(daysAfter(occasion, 14))) return undefined;
    if (way.kind === 'later') {
      await stores.houseMails.putOff(id, 'quiet', toInstant(way.at));
      return 'put off';
    }
    const { email, language, role, team } = user;
    const told = await week.told({ week: occasion }, { kind: 'staff', id: subject, role, team });
    const url = `${links.deskUrl()}/causes?week=${occasion}`;
    return {
      address: email,
      isCustomer: false,
      language,
      template: 'causes',
      context: weekContext(told, url, language),
    };
  }

  /** What whoever suggested something is told of a decision; undefined: it stands somewhere else by now. */
  private async suggestion({ subject, occasion }: HouseMail): Promise<Written | undefined> {
    const { stores } = this.needs;
    const told = await stores.suggestions.telling(Number(subject), occasion);
    if (!told) return undefined;
    const { text, reason = null, result = null, source, caseNo = '', by = '' } = told;
    const context = {
      text,
      reason,
      result,
      isAdopted: occasion === 'adopted',
      isDeclined: occasion === 'declined',
      isDone: occasion === 'done',
    };
    if (source === 'customer') {
      const complaint = await stores.complaints.get(caseNo);
      if (!complaint) return undefined;
      const { customer, language } = complaint;
      const whole = { ...context, name: customer.name, caseNo };
      return { address: customer.email, isCustomer: true, language, template: 'suggestion', context: whole };
    }
    const user = await stores.users.byId(by);
    if (!user?.active) return undefined;
    const { email, language } = user;
    const whole = { ...context, name: inLanguage(nameWords(user), language), caseNo: null };
    return { address: email, isCustomer: false, language, template: 'suggestion', context: whole };
  }

  /**
   * What somebody on the care list is greeted with. It goes in the working hours of the day for which it was planned, or not
   * at all; and not to whom has asked to be left alone, or has a complaint open by now.
   */
  private async greeting({ id, subject, occasion, plannedAt }: HouseMail): Promise<Written | 'put off' | undefined> {
    const { stores, links, inForce, clock } = this.needs;
    const policy = await inForce();
    const now = clock();
    const day = houseDate(Date.parse(plannedAt));
    const moment = greetingMoment(now, calendarOf(policy), (ms) => houseDayStart(houseDate(ms)));
    if (houseDate(moment) !== day) return undefined;
    if (moment > now) {
      await stores.houseMails.putOff(id, 'quiet', toInstant(moment));
      return 'put off';
    }
    const holiday = careOf(policy).holidays.find((one) => occasion === `holiday-${one.id}-${one.on}`);
    // It was taken out of the policy meanwhile.
    if (!holiday && !occasion.startsWith('birthday-')) return undefined;
    const one = await stores.care.greeted(subject);
    if (!one || (!holiday && one.birthday === undefined)) return undefined;
    const { name, email, language } = one;
    const unsubscribe = links.careUrl(subject);
    const context = {
      name,
      caseNo: null,
      holiday: holiday ? inLanguage(holiday.name, language) : null,
      text: holiday?.text ? inLanguage(holiday.text, language) : null,
      stopUrl: unsubscribe,
    };
    return { address: email, isCustomer: true, language, template: 'greeting', context, unsubscribe };
  }

  private parcelOf({ id, plannedAt, attempts }: HouseMail): Parcel {
    const { houseMails } = this.needs.stores;
    return {
      logFields: { houseMail: id },
      plannedAt,
      attempts,
      exemptFromBreaker: false,
      ...outcomesIn(houseMails, id),
      giveUp: (code) => houseMails.failed(id, code),
    };
  }
}
