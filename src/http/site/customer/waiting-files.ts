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
  /**
   * To be called when the form is shown again: its files wait for it, and `dispose` leaves them there.
   * @returns undefined if there are none, or no room for them: they are to be chosen again
   */
  wait(): Promise<Waiting | undefined>;
}

interface Held {
  files: readonly WaitingFile[];
  bytes: number;
  until: number;
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
    const earlier = this.take(form.values.get('waiting')?.[0] ?? '');
    const ticked = form.values.get('waits') ?? [];
    const all = [...(earlier?.files.filter((_file, index) => ticked.includes(String(index))) ?? []), ...form.files];
    const files = all.slice(0, most);
    const dispose = async (): Promise<void> => {
      await Promise.all([form.dispose(), earlier?.dispose()]);
    };
    let isKept = false;
    return {
      ...form,
      files,
      moreFiles: form.moreFiles || all.length > most,
      missing: ticked.length > 0 && !earlier,
      wait: async () => {
        const waiting = await this.keep(files, dispose);
        isKept = waiting !== undefined;
        return waiting;
      },
      dispose: () => (isKept ? Promise.resolve() : dispose()),
    };
  }

  /** A picture that waits; undefined for anything else. */
  picture(ticket: string, index: number): { file: FormFile & { mediaType: string }; content: ReadStream } | undefined {
    const held = TICKET.test(ticket) ? this.held.get(ticket) : undefined;
    const file = held && held.until > this.clock() ? held.files[index] : undefined;
    if (file?.picture === undefined) return undefined;
    return { file: { ...file, mediaType: file.picture }, content: createReadStream(file.path) };
  }

  private take(ticket: string): Held | undefined {
    const held = TICKET.test(ticket) ? this.held.get(ticket) : undefined;
    this.held.delete(ticket);
    if (held && held.until <= this.clock()) void held.dispose();
    return held && held.until > this.clock() ? held : undefined;
  }

  private async keep(files: readonly FormFile[], dispose: () => Promise<void>): Promise<Waiting | undefined> {
    const whole = files.filter(({ fault }) => fault === undefined);
    const bytes = whole.reduce((sum, file) => sum + file.bytes, 0);
    const room = this.mostBytes * PART;
    if (whole.length === 0 || bytes > room) return undefined;
    const shown = await Promise.all(whole.map(async (file) => ({ ...file, picture: await pictureType(file.path) })));
    // The first to come are the first to go: those that are over, and then the oldest.
    let used = [...this.held.values()].reduce((sum, one) => sum + one.bytes, 0);
    for (const [ticket, one] of this.held) {
      if (one.until > this.clock() && used + bytes <= room) break;
      this.held.delete(ticket);
      used -= one.bytes;
      await one.dispose();
    }
    const ticket = randomBytes(16).toString('base64url');
    this.held.set(ticket, { files: shown, bytes, until: this.clock() + WAIT_MS, dispose });
    setTimeout(() => void this.take(ticket)?.dispose(), WAIT_MS).unref();
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
