import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Access rules of a server on this machine. */
export interface AccessRules {
  /** Host names that requests may use in addition to those of the loopback interface; lower case. */
  readonly hosts?: readonly string[] | undefined;
  /** Origins of web pages that may send requests, in addition to the server's own. */
  readonly origins?: readonly string[] | undefined;
  /** Accepted values of the header `x-api-key`; undefined if no key is required. */
  readonly apiKeys?: readonly string[] | undefined;
}

/**
 * Checks requests to a server on this machine. Web pages in a local browser can send it cross-origin
 * requests, or same-origin requests if their host name resolves to this machine (DNS rebinding). The Host and
 * Origin headers distinguish these requests from those of local programs.
 */
export class Access {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #keys: readonly string[] | undefined;

  constructor({ hosts = [], origins = [], apiKeys }: AccessRules = {}) {
    this.#hosts = new Set(hosts);
    this.#origins = new Set(origins);
    this.#keys = apiKeys;
  }

  /** Returns the reason for refusing a request, or undefined if it is allowed. */
  refusal({ headers, socket }: IncomingMessage): string | undefined {
    const { host, origin } = headers;
    // Only HTTP/1.0 requests lack a Host header; no browser sends those.
    if (host !== undefined && !this.#knows(hostnameOf(host), socket.localAddress))
      return 'The Host header names another server. Allow the name with --allow-host.';
    if (origin !== undefined && this.#origins.has(origin)) return undefined;
    if (origin !== undefined && !this.#knows(originHostname(origin), socket.localAddress))
      return 'Web pages of other origins may not send requests here. Allow the origin with --cors-origin.';
    // Browsers request images and scripts without an Origin header. Links from other sites may be followed.
    if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate')
      return 'Web pages of other sites may not send requests here.';
    return undefined;
  }

  /** Whether a request has a valid key, or none is required. */
  hasKey({ headers }: IncomingMessage): boolean {
    const keys = this.#keys;
    if (keys === undefined) return true;
    const given = headers['x-api-key'];
    // Compares all keys, so that timing reveals nothing about any of them.
    return typeof given === 'string' && keys.filter((key) => sameSecret(key, given)).length > 0;
  }

  #knows(hostname: string | undefined, localAddress: string | undefined): boolean {
    if (hostname === undefined) return false;
    if (isLoopback(hostname) || this.#hosts.has(hostname)) return true;
    // Accepting the connection's local IP address is safe: DNS rebinding needs a name, which is never an IP
    // address.
    return isIP(hostname) !== 0 && hostname === localAddress?.replace(/^::ffff:/, '');
  }
}

/** Wraps a listener so that it refuses requests for other hosts and from web pages of other origins. */
export const guarded =
  (access: Access, listener: RequestListener): RequestListener =>
  (request, response) => {
    const refusal = access.refusal(request);
    if (refusal === undefined) return listener(request, response);
    request.resume();
    response.writeHead(403, { 'Content-Type': 'text/plain', Connection: 'close' });
    response.end(`${refusal}\n`);
  };

/** Compares secrets in constant time. */
export function sameSecret(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** Whether a name or address belongs to the loopback interface. `localhost` and its subdomains are reserved. */
export function isLoopback(hostname: string): boolean {
  const family = isIP(hostname);
  if (family !== 0) return LOOPBACK.check(hostname, family === 6 ? 'ipv6' : 'ipv4');
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}

/** Name or address in a Host header, without port and brackets; undefined if malformed. */
function hostnameOf(host: string): string | undefined {
  const [, address, name] =
    /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::\d{1,5})?$/.exec(host.toLowerCase()) ?? [];
  return address ?? name?.replace(/\.$/, '');
}

function originHostname(origin: string): string | undefined {
  return URL.canParse(origin) ? hostnameOf(new URL(origin).host) : undefined;
}
