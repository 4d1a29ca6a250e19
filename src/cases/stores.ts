export type { Stores } from '../db';
