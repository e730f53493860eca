import { HttpClient, readBeginning } from '../../aws/index.ts';
import { checkKey } from '../keys.ts';
import type { ObjectStorage } from '../port.ts';
import { bucketUrl, isBucketInPath } from './amazon-url.ts';
import { s3Error } from './errors.ts';
import { encodePath, errorOf, SignedReads, type SignedReadsSettings } from './signed-reads.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_ERROR_BYTES = 64 * 1_024;

/** Signed reads and unconditional writes of small objects, for data that may be lost, such as cached answers. */
export class SignedObjects implements Pick<ObjectStorage, 'location' | 'read' | 'write' | 'close'> {
  readonly location: string;
  readonly #reads: SignedReads;
  readonly #client: HttpClient;
  readonly #root: string;

  constructor(settings: SignedReadsSettings) {
    const { bucket, prefix = '', region, endpoint, credentials, requestTimeoutMs } = settings;
    this.#reads = new SignedReads(settings);
    this.location = this.#reads.location;
    const url = bucketUrl(bucket, region, endpoint);
    const timeoutMs = requestTimeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#client = new HttpClient({ url, signing: { service: 's3', region, credentials }, timeoutMs });
    const parts = [isBucketInPath(bucket, endpoint) ? bucket : '', prefix].filter((part) => part !== '');
    this.#root = [url.pathname.replace(/\/$/, ''), ...parts.map(encodePath)].join('/');
  }

  read: SignedReads['read'] = (key, options) => this.#reads.read(key, options);

  prepare(reads: number): void {
    this.#reads.prepare(reads);
  }

  async write(key: string, bytes: Uint8Array): Promise<string> {
    checkKey(key);
    try {
      const response = await this.#client.send({
        method: 'PUT',
        path: `${this.#root}/${encodePath(key)}`,
        headers: { 'content-type': 'application/octet-stream' },
        body: bytes,
      });
      const status = response.statusCode ?? 0;
      if (status !== 200) throw errorOf(status, await readBeginning(response, MAX_ERROR_BYTES));
      response.resume();
      return response.headers.etag ?? '';
    } catch (error) {
      throw s3Error(error, this.location, key);
    }
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#reads.close();
  }
}
