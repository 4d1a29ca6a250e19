import type { PlatformKeys } from '../../db';
import { SECRET_FIELDS, type SecretField } from '../../domain/case/platforms';
import { open } from '../../outgoing';
import type { OpenAccount } from './adapter';
import { PlatformFault } from './fault';

/** An account with its keys. @throws PlatformFault `refused` (`sealed`) after a change of `LINK_SECRET`: only an admin has them */
export function openAccount(keys: PlatformKeys, secret: string): OpenAccount {
  const { id, url, merchantId, serial = '', publicKeyId = '', publicKey = '' } = keys;
  const opened = SECRET_FIELDS.map((field): [SecretField, string] => {
    const sealed = keys[field];
    const found = sealed === undefined ? '' : open(sealed, secret, `platform/${id}/${field}`);
    if (found === undefined) throw new PlatformFault('refused', 'sealed');
    return [field, found];
  });
  const secrets = Object.fromEntries(opened) as Record<SecretField, string>;
  return { id, url, merchantId, serial, publicKeyId, publicKey, ...secrets };
}
