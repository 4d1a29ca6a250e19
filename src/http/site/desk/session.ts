import { parse } from 'cookie';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { actorOf, type CurrentSession, type Kept, type SignedIn } from '../../../cases';
import type { Language } from '../../../domain/basics/types';
import type { Staff } from '../../../domain/case/permissions';
import { columnsOf, type Column } from './columns';

/** How the pages look to whoever uses this browser. */
export interface Look {
  language?: Language;
  theme?: 'light' | 'dark';
  /** Rows of lists are lower, so that more of them fit. */
  compact?: boolean;
  /** What the rows of the list of cases say; left out: the usual. */
  columns?: readonly Column[];
}

/** What a browser keeps on its way to the identity provider and back. */
export interface Trip extends Kept {
  /** Where it goes on to. */
  to: string;
}

/** For so long. */
const TRIP_MS = 10 * 60 * 1_000;

/** As long as what a passkey is to sign is good. */
const TICKET_MS = 5 * 60 * 1_000;

/** For so long a browser keeps how the pages are to look, and that pushes were allowed in it. */
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;

/** The cookies of the desk: who is signed in, and how the pages look. */
export class Cookies {
  private readonly isSecure: boolean;
  /** With the prefix, browsers take the cookie only over TLS, and from this very host. */
  private readonly session: string;
  private readonly tripName: string;
  private readonly ticketName: string;

  constructor(publicUrl: string) {
    this.isSecure = new URL(publicUrl).protocol === 'https:';
    this.ticketName = this.isSecure ? '__Host-redress-passkey' : 'redress-passkey';
    this.tripName = this.isSecure ? '__Host-redress-sso' : 'redress-sso';
    this.session = this.isSecure ? '__Host-redress-desk' : 'redress-desk';
  }

  /** The id of the session that the browser names; undefined: none. */
  sessionId(req: Request): string | undefined {
    return all(req)[this.session];
  }

  /** Lets the browser keep the session until it is closed or the session is over. */
  keep(res: Response, { sessionId, endsAt }: Pick<SignedIn, 'sessionId' | 'endsAt'>): void {
    res.cookie(this.session, sessionId, { ...this.attributes(), expires: new Date(endsAt) });
  }

  forget(res: Response): void {
    res.clearCookie(this.session, this.attributes());
  }

  /** Keeps what is needed when the browser comes back from the identity provider, for ten minutes. */
  keepTrip(res: Response, trip: Trip): void {
    const text = Buffer.from(JSON.stringify(trip)).toString('base64url');
    res.cookie(this.tripName, text, { ...this.attributes(), maxAge: TRIP_MS });
  }

  /** What `keepTrip` kept; undefined: nothing, or something else. */
  trip(req: Request): Trip | undefined {
    const read = trips.safeParse(all(req)[this.tripName] ?? '');
    return read.success ? read.data : undefined;
  }

  forgetTrip(res: Response): void {
    res.clearCookie(this.tripName, this.attributes());
  }

  /** Keeps the ticket under which the answer of a passkey may come, for five minutes. */
  keepTicket(res: Response, ticket: string): void {
    res.cookie(this.ticketName, ticket, { ...this.attributes(), maxAge: TICKET_MS });
  }

  /** The ticket, which is good for one answer: the browser forgets it with this one. Empty: there is none. */
  takeTicket(req: Request, res: Response): string {
    res.clearCookie(this.ticketName, this.attributes());
    return all(req)[this.ticketName] ?? '';
  }

  /** Keeps the mark of a browser in which pushes were allowed, for a year: `deviceOf` reads it. */
  keepDevice(res: Response, mark: string): void {
    res.cookie(DEVICE, mark, { ...this.attributes(), maxAge: YEAR_MS });
  }

  look(req: Request): Look {
    const [language, theme, density, columns] = (all(req)[LOOK] ?? '').split('.');
    return {
      ...((language === 'en' || language === 'zh-CN') && { language }),
      ...((theme === 'light' || theme === 'dark') && { theme }),
      ...(density === 'compact' && { compact: true }),
      ...(columns !== undefined && columns !== '' && { columns: columnsOf(columns.split('-')) }),
    };
  }

  keepLook(res: Response, { language, theme, compact, columns }: Look): void {
    // None at all is a choice too, and told from "not chosen".
    const shown = columns && (columns.length === 0 ? 'none' : columns.join('-'));
    const look = [language, theme, compact ? 'compact' : undefined, shown].map((word) => word ?? '').join('.');
    res.cookie(LOOK, look, { ...this.attributes(), maxAge: YEAR_MS });
  }

  /** Lax: a link in a mail opens the desk signed in, while a form of another site is sent without the cookie. */
  private attributes() {
    return { httpOnly: true, sameSite: 'lax', secure: this.isSecure, path: '/' } as const;
  }
}

const LOOK = 'redress-look';
const DEVICE = 'redress-device';

/** The mark of the browser, if pushes were allowed in it. */
export function deviceOf(req: Request): string | undefined {
  const mark = all(req)[DEVICE] ?? '';
  return /^[0-9a-f]{64}$/.test(mark) ? mark : undefined;
}

/** A trip as its cookie holds it. */
const trips = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(Buffer.from(text, 'base64url').toString());
    } catch {
      context.addIssue('is no JSON');
      return z.NEVER;
    }
  })
  .pipe(z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string() }));

const all = (req: Request): Record<string, string | undefined> => parse(req.headers.cookie ?? '');

/** Who is signed in, once `admit` has looked; undefined: nobody. */
export const signedInOf = (res: Response): CurrentSession | undefined =>
  res.locals.signedIn as CurrentSession | undefined;

/** How many customers wait in a chat for somebody such as the reader, as `admit` has counted them. */
export const chatsWaitIn = (res: Response): number => (res.locals.chatsWait as number | undefined) ?? 0;

/** How many notices the reader has not read, as `admit` has counted them. */
export const unreadIn = (res: Response): number => (res.locals.unread as number | undefined) ?? 0;

/** Likewise where the page needs somebody: `admit` has sent everybody else away. */
export function readerOf(res: Response): CurrentSession {
  const reader = signedInOf(res);
  if (!reader) throw new Error('a page for staff was reached by nobody');
  return reader;
}

/** The reader as they act in cases. */
export const actorIn = (res: Response): Staff => actorOf(readerOf(res).user);

/**
 * The address to go on to, if it is one of ours: anything else would let a link lead from our sign-in to another site.
 * @returns My day for any other text
 */
export const safeTarget = (to: string): string =>
  /^\/(?:desk|first|password)(?:[/?][\w\-./?=&%~:+,]*)?$/.test(to) && !to.includes('//') ? to : '/desk';
