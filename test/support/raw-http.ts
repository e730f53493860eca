import { type Agent, request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Whether the connection had already served a request. */
  readonly isReused: boolean;
}

/** Sends a request unchanged: paths are not normalised, and no header except the host is added. */
export function rawHttp(
  endpoint: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = '',
  agent: Agent | false = false,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(pieces).toString(),
          isReused: sent.reusedSocket,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A well-formed Authorization header with an invalid signature. */
export const signedAs = (accessKeyId: string, service = 's3'): { authorization: string } => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261124/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});
