/** How a phone number and an address are read, stored and shown. */

/** Digits with a leading `+` for a number abroad; undefined when it cannot be a telephone number. */
export function readPhone(typed: string): string | undefined {
  const plain = typed.normalize('NFKC').trim();
  if (!/^\+?[\d\s().\-/]{5,40}$/.test(plain)) return undefined;
  const number = plain.replace(/[^\d+]/g, '').replace(/^00/, '+');
  return /^\+?\d{5,20}$/.test(number) ? number : undefined;
}

const EMAIL =
  /^[A-Za-z0-9_](?:[A-Za-z0-9_+%-]|\.(?=[A-Za-z0-9_+%-])){0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

/** One strict grammar: what passes here is the address mail goes to, byte for byte. */
export function readEmail(typed: string): string | undefined {
  const plain = typed.trim();
  return plain.length <= 254 && EMAIL.test(plain) ? plain : undefined;
}

/** `138****5621`: enough to recognise a number, not enough to call it. */
export const maskPhone = (phone: string): string =>
  phone.length < 10 ? `****${phone.slice(-2)}` : `${phone.slice(0, -8)}****${phone.slice(-4)}`;

export const maskEmail = (email: string): string => `${email.slice(0, 1)}***${email.slice(email.indexOf('@'))}`;
