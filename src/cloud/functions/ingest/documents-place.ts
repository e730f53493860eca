import { SragError } from '../../../core/index.ts';
import type { FunctionPlace } from '../environment.ts';
import type { ObjectBatch } from './event.ts';

/** Below the location: the documents of each collection. */
const DOCUMENTS = 'documents';

/** An object that is a document of the deployment's collection. */
export interface DocumentObject {
  /** Below the location, as its storage wants it. */
  readonly key: string;
  /** What the collection knows the document's file by. */
  readonly source: string;
}

/** Where the documents of a deployment are: one folder of one bucket, for one collection. Nothing else is ever touched. */
export class DocumentsPlace {
  readonly bucket: string;
  readonly collection: string;
  /** Of the keys of documents, in their bucket. */
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

  /** The object behind a key that this place holds. */
  object(key: string): DocumentObject {
    return {
      key: key.slice(this.#locationPrefix.length),
      // Sources are NFC, keys are whatever the uploading machine writes.
      source: key.slice(this.prefix.length).normalize('NFC'),
    };
  }

  /** The key behind a source, for people to look it up. */
  keyOf(source: string): string {
    return this.prefix + source;
  }

  /**
   * Checks a batch before anything of it is read: what is looked for in the wrong bucket is not there, and a document
   * that is not there would be taken out of the collection.
   * @throws INVALID_ARGUMENT naming the field of the state machine's input that is wrong.
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
    return new SragError('INVALID_ARGUMENT', `The batch has ${given}, and this deployment ingests ${own}.`, {
      remedy: `Start the state machine with ${JSON.stringify(input)}.`,
      fields: { field },
    });
  }
}
