import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Who may send requests to a server on this machine. */
export interface AccessRules {
  /** Names that requests may use for this server, beside those of the loopback interface; lower case. */
  readonly hosts?: readonly string[] | undefined;
  /** Origins of web pages that may send requests, beside those of the server itself. */
  readonly origins?: readonly string[] | undefined;
  /** What the header `x-api-key` must hold one of; undefined: no key is needed. */
  readonly apiKeys?: readonly string[] | undefined;
}

/**
 * Checks requests to a server on this machine. A web page that a browser of this machine shows can send requests here:
 * across origins, or, once its name resolves to this machine, as its own (DNS rebinding). The names that a request uses
 * tell these apart from those of local programs.
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

  /** Why a request is not from a program that means this server; undefined where it is. */
  refusal({ headers, socket }: IncomingMessage): string | undefined {
    const { host, origin } = headers;
    // Only HTTP/1.0 has no host; no browser sends that.
    if (host !== undefined && !this.#knows(hostnameOf(host), socket.localAddress))
      return 'The Host header names another server. Names are allowed with --allow-host.';
    if (origin !== undefined && this.#origins.has(origin)) return undefined;
    if (origin !== undefined && !this.#knows(originHostname(origin), socket.localAddress))
      return 'Web pages of other origins may not send requests here. Origins are allowed with --cors-origin.';
    // Images and scripts of a page are asked for without an origin; a link may be followed.
    if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate')
      return 'Web pages of other sites may not send requests here.';
    return undefined;
  }

  /** Whether a request has a key, where one is needed. */
  hasKey({ headers }: IncomingMessage): boolean {
    const keys = this.#keys;
    if (keys === undefined) return true;
    const given = headers['x-api-key'];
    // All keys are compared, so that the time tells nothing about any of them.
    return typeof given === 'string' && keys.filter((key) => sameSecret(key, given)).length > 0;
  }

  #knows(hostname: string | undefined, localAddress: string | undefined): boolean {
    if (hostname === undefined) return false;
    if (isLoopback(hostname) || this.#hosts.has(hostname)) return true;
    // The address that the connection was made to: a name that an attacker controls is never an address.
    return isIP(hostname) !== 0 && hostname === localAddress?.replace(/^::ffff:/, '');
  }
}

/** Refuses requests that another server, or a web page of another origin, was meant to get. */
export const guarded =
  (access: Access, listener: RequestListener): RequestListener =>
  (request, response) => {
    const refusal = access.refusal(request);
    if (refusal === undefined) return listener(request, response);
    request.resume();
    response.writeHead(403, { 'Content-Type': 'text/plain', Connection: 'close' });
    response.end(`${refusal}\n`);
  };

/** Compares secrets in a time that does not depend on how much of them is alike. */
export function sameSecret(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** Whether a name or an address is of the loopback interface alone. `localhost` and names below it are reserved. */
export function isLoopback(hostname: string): boolean {
  const family = isIP(hostname);
  if (family !== 0) return LOOPBACK.check(hostname, family === 6 ? 'ipv6' : 'ipv4');
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}

/** Name or address of a Host header, without port and brackets; undefined where it is none. */
function hostnameOf(host: string): string | undefined {
  const [, address, name] =
    /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::\d{1,5})?$/.exec(host.toLowerCase()) ?? [];
  return address ?? name?.replace(/\.$/, '');
}

function originHostname(origin: string): string | undefined {
  return URL.canParse(origin) ? hostnameOf(new URL(origin).host) : undefined;
}
