import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config';
import { loadSecrets } from '../../src/runtime/secrets';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'redress-secrets-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('secrets are made once; an installation from before there were pushes keeps its own and gets keys for them', () => {
  const old = { linkSecret: 'l'.repeat(43), postgresPassword: 'p'.repeat(43) };
  writeFileSync(join(dir, 'secrets.json'), JSON.stringify(old), { mode: 0o600 });
  const first = loadSecrets(dir);
  expect(first).toMatchObject(old);
  expect(loadSecrets(dir)).toEqual(first);
  expect(JSON.parse(readFileSync(join(dir, 'secrets.json'), 'utf8'))).toEqual(first);
  const { publicKey, privateKey } = first.vapid;
  const env = { DATABASE_URL: 'postgres://redress@db/redress', LINK_SECRET: old.linkSecret };
  const config = loadConfig({ ...env, VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey });
  expect(config.VAPID_PUBLIC_KEY).toBe(publicKey);
});
