import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * The address of a browser at its push service, if pushes may be sent there. It comes from the browser, so whoever is
 * signed in may write what they like there: it has to be https, without a login, at the usual port, and a name of the
 * open internet or a public address. What a name resolves to is checked when it is called.
 * @param trusted `host:port`, or `host` at the usual port, of push services that are taken as they are, also by http
 */
export function pushAddress(endpoint: string, trusted: readonly string[] = []): URL | undefined {
  // What a parser would leave out or replace is no part of an address that a browser gives.
  if (endpoint.length > 1_000 || !/^[\x21-\x7e]+$/.test(endpoint) || !URL.canParse(endpoint)) return undefined;
  const url = new URL(endpoint);
  if (url.username !== '' || url.password !== '') return undefined;
  if (trusted.includes(url.host)) return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
  if (url.protocol !== 'https:' || url.port !== '') return undefined;
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return isPublicAddress(host) ? url : undefined;
  // A name without a dot is one of our own network.
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host) && !/\.(?:localhost|local|internal)$/.test(host) ? url : undefined;
}

/** Whether it is an IP address of the open internet. */
export const isPublicAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
