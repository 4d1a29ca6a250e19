import { STAGE_WORDS } from '../../../domain/basics/words';
import type { Instant, Remedy, TextRef, Words } from '../../../domain/basics/types';
import type { CaseEvent } from '../../../domain/case/events';
import type { CaseState } from '../../../domain/case/state';
import { nextDue, promiseWords, type Clock } from '../../../domain/promises/clock';
import { waitsFor } from '../../../domain/views/progress';
import type { Context } from '../../../render/engine';
import { plannedTime } from '../../../render/format';
import { CATEGORY_WORDS, GRADE_WORDS, inLanguage, remedyText } from '../../../render/words';
import type { MailSource } from '../source';
import { occasionOf, type Occasion } from './occasion';

/** Which template a mail takes, and what it is given: finished strings in the reader's language, nothing else. */
export interface MailContent {
  template: string;
  context: Context;
  /** Carries what a person wrote to the customer; everything else is the system's own. */
  byPerson: boolean;
}

/** Makes the content of one kind of mail. */
export type Writer = (facts: Facts) => Promise<MailContent>;

const ERASED: Words = { zh: '（原文已删除）', en: '(the text has been erased)' };

/** So many earlier complaints are named; the case lists them all. */
const EARLIER_NAMED = 10;

/** What every kind of mail is written with: the event it tells of, the case, and both in the reader's language. */
export class Facts implements Occasion {
  readonly event: CaseEvent;
  readonly before: CaseState | undefined;
  readonly after: CaseState;
  readonly moment: CaseState;
  readonly past: readonly CaseEvent[];

  /** @throws Error when the ledger does not have the event that the mail was planned for */
  constructor(readonly source: MailSource) {
    const { event, before, after, moment, past } = occasionOf(source);
    this.event = event;
    this.before = before;
    this.after = after;
    this.moment = moment;
    this.past = past;
  }

  say(words: Words): string {
    return inLanguage(words, this.source.language);
  }

  /** A moment as it is planned, seen from when the event happened. */
  when(instant: Instant | undefined): string | null {
    return instant === undefined ? null : plannedTime(instant, this.source.language, this.event.at);
  }

  async read(ref: TextRef | undefined): Promise<string | null> {
    return ref === undefined ? null : ((await this.source.text(ref)) ?? this.say(ERASED));
  }

  async person(id: string | undefined): Promise<string | null> {
    return id === undefined ? null : ((await this.source.userName(id)) ?? null);
  }

  async people(ids: readonly string[]): Promise<string> {
    const names = await Promise.all(ids.map((id) => this.person(id)));
    return names.filter((name) => name !== null).join(this.source.language === 'zh-CN' ? '、' : ', ');
  }

  /** The member of staff who caused the event; null when it was the customer or the system. */
  actor(): Promise<string | null> {
    const { actor } = this.event;
    return this.person(actor.kind === 'staff' ? actor.id : undefined);
  }

  remedies(remedies: readonly Remedy[] | undefined): string[] {
    return (remedies ?? []).map((remedy) => remedyText(remedy, this.source.language));
  }

  /** As it stands now, not as it stood at the event. */
  clock(id: string): Clock | undefined {
    return this.source.now.clocks[id];
  }

  /** By when a promise of the case is to be kept; undefined when it is not open any more. */
  openUntil(id: string): Instant | undefined {
    const clock = this.clock(id);
    return clock && (clock.status === 'running' || clock.status === 'paused') ? clock.dueAt : undefined;
  }

  /** What stands in every letter to a customer. */
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
   * What stands in every notice to staff.
   * @param shown the promise the mail is about; left out, the one that is due next
   */
  async forStaff(shown: Clock | undefined = nextDue(this.source.now.clocks)) {
    const { caseNo, language, now, policy } = this.source;
    return {
      ...this.house(),
      caseNo,
      grade: `${this.say(GRADE_WORDS[now.grade])}${now.gradeConfirmed ? '' : language === 'zh-CN' ? '（建议）' : ' (suggested)'}`,
      category: this.say(CATEGORY_WORDS[now.category]),
      stage: this.say(STAGE_WORDS[now.stage]),
      owner: await this.person(now.owner?.id),
      promise: shown ? this.say(promiseWords(shown, policy)) : null,
      dueAt: this.when(shown?.dueAt),
      waits: this.say(waitsFor(now, policy)),
    };
  }

  private house() {
    const { name, contact } = this.source.house;
    return { org: name, contact: contact === '' ? null : contact };
  }

  /** The customer's earlier complaints; only those that the reader may open. */
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

  /** @param template below `templates/mail/<language>/`; most kinds have one of their own name */
  content(context: Context, template: string = this.source.mail): MailContent {
    const byPerson = this.isByPerson();
    return { template, context: { ...context, byPerson }, byPerson };
  }

  private isByPerson(): boolean {
    const { mail } = this.source;
    if (mail === 'response' || mail === 'solution') return true;
    return (mail === 'result' || mail === 'extension') && this.event.actor.kind === 'staff';
  }
}
