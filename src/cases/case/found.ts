import type { Instant } from '../../domain/basics/types';
import { toMs } from '../../domain/time/duration';
import { houseDate } from '../../house';
import { readFacts, type Fact, type FoundFact } from '../../text/facts';

export type { FoundFact } from '../../text/facts';

/** What of a complaint is known without its text. */
interface Given {
  customer?: { phone?: string | undefined; email?: string | undefined };
  product?: { [field in 'name' | 'model' | 'serialNo' | 'orderNo' | 'purchasedOn']?: string | undefined } | undefined;
  occurredAt?: string | undefined;
  place?: string | undefined;
  wantedRemedy?: string | undefined;
}

const givenAt = ({ customer, product, occurredAt, place, wantedRemedy }: Given): Record<Fact, string | undefined> => ({
  'product.name': product?.name,
  'product.model': product?.model,
  'product.orderNo': product?.orderNo,
  'product.serialNo': product?.serialNo,
  'product.purchasedOn': product?.purchasedOn,
  occurredAt,
  place,
  wantedRemedy,
  'customer.phone': customer?.phone,
  'customer.email': customer?.email,
});

/** What the text says of the fields that were left empty. @param at when it was written */
export function foundIn(text: string, at: Instant, given: Given = {}): FoundFact[] {
  const known = givenAt(given);
  return readFacts(text, { today: houseDate(toMs(at)) }).filter(({ fact }) => !known[fact]);
}
