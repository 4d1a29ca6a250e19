/**
 * Why a call to a platform did not do what it should.
 * - `later`: maybe another time; it may have been done all the same, unless `isUntouched`. `afterMs`: not before. `isOfOne`: it
 *   may be the matter of this complaint alone, so that no other one waits for it.
 * - `refused`: nothing is taken until somebody has put the account right.
 * - `unfit`: this one is never taken; others may be.
 * - `gone`: what it was about is not there.
 *
 * `code` holds nothing of an address or an answer but the platform's own code.
 */
export class PlatformFault extends Error {
  override name = 'PlatformFault';
  constructor(
    readonly kind: 'later' | 'refused' | 'unfit' | 'gone',
    readonly code: string,
    readonly more: { afterMs?: number | undefined; isUntouched?: boolean; isOfOne?: boolean } = {},
  ) {
    super(code);
  }
}

export const isPlatformFault = (error: unknown, ...kinds: PlatformFault['kind'][]): error is PlatformFault =>
  error instanceof PlatformFault && (kinds.length === 0 || kinds.includes(error.kind));

/** Whether it is the matter of one complaint alone, maybe, and may go by itself. */
export const isOfOne = (error: unknown): error is PlatformFault =>
  error instanceof PlatformFault && error.more.isOfOne === true;
