import { z } from 'zod';
import { pastDayGiven, pastGiven } from '../../domain/basics/bounds';
import { freeText, shortText } from '../../domain/basics/free-text';
import { said } from '../../domain/basics/faults';
import { CHANNELS, LANGUAGES, type Words } from '../../domain/basics/types';
import { houseInstant } from '../../house';
import { holdsAddress, readEmail, readPhone, withoutInvisible } from '../../contact';

const NO_NAME: Words = {
  zh: '称呼里不能有网址或邮箱地址',
  en: 'must not hold a web address or an e-mail address',
};

/** How far in the future a "past" time may lie: clocks of customers' devices are sometimes a little ahead. */
const SKEW_MS = 5 * 60_000;
const EARLIEST = Date.UTC(1950, 0, 1);

/** A date or time that lies in the past, and not before 1950. */
const past = <T extends z.ZodType<string>>(schema: T) =>
  schema
    .refine((value) => houseInstant(value) <= Date.now() + SKEW_MS, {
      error: said({ zh: '不能在将来', en: 'must not lie in the future' }),
    })
    .refine((value) => houseInstant(value) >= EARLIEST, { error: said({ zh: '太久以前', en: 'is too long ago' }) });

/**
 * Adds a fault in both languages.
 * @param special pages show these words; otherwise they have words of their own for a wrong field
 */
const faulty = (context: z.RefinementCtx, words: Words, special = false): typeof z.NEVER => {
  context.addIssue({ code: 'custom', message: words.en, params: { words, special } });
  return z.NEVER;
};

const phone = shortText(60)
  .transform(
    (typed, context) =>
      readPhone(typed) ??
      faulty(context, {
        zh: '不是电话号码，应像 138 0000 0000 或 010-8888 6666 转 801',
        en: 'is not a telephone number, as 138 0000 0000 or 010-8888 6666 ext. 801',
      }),
  )
  .describe('any usual way of writing it, also with an extension');
const email = shortText(254).transform((typed, context) => {
  const read = readEmail(typed);
  return 'address' in read ? read.address : faulty(context, read.fault, read.because === 'script');
});

const name = shortText(80)
  .transform(withoutInvisible)
  .pipe(shortText(80))
  .refine((text) => !holdsAddress(text), {
    error: said(NO_NAME),
    params: { words: NO_NAME, special: true },
  });

/** How a customer may wish to be reached. */
export const PREFERRED_CHANNELS = ['phone', 'mail', 'sms', 'wechat', 'wecom', 'chat', 'visit', 'other'] as const;

const reachedBy = z.strictObject({
  name,
  phone: phone.optional(),
  email: email.optional(),
  preferredChannel: z.enum(PREFERRED_CHANNELS).optional(),
});

const customer = reachedBy.refine((given) => given.phone !== undefined || given.email !== undefined, {
  path: ['phone'],
  error: said({
    zh: '须留电话或邮箱，好有人答复',
    en: 'a telephone number or an e-mail address is needed, so that somebody can answer',
  }),
});

const product = z.strictObject({
  name: shortText(200),
  model: shortText(100).optional(),
  serialNo: shortText(100).optional(),
  orderNo: shortText(100).optional(),
  purchasedOn: past(pastDayGiven).optional(),
});

/** The most characters of the customer's own words. */
export const MOST_TEXT = 8_000;

/** What other systems kept of a customer and a product, checked and respelled as for a complaint; nobody has to be reachable. */
export const keptParts = { customer: reachedBy, product };

/**
 * A complaint as it comes in through any channel, checked and respelled: telephone number and mail address as they are
 * stored, `occurredAt` as an instant.
 */
export const complaintSchema = z.strictObject({
  channel: z.enum(CHANNELS),
  language: z.enum(LANGUAGES),
  customer,
  product: product.optional(),
  occurredAt: past(pastGiven)
    .transform((value) => new Date(houseInstant(value)).toISOString())
    .optional()
    .describe('an ISO date (from 00:00 of the house), or a date-time with its offset'),
  place: shortText(200).optional(),
  text: freeText(MOST_TEXT).describe("the customer's own words"),
  wantedRemedy: freeText(2_000).optional().describe('what the customer asks for'),
});
export type ComplaintBody = z.output<typeof complaintSchema>;

/** The same of somebody who can be answered by the channel that they came by, and need leave neither number nor address. */
export const answeredThere = z.strictObject({ ...complaintSchema.shape, customer: reachedBy });
