import type { ErrorCode, SourceDocument } from '../../core/index.ts';

/** Limits that keep hostile or unsuitable files from crashing the process. */
export interface LoadLimits {
  /** Maximum size of a file other than a dataset, of a dataset's record, and of the XML in a DOCX archive. */
  readonly maxFileBytes: number;
  /** Maximum decompressed size of a dataset (`.jsonl.gz`), which is streamed. */
  readonly maxDecompressedBytes: number;
  readonly maxPages: number;
  /** Maximum size of a document's metadata as JSON, which every index row contains. */
  readonly maxMetadataBytes: number;
  /** Maximum processor seconds to read one file or record, per MiB of its size (rounded up). */
  readonly maxFileSeconds: number;
  /**
   * Memory in MB of the process that loads a file of up to 1 MiB. Each further MiB adds 32 MB, up to 1 GB in
   * total.
   */
  readonly maxFileMemoryMb: number;
}

/** JSON keys of the parts of a JSONL record; dots denote nested objects (`meta.title`). Default: BEIR's layout. */
export interface FieldMap {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly metadata: string;
}

/** A file to load. `path` is its place in the file system, `source` its stable name in the collection. */
export interface FileToLoad {
  readonly path: string;
  readonly source: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** A document, or a failure of one file or record; loading continues after a failure. */
export type LoadEvent =
  | {
      readonly kind: 'document';
      readonly document: SourceDocument;
      /** Datasets only: index of the record, from 0. Failed records are counted, blank lines are not. */
      readonly row?: number;
    }
  | { readonly kind: 'failure'; readonly failure: LoadFailure };

export interface LoadFailure {
  /** The file, with `:line` for a record. */
  readonly path: string;
  readonly source: string;
  /** Id of the failed record's document, if it is known. */
  readonly documentId?: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy?: string;
  /** See {@link SragError.upstream}; only for users at a terminal. */
  readonly upstream?: string;
}

export interface LoadOptions {
  readonly limits: LoadLimits;
  readonly fieldMap: FieldMap;
  readonly signal?: AbortSignal;
  /** Called repeatedly for streamed files with the number of bytes read so far. */
  readonly onBytes?: (bytesRead: number) => void;
  /**
   * Called before each record of a dataset is parsed, with its line (from 1) and size. The loader waits for
   * the result.
   */
  readonly onRecord?: (line: number, sizeBytes: number) => Promise<void>;
}

/**
 * Converts one file to documents, keeping the blocks of structured text. An error in the whole file is thrown as
 * SragError (`loadFile` converts it to a failure); an error in one record is a failure event.
 */
export interface Loader {
  readonly name: string;
  load(file: FileToLoad, options: LoadOptions): AsyncIterable<LoadEvent>;
}
