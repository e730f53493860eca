import { SharedWork } from '../../../core/index.ts';
import { Fingerprint } from '../../../documents/lexical/index.ts';
import type { UnitChecksum } from '../format/checksum.ts';
import { findKey, type KeyEntry, keyDirectoryBytes, readKeyDirectory } from '../format/key-buckets.ts';
import { bucketOf } from '../format/postings.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import type { OpenedSnapshot } from './opened.ts';

const JOIN = { maxRequests: 16, gapBytes: 64 * 1024, widestGapBytes: 512 * 1024 };

/** Finds rows by chunk id or by document id. */
export class KeyLookup {
  readonly #opened: OpenedSnapshot;
  readonly #section: 'ids' | 'documents';
  readonly #checksum: UnitChecksum;
  readonly #starts = new SharedWork<Float64Array>();

  constructor(opened: OpenedSnapshot, section: 'ids' | 'documents') {
    this.#opened = opened;
    this.#section = section;
    this.#checksum = opened.checksum(section);
  }

  /**
   * Entries of each key. Two keys may share a fingerprint (1 in 10^13), so the caller must compare the
   * record's id.
   */
  async find(keys: readonly string[], context: ReadContext): Promise<KeyEntry[][]> {
    if (keys.length === 0 || this.#opened.header.rows === 0) return keys.map(() => []);
    const starts = await this.#directory(context);
    const fingerprint = new Fingerprint();
    const prints = keys.map((key) => {
      const { high, low } = fingerprint.of(key);
      return { high, low, bucket: bucketOf(high, starts.length - 1) };
    });
    const buckets = [...new Set(prints.map(({ bucket }) => bucket))];
    const ranges = buckets.map((bucket) => ({
      offset: starts[bucket]!,
      length: starts[bucket + 1]! - starts[bucket]!,
    }));
    const found = await this.#opened.reader.read(this.#section, ranges, JOIN, context);
    return prints.map((print) =>
      findKey(found[buckets.indexOf(print.bucket)]!, print.bucket, print, this.#checksum),
    );
  }

  #directory(context: ReadContext): Promise<Float64Array> {
    return this.#starts.get(context.signal, async (signal) => {
      const length = keyDirectoryBytes(this.#opened.header.rows);
      // The directory is not allocated in one search's memory, because other searches may wait for it, too.
      const bytes = new Uint8Array(length);
      await this.#opened.reader.readInto(this.#section, 0, bytes, { ...context, signal });
      return readKeyDirectory(bytes, this.#checksum);
    });
  }
}
