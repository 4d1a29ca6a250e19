/**
 * How many of something a test that lives from volume makes: usually enough to meet each kind of it several times, and all
 * that was promised with `REDRESS_VOLUME=full` (before a release, and after a change of what it tests).
 */
export const volume = ({ usual, full }: { usual: number; full: number }): number =>
  process.env.REDRESS_VOLUME === 'full' ? full : usual;
