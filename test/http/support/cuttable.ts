import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut, as by a crash, or stalled, as by a network that swallows packets. */
export class Cuttable {
  private readonly sockets = new Set<Socket>();
  private stalled = false;
  private server: Server;
  port = 0;

  constructor(private readonly target: { host: string; port: number }) {
    this.server = this.make();
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', () => resolve()));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Nobody listens any more, and open connections break. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  async heal(): Promise<void> {
    this.stalled = false;
    for (const socket of this.sockets) socket.resume();
    if (this.server.listening) return;
    this.server = this.make();
    await this.open();
  }

  /** Connections stay open and nothing comes through. */
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
