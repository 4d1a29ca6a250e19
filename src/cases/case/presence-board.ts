/** A page of a case that somebody has open, by a stream of this server. */
export interface OpenPage {
  caseNo: string;
  userId: string;
  /** The place of the form that is open on it (`FormDrafts`). */
  form?: string | undefined;
  /** Something is typed into that form. */
  writes: boolean;
  /** It was closed, and counts until then: whoever goes on to the next page is not gone meanwhile. Milliseconds. */
  until?: number;
}

/** Who is at a case: by user id, whether they write. */
export type People = Map<string, boolean>;

/** So long somebody counts as there after their page was closed. */
export const LINGER_MS = 20_000;
/** What another server said counts for so long after it was last heard: it may have been killed. */
export const LEASE_MS = 25_000;

/**
 * Who has which case open, as far as this server knows: the pages that it serves itself, and what the others say about
 * theirs. Pure: every moment is passed in, as milliseconds.
 */
export class PresenceBoard {
  private readonly pages = new Map<string, Set<OpenPage>>();
  private readonly others = new Map<string, { heardAt: number; cases: Map<string, People> }>();

  /** Whether nobody is anywhere, so that nothing has to be looked after. */
  get isIdle(): boolean {
    return this.pages.size === 0 && this.others.size === 0;
  }

  /** The cases that this server has pages of. */
  get ownCases(): string[] {
    return [...this.pages.keys()];
  }

  /** Somebody has opened a page here. Their pages of the case that were closed count no longer. */
  open(page: OpenPage): void {
    const all = this.pages.get(page.caseNo) ?? new Set();
    this.pages.set(page.caseNo, all.add(page));
    for (const one of all) if (one.userId === page.userId && one.until !== undefined) all.delete(one);
  }

  /** It was closed; they still count for a while, unless they have the case open on another page. */
  close(page: OpenPage, now: number): void {
    const all = this.pages.get(page.caseNo);
    if (!all?.has(page)) return;
    const goesOn = [...all].some((one) => one !== page && one.userId === page.userId && one.until === undefined);
    if (goesOn) this.drop(page);
    else page.until = now + LINGER_MS;
  }

  /** It counts no longer, from now on. */
  drop(page: OpenPage): void {
    const all = this.pages.get(page.caseNo);
    all?.delete(page);
    if (all?.size === 0) this.pages.delete(page.caseNo);
  }

  /**
   * Something is typed into this form, or nothing any more.
   * @returns whether a page of it is open here, and the case if that changes who writes there
   */
  wrote(userId: string, form: string, writes: boolean): { isHere: boolean; changed?: string } {
    const open = [...(this.pages.get(caseOf(form)) ?? [])].filter((one) => one.userId === userId && one.form === form);
    const others = open.filter((one) => one.writes !== writes);
    for (const one of others) one.writes = writes;
    return { isHere: open.length > 0, ...(others.length > 0 && { changed: caseOf(form) }) };
  }

  /** Who is at a case by pages of this server. Several pages of one person are one person. */
  own(caseNo: string): People {
    const people: People = new Map();
    for (const { userId, writes } of this.pages.get(caseNo) ?? []) {
      people.set(userId, writes || (people.get(userId) ?? false));
    }
    return people;
  }

  /** Who is at a case, wherever their pages come from. */
  at(caseNo: string): People {
    const people = this.own(caseNo);
    for (const { cases } of this.others.values()) {
      for (const [userId, writes] of cases.get(caseNo) ?? []) {
        people.set(userId, writes || (people.get(userId) ?? false));
      }
    }
    return people;
  }

  /**
   * Another server lives.
   * @param said what it says about a case, if it does
   * @returns false: nothing is known of this server's pages
   */
  heard(server: string, now: number, said?: { caseNo: string; people: People }): boolean {
    const known = this.others.get(server);
    if (!known && (!said || said.people.size === 0)) return false;
    const { cases } = known ?? { cases: new Map<string, People>() };
    if (said && said.people.size > 0) cases.set(said.caseNo, said.people);
    else if (said) cases.delete(said.caseNo);
    if (cases.size === 0) this.others.delete(server);
    else this.others.set(server, { heardAt: now, cases });
    return true;
  }

  /** Forgets what other servers have said. @returns the cases in which that changes something */
  forgetOthers(): Set<string> {
    const all = new Set([...this.others.values()].flatMap(({ cases }) => [...cases.keys()]));
    this.others.clear();
    return all;
  }

  /** Forgets whoever is gone by now. @returns the cases in which that changes something; `own`: by pages of this server */
  sweep(now: number): { all: Set<string>; own: Set<string> } {
    const own = new Set<string>();
    for (const page of [...this.pages.values()].flatMap((pages) => [...pages])) {
      if (page.until === undefined || page.until > now) continue;
      this.drop(page);
      own.add(page.caseNo);
    }
    const all = new Set(own);
    for (const [server, { heardAt, cases }] of this.others) {
      if (heardAt + LEASE_MS > now) continue;
      this.others.delete(server);
      for (const caseNo of cases.keys()) all.add(caseNo);
    }
    return { all, own };
  }
}

/** The case of a form's place. */
const caseOf = (form: string): string => form.split('/', 1)[0] ?? '';
