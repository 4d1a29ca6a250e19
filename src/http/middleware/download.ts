import type { ReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Response } from 'express';
import { secureFile } from './security';

/** Kinds of files that a browser may show in place: pictures, sound and film, in which nothing can run. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp|bmp)|audio\/[\w.+-]+|video\/[\w.+-]+)$/;

/** Whether a page may show a file of this type in place. */
export const isShownInPlace = (mediaType: string): boolean => SHOWN.test(mediaType);

/** Larger pictures are not loaded before somebody opens them: on the road that costs time and money. */
export const SMALL_BYTES = 2 * 1024 * 1024;

/** Whether a page shows it as a small picture among others. */
export const isSmallPicture = ({ mediaType, bytes }: Pick<Sent, 'mediaType' | 'bytes'>): boolean =>
  mediaType.startsWith('image/') && isShownInPlace(mediaType) && bytes <= SMALL_BYTES;

/** A file of evidence, as it is sent. */
interface Sent {
  fileName: string;
  mediaType: string;
  bytes: number;
}

/**
 * Sends a file of evidence to be saved, never to be run in the browser. Resolves when all is sent or the client is gone.
 * @param inPlace pictures, sound and film may be shown on a page instead
 */
export async function sendEvidence(
  response: Response,
  { fileName, mediaType, bytes }: Sent,
  content: ReadStream,
  { inPlace = false }: { inPlace?: boolean } = {},
): Promise<void> {
  const isShown = inPlace && isShownInPlace(mediaType);
  if (isShown) response.set('Content-Disposition', 'inline');
  else response.attachment(fileName);
  response.set({
    ...secureFile,
    'Content-Type': isShown ? mediaType : 'application/octet-stream',
    'Content-Length': String(bytes),
  });
  await sendStream(response, content);
}

/** Sends a list as a file to be saved. Resolves when all is sent or the client is gone. */
export async function sendTable(
  response: Response,
  { fileName, mediaType, content }: { fileName: string; mediaType: string; content: Readable },
): Promise<void> {
  response.attachment(fileName);
  response.set({ 'Content-Type': mediaType, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  await sendStream(response, content);
}

/** Sends a stream as the body. It is ended also when the client goes before all is sent, which is no fault. */
export async function sendStream(response: Response, content: Readable): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    content.once('error', reject);
    response.once('close', resolve);
    content.pipe(response);
  }).finally(() => content.destroy());
}
