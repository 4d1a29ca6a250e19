import type { CustomerPages } from '../../../../src/cases';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { countsInMemory } from '../../../../src/db/stores/limits';
import { createLimits } from '../../../../src/http/middleware/limits';
import { secure } from '../../../../src/http/middleware/security';
import { createSite } from '../../../../src/http/site';
import type { Intake } from '../../../../src/http/site/customer/contract';
import { Spool } from '../../../../src/http/spool';
import { ARTICLES, fakeIntake, NO_CHAT, NO_STAFF, NOW } from './fake-cases';

/** Pages that are being served. */
export interface Served {
  url: string;
  /** Messages that were logged as errors. */
  errors: string[];
  /** Where uploaded files wait until their form is handled. */
  dataDir: string;
  close(): Promise<void>;
}

/** Serves the pages on a real HTTP server, as src/http/app.ts mounts them, at the fixed time `NOW`. */
export async function serve(
  cases: CustomerPages,
  options: {
    contact?: string;
    complaintsPerMinute?: number;
    intake?: Intake;
    formFilesMaxBytes?: number;
    sms?: boolean;
    /** Sites whose pages may show the complaint form. */
    embedSites?: readonly string[];
    /** Left out: `NOW`, which stands. */
    clock?: () => number;
  } = {},
): Promise<Served> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const errors: string[] = [];
  const dataDir = await mkdtemp(join(tmpdir(), 'redress-pages-'));
  const app = express();
  app.use(secure);
  app.use(
    createSite({
      cases,
      staff: NO_STAFF,
      chat: NO_CHAT,
      articles: ARTICLES,
      intake: options.intake ?? fakeIntake().intake,
      limits: createLimits(countsInMemory, { COMPLAINT_RATE_LIMIT: options.complaintsPerMinute ?? 10_000 }),
      fileBytes: 64 * 1024,
      spool: new Spool(dataDir, options.formFilesMaxBytes ?? 10 * 1024 * 1024),
      publicUrl: url,
      sms: options.sms,
      ...(options.embedSites && { embedSites: options.embedSites }),
      orgName: '青禾电器',
      contact: options.contact ?? '400-000-0000，8:00–22:00',
      clock: options.clock ?? (() => NOW),
      log: { error: (_fields, message) => void errors.push(message) },
    }).router,
  );
  server.on('request', app);
  return {
    url,
    errors,
    dataDir,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
