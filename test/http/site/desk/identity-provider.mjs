/**
 * A real OpenID Connect provider for the tests, in a process of its own. Whoever comes is at once the person that was
 * named last by POST /next (`{ sub, email, email_verified, amr, deny }`). Prints its address when it listens.
 * usage: node identity-provider.mjs <redirect uri> <port>
 */
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirectUri, port] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
let next = {};
const people = new Map();

const provider = new Provider(issuer, {
  clients: [{ client_id: 'redress', client_secret: 'a secret of the tests', redirect_uris: [redirectUri] }],
  claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  cookies: { keys: ['one key of the tests'] },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...people.get(sub) }) }),
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid email');
    await grant.save();
    return grant;
  },
});

const handle = provider.callback();
const server = createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/next') {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      next = JSON.parse(body);
      people.set(next.sub, { email: next.email, email_verified: next.email_verified });
      response.end('{}');
    });
    return;
  }
  if (request.url?.startsWith('/interaction/')) {
    const result = next.deny
      ? { error: 'access_denied' }
      : { login: { accountId: next.sub, amr: next.amr ?? ['pwd'], remember: false } };
    void provider.interactionFinished(request, response, result);
    return;
  }
  void handle(request, response);
});
server.listen(Number(port), '127.0.0.1', () => console.log(issuer));
