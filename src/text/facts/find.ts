/** What of a complaint a find may fill in, by its path there. */
export const FACTS = [
  'product.name',
  'product.model',
  'product.orderNo',
  'product.serialNo',
  'product.purchasedOn',
  'occurredAt',
  'place',
  'wantedRemedy',
  'customer.phone',
  'customer.email',
] as const;
export type Fact = (typeof FACTS)[number];

/** Something found in a normalised text. */
export interface Find {
  fact: Fact;
  /** In UTF-16 units of that text, the end not included. */
  start: number;
  end: number;
  /** Left out: the words themselves. */
  value?: string;
  /** The text itself says what it is, or a check digit does. */
  sure: boolean;
}

/** Which parts of a text are known to be something, so that nothing else is made of them. */
export class Claims {
  private readonly taken: Uint8Array;

  constructor(length: number) {
    this.taken = new Uint8Array(length);
  }

  /** Claims the range, unless a part of it is claimed already. @returns whether it was free */
  claim(start: number, end: number): boolean {
    if (this.taken.subarray(start, end).includes(1)) return false;
    this.taken.fill(1, start, end);
    return true;
  }
}
