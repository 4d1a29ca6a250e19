import { z } from 'zod';
import { instant } from '../answer-parts';

/** A complaint that was taken: what its customer needs to follow it, and what they were promised. */
export const filed = z.object({
  caseNo: z.string(),
  accessCode: z.string().describe('lets the customer follow the complaint; shown nowhere else'),
  statusUrl: z.url(),
  receivedAt: instant,
  answerBy: instant,
  resolveBy: instant,
});
export type Filed = z.output<typeof filed>;
