import { z } from 'zod';
import { freeText, shortText } from '../domain/free-text';
import { CHANNELS, LANGUAGES } from '../domain/types';
import { houseInstant } from '../house';
import { readEmail, readPhone } from './contact';

/** Clocks of customers' devices are a little ahead now and then. */
const SKEW_MS = 5 * 60_000;
const EARLIEST = Date.UTC(1950, 0, 1);

const past = <T extends z.ZodType<string>>(schema: T) =>
  schema
    .refine((value) => houseInstant(value) <= Date.now() + SKEW_MS, { error: 'must not lie in the future' })
    .refine((value) => houseInstant(value) >= EARLIEST, { error: 'is too long ago' });

/** Runs a reader that gives the stored form, or nothing when the value makes no sense. */
const read = (max: number, reader: (typed: string) => string | undefined, error: string) =>
  shortText(max).transform((typed, context) => {
    const value = reader(typed);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: error });
    return z.NEVER;
  });

const phone = read(40, readPhone, 'is not a telephone number').describe('any usual way of writing it');
const email = read(254, readEmail, 'is not an e-mail address');

export const PREFERRED_CHANNELS = ['phone', 'mail', 'sms', 'wechat', 'wecom', 'chat', 'visit', 'other'] as const;

const customer = z
  .strictObject({
    name: shortText(80),
    phone: phone.optional(),
    email: email.optional(),
    preferredChannel: z.enum(PREFERRED_CHANNELS).optional(),
  })
  .refine((given) => given.phone !== undefined || given.email !== undefined, {
    path: ['phone'],
    error: 'a telephone number or an e-mail address is needed, so that somebody can answer',
  });

const product = z.strictObject({
  name: shortText(200),
  model: shortText(100).optional(),
  serialNo: shortText(100).optional(),
  orderNo: shortText(100).optional(),
  purchasedOn: past(z.iso.date()).optional(),
});

/** A complaint as it comes in through any channel. */
export const complaintSchema = z.strictObject({
  channel: z.enum(CHANNELS),
  language: z.enum(LANGUAGES),
  customer,
  product: product.optional(),
  occurredAt: past(z.union([z.iso.date(), z.iso.datetime({ offset: true })], { error: 'must be a date or date-time' }))
    .transform((value) => new Date(houseInstant(value)).toISOString())
    .optional()
    .describe('an ISO date (from 00:00 of the house), or a date-time with its offset'),
  place: shortText(200).optional(),
  text: freeText(8_000).describe("the customer's own words"),
  wantedRemedy: freeText(2_000).optional().describe('what the customer asks for'),
});
export type ComplaintBody = z.output<typeof complaintSchema>;
