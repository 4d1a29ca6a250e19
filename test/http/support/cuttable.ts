import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy to a server that can be cut, as by a crash, or stalled, as by a network that loses packets. */
export class Cuttable {
  private readonly sockets = new Set<Socket>();
  private stalled = false;
  private server: Server;
  /** Where it listens on 127.0.0.1, once it is open. */
  port = 0;

  constructor(private readonly target: { host: string; port: number }) {
    this.server = this.make();
  }

  /** Begins to listen: on a free port the first time, on the same one after a cut. */
  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', () => resolve()));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Stops listening and breaks open connections. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Ends a cut or a stall. */
  async heal(): Promise<void> {
    this.stalled = false;
    for (const socket of this.sockets) socket.resume();
    if (this.server.listening) return;
    this.server = this.make();
    await this.open();
  }

  /** Keeps connections open but lets nothing through. */
  stall(): void {
    this.stalled = true;
    for (const socket of this.sockets) socket.pause();
  }

  private make(): Server {
    return createServer((inner) => {
      const outer = connect(this.target.port, this.target.host);
      for (const [one, other] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        this.sockets.add(one);
        one.on('data', (bytes) => other.write(bytes));
        one.on('error', () => undefined);
        one.on('close', () => {
          this.sockets.delete(one);
          other.destroy();
        });
        if (this.stalled) one.pause();
      }
    });
  }
}
