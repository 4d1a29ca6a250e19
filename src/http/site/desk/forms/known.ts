import type { Fault } from '../../../../domain/basics/faults';
import type { Words } from '../../../../domain/basics/types';
import type { Source } from './choices';
import type { Typed } from './read';

/** What a page knows when it shows a form. */
export interface Known extends Source {
  /** The decision is taken in many cases: nothing that stands in the one shown is filled in. */
  isForMany?: boolean;
  /** Which form of the policy is filled in by `fillForm`; the first one that is open if it is not said. */
  form?: string | undefined;
  /** The case that `merge` is to go into. */
  into?: string | undefined;
  /** What is put into an answer to the customer. */
  reply?: string | undefined;
  /** What was typed and refused, to be shown again. */
  typed?: Typed | undefined;
  /** What was wrong with it, field by field. */
  faults?: readonly Fault[] | undefined;
  /** The code and the words of the refusal. The words are shown where no field says what was wrong. */
  refusedBy?: string | undefined;
  because?: Words | undefined;
}
