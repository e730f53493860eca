import type { IncomingHttpHeaders } from 'node:http';
import { wireError } from '../wire-error.ts';

/** Headers that are stored when an object is written and returned when it is read, besides `x-amz-meta-*`. */
const KEPT: ReadonlySet<string> = new Set([
  'content-type',
  'content-encoding',
  'content-disposition',
  'content-language',
  'cache-control',
  'expires',
]);
const META = 'x-amz-meta-';
/** S3's limit on the total size of metadata names and values. */
const MAX_META_BYTES = 2_048;
const MAX_OBJECTS = 100_000;

export type ObjectHeaders = Readonly<Record<string, string>>;

/** Headers of a write that are stored with the object. @throws MetadataTooLarge */
export function objectHeaders(headers: IncomingHttpHeaders): ObjectHeaders {
  const kept: Record<string, string> = {};
  let metaBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(META)) metaBytes += name.length - META.length + String(value).length;
    if (name.startsWith(META) || KEPT.has(name)) kept[name] = String(value);
  }
  if (metaBytes > MAX_META_BYTES) {
    throw wireError(
      'MetadataTooLarge',
      400,
      'Your metadata headers exceed the maximum allowed metadata size.',
    );
  }
  // `aws-chunked` is the encoding of the request, not of the object.
  const encodings = (kept['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  kept['content-encoding'] = encodings.filter((encoding) => encoding !== 'aws-chunked').join(',');
  if (kept['content-encoding'] === '') delete kept['content-encoding'];
  return kept;
}

/**
 * Headers of objects written through this server, in memory because files cannot store them. They belong to
 * one file, and are dropped when another program replaces it.
 */
export class KeptHeaders {
  readonly #byPath = new Map<string, { readonly identity: string; readonly headers: ObjectHeaders }>();

  set(bucket: string, key: string, identity: string, headers: ObjectHeaders): void {
    const path = `${bucket}/${key}`;
    this.#byPath.delete(path);
    if (Object.keys(headers).length === 0) return;
    this.#byPath.set(path, { identity, headers });
    if (this.#byPath.size > MAX_OBJECTS) this.#byPath.delete(this.#byPath.keys().next().value!);
  }

  get(bucket: string, key: string, identity: string): ObjectHeaders {
    const kept = this.#byPath.get(`${bucket}/${key}`);
    return kept?.identity === identity ? kept.headers : {};
  }

  delete(bucket: string, key: string): void {
    this.#byPath.delete(`${bucket}/${key}`);
  }
}
