import aws4 from 'aws4';
import { throwIfAborted } from '../../../core/index.ts';
import { checkKey, checkRange, notFound, notModified, outOfBounds } from '../keys.ts';
import type { S3Settings } from '../location.ts';
import type { ObjectStorage, ReadOptions, StoredObject } from '../port.ts';
import { bucketUrl, isBucketInPath } from './amazon-url.ts';
import { Connections } from './connections.ts';
import { isDenied, s3Error } from './errors.ts';
import type { HttpResponse } from './response-parser.ts';

/** Settings of signed reads. Credentials are required: this client does not look them up. */
export interface SignedReadsSettings extends Pick<S3Settings, 'endpoint' | 'requestTimeoutMs'> {
  readonly bucket: string;
  /** Without slashes at its ends; default none. */
  readonly prefix?: string;
  readonly region: string;
  readonly credentials: NonNullable<S3Settings['credentials']>;
}

const CONNECTIONS = 64;
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Reads S3 objects with signed requests over keep-alive connections, in a tenth of the SDK's start-up and
 * processor time. It supports only GetObject and leaves retries to the caller.
 */
export class SignedReads implements Pick<ObjectStorage, 'location' | 'read' | 'close'> {
  readonly location: string;
  readonly #settings: SignedReadsSettings;
  readonly #url: URL;
  readonly #root: string;
  /** Prefix of all keys in listings. */
  readonly #prefix: string;
  readonly #bucketPath: string;
  readonly #connections: Connections;

  constructor(settings: SignedReadsSettings) {
    const { bucket, prefix = '', region, endpoint, requestTimeoutMs = DEFAULT_TIMEOUT_MS } = settings;
    this.#settings = settings;
    this.location = ['s3:/', bucket, prefix].filter((part) => part !== '').join('/');
    this.#url = bucketUrl(bucket, region, endpoint);
    const path = this.#url.pathname.replace(/\/$/, '');
    this.#bucketPath = isBucketInPath(bucket, endpoint) ? `${path}/${encodePath(bucket)}` : path;
    this.#root = prefix === '' ? this.#bucketPath : `${this.#bucketPath}/${encodePath(prefix)}`;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.#connections = new Connections(this.#url, CONNECTIONS, requestTimeoutMs);
  }

  async read(key: string, options: ReadOptions = {}): Promise<StoredObject> {
    checkKey(key);
    checkRange(key, options.range);
    throwIfAborted(options.signal);
    try {
      return await this.#get(key, options);
    } catch (error) {
      throwIfAborted(options.signal);
      if (isDenied(error) && (await this.#isMissing(key, options))) throw notFound(key, this.location, error);
      throw s3Error(error, this.location, key);
    }
  }

  /** Opens connections ahead of this many concurrent reads. */
  prepare(reads: number): void {
    this.#connections.prepare(reads);
  }

  async close(): Promise<void> {
    this.#connections.close();
  }

  async #get(key: string, options: ReadOptions): Promise<StoredObject> {
    const { range, ifMatch, ifNoneMatch } = options;
    const response = await this.#request(
      `${this.#root}/${encodePath(key)}`,
      {
        ...(range === undefined ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
      },
      options,
    );
    const { status, body, taken } = response;
    if (status === 304) throw notModified(key, this.location);
    if (status === 416 && range !== undefined) throw outOfBounds(key, range, undefined);
    if (status !== 200 && status !== 206) throw serviceError(response);
    const length = taken ?? body.length;
    if (range !== undefined && length !== range.length) {
      const sizeBytes = Number(
        /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? Number.NaN,
      );
      if (range.offset + range.length > sizeBytes) throw outOfBounds(key, range, sizeBytes);
      throw new Error(`${length} of ${range.length} bytes arrived`);
    }
    // Detaching frees the memory immediately; garbage collection would wait until hundreds of megabytes are
    // unused.
    const release = (): void => void body.buffer.transfer(0);
    const etag = response.headers.get('etag') ?? '';
    return taken === undefined ? { bytes: body, etag, release } : { bytes: body, etag, taken };
  }

  /** Whether a listing shows that a key whose read was denied does not exist. See {@link isDenied}. */
  async #isMissing(key: string, { range: _, take: __, ...options }: ReadOptions): Promise<boolean> {
    const listed = this.#prefix + key;
    const query = `list-type=2&max-keys=1&prefix=${encodeURIComponent(listed)}`;
    const { status, body } = await this.#request(`${this.#bucketPath || '/'}?${query}`, {}, options);
    return status === 200 && !Buffer.from(body).includes(`<Key>${listed}</Key>`);
  }

  #request(
    path: string,
    headers: Record<string, string>,
    { range, signal, take }: ReadOptions,
  ): Promise<HttpResponse> {
    const { region, credentials } = this.#settings;
    const request = { service: 's3', region, method: 'GET', host: this.#url.host, path, headers };
    const signed = aws4.sign(request, credentials);
    return this.#connections.get(path, signed.headers as Record<string, string>, {
      ...(signal && { signal }),
      // `take` needs a range, because its offsets are relative to it.
      ...(range && take && { take }),
    });
  }
}

/** An error response in the form of an SDK error, for `s3Error`. */
function serviceError({ status, body }: HttpResponse): Error {
  return errorOf(status, Buffer.from(body.buffer, body.byteOffset, body.length).toString());
}

export function errorOf(httpStatusCode: number, text: string): Error {
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? `HTTP${httpStatusCode}`;
  const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? '';
  return Object.assign(new Error(message || code), { name: code, Code: code, $metadata: { httpStatusCode } });
}

/** A key as S3 expects it in a path: every byte except unreserved ones and slashes is escaped. */
export const encodePath = (key: string): string =>
  key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replaceAll(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');
