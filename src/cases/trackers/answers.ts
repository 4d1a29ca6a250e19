/**
 * The schemas of trackers, as admins see and change them. Tokens and secrets go in and never come out.
 * @module
 */
import { z } from 'zod';
import { freeText, shortText } from '../../domain/basics/free-text';
import { LANGUAGES } from '../../domain/basics/types';
import { TRACKER_KIND_NAMES } from '../../domain/case/trackers';
import { instant, lastTest } from '../answer-parts';

const kind = z.enum(TRACKER_KIND_NAMES);
const language = z.enum(LANGUAGES);

/** A tracker of another department. */
export const tracker = z.object({
  id: z.uuid(),
  name: z.string(),
  kind,
  url: z.string(),
  place: z.string(),
  language,
  department: z.string().optional().describe('whose requests for help go there by themselves; left out: none'),
  enabled: z.boolean(),
  status: z.enum(['working', 'failing', 'off']),
  code: z.string().optional().describe('how the last round failed: `http_401`, `TIMEOUT`, `address`'),
  failingSince: instant.optional(),
  waitsUntil: instant.optional().describe('after a failure: it is called again then'),
  open: z.int().describe('tickets that are to be made, open or to be closed there'),
  lookedAt: instant.optional().describe('when its open tickets were last looked at'),
  hookUrl: z.string().optional().describe('where it may tell us of changes'),
  hooked: z.boolean().describe('whether a secret is kept with which its calls are signed'),
  hookAt: instant.optional().describe('when it last told us something'),
  test: lastTest.optional().describe('the last test'),
  createdBy: z.string(),
  createdAt: instant,
});
export type TrackerShown = z.output<typeof tracker>;

const name = shortText(60);
const url = freeText(500).describe(
  'where its API lies: `https://house.atlassian.net`; needed where there is none for all',
);
const place = shortText(200).describe('the project, list or product: `owner/name`, `PROJ` or `PROJ/Bug`');
const token = freeText(500).describe('what calls are signed in with; it is not shown again');
const hookSecret = z
  .string()
  .regex(/^[\x21-\x7e]{8,200}$/)
  .describe('with which its calls to us are signed; it is not shown again');
const department = z.string().min(1).max(40).describe('whose requests for help go there by themselves');

/** A new one. */
export const wantedTracker = z.strictObject({
  name,
  kind,
  url: url.optional(),
  place,
  token,
  hookSecret: hookSecret.optional(),
  language: language.optional().describe('in which its tickets are written; left out: zh-CN'),
  department: department.optional().describe('left out: nothing goes there by itself'),
});
export type WantedTracker = z.output<typeof wantedTracker>;

/** What is to be changed; what is left out stays. */
export const changedTracker = z.strictObject({
  name: name.optional(),
  url: url.optional(),
  place: place.optional(),
  token: token.optional(),
  hookSecret: hookSecret.nullable().optional().describe('null: its calls are not taken any more'),
  language: language.optional(),
  department: department.nullable().optional().describe('null: nothing goes there by itself'),
  enabled: z.boolean().optional(),
});
export type ChangedTracker = z.output<typeof changedTracker>;

/** What is to be handed over, and where to. */
export const wantedTicket = z.strictObject({
  subject: z.string().min(1).max(40).describe('the id of a request for help or of a corrective action of the case'),
  trackerId: z.uuid(),
});
export type WantedTicket = z.output<typeof wantedTicket>;

/** What of a case may be handed over now, and where to. */
export const handingOver = z.object({
  subjects: z.array(z.string()).describe('ids of requests for help and corrective actions'),
  trackers: z.array(z.object({ id: z.uuid(), name: z.string(), department: z.string().optional() })),
});
export type HandingOver = z.output<typeof handingOver>;
