import type { PlatformKeys } from '../../db';
import { open } from '../../outgoing';
import type { OpenAccount } from './adapter';
import { PlatformFault } from './fault';

/** An account with its keys. @throws PlatformFault `refused` (`sealed`) after a change of `LINK_SECRET`: only an admin has them */
export function openAccount(keys: PlatformKeys, secret: string): OpenAccount {
  const { id, url, merchantId, serial = '', publicKeyId = '', publicKey } = keys;
  const opened = (sealed: string, field: string): string => {
    const found = open(sealed, secret, `platform/${id}/${field}`);
    if (found === undefined) throw new PlatformFault('refused', 'sealed');
    return found;
  };
  return {
    url,
    merchantId,
    serial,
    publicKeyId,
    publicKey,
    privateKey: opened(keys.privateKey, 'privateKey'),
    apiKey: keys.apiKey === undefined ? '' : opened(keys.apiKey, 'apiKey'),
  };
}
