import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig, loadStartConfig } from '../src/config';

const secret = 's'.repeat(32);
const enough = { DATABASE_URL: 'postgres://redress@db/redress', LINK_SECRET: secret };

function faults(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map((fault) => fault.split(':', 1)[0] ?? '').toSorted();
    throw error;
  }
  return [];
}

test('all faults are told at once, missing and malformed ones together, one line each', () => {
  const env = { PORT: 'http', DATABASE_POOL: '0', SMTP_URL: 'mail.example.com', TEMPORAL_TLS_CERT: 'client.pem' };
  expect(faults(() => loadConfig(env))).toEqual([
    'DATABASE_POOL',
    'DATABASE_URL',
    'LINK_SECRET',
    'PORT',
    'SMTP_URL',
    'TEMPORAL_TLS_KEY',
  ]);
  expect(() => loadConfig(env)).toThrow(/6 fault\(s\):\n {2}DATABASE_URL: is not set\n/);
});

test('a fault never repeats the value, which may be a secret', () => {
  const env = { ...enough, LINK_SECRET: 'hunter2', PAYLOAD_KEY: 'hunter3', DATABASE_URL: 'mysql://u:hunter4@db' };
  expect(faults(() => loadConfig(env))).toEqual(['DATABASE_URL', 'LINK_SECRET', 'PAYLOAD_KEY']);
  expect(() => loadConfig(env)).not.toThrow(/hunter/);
});

test('production asks for every address and secret; development has defaults for addresses', () => {
  expect(faults(() => loadConfig({ NODE_ENV: 'production' }))).toEqual([
    'DATABASE_URL',
    'LINK_SECRET',
    'PUBLIC_URL',
    'SMTP_URL',
    'TEMPORAL_ADDRESS',
  ]);
  const config = loadConfig({ ...enough, PORT: '3100' });
  expect(config).toMatchObject({ PUBLIC_URL: 'http://127.0.0.1:3100', TEMPORAL_ADDRESS: '127.0.0.1:7233' });
});

test('npm start needs nothing, except the secret in production', () => {
  expect(loadStartConfig({})).toMatchObject({ PORT: 3000, DATA_DIR: '.data' });
  expect(loadStartConfig({}).DATABASE_URL).toBeUndefined();
  expect(faults(() => loadStartConfig({ NODE_ENV: 'production' }))).toEqual(['LINK_SECRET']);
});

test('an empty variable is an unset one', () => {
  const config = loadConfig({ ...enough, PORT: '', SMTP_URL: ' ', TRUST_PROXY: '' });
  expect(config).toMatchObject({ PORT: 3000, SMTP_URL: 'smtp://127.0.0.1:1025' });
  expect(config.TRUST_PROXY).toBeUndefined();
});

test('retired payload keys are read, and checked', () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  expect(loadConfig({ ...enough, PAYLOAD_OLD_KEYS: `k1:${key},k2:${key}` }).PAYLOAD_OLD_KEYS).toEqual([
    { id: 'k1', key },
    { id: 'k2', key },
  ]);
  expect(faults(() => loadConfig({ ...enough, PAYLOAD_OLD_KEYS: 'k1:short' }))).toEqual(['PAYLOAD_OLD_KEYS']);
});

test('mailboxes are separated by spaces, and each names who reads it; no fault repeats a password', () => {
  const url = 'imaps://help%40example.com:s%20cret@imap.example.com';
  expect(loadConfig({ ...enough, MAIL_IN_IMAP: ` ${url}  ${url}/Archive ` }).MAIL_IN_IMAP).toEqual([
    url,
    `${url}/Archive`,
  ]);
  expect(loadConfig(enough).MAIL_IN_IMAP).toEqual([]);
  for (const wrong of ['imap.example.com', 'https://u:s3cret@host', 'imaps://host', 'imaps://u@host', `${url} x`]) {
    expect(faults(() => loadConfig({ ...enough, MAIL_IN_IMAP: wrong }))).toEqual(['MAIL_IN_IMAP']);
  }
  const six = Array.from({ length: 6 }, (_, n) => `${url}/${n}`).join(' ');
  expect(faults(() => loadConfig({ ...enough, MAIL_IN_IMAP: six }))).toEqual(['MAIL_IN_IMAP']);
});

