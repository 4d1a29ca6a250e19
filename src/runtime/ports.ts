import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writePrivateJson } from './private-file';

/** Listens for a moment. Gives the port (a free one for 0), or undefined when it is taken or not allowed. */
function tryPort(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    // Exclusive: a worker of Node's cluster would share a listener, and so not find out that the port is taken.
    server.listen({ port, host, exclusive: true }, () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => resolve(taken));
    });
  });
}

/** A port that is free at this moment; another program may take it at once. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const port = await tryPort(0, host);
  if (port === undefined) throw new Error(`No free port on ${host}`);
  return port;
}

/**
 * The wanted port when it is free, otherwise another, and `say` tells of it.
 * @param what the part that listens, for the words to the person at the console
 * @param wanted 0: any port
 * @param last what was chosen at the last start: people's bookmarks lead there, so it is tried before any other
 */
export async function choosePort(
  what: string,
  wanted: number,
  say: (line: string) => void,
  host = '127.0.0.1',
  last?: number,
): Promise<number> {
  const got = await tryPort(wanted, host);
  if (got !== undefined && wanted !== 0) return got;
  const again = last === undefined ? undefined : await tryPort(last, host);
  const other = again ?? got ?? (await freePort(host));
  if (wanted === 0) return other;
  say(`Port ${wanted} (${what}) is taken; ${what} uses ${other} instead.`);
  return other;
}

const remembered = z.record(z.string(), z.object({ wanted: z.number(), chosen: z.number() }));

/**
 * The ports of one installation. One that was chosen because the wanted one was taken is chosen
 * again at the next start.
 */
export class Ports {
  private readonly path: string;
  private readonly kept: z.infer<typeof remembered>;

  constructor(
    dataDir: string,
    private readonly say: (line: string) => void,
  ) {
    this.path = join(dataDir, 'ports.json');
    this.kept = remembered.safeParse(readJson(this.path)).data ?? {};
  }

  /**
   * Chooses a port for a part, see `choosePort`; what differs from the wanted one is kept in `ports.json` of DATA_DIR.
   */
  async choose(what: string, wanted: number, host?: string): Promise<number> {
    const before = this.kept[what];
    const last = before?.wanted === wanted ? before.chosen : undefined;
    const chosen = await choosePort(what, wanted, this.say, host, last);
    if (chosen !== wanted && chosen !== last) {
      this.kept[what] = { wanted, chosen };
      writePrivateJson(this.path, this.kept);
    }
    return chosen;
  }
}
