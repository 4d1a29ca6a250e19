/**
 * Which addresses may be called that somebody else has given: the one home of this rule. It is asked when an address is
 * saved (`outgoingAddress`), and again by `createOutgoing` for every call and every address that a name resolves to.
 * @module
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * What may be called although it is not public: `host:port` (`host` at the usual port of its scheme), also by http, and
 * networks as `10.1.0.0/16`.
 */
export type Allowed = readonly string[];

export interface AddressRules {
  allowed?: Allowed | undefined;
  /** Public addresses may only be called at the usual port of https. */
  onlyUsualPort?: boolean | undefined;
}

const LONGEST = 1_000;
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

/**
 * The address, if it may be called: https, without a login, and with a name of the open internet or a public address; or
 * one that is allowed by configuration. What a name resolves to is checked when it is called.
 */
export function outgoingAddress(text: string, { allowed = [], onlyUsualPort = false }: AddressRules): URL | undefined {
  // What a parser would leave out or replace is no part of an address.
  if (text.length > LONGEST || !/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  const host = hostOf(url);
  if (isNamed(url, allowed) || (isIP(host) !== 0 && isWithin(host, allowed))) return url;
  if (url.protocol !== 'https:' || (onlyUsualPort && url.port !== '')) return undefined;
  if (isIP(host) !== 0) return isPublicAddress(host) ? url : undefined;
  // A name without a dot is one of our own network.
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(host) && !/\.(?:localhost|local|internal)$/.test(host)
    ? url
    : undefined;
}

/** The host without the brackets of IPv6. `URL` has made one form of all ways to write an IPv4 address. */
export const hostOf = (url: URL): string => url.hostname.replaceAll(/^\[|\]$/g, '');

/** Whether the configuration names exactly this host and port: it is called whatever it resolves to. */
export const isNamed = (url: URL, allowed: Allowed): boolean =>
  allowed.some((entry) => entry.toLowerCase() === url.host);

/** Whether an IP address may be connected to. */
export const isReachable = (address: string, allowed: Allowed): boolean =>
  isPublicAddress(address) || isWithin(address, allowed);

/** Whether it is an IP address of the open internet. */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.process(text);
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || address.match(GLOBAL_IPV6));
}

function isWithin(text: string, allowed: Allowed): boolean {
  const address = ipaddr.process(text);
  return allowed
    .filter((entry) => ipaddr.isValidCIDR(entry))
    .map((entry) => ipaddr.parseCIDR(entry))
    .some(([network, bits]) => network.kind() === address.kind() && address.match([network, bits]));
}
