import { createServer, type AddressInfo } from 'node:net';

/** Listens for a moment; the port it got, or undefined when it is taken. */
function tryPort(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    // Exclusive: in a cluster worker a shared listener would hide that the port is taken.
    server.listen({ port, host, exclusive: true }, () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => resolve(taken));
    });
  });
}

export async function freePort(host = '127.0.0.1'): Promise<number> {
  const port = await tryPort(0, host);
  if (port === undefined) throw new Error(`No free port on ${host}`);
  return port;
}

/** The wanted port when it is free, otherwise a free one, and `say` tells so. 0 = any. */
export async function choosePort(
  what: string,
  wanted: number,
  say: (line: string) => void,
  host = '127.0.0.1',
): Promise<number> {
  const got = await tryPort(wanted, host);
  if (got !== undefined) return got;
  const other = await freePort(host);
  say(`Port ${wanted} (${what}) is taken; ${what} uses ${other} instead.`);
  return other;
}
