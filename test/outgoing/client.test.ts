import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOutgoing, outgoingAddress, type OutgoingClient, type ResolveName } from '../../src/outgoing';
import { waitUntil } from '../support/processes';

/** Whoever gives an address does not reach what is inside: every way to write one is tried at a server that counts. */
const servers: Server[] = [];
const clients: OutgoingClient[] = [];
async function serve(listener: RequestListener): Promise<{ port: number; host: string }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { port, host: `127.0.0.1:${port}` };
}
const client = (options: Parameters<typeof createOutgoing>[0]): OutgoingClient => {
  const made = createOutgoing(options);
  clients.push(made);
  return made;
};
afterEach(async () => {
  for (const one of clients.splice(0)) one.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

const ADDRESS = { kind: 'refused', code: 'address' };
const to =
  (...addresses: string[]): ResolveName =>
  (_name, _all, answer) =>
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
const unasked: ResolveName = () => {
  throw new Error('nothing is looked up');
};

/** Hosts that mean this machine, our network, a cloud's own data, or nobody. */
const INSIDE = `
  127.0.0.1 127.1 127.255.255.254 2130706433 0x7f000001 0x7f.1 0177.0.0.1 0 0.0.0.0 10.0.0.1 10.255.255.255
  172.16.0.1 172.31.255.255 192.168.0.1 3232235777 0xc0.0xa8.1.1 169.254.169.254 0xa9fea9fe 2852039166
  169.254.0.1 100.64.0.1 100.100.100.200 192.0.0.1 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1
  203.0.113.1 192.88.99.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 １２７.０.０.１ 127。0。0。1 [::] [::1]
  [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:0:127.0.0.1] [::127.0.0.1] [::10.0.0.1]
  [64:ff9b::7f00:1] [64:ff9b:1::1] [fe80::1] [fc00::1] [fd00:ec2::254] [fec0::1] [ff02::1] [2001:db8::1]
  [2002:7f00:1::] [2001::1] [2001:2::1] [100::1] [5f00::1] localhost LOCALHOST localhost. app.localhost
  redress postgres printer.local metadata.google.internal
`
  .trim()
  .split(/\s+/);

describe('addresses', () => {
  test.each(INSIDE)('inside is not called, nor looked up: %s', async (host) => {
    const { port } = await serve(() => expect('called').toBe('not called'));
    for (const url of [`https://${host}/`, `https://${host}:${port}/`, `http://${host}:${port}/`]) {
      expect(outgoingAddress(url, {})).toBeUndefined();
      expect(await client({ resolve: unasked }).call({ url, method: 'GET' })).toEqual(ADDRESS);
    }
  });

  test.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'data:text/plain,x',
    'https://user@example.com/',
    'https://user:secret@example.com/',
    'https://exa mple.com/',
    'https://example.com/\r\nX: y',
    'https://例え.example/',
    '//example.com',
    'example.com',
    '',
    `https://example.com/${'x'.repeat(1_000)}`,
  ])('that is none, or not plain https, is not called: %s', async (url) => {
    expect(outgoingAddress(url, {})).toBeUndefined();
    expect(await client({ resolve: unasked }).call({ url, method: 'GET' })).toEqual(ADDRESS);
  });

  test.each([
    '127.0.0.1',
    '10.0.0.8',
    '169.254.169.254',
    '198.18.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    'fd00::1',
  ])('a name that leads inside is not called, also not by one of its addresses: %s', async (inside) => {
    for (const found of [[inside], ['93.184.216.34', inside], [inside, '93.184.216.34']]) {
      const call = client({ resolve: to(...found) }).call({ url: 'https://nip.example.com/', method: 'GET' });
      expect(await call).toEqual(ADDRESS);
    }
  });

  test('a name is looked up for every connection: what it meant when it was saved counts for nothing', async () => {
    let asked = 0;
    const resolve: ResolveName = (name, all, answer) =>
      to(asked++ === 0 ? '192.0.2.255' : '127.0.0.1')(name, all, answer);
    const out = client({ resolve, timeoutMs: 500 });
    for (const _ of [1, 2])
      expect(await out.call({ url: 'https://rebind.example.com/', method: 'GET' })).toEqual(ADDRESS);
    expect(asked).toBe(2);
  });

  test('public ones may be called by https; at another port unless only the usual one is wanted', () => {
    for (const url of ['https://example.com/a?b', 'https://93.184.216.34/', 'https://[2606:2800:220:1::1]/']) {
      expect(outgoingAddress(url, { onlyUsualPort: true })?.href).toBe(url);
    }
    expect(outgoingAddress('https://example.com:8443/', {})?.port).toBe('8443');
    expect(outgoingAddress('https://example.com:8443/', { onlyUsualPort: true })).toBeUndefined();
  });

  test('what the configuration allows is called, by name and port or by network, and nothing beside it', async () => {
    const { host, port } = await serve((_request, response) => void response.end());
    const named = client({ allowed: [host, `crm.example.com:${port}`], resolve: to('127.0.0.1') });
    const reached = { kind: 'answered', status: 200 };
    expect(await named.call({ url: `http://${host}/`, method: 'GET' })).toMatchObject(reached);
    expect(await named.call({ url: `http://crm.example.com:${port}/`, method: 'GET' })).toMatchObject(reached);
    expect(await named.call({ url: `http://other.example.com:${port}/`, method: 'GET' })).toEqual(ADDRESS);
    expect(await named.call({ url: 'http://127.0.0.1:1/', method: 'GET' })).toEqual(ADDRESS);

    const network = client({ allowed: ['127.0.0.0/8'], resolve: to('127.0.0.1') });
    expect(await network.call({ url: `http://${host}/`, method: 'GET' })).toMatchObject(reached);
    // By name only https: who listens there has to show a certificate.
    expect(await network.call({ url: `http://crm.example.com:${port}/`, method: 'GET' })).toEqual(ADDRESS);
    expect(await network.call({ url: `https://crm.example.com:${port}/`, method: 'GET' })).toMatchObject({
      kind: 'failed',
    });
    expect(await network.call({ url: 'http://10.0.0.1/', method: 'GET' })).toEqual(ADDRESS);
  });
});

