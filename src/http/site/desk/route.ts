import type { Role, Words } from '../../../domain/basics/types';
import type { PageRoute } from '../kit/page';

/** One address of the desk. */
export interface DeskRoute extends PageRoute {
  who: 'anybody' | Role;
  /** Its place in the navigation: those with a name there, in the order of the table. */
  nav?: { name: Words; icon: string };
}
