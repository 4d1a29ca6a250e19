/**
 * Documents as PDF, tagged so that they can be read aloud (PDF/UA-1), of templates in `templates/pdf/`. Typst makes them in
 * a process of its own, begun with the first document: one takes some milliseconds (the first half a second) in which
 * nobody else has to wait, and one that does not end is ended.
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Language } from '../domain/basics/types';
import { PROJECT_ROOT } from '../paths';
import type { Value } from './engine';

/** The templates, by their files in `templates/pdf/`. */
export type PdfTemplate = 'eight-d' | 'report' | 'training';

export const PDF_MEDIA_TYPE = 'application/pdf';

/** The longest a document may take, the start of its process with it. */
const MAX_MS = 20_000;
/** The most that a document is made of, in UTF-16 units of JSON, and the most that it may become. */
const MAX_DATA = 500_000;
const MAX_BYTES = 20_000_000;
/** Whoever comes while so many wait is refused. */
const MAX_WAITING = 20;
/** A process that has nothing to do for so long gives its memory back. */
const IDLE_MS = 60_000;

/** Why there is no document. The message names the template and never what it was given. */
export class PdfFailed extends Error {
  override name = 'PdfFailed';
  constructor(
    /** `busy` passes, and so may `late`. */
    readonly why: 'busy' | 'late' | 'too_large' | 'failed',
    message: string,
  ) {
    super(message);
  }
}

export interface PdfRequest {
  template: PdfTemplate;
  language: Language;
  /** Never read as markup; a character that the font lacks is printed as a box. */
  data: { readonly [name: string]: Value };
}

let child: ChildProcess | undefined;
let idle: NodeJS.Timeout | undefined;
let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

const templates = join(PROJECT_ROOT, 'templates', 'pdf');

/** The process, which does not keep this one alive. It inherits no environment: it needs none and is given none. */
function running(): ChildProcess {
  clearTimeout(idle);
  if (child?.connected) return child;
  const started = fork(join(PROJECT_ROOT, 'src', 'render', 'pdf-child.mjs'), [templates], {
    env: {},
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  started.unref();
  started.channel?.unref();
  // Who waits for it hears of its end; between documents it may end as it likes.
  started.on('error', () => undefined);
  child = started;
  return started;
}

/** Ends the process; the next document begins another one. */
function end(): void {
  child?.kill('SIGKILL');
  child = undefined;
}

async function make({ template, language, data }: PdfRequest): Promise<Buffer> {
  const asked = JSON.stringify(data);
  if (asked.length > MAX_DATA) throw new PdfFailed('too_large', `template ${template}: too much for one document`);
  const process = running();
  const done = new AbortController();
  const late = setTimeout(end, MAX_MS);
  try {
    const answered = once(process, 'message', { signal: done.signal });
    const gone = once(process, 'exit', { signal: done.signal }).then(() => undefined);
    // One of both is given up below.
    for (const one of [answered, gone]) one.catch(() => undefined);
    process.channel?.ref();
    process.send({ template, language, data: asked });
    const [answer] = ((await Promise.race([answered, gone])) ?? []) as [{ pdf?: Uint8Array; error?: string }?];
    if (!answer) throw new PdfFailed(child ? 'failed' : 'late', `template ${template}: the process ended`);
    if (!answer.pdf) throw new PdfFailed('failed', answer.error ?? `template ${template}`);
    if (answer.pdf.length > MAX_BYTES) throw new PdfFailed('too_large', `template ${template}: too large a document`);
    return Buffer.from(answer.pdf);
  } finally {
    done.abort();
    clearTimeout(late);
    process.channel?.unref();
    idle = setTimeout(end, IDLE_MS).unref();
  }
}

/** A document as PDF; one after the other. @throws PdfFailed */
export async function renderPdf(request: PdfRequest): Promise<Buffer> {
  if (waiting >= MAX_WAITING) throw new PdfFailed('busy', 'too many documents are being made');
  waiting += 1;
  const mine = last.then(() => make(request));
  last = mine.catch(() => undefined);
  try {
    return await mine;
  } finally {
    waiting -= 1;
  }
}
