import { z } from 'zod';
import { instant } from '../answer-parts';

/** The answer to a complaint that was taken: what its customer needs to follow it, and by when they were promised what. */
export const filed = z.object({
  caseNo: z.string(),
  accessCode: z.string().describe('lets the customer follow the complaint; shown nowhere else'),
  statusUrl: z.url(),
  receivedAt: instant,
  answerBy: instant,
  resolveBy: instant,
});
export type Filed = z.output<typeof filed>;
