import type { S3Answer, S3Context, S3Operation } from './context.ts';
import { deleteObjects } from './delete-objects.ts';
import { notImplemented } from './errors.ts';
import { listObjects } from './list-objects.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
} from './multipart.ts';
import { getObject } from './read-object.ts';
import type { S3Request } from './request.ts';
import { deleteObject, putObject } from './write-object.ts';

interface Route {
  /** S3's name of the operation. */
  readonly name: string;
  readonly method: string;
  readonly on: 'bucket' | 'object';
  /** Required query parameters. If several routes match, the one that requires the most is used. */
  readonly needs: readonly string[];
  readonly allows: readonly string[];
  readonly operation: S3Operation;
}

/** Query parameter in which SDKs name the operation; it has no effect. */
const OPERATION_NAME = 'x-id';
/** Supported Amazon headers; others cause an error that names them. */
const SERVED_HEADERS =
  /^x-amz-(?:date|content-sha256|decoded-content-length|security-token|sdk-.*|user-agent|trailer|meta-.*|checksum-.*|mp-object-size)$/;

const LISTING = ['prefix', 'delimiter', 'max-keys', 'start-after', 'continuation-token', 'encoding-type'];

const CONDITIONS_NOT_SERVED: Readonly<Record<string, readonly string[]>> = {
  GET: ['if-modified-since', 'if-unmodified-since'],
  HEAD: ['if-modified-since', 'if-unmodified-since'],
  DELETE: ['if-match', 'x-amz-if-match-size', 'x-amz-if-match-last-modified-time'],
};

type Limits = Partial<Pick<Route, 'needs' | 'allows'>>;

const onBucket = (name: string, method: string, operation: S3Operation, limits: Limits = {}): Route => ({
  ...{ name, method, operation, on: 'bucket', needs: [], allows: [] },
  ...limits,
});

const onObject = (name: string, method: string, operation: S3Operation, limits: Limits = {}): Route => ({
  ...onBucket(name, method, operation, limits),
  on: 'object',
});

const ROUTES: readonly Route[] = [
  onBucket('ListObjectsV2', 'GET', listObjects, { needs: ['list-type'], allows: LISTING }),
  onBucket('DeleteObjects', 'POST', deleteObjects, { needs: ['delete'] }),
  onObject('GetObject', 'GET', getObject),
  onObject('HeadObject', 'HEAD', getObject),
  onObject('PutObject', 'PUT', putObject),
  onObject('DeleteObject', 'DELETE', deleteObject),
  onObject('CreateMultipartUpload', 'POST', createMultipartUpload, { needs: ['uploads'] }),
  onObject('UploadPart', 'PUT', uploadPart, { needs: ['partNumber', 'uploadId'] }),
  onObject('CompleteMultipartUpload', 'POST', completeMultipartUpload, { needs: ['uploadId'] }),
  onObject('AbortMultipartUpload', 'DELETE', abortMultipartUpload, { needs: ['uploadId'] }),
];

/** Names of the supported operations. */
export const S3_OPERATIONS: readonly string[] = ROUTES.map(({ name }) => name);

/** Finds and runs the operation of a request. */
export class S3Router {
  readonly #context: S3Context;

  constructor(context: S3Context) {
    this.#context = context;
  }

  /** @throws NotImplemented naming the unsupported feature, NoSuchBucket, and the errors of the operation */
  async run(request: S3Request, requestId: string): Promise<S3Answer> {
    const { method, bucket } = request;
    if (bucket === '') throw notImplemented(`${method} without a bucket`);
    const found = this.#find(request);
    if (found === undefined) throw notImplemented(unknownWord(request) ?? `${method} without a subresource`);
    this.#refuseUnknown(request, [...found.needs, ...found.allows]);
    if ((request.query.get('list-type') ?? '2') !== '2')
      throw notImplemented('ListObjects other than version 2');
    return found.operation(request, this.#context.bucket(bucket), this.#context, requestId);
  }

  #find({ method, key, query }: S3Request): Route | undefined {
    const on = key === '' ? 'bucket' : 'object';
    return ROUTES.filter((route) => route.method === method && route.on === on)
      .filter(({ needs }) => needs.every((name) => query.has(name)))
      .sort((left, right) => right.needs.length - left.needs.length)[0];
  }

  /** Rejects unsupported parameters and headers, so that none is silently ignored. */
  #refuseUnknown({ method, query, headers }: S3Request, known: readonly string[]): void {
    for (const name of query.keys()) {
      if (!known.includes(name) && name !== OPERATION_NAME) throw notImplemented(`The parameter '${name}'`);
    }
    const refused = CONDITIONS_NOT_SERVED[method] ?? [];
    for (const name of Object.keys(headers)) {
      const isUnknown = name.startsWith('x-amz-') && !SERVED_HEADERS.test(name);
      if (isUnknown || refused.includes(name)) throw notImplemented(`The header '${name}'`);
    }
  }
}

const unknownWord = ({ query }: S3Request): string | undefined => {
  const name = [...query.keys()].find((each) => each !== OPERATION_NAME);
  return name === undefined ? undefined : `The parameter '${name}'`;
};
