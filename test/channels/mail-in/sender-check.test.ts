import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign';
import MailComposer from 'nodemailer/lib/mail-composer';
import { readMail } from '../../../src/channels/mail-in/read';
import { createSenderCheck, type Handover, type Resolve } from '../../../src/channels/mail-in/sender-check';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const KEY = `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`;

/** The DNS of a few domains: `strict.example` and `bank.example` ask for proofs, `plain.example` has only keys, `bare.example` nothing. */
const ZONE: Record<string, string> = {
  's._domainkey.bank.example TXT': KEY,
  's._domainkey.mail.bank.example TXT': KEY,
  's._domainkey.plain.example TXT': KEY,
  's._domainkey.evil.example TXT': KEY,
  's._domainkey.mail.strict.example TXT': KEY,
  's._domainkey.strict.example TXT': KEY,
  '_dmarc.bank.example TXT': 'v=DMARC1; p=reject',
  '_dmarc.strict.example TXT': 'v=DMARC1; p=reject; adkim=s; aspf=s',
  'bank.example TXT': 'v=spf1 ip4:192.0.2.7 -all',
  'plain.example TXT': 'v=spf1 ip4:192.0.2.7 -all',
  'evil.example TXT': 'v=spf1 +all',
};
let asked: string[];
const missing = (code: string): Error => Object.assign(new Error(code), { code });
const resolve: Resolve = (domain, type) => {
  asked.push(`${domain} ${type}`);
  const found = ZONE[`${domain} ${type}`];
  return found === undefined ? Promise.reject(missing('ENOTFOUND')) : Promise.resolve([[found]]);
};
beforeEach(() => (asked = []));

interface Kind {
  from?: string;
  headers?: Record<string, string>;
  /** Domains that sign it. */
  signed?: string[];
  maxBodyLength?: number;
  /** Done to it after it was signed. */
  after?: (raw: string) => string;
  handover?: Handover;
  trusted?: string[];
  by?: Resolve;
}

const HOUSES_OWN = { ip: '192.0.2.7', helo: 'mx.bank.example' };
const STRANGER = { ip: '198.51.100.9', helo: 'x.example' };

async function checked(kind: Kind) {
  const { from = '王小明 <wang@bank.example>', headers = {}, signed = [], after = (raw) => raw, handover = {} } = kind;
  const text = '洗衣机漏水，请尽快处理。\n'.repeat(5);
  const mail = { from, to: 'help@redress.example', subject: '漏水', text, headers };
  const built = await new MailComposer(mail).compile().build();
  const signatureData = signed.map((signingDomain) => ({
    signingDomain,
    selector: 's',
    privateKey,
    maxBodyLength: kind.maxBodyLength,
  }));
  const [first] = signatureData;
  const { signatures, errors } = first
    ? // Without a moment of ours the library asks the clock twice, and a second that ends between is a broken signature.
      await dkimSign(built, { ...first, signTime: new Date(), signatureData })
    : { signatures: '', errors: [] };
  expect(errors).toEqual([]);
  const raw = Buffer.from(after(signatures + built.toString('latin1')), 'latin1');
  const check = createSenderCheck({ resolve: kind.by ?? resolve, trusted: kind.trusted ?? [] });
  return check(raw, await readMail(raw), handover);
}

