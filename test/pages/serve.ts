import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { countsInMemory } from '../../src/db/stores/limits';
import { createLimits } from '../../src/http/middleware/limits';
import { createPages } from '../../src/http/pages';
import type { CustomerCases, Intake } from '../../src/http/pages/views';
import { fakeIntake, NOW } from './fake-cases';

export interface Served {
  url: string;
  errors: string[];
  close(): Promise<void>;
}

/** The pages on a real HTTP server, as src/http/app.ts mounts them. */
export async function serve(
  cases: CustomerCases,
  options: { contact?: string; complaintsPerMinute?: number; intake?: Intake } = {},
): Promise<Served> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const errors: string[] = [];
  const app = express();
  app.use(
    createPages({
      cases,
      intake: options.intake ?? fakeIntake().intake,
      limits: createLimits(countsInMemory, { COMPLAINT_RATE_LIMIT: options.complaintsPerMinute ?? 10_000 }),
      fileBytes: 64 * 1024,
      publicUrl: url,
      orgName: '青禾电器',
      contact: options.contact ?? '400-000-0000，8:00–22:00',
      clock: () => NOW,
      log: { error: (_fields, message) => void errors.push(message) },
    }),
  );
  server.on('request', app);
  return {
    url,
    errors,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
