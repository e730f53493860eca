import { resolve } from 'node:path';
import { SragError } from '../../core/index.ts';

/** A location of collections. */
export type Location =
  | { readonly kind: 'file' /** Absolute. */; readonly path: string }
  | {
      readonly kind: 's3';
      readonly bucket: string /** Without slashes at its ends; may be empty. */;
      readonly prefix: string;
    };

/** Connection settings of an S3 server; absent ones are resolved by the AWS SDK. */
export interface S3Settings {
  readonly region?: string;
  /** Endpoint of a server other than Amazon S3, for example `http://127.0.0.1:7070`. */
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Puts the bucket into the path instead of the host name; default true if `endpoint` is set. */
  readonly forcePathStyle?: boolean;
  /** Maximum wait for a response; default 30,000. A lower value fails sooner, even if S3 is merely slow. */
  readonly requestTimeoutMs?: number;
  /** Maximum attempts of a request; default 4. */
  readonly maxAttempts?: number;
  /** Part size of multipart uploads, used for objects over twice this size; default 8 MiB, at least 5 MiB. */
  readonly partBytes?: number;
}

/** A location with its connection settings, for engines that do their own input and output. */
export interface StoragePlace {
  readonly location: Location;
  readonly s3?: S3Settings;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Parses `.srag`, `/some/folder` or `s3://bucket/prefix`. @throws INVALID_ARGUMENT */
export function parseLocation(text: string, cwd = process.cwd()): Location {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (text === '' || (scheme !== undefined && scheme !== 's3')) {
    throw new SragError('INVALID_ARGUMENT', `'${text}' is not a location.`, {
      remedy: 'Use a folder (default .srag) or s3://bucket/prefix.',
      fields: { field: 'location', value: text },
    });
  }
  if (scheme === undefined) return { kind: 'file', path: resolve(cwd, text) };
  const [bucket = '', ...rest] = text.slice('s3://'.length).split('/');
  if (!BUCKET.test(bucket)) {
    throw new SragError('INVALID_ARGUMENT', `'${bucket}' is not the name of an S3 bucket.`, {
      remedy:
        'Write s3://bucket/prefix; a bucket name has 3 to 63 lower-case letters, digits, dots and hyphens.',
      fields: { field: 'location', value: text },
    });
  }
  return { kind: 's3', bucket, prefix: rest.filter((part) => part !== '').join('/') };
}

/** Formats a location as users write it; the inverse of {@link parseLocation}. */
export function formatLocation(location: Location): string {
  if (location.kind === 'file') return location.path;
  return ['s3:/', location.bucket, location.prefix].filter((part) => part !== '').join('/');
}
