import { z } from 'zod';

/** The answer to a file that was stored. `accepted`: no worker answered in time, and the case will hear of it later. */
export const evidenceAdded = z.object({
  evidenceId: z.uuid(),
  sha256: z.string(),
  bytes: z.int(),
  mediaType: z.string().describe('by the content'),
  namedAs: z.string().optional().describe('what its name stands for, where the content is of another type'),
  fileName: z.string(),
  status: z.enum(['taken', 'accepted']),
});
export type EvidenceAnswer = z.output<typeof evidenceAdded>;
