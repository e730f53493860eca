import type { IncomingMessage } from 'node:http';
import { readBeginning, readBody, SignedClient } from '../../aws-http/index.ts';
import { throwIfAborted } from '../../core/index.ts';
import { checkKey, checkRange, notModified, outOfBounds } from '../keys.ts';
import type { S3Settings } from '../location.ts';
import type { ObjectStorage, ReadOptions, StoredObject } from '../port.ts';
import { s3Error } from './errors.ts';

/** Where to read from. Credentials are needed: a client this small looks for none. */
export interface SignedReadsSettings extends Pick<S3Settings, 'endpoint' | 'requestTimeoutMs'> {
  readonly bucket: string;
  /** Without slashes at its ends; default none. */
  readonly prefix?: string;
  readonly region: string;
  readonly credentials: NonNullable<S3Settings['credentials']>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** An error document longer than this is not one. */
const MAX_ERROR_BYTES = 64 * 1_024;

/**
 * Reads of S3 objects with requests that are signed here and sent over kept connections: a tenth of the SDK's start-up
 * time and processor time; nothing but single objects. It does not retry; give it to something that does.
 */
export class SignedReads implements Pick<ObjectStorage, 'location' | 'read' | 'close'> {
  readonly location: string;
  readonly #client: SignedClient;
  readonly #root: string;

  constructor(settings: SignedReadsSettings) {
    const { bucket, prefix = '', region, endpoint, credentials, requestTimeoutMs } = settings;
    this.location = ['s3:/', bucket, prefix].filter((part) => part !== '').join('/');
    // Another server is asked with the bucket in the path, Amazon with the bucket in the host name.
    const url = new URL(endpoint ?? `https://${bucket}.s3.${region}.amazonaws.com`);
    this.#client = new SignedClient({
      url,
      service: 's3',
      region,
      credentials,
      timeoutMs: requestTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    });
    const parts = [endpoint === undefined ? '' : bucket, prefix].filter((part) => part !== '');
    this.#root = [url.pathname.replace(/\/$/, ''), ...parts.map(encodePath)].join('/');
  }

  async read(key: string, options: ReadOptions = {}): Promise<StoredObject> {
    checkKey(key);
    checkRange(key, options.range);
    throwIfAborted(options.signal);
    try {
      return await this.#get(key, options);
    } catch (error) {
      throwIfAborted(options.signal);
      throw s3Error(error, this.location, key);
    }
  }

  /** Writes a small object whole, whatever was there: for what may be lost, such as a cached answer. */
  async write(key: string, bytes: Uint8Array): Promise<string> {
    checkKey(key);
    try {
      const response = await this.#client.send({
        method: 'PUT',
        path: `${this.#root}/${encodePath(key)}`,
        headers: { 'content-type': 'application/octet-stream' },
        body: bytes,
      });
      if (response.statusCode !== 200) throw await serviceError(response, response.statusCode ?? 0);
      response.resume();
      return response.headers.etag ?? '';
    } catch (error) {
      throw s3Error(error, this.location, key);
    }
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #get(key: string, { range, ifMatch, ifNoneMatch, signal }: ReadOptions): Promise<StoredObject> {
    const response = await this.#client.send({
      method: 'GET',
      path: `${this.#root}/${encodePath(key)}`,
      headers: {
        ...(range === undefined ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
      },
      signal,
    });
    const status = response.statusCode ?? 0;
    if (status === 304) {
      response.resume();
      throw notModified(key, this.location);
    }
    if (status === 416 && range !== undefined) {
      response.resume();
      throw outOfBounds(key, range, undefined);
    }
    if (status !== 200 && status !== 206) throw await serviceError(response, status);
    const bytes = await readBody(response);
    if (range !== undefined && bytes.length !== range.length) {
      const sizeBytes = Number(/\/(\d+)$/.exec(response.headers['content-range'] ?? '')?.[1] ?? Number.NaN);
      if (range.offset + range.length > sizeBytes) throw outOfBounds(key, range, sizeBytes);
      throw new Error(`${bytes.length} of ${range.length} bytes arrived`);
    }
    return { bytes, etag: response.headers.etag ?? '' };
  }
}

/** An error answer in the shape of the SDK's errors: what `s3Error` reads. */
async function serviceError(response: IncomingMessage, httpStatusCode: number): Promise<Error> {
  const text = await readBeginning(response, MAX_ERROR_BYTES);
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? `HTTP${httpStatusCode}`;
  const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? '';
  return Object.assign(new Error(message || code), { name: code, Code: code, $metadata: { httpStatusCode } });
}

/** A key as S3 wants it in a path: every byte but unreserved ones and slashes is escaped. */
const encodePath = (key: string): string =>
  key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replaceAll(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');
