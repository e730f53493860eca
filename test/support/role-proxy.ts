import { request as forward } from 'node:http';
import { type LocalServer, startHttpServer } from './http-server.ts';

/** The running proxy, with the requests that it refused. */
export interface RoleProxy extends LocalServer {
  /** Refused requests, as `METHOD path`. */
  readonly refused: string[];
}

/**
 * A proxy in front of an S3 server that emulates IAM for a role whose `s3:ListBucket` has a condition on
 * `s3:prefix`. It denies listings of other prefixes and reads of missing objects, because a read has no
 * prefix.
 */
export async function startRoleProxy(target: string, mayList: readonly string[]): Promise<RoleProxy> {
  const { hostname, port } = new URL(target);
  const refused: string[] = [];
  const server = await startHttpServer(async ({ method, rawPath, headers, bytes }, response) => {
    const deny = (): void => {
      refused.push(`${method} ${rawPath}`);
      const body =
        '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
      response
        .writeHead(403, { 'content-type': 'application/xml' })
        .end(method === 'HEAD' ? undefined : body);
    };
    const url = new URL(rawPath, target);
    const isListing = method === 'GET' && /^\/[^/]+\/?$/.test(url.pathname);
    const prefix = url.searchParams.get('prefix') ?? '';
    if (isListing && !mayList.some((each) => prefix.startsWith(each))) return deny();
    const passed = forward({ hostname, port, method, path: rawPath, headers }, (answer) => {
      if (answer.statusCode === 404 && (method === 'GET' || method === 'HEAD')) {
        answer.resume();
        return deny();
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    passed.end(bytes);
  });
  return { ...server, refused };
}
