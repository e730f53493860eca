import type { Agent, IncomingMessage } from 'node:http';
import aws4 from 'aws4';
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

const CONNECTIONS = 64;
const DEFAULT_TIMEOUT_MS = 10_000;
/** An error document longer than this is not one. */
const MAX_ERROR_BYTES = 64 * 1_024;

/**
 * Reads of S3 objects with requests that are signed here and sent over kept connections: a tenth of the SDK's start-up
 * time and processor time, and only GetObject. It does not retry; give it to something that does.
 */
export class SignedReads implements Pick<ObjectStorage, 'location' | 'read' | 'close'> {
  readonly location: string;
  readonly #settings: SignedReadsSettings;
  readonly #url: URL;
  readonly #root: string;
  #http: Promise<HttpModule> | undefined;
  #agent: Agent | undefined;

  constructor(settings: SignedReadsSettings) {
    const { bucket, prefix = '', region, endpoint } = settings;
    this.#settings = settings;
    this.location = ['s3:/', bucket, prefix].filter((part) => part !== '').join('/');
    // Another server is asked with the bucket in the path, Amazon with the bucket in the host name.
    this.#url = new URL(endpoint ?? `https://${bucket}.s3.${region}.amazonaws.com`);
    const parts = [endpoint === undefined ? '' : bucket, prefix].filter((part) => part !== '');
    this.#root = [this.#url.pathname.replace(/\/$/, ''), ...parts.map(encodePath)].join('/');
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

  async close(): Promise<void> {
    this.#agent?.destroy();
  }

  async #get(key: string, { range, ifMatch, ifNoneMatch, signal }: ReadOptions): Promise<StoredObject> {
    const response = await this.#request(
      `${this.#root}/${encodePath(key)}`,
      {
        ...(range === undefined ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
      },
      signal,
    );
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
    const length = Number(response.headers['content-length'] ?? Number.NaN);
    const bytes = await bodyOf(response, Number.isNaN(length) ? undefined : length);
    if (range !== undefined && bytes.length !== range.length) {
      const sizeBytes = Number(/\/(\d+)$/.exec(response.headers['content-range'] ?? '')?.[1] ?? Number.NaN);
      if (range.offset + range.length > sizeBytes) throw outOfBounds(key, range, sizeBytes);
      throw new Error(`${bytes.length} of ${range.length} bytes arrived`);
    }
    return { bytes, etag: response.headers.etag ?? '' };
  }

  async #request(
    path: string,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<IncomingMessage> {
    const { region, credentials, requestTimeoutMs = DEFAULT_TIMEOUT_MS } = this.#settings;
    const signed = aws4.sign(
      { service: 's3', region, method: 'GET', host: this.#url.host, path, headers },
      credentials,
    );
    this.#http ??= loadHttp(this.#url.protocol === 'http:' ? 'node:http' : 'node:https');
    const { Agent, request: send } = await this.#http;
    this.#agent ??= new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const agent = this.#agent;
    return new Promise((resolve, reject) => {
      const request = send(
        {
          host: this.#url.hostname,
          port: this.#url.port,
          method: 'GET',
          path,
          headers: signed.headers as Record<string, string>,
          agent,
          timeout: requestTimeoutMs,
          ...(signal && { signal }),
        },
        resolve,
      );
      request.on('timeout', () => request.destroy(new Error(`nothing arrived for ${requestTimeoutMs} ms`)));
      request.on('error', reject);
      request.end();
    });
  }
}

type HttpModule = Pick<typeof import('node:http'), 'Agent' | 'request'>;

/**
 * Node's client. Importing it as a module reads every one of its exports, and with that loads `fetch` and WebSocket:
 * 17 ms of a cold start; the built-in module itself takes 2.
 */
async function loadHttp(name: 'node:http' | 'node:https'): Promise<HttpModule> {
  return process.getBuiltinModule?.(name) ?? (await import(name));
}

/** The body, into one buffer where its length is known. */
async function bodyOf(response: IncomingMessage, length: number | undefined): Promise<Uint8Array> {
  if (length === undefined) return Buffer.concat(await response.toArray());
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    if (at + part.length > length) throw new Error(`more than ${length} bytes arrived`);
    bytes.set(part, at);
    at += part.length;
  }
  if (at !== length) throw new Error(`${at} of ${length} bytes arrived`);
  return bytes;
}

/** An error answer in the shape of the SDK's errors: what `s3Error` reads. */
async function serviceError(response: IncomingMessage, httpStatusCode: number): Promise<Error> {
  let text = '';
  for await (const part of response) {
    text += part;
    if (text.length > MAX_ERROR_BYTES) break;
  }
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
