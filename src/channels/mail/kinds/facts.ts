import { STAGE_WORDS } from '../../../domain/basics/words';
import type { Instant, Remedy, TextRef, Words } from '../../../domain/basics/types';
import type { CaseEvent } from '../../../domain/case/events';
import type { CaseState } from '../../../domain/case/state';
import { nextDue, promiseWords, type Clock } from '../../../domain/promises/clock';
import { askedOf } from '../../../domain/views/asked';
import { waitsFor } from '../../../domain/views/progress';
import type { Context } from '../../../render/engine';
import { plannedTime } from '../../../render/format';
import { CATEGORY_WORDS, GRADE_WORDS, inLanguage, remedyText } from '../../../render/words';
import type { MailData } from '../mail-data';
import { occasionOf, type Occasion } from './occasion';

/** Which template a mail takes, and the values for it: finished texts in the reader's language, numbers and flags. */
export interface MailContent {
  /** Below `templates/mail/<language>/`. */
  template: string;
  context: Context;
  /** It carries what a person wrote to the customer, so it must not be marked as an automatic mail. */
  byPerson: boolean;
}

/** Makes the content of one kind of mail. @throws Error when the event is of a type that the kind is not about */
export type Writer = (facts: Facts) => Promise<MailContent>;

/** Stands in a mail for a text that was erased after the mail had been planned. */
const ERASED: Words = { zh: '（原文已删除）', en: '(the text has been erased)' };

/** How many earlier complaints a mail names at most; the case lists them all. */
const EARLIER_NAMED = 10;

/**
 * What the writers of all kinds work with: the event that the mail tells of, the case around it, and methods that put
 * ids, instants and text references into words of the reader's language.
 */
export class Facts implements Occasion {
  readonly event: CaseEvent;
  readonly before: CaseState | undefined;
  readonly after: CaseState;
  readonly moment: CaseState;
  readonly past: readonly CaseEvent[];

  /** @throws Error when the ledger does not have the event that the mail was planned for */
  constructor(readonly source: MailData) {
    const { event, before, after, moment, past } = occasionOf(source);
    this.event = event;
    this.before = before;
    this.after = after;
    this.moment = moment;
    this.past = past;
  }

  /** The words in the reader's language. */
  say(words: Words): string {
    return inLanguage(words, this.source.language);
  }

  /** An instant as date, weekday and time; the year is named when it is not the event's. Null: there is none. */
  when(instant: Instant | undefined): string | null {
    return instant === undefined ? null : plannedTime(instant, this.source.language, this.event.at);
  }

  /** The stored free text, or a sentence that it has been erased; null where no text was given. */
  async read(ref: TextRef | undefined): Promise<string | null> {
    return ref === undefined ? null : ((await this.source.text(ref)) ?? this.say(ERASED));
  }

  /** Somebody's name; null without an id, and for one that nobody has. */
  async person(id: string | undefined): Promise<string | null> {
    return id === undefined ? null : ((await this.source.userName(id)) ?? null);
  }

  /** The names of several, as a list in one text; empty when none is known. */
  async people(ids: readonly string[]): Promise<string> {
    const names = await Promise.all(ids.map((id) => this.person(id)));
    return names.filter((name) => name !== null).join(this.source.language === 'zh-CN' ? '、' : ', ');
  }

  /** The member of staff who caused the event; null when it was the customer or the system. */
  actor(): Promise<string | null> {
    const { actor } = this.event;
    return this.person(actor.kind === 'staff' ? actor.id : undefined);
  }

  /** Each remedy with its amount, as a customer reads it. */
  remedies(remedies: readonly Remedy[] | undefined): string[] {
    return (remedies ?? []).map((remedy) => remedyText(remedy, this.source.language));
  }

  /** A clock of the case by its id (`survey`, `help:h1`), as it stands now and not as it stood at the event. */
  clock(id: string): Clock | undefined {
    return this.source.now.clocks[id];
  }

  /** When a clock is due; undefined when it does not run (any more), so that no mail promises a date that is over. */
  openUntil(id: string): Instant | undefined {
    const clock = this.clock(id);
    return clock && (clock.status === 'running' || clock.status === 'paused') ? clock.dueAt : undefined;
  }

  /** The values in every mail to a customer. */
  async forCustomer() {
    const { caseNo, customerName, links, now } = this.source;
    return {
      ...this.house(),
      caseNo,
      name: customerName,
      handler: await this.person(now.owner?.id),
      progressUrl: links.progressUrl(caseNo),
    };
  }

  /**
   * The values in every notice to staff.
   * @param shown the promise the mail is about; left out (or undefined), the one of the case that is due next
   */
  async forStaff(shown: Clock | undefined = nextDue(this.source.now.clocks)) {
    const { caseNo, language, links, now, policy } = this.source;
    return {
      ...this.house(),
      caseNo,
      caseUrl: links.deskCaseUrl(caseNo, askedOf(this.event, now, this.source.userId)),
      grade: `${this.say(GRADE_WORDS[now.grade])}${now.gradeConfirmed ? '' : language === 'zh-CN' ? '（建议）' : ' (suggested)'}`,
      category: this.say(CATEGORY_WORDS[now.category]),
      stage: this.say(STAGE_WORDS[now.stage]),
      owner: await this.person(now.owner?.id),
      promise: shown ? this.say(promiseWords(shown, policy)) : null,
      dueAt: this.when(shown?.dueAt),
      waits: this.say(waitsFor(now, policy)),
    };
  }

  /** Name and contact of the organisation; an empty contact is null, so that templates leave it out. */
  private house() {
    const { name, contact } = this.source.house;
    return { org: name, contact: contact === '' ? null : contact };
  }

  /** Numbers of the customer's earlier cases that the reader may see, as a list in one text; null: none. */
  async earlierCases(): Promise<string | null> {
    const { repeatOf } = this.moment;
    const open: string[] = [];
    for (const no of repeatOf) if (open.length < EARLIER_NAMED && (await this.source.maySee(no))) open.push(no);
    if (open.length === 0) return null;
    const more = repeatOf.length > open.length;
    return this.source.language === 'zh-CN'
      ? `${open.join('、')}${more ? ' 等' : ''}`
      : `${open.join(', ')}${more ? ' and others' : ''}`;
  }

  /** @param template below `templates/mail/<language>/`; left out: the one with the name of the kind */
  content(context: Context, template: string = this.source.mail): MailContent {
    const byPerson = this.isByPerson();
    return { template, context: { ...context, byPerson }, byPerson };
  }

  /** For `byPerson`: an answer, a letter and a solution always are; a result and a new date when staff caused the event. */
  private isByPerson(): boolean {
    const { mail } = this.source;
    if (mail === 'response' || mail === 'letter' || mail === 'solution') return true;
    return (mail === 'result' || mail === 'extension') && this.event.actor.kind === 'staff';
  }
}
