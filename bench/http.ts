import { Agent, request } from 'node:http';

/** An answer with its body, unparsed. */
export interface Answer {
  status: number;
  body: string;
}

/**
 * A client for `concurrency` requests at once on connections that are kept open. It uses Node's own `http`, the
 * cheapest client, because the load generator shares the CPU with what is measured.
 */
export function httpClient(concurrency: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  return {
    post(url: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
      const content = Buffer.from(JSON.stringify(body));
      return new Promise((resolve, reject) => {
        const sent = request(url, {
          method: 'POST',
          agent,
          headers: { 'Content-Type': 'application/json', 'Content-Length': content.length, ...headers },
        });
        sent.once('error', reject);
        sent.once('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          );
        });
        sent.end(content);
      });
    },
    close: () => agent.destroy(),
  };
}
