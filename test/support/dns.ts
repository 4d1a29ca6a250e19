import { createSocket } from 'node:dgram';
import { decode, encode, type Answer } from 'dns-packet';

/** A name server of its own for a test. */
export interface NameServer {
  /** As `MAIL_IN_DNS` takes it. */
  address: string;
  close(): Promise<void>;
}

/**
 * A name server on a free port that knows the texts of a few names, and says of all others that there are none.
 * @param texts TXT records by name, in small letters
 */
export async function startNameServer(texts: Record<string, string>): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (message, peer) => {
    const { id, questions = [] } = decode(message);
    const answers = questions.flatMap(({ name, type }): Answer[] => {
      const text = type === 'TXT' ? texts[name.toLowerCase()] : undefined;
      // A record is a row of strings of 255 bytes at most.
      return text === undefined ? [] : [{ name, type: 'TXT', ttl: 1, data: text.match(/.{1,200}/gu) ?? [] }];
    });
    const rcode = answers.length > 0 ? 0 : NXDOMAIN;
    socket.send(encode({ type: 'response', id, flags: rcode, questions, answers }), peer.port, peer.address);
  });
  await new Promise<void>((ready) => socket.bind(0, '127.0.0.1', ready));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    close: () => new Promise((done) => socket.close(done)),
  };
}

const NXDOMAIN = 3;
