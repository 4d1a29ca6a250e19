import { randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Form, FormFile } from '../kit/form-data';

/** So long files wait for their form. */
const WAIT_MS = 30 * 60_000;
/** Of the room for files of forms, waiting ones may take this part: forms that come in need the rest. */
const PART = 1 / 4;
const TICKET = /^[\w-]{22}$/;

/** Files that wait, as the form shows them. */
export interface Waiting {
  /** For the form to bring back; whoever has it sees the pictures. */
  ticket: string;
  files: readonly { fileName: string; declaredType: string; bytes: number; isPicture: boolean }[];
}

/** A form together with the files that waited for it. */
export interface JoinedForm extends Form {
  /** Files that should have waited for it are gone. */
  missing: boolean;
  /** To be called once its files are in the case: nothing waits any more, and a second press of the button misses nothing. */
  delivered(): void;
  /**
   * To be called when the form is shown again: its files wait for it, and `dispose` leaves them there.
   * @returns undefined if there are none, or no room for them: they are to be chosen again
   */
  wait(): Promise<Waiting | undefined>;
}

interface Held {
  /** Empty once they have been delivered. */
  files: readonly WaitingFile[];
  /** What it takes of the room: of all files that lie there with it, also those that are not shown. */
  bytes: number;
  until: number;
  /** Forms that have it just now: a button may be pressed twice. */
  users: number;
  /** Nobody will come for it any more: its files go once no form has it. */
  isOver: boolean;
  dispose: () => Promise<void>;
}
type WaitingFile = FormFile & { picture: string | undefined };

/**
 * Files of forms that were refused: they stay on disk for half an hour, so that nobody has to choose them again. At one
 * server, until it ends: where they are not found, the page asks for them again.
 */
export class WaitingFiles {
  private readonly held = new Map<string, Held>();

  /** @param mostBytes room for the files of all forms @param clock milliseconds since 1970 */
  constructor(
    private readonly mostBytes: number,
    private readonly clock: () => number = Date.now,
  ) {}

  /**
   * Takes back what waited for a form: the files that are still ticked (`waits`, by their place) come before its own.
   * @param most how many files a form may have
   */
  join(form: Form, most: number): JoinedForm {
    const earlier = this.lend(form.values.get('waiting')?.[0] ?? '');
    const ticked = form.values.get('waits') ?? [];
    const all = [...(earlier?.files.filter((_file, index) => ticked.includes(String(index))) ?? []), ...form.files];
    const files = all.slice(0, most);
    const disposeAs = async (isOver: boolean): Promise<void> => {
      await Promise.all([form.dispose(), earlier && this.giveBack(earlier, isOver)]);
    };
    const onDisk = form.files.reduce((sum, { bytes }) => sum + bytes, 0);
    let [isKept, isDelivered] = [false, false];
    return {
      ...form,
      files,
      moreFiles: form.moreFiles || all.length > most,
      missing: ticked.length > 0 && !earlier,
      delivered: () => {
        isDelivered = true;
      },
      wait: async () => {
        const waiting = await this.keep(files, onDisk, earlier, () => disposeAs(true));
        isKept = waiting !== undefined;
        return waiting;
      },
      dispose: () => (isKept ? Promise.resolve() : disposeAs(isDelivered)),
    };
  }

  /** A picture that waits; undefined for anything else. */
  picture(ticket: string, index: number): { file: FormFile & { mediaType: string }; content: ReadStream } | undefined {
    const held = TICKET.test(ticket) ? this.held.get(ticket) : undefined;
    const file = held && held.until > this.clock() ? held.files[index] : undefined;
    if (file?.picture === undefined) return undefined;
    return { file: { ...file, mediaType: file.picture }, content: createReadStream(file.path) };
  }

  /** What waits under a ticket, for a form to use until it gives it back. */
  private lend(ticket: string): Held | undefined {
    const held = TICKET.test(ticket) ? this.held.get(ticket) : undefined;
    if (!held) return undefined;
    if (held.until <= this.clock()) {
      void this.end(ticket);
      return undefined;
    }
    held.users++;
    return held;
  }

  /** @param isOver its files are in the case, or wait under another ticket no more */
  private async giveBack(held: Held, isOver: boolean): Promise<void> {
    held.users--;
    if (isOver) Object.assign(held, { isOver, files: [], bytes: 0 });
    await this.disposeUnused(held);
  }

  /** What waits under a ticket is not waited for any longer. */
  private async end(ticket: string): Promise<void> {
    const held = this.held.get(ticket);
    this.held.delete(ticket);
    if (!held || held.isOver) return;
    held.isOver = true;
    await this.disposeUnused(held);
  }

  private async disposeUnused(held: Held): Promise<void> {
    if (held.isOver && held.users === 0) await held.dispose();
  }

  /** @param onDisk bytes of what came with the form now @param earlier what waited for it before, and still lies there */
  private async keep(
    files: readonly FormFile[],
    onDisk: number,
    earlier: Held | undefined,
    dispose: () => Promise<void>,
  ): Promise<Waiting | undefined> {
    const whole = files.filter(({ fault }) => fault === undefined);
    const bytes = onDisk + (earlier?.bytes ?? 0);
    const room = this.mostBytes * PART;
    if (whole.length === 0 || bytes > room) return undefined;
    const shown = await Promise.all(whole.map(async (file) => ({ ...file, picture: await pictureType(file.path) })));
    // From now on it counts with what came now.
    if (earlier) earlier.bytes = 0;
    // The first to come are the first to go: those that are over, and then the oldest.
    let used = [...this.held.values()].reduce((sum, one) => sum + one.bytes, 0);
    for (const [ticket, one] of this.held) {
      if (one === earlier) continue;
      if (one.until > this.clock() && used + bytes <= room) break;
      used -= one.bytes;
      await this.end(ticket);
    }
    const ticket = randomBytes(16).toString('base64url');
    this.held.set(ticket, { files: shown, bytes, until: this.clock() + WAIT_MS, users: 0, isOver: false, dispose });
    setTimeout(() => void this.end(ticket), WAIT_MS).unref();
    return {
      ticket,
      files: shown.map(({ fileName, declaredType, bytes: size, picture }) => ({
        fileName,
        declaredType,
        bytes: size,
        isPicture: picture !== undefined,
      })),
    };
  }
}

/** How pictures begin that a page may show, in Latin 1. */
const BEGINNINGS: readonly [RegExp, string][] = [
  [/^\x89PNG\r\n/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF[^]{4}WEBP/, 'image/webp'],
];

/** The media type of a picture, by its content; undefined for every other file. */
async function pictureType(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    const start = buffer.toString('latin1', 0, bytesRead);
    return BEGINNINGS.find(([beginning]) => beginning.test(start))?.[1];
  } finally {
    await file.close();
  }
}
