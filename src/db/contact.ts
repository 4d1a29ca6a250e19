/** What two spellings of one phone number have in common: its digits, without the prefix of mainland China. */
export function phoneKey(phone: string | undefined): string | undefined {
  const digits = phone?.normalize('NFKC').replace(/\D/g, '').replace(/^00/, '') ?? '';
  const local = digits.length === 13 && digits.startsWith('861') ? digits.slice(2) : digits;
  return local.length >= 5 ? local : undefined;
}

export const emailKey = (email: string | undefined): string | undefined => email?.trim().toLowerCase() || undefined;