describe('answers', () => {
  const call = async (
    listener: (request: IncomingMessage, response: ServerResponse) => void,
    options: { timeoutMs?: number; maxBytes?: number } = {},
  ) => {
    const { host } = await serve(listener);
    return client({ ...options, allowed: [host] }).call({ url: `http://${host}/here`, method: 'POST', body: 'words' });
  };

  test.each([301, 302, 303, 307, 308])('nobody follows a redirect: %d', async (status) => {
    const asked: string[] = [];
    const listener: RequestListener = (request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status, { location: '/there' }).end();
    };
    expect(await call(listener)).toEqual({ kind: 'refused', code: 'redirect' });
    expect(asked).toEqual(['/here']);
  });

  test('the body goes out with its length, and the answer is read where it is wanted', async () => {
    const listener: RequestListener = (request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => void response.end(`${request.headers['content-length']} ${body}`));
    };
    const read = await call(listener, { maxBytes: 100 });
    expect(read.kind === 'answered' && read.body.toString()).toBe('5 words');
    expect(await call(listener)).toEqual({ kind: 'answered', status: 200, body: Buffer.alloc(0) });
  });

  test('an answer that is too long, or never ends, is not read on', async () => {
    let ended = 0;
    const endless: RequestListener = (_request, response) => {
      let open = true;
      response.on('close', () => {
        open = false;
        ended++;
      });
      const write = (): void => {
        if (open && response.write('x'.repeat(64 * 1024))) setImmediate(write);
        else if (open) response.once('drain', write);
      };
      write();
    };
    expect(await call(endless, { maxBytes: 100_000 })).toEqual({ kind: 'failed', code: 'BODY_TOO_LARGE' });
    // Whoever wants its status alone has it, and the connection is ended all the same.
    expect(await call(endless)).toMatchObject({ kind: 'answered', status: 200 });
    await waitUntil(() => ended === 2, 'both connections are ended');
  });

  test('a server that is silent, or stops in the middle, has its time and no more', async () => {
    expect(await call(() => undefined, { timeoutMs: 50 })).toEqual({ kind: 'failed', code: 'TIMEOUT' });
    const slow: RequestListener = (_request, response) => void response.write('begun');
    expect(await call(slow, { timeoutMs: 200, maxBytes: 100 })).toEqual({ kind: 'failed', code: 'TIMEOUT' });
  });

  test('a connection that breaks, or nobody there, is a failure by its code', async () => {
    expect(await call((request) => void request.socket.destroy())).toEqual({ kind: 'failed', code: 'ECONNRESET' });
    const out = client({ allowed: ['127.0.0.1:1'] });
    expect(await out.call({ url: 'http://127.0.0.1:1/', method: 'GET' })).toEqual({
      kind: 'failed',
      code: 'ECONNREFUSED',
    });
  });
});
