import type { Fault } from '../../../../domain/basics/faults';
import type { Source } from './choices';
import type { Typed } from './read';

/** What a page knows when it shows a form. */
export interface Known extends Source {
  /** Which form of the policy is filled in by `fillForm`; the first one that is open if it is not said. */
  form?: string | undefined;
  /** What was typed and refused, to be shown again. */
  typed?: Typed | undefined;
  /** What was wrong with it: `details.faults` of the refusal. */
  faults?: readonly Fault[] | undefined;
  /** The code of the refusal, when the case and not a field stood against it. */
  refusedBy?: string | undefined;
}
