import type { Refused } from '../../../../cases';
import type { Source } from './choices';
import type { Typed } from './read';

/** What a page knows when it shows a form. */
export interface Known extends Source {
  /** Which form of the policy is filled in by `fillForm`; the first one that is open if it is not said. */
  form?: string | undefined;
  /** What was typed and refused, to be shown again. */
  typed?: Typed | undefined;
  /** Why the decision was refused. */
  refused?: Pick<Refused, 'code' | 'words' | 'details'> | undefined;
}
