import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { RecordedRequest } from './http-server.ts';

/** SHA-256 in the interface required by the AWS SDK's signer. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
  reset(): void {}
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}

export const TEST_CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'token-of-a-role',
};

/** The scope and validity of a request's signature. */
export interface Signature {
  readonly region: string;
  readonly service: string;
  /** Whether the AWS SDK's signer computes the same signature from the same headers and body. */
  readonly isValid: boolean;
}

/**
 * Verifies a request's signature (version 4) as a service does, by recomputing it with an independent
 * implementation.
 */
export async function checkSignature(request: RecordedRequest): Promise<Signature> {
  const header = request.headers.authorization ?? '';
  const [, scope = '', names = '', given = ''] =
    /Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)/.exec(header) ?? [];
  const [, region = '', service = ''] = scope.split('/');
  const signer = new SignatureV4({
    credentials: TEST_CREDENTIALS,
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const date = String(request.headers['x-amz-date']);
  const [path = '', query = ''] = request.rawPath.split('?');
  const headers = Object.fromEntries(
    names
      .split(';')
      .filter((name) => !['x-amz-date', 'x-amz-security-token'].includes(name))
      .map((name) => [name, String(request.headers[name])]),
  );
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: String(request.headers.host),
      // The path is already escaped; the signer escapes it again, as all services except S3 require.
      path,
      query: Object.fromEntries(new URLSearchParams(query)),
      headers,
      body: request.body === '' ? undefined : request.body,
    },
    { signingDate: dateOf(date) },
  );
  const expected = /Signature=([0-9a-f]+)/.exec(signed.headers.authorization ?? '')?.[1];
  return { region, service, isValid: given !== '' && given === expected };
}

/** `20261124T191200Z` as a date. */
const dateOf = (text: string): Date =>
  new Date(text.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'));
