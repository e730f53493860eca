import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type LocalServer, type RecordedRequest, startHttpServer } from './http-server.ts';

/** How a server handles conditional writes. */
export type Conditions = 'kept' | 'ignored' | 'If-Match ignored' | 'If-Match refused' | 'not implemented';

/** A server that implements the S3 API for single objects, in memory. */
export interface S3ObjectServer extends LocalServer {
  readonly objects: Map<string, { readonly bytes: Buffer; readonly headers: Record<string, string> }>;
}

export async function startS3ObjectServer(conditions: Conditions): Promise<S3ObjectServer> {
  const objects: S3ObjectServer['objects'] = new Map();
  const server = await startHttpServer((request, response) => {
    const key = request.path.split('?')[0]!.slice(1);
    if (request.method === 'PUT') return put(request, key, response);
    if (request.method === 'POST') {
      for (const [, name] of request.body.matchAll(/<Key>(.*?)<\/Key>/g)) objects.delete(`bucket/${name}`);
      return void response.end('<DeleteResult/>');
    }
    const found = objects.get(key);
    if (found === undefined) return refuse(response, 404, 'NoSuchKey');
    response.writeHead(200, { ...found.headers, 'content-length': found.bytes.length });
    response.end(request.method === 'HEAD' ? undefined : found.bytes);
  });

  function put({ headers, bytes }: RecordedRequest, key: string, response: ServerResponse) {
    const { 'if-match': match, 'if-none-match': none } = headers;
    const isConditional = match !== undefined || none !== undefined;
    if (isConditional && conditions === 'not implemented') return refuse(response, 501, 'NotImplemented');
    const stored = objects.get(key);
    const matches = conditions !== 'If-Match refused' && stored?.headers.etag === match;
    const fits =
      conditions === 'ignored' ||
      (match !== undefined ? conditions === 'If-Match ignored' || matches : none === undefined || !stored);
    if (!fits) return refuse(response, 412, 'PreconditionFailed');
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
    objects.set(key, { bytes, headers: { ...Object.fromEntries(metadata), etag } as Record<string, string> });
    response.writeHead(200, { etag }).end();
  }
  return { ...server, objects };
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