test('name servers and trusted mail servers are words separated by spaces', () => {
  const MAIL_IN_DNS = '10.0.0.1  127.0.0.1:5353 2001:db8::1 [2001:db8::1]:53';
  const MAIL_IN_TRUSTED = 'MX.Example.com mx2';
  expect(loadConfig({ ...enough, MAIL_IN_DNS, MAIL_IN_TRUSTED })).toMatchObject({
    MAIL_IN_DNS: ['10.0.0.1', '127.0.0.1:5353', '2001:db8::1', '[2001:db8::1]:53'],
    MAIL_IN_TRUSTED: ['mx.example.com', 'mx2'],
  });
  expect(loadConfig(enough)).toMatchObject({ MAIL_IN_DNS: [], MAIL_IN_TRUSTED: [] });
  expect(loadConfig({ ...enough, MAIL_IN_DNS: 'off' }).MAIL_IN_DNS).toEqual(['off']);
  for (const wrong of ['dns.example.com', '10.0.0.1,10.0.0.2', '10.0.0.1:', '53', '999.0.0.1']) {
    expect(faults(() => loadConfig({ ...enough, MAIL_IN_DNS: wrong }))).toEqual(['MAIL_IN_DNS']);
  }
  expect(faults(() => loadConfig({ ...enough, MAIL_IN_TRUSTED: 'mx;x' }))).toEqual(['MAIL_IN_TRUSTED']);
});

test('answers that nobody would read are no configuration', () => {
  const MAIL_REPLY_TO = 'help+*@example.com';
  expect(faults(() => loadConfig({ ...enough, MAIL_REPLY_TO }))).toEqual(['MAIL_REPLY_TO']);
  for (const way of [{ MAIL_IN_PORT: '2525' }, { MAIL_IN_IMAP: 'imap://u:p@localhost' }]) {
    expect(loadConfig({ ...enough, MAIL_REPLY_TO, ...way }).MAIL_REPLY_TO).toBe(MAIL_REPLY_TO);
  }
});

test('the file of the SMS gateway is read at the start; what is wrong is named by its place, without a value', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redress-sms-'));
  const file = (given: unknown): string => {
    const path = join(folder, 'sms.json');
    writeFileSync(path, typeof given === 'string' ? given : JSON.stringify(given));
    return path;
  };
  const load = (given: unknown) => loadConfig({ ...enough, SMS_GATEWAY: file(given) });
  expect(load({ url: 'https://sms.example/', body: { to: '{{to}}' } }).SMS_GATEWAY).toMatchObject({ method: 'POST' });
  expect(loadConfig(enough).SMS_GATEWAY).toBeUndefined();
  const told = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      if (error instanceof ConfigError) return error.faults.join('; ');
      throw error;
    }
    return '';
  };
  expect(told(() => load('{'))).toBe('SMS_GATEWAY: is no JSON');
  expect(told(() => loadConfig({ ...enough, SMS_GATEWAY: join(folder, 'none.json') }))).toBe(
    'SMS_GATEWAY: cannot be read',
  );
  const wrong = told(() => load({ url: 'sms', headers: { Authorization: 'geheim {{key}}' } }));
  expect(wrong).toContain('SMS_GATEWAY: url: must be a URL; headers.Authorization: may hold only');
  expect(wrong).not.toContain('geheim');
  expect(faults(() => loadConfig({ ...enough, SMS_REPORT_KEY: 'short' }))).toEqual(['SMS_REPORT_KEY']);
});

test('sites that may show the complaint form are origins, each once; anything wider or behind them is refused', () => {
  const sites = (value: string) => loadConfig({ ...enough, EMBED_SITES: value }).EMBED_SITES;
  expect(loadConfig(enough).EMBED_SITES).toEqual([]);
  expect(sites('https://www.Example.com, https://www.example.com/ ,http://10.1.0.5:8080')).toEqual([
    'https://www.example.com',
    'http://10.1.0.5:8080',
  ]);
  expect(sites('https://商城.example:443')).toEqual(['https://xn--czru2d.example']);
  for (const wrong of [
    'www.example.com',
    '*',
    'https:',
    'https://*.example.com',
    'https://www.example.com/shop',
    'https://www.example.com?a',
    'https://user@www.example.com',
    "https://www.example.com;script-src'*'",
    'https://a.example b.example',
    'data:text/html,x',
    'null',
    'ftp://www.example.com',
  ]) {
    expect(faults(() => loadConfig({ ...enough, EMBED_SITES: wrong }))).toEqual(['EMBED_SITES']);
  }
});