describe('what we find out ourselves', () => {
  test('a signature of the domain in From is a proof, of a part of it too', async () => {
    const proof = { verdict: 'proved', dkim: 'pass', dmarc: 'pass' };
    expect(await checked({ signed: ['bank.example'] })).toEqual(proof);
    expect(await checked({ signed: ['mail.bank.example'] })).toEqual(proof);
    // That nobody asks for a proof makes it none the worse.
    expect(await checked({ from: 'a@plain.example', signed: ['plain.example'] })).toEqual({ ...proof, dmarc: 'none' });
  });

  test('where the policy wants this very domain, another one of the house proves nothing', async () => {
    const from = 'a@strict.example';
    expect(await checked({ from, signed: ['strict.example'] })).toMatchObject({ verdict: 'proved' });
    expect(await checked({ from, signed: ['mail.strict.example'], handover: { client: STRANGER } })).toMatchObject({
      verdict: 'doubtful',
      dmarc: 'fail',
    });
  });

  test('the machine that brought it is a proof where its domain lets it send', async () => {
    const handover = { from: 'bounce@bank.example', client: HOUSES_OWN };
    expect(await checked({ handover })).toEqual({ verdict: 'proved', spf: 'pass', dkim: 'none', dmarc: 'pass' });
  });

  test('a forged sender is doubtful, whatever the forger proves of a domain of their own', async () => {
    const handover = { from: 'x@evil.example', client: STRANGER };
    expect(await checked({ signed: ['evil.example'], handover })).toEqual({
      verdict: 'doubtful',
      spf: 'pass',
      dkim: 'pass',
      dmarc: 'fail',
    });
    // Without a policy it is what the domain says of its machines that counts.
    expect(
      await checked({ from: 'a@plain.example', handover: { from: 'a@plain.example', client: STRANGER } }),
    ).toMatchObject({ verdict: 'doubtful', spf: 'fail', dmarc: 'none' });
  });

  test('half of what a policy counts is unknown for a mailbox: then nothing is called doubtful', async () => {
    expect(await checked({})).toEqual({ verdict: 'unproved', dkim: 'none', dmarc: 'fail' });
    expect(await checked({ from: 'a@bare.example' })).toEqual({ verdict: 'unproved', dkim: 'none', dmarc: 'none' });
  });

  test('words changed or added after signing are not vouched for', async () => {
    const changed = (raw: string): string => raw.replace('To: help@', 'To: help2@');
    expect(await checked({ signed: ['bank.example'], after: changed })).toMatchObject({
      verdict: 'unproved',
      dkim: 'fail',
    });
    const added = (raw: string): string => `${raw}\r\nrefund to account 123\r\n`;
    expect(await checked({ signed: ['bank.example'], after: added })).toMatchObject({ verdict: 'unproved' });
    // One that says itself that it holds for the beginning only is none.
    expect(await checked({ signed: ['bank.example'], maxBodyLength: 20, after: added })).toMatchObject({
      verdict: 'unproved',
      dkim: 'none',
    });
  });

  test('of two authors none is vouched for, nor one whom two readers see differently', async () => {
    const two = (raw: string): string => `From: boss@bank.example\r\n${raw}`;
    expect(await checked({ signed: ['bank.example'], after: two })).toMatchObject({ verdict: 'unproved' });
    const both = 'boss@bank.example, wang@bank.example';
    expect(await checked({ from: both, signed: ['bank.example'] })).toMatchObject({
      verdict: 'unproved',
      dkim: 'pass',
    });
  });

  test('a mail full of signatures does not make us ask for each', async () => {
    await checked({ signed: Array.from({ length: 40 }, (_none, index) => `d${index}.evil.example`) });
    expect(asked.filter((one) => one.includes('_domainkey'))).toHaveLength(8);
  });

  test('a DNS that is away, and one that never answers, hold no complaint up', async () => {
    const away: Resolve = () => Promise.reject(missing('ETIMEOUT'));
    const unknown = { verdict: 'unproved', dmarc: 'temperror' };
    expect(await checked({ signed: ['bank.example'], by: away })).toMatchObject(unknown);
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    try {
      let isAsked: () => void = () => undefined;
      const reached = new Promise<void>((give) => (isAsked = give));
      const silent: Resolve = () => {
        isAsked();
        return new Promise(() => undefined);
      };
      const found = checked({ signed: ['bank.example'], by: silent });
      await reached;
      await jest.advanceTimersByTimeAsync(8_000);
      expect(await found).toEqual(unknown);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('what a mail server of the house has found out', () => {
  const field = (value: string): Pick<Kind, 'headers'> => ({ headers: { 'Authentication-Results': value } });
  const trusted = ['mx.redress.example'];

  test('is believed, and nothing more is asked', async () => {
    const told =
      'mx.redress.example; spf=pass smtp.mailfrom=wang@bank.example; dkim=pass header.d=bank.example; dmarc=pass';
    expect(await checked({ ...field(told), trusted })).toEqual({
      verdict: 'proved',
      by: 'mx.redress.example',
      spf: 'pass',
      dkim: 'pass',
      dmarc: 'pass',
    });
    expect(asked).toEqual([]);
    expect(
      await checked({ ...field('mx.redress.example 1; dmarc=fail (p=reject) header.from=bank.example'), trusted }),
    ).toEqual({ verdict: 'doubtful', by: 'mx.redress.example', dkim: 'none', dmarc: 'fail' });
  });

  test('where it says nothing of a policy, that is looked up', async () => {
    const told =
      'mx.redress.example; dkim=pass (1024-bit key) header.i=@bank.example header.s=s; spf=softfail smtp.mailfrom=x.example';
    expect(await checked({ ...field(told), trusted })).toMatchObject({
      verdict: 'proved',
      dkim: 'pass',
      dmarc: 'pass',
    });
  });

  test('what others wrote is not, be it above or below, in a comment or in quotes', async () => {
    for (const told of [
      'mx.evil.example; dmarc=pass',
      '(mx.redress.example;) mx.evil.example; dmarc=pass',
      'mx.redress.example.evil.example; dmarc=pass',
      'mx.evil.example; x="; mx.redress.example; dmarc=pass"',
    ]) {
      expect(await checked({ ...field(told), trusted })).toMatchObject({ verdict: 'unproved', dmarc: 'fail' });
    }
    const below = (raw: string): string =>
      `Authentication-Results: mx.evil.example; dmarc=none\r\nAuthentication-Results: mx.redress.example; dmarc=pass\r\n${raw}`;
    expect(await checked({ after: below, trusted })).toMatchObject({ verdict: 'unproved' });
    // About another author than the one whom we read.
    const other = field('mx.redress.example; dmarc=pass header.from=evil.example');
    expect(await checked({ ...other, trusted })).toMatchObject({ verdict: 'unproved' });
    const twice = {
      ...field('mx.redress.example; dmarc=pass'),
      after: (raw: string) => `From: x@evil.example\r\n${raw}`,
    };
    expect(await checked({ ...twice, trusted })).toMatchObject({ verdict: 'unproved' });
    const comment = field('mx.redress.example; dmarc=fail (dmarc=pass; dkim=pass (nested; dmarc=pass))');
    expect(await checked({ ...comment, trusted })).toMatchObject({ verdict: 'doubtful', dmarc: 'fail', dkim: 'none' });
    expect(await checked({ ...field('mx.redress.example; none'), trusted })).toMatchObject({ verdict: 'unproved' });
  });
});
