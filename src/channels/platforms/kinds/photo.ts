import type { There } from '../adapter';
import { PlatformFault } from '../fault';

/** A photo from where a platform says that it lies, by https, without anything of the account. @throws PlatformFault */
export async function photo({ out }: There, url: string): Promise<Buffer> {
  const outgoing = await out.call({ url, method: 'GET', headers: { accept: 'image/*' } });
  // One that is too large, or at an address that nobody may call, is never had.
  if (outgoing.kind === 'refused' || (outgoing.kind === 'failed' && outgoing.code === 'BODY_TOO_LARGE')) {
    throw new PlatformFault('unfit', outgoing.code);
  }
  if (outgoing.kind === 'failed') throw new PlatformFault('later', outgoing.code, { isOfOne: true });
  const { status, body } = outgoing;
  if (status >= 500 || status === 429) throw new PlatformFault('later', `http_${status}`, { isOfOne: true });
  if (status !== 200 || body.length === 0) throw new PlatformFault('gone', `http_${status}`);
  return body;
}
