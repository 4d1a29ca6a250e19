/** Is Postgres away, as against a fault of ours? For whoever may not know of the database itself. */
export { isDatabaseAway } from '../db/errors';
export type { Cases } from './create';
