import { SragError } from '../../../core/index.ts';
import type { FunctionPlace } from '../environment.ts';
import type { ObjectBatch } from './event.ts';

/** Folder, below the location, of the documents of each collection. */
const DOCUMENTS = 'documents';

/** An object that is a document of the deployment's collection. */
export interface DocumentObject {
  /** Key relative to the location, as the storage expects it. */
  readonly key: string;
  /** Name of the document's file in the collection. */
  readonly source: string;
}

/**
 * The place of a deployment's documents: one folder of one bucket, for one collection. `ingest` reads
 * documents only from there.
 */
export class DocumentsPlace {
  readonly bucket: string;
  readonly collection: string;
  /** Prefix of document keys in their bucket. */
  readonly prefix: string;
  readonly #locationPrefix: string;

  constructor({ bucket, prefix }: FunctionPlace['location'], collection: string) {
    this.bucket = bucket;
    this.collection = collection;
    this.#locationPrefix = prefix === '' ? '' : `${prefix}/`;
    this.prefix = `${this.#locationPrefix}${DOCUMENTS}/${collection}/`;
  }

  holds(bucket: string, key: string): boolean {
    return bucket === this.bucket && key.startsWith(this.prefix);
  }

  /** The document object with a key below this place. */
  object(key: string): DocumentObject {
    return {
      key: key.slice(this.#locationPrefix.length),
      // Sources are in NFC; keys are in the normal form of the machine that uploaded the file.
      source: key.slice(this.prefix.length).normalize('NFC'),
    };
  }

  /** The object key of a source, for reports of failed documents. */
  keyOf(source: string): string {
    return this.prefix + source;
  }

  /**
   * Validates a batch before reading it: an object looked up in the wrong bucket would not be found, and its
   * document would then be removed from the collection.
   * @throws INVALID_ARGUMENT naming the invalid field of the state machine's input.
   */
  checkBatch({ bucket, collection, keys }: ObjectBatch): void {
    if (collection !== this.collection)
      throw this.#refusal('collection', `collection '${collection}'`, `'${this.collection}'`);
    if (bucket !== this.bucket) throw this.#refusal('bucket', `bucket '${bucket}'`, `'${this.bucket}'`);
    const foreign = keys.find((key) => !this.holds(bucket, key));
    if (foreign !== undefined)
      throw this.#refusal('prefix', `key '${foreign}'`, `keys below '${this.prefix}'`);
  }

  #refusal(field: string, given: string, own: string): SragError {
    const input = { bucket: this.bucket, prefix: this.prefix, collection: this.collection };
    return new SragError('INVALID_ARGUMENT', `The batch has ${given}, but this deployment ingests ${own}.`, {
      remedy: `Start the state machine with ${JSON.stringify(input)}.`,
      fields: { field },
    });
  }
}
