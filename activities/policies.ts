import type { Stores } from '../src/db';
import type { Activities } from './interface';

/** See `Activities.readPolicy`. Reads only; repeatable, because a published version never changes. */
export const readPolicy =
  ({ policies }: Pick<Stores, 'policies'>): Activities['readPolicy'] =>
  async ({ version }) => ({ policy: await policies.get(version) });
