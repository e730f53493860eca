import type { ErrorCode, SourceDocument } from '../../core/index.ts';

/** Limits that keep a hostile or accidental file from taking the process down. */
export interface LoadLimits {
  /** Of a file that is read whole, of one record of a dataset, and of the XML in a DOCX archive. */
  readonly maxFileBytes: number;
  /** Of a decompressed dataset (`.jsonl.gz`), which is streamed. */
  readonly maxDecompressedBytes: number;
  readonly maxPages: number;
  /** Of a document's metadata as JSON, which every row of an index carries. */
  readonly maxMetadataBytes: number;
  /** Processor time that one file or record may take; for larger ones, for each started MiB. */
  readonly maxFileSeconds: number;
  /** Memory of the process that reads a file of up to 1 MiB; larger files get 32 MB more for each MiB, up to 1 GB. */
  readonly maxFileMemoryMb: number;
}

/** Which JSON keys hold what in a JSONL record; dots go into objects (`meta.title`). BEIR's layout is the default. */
export interface FieldMap {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly metadata: string;
}

/** A file to load. `path` is where it is, `source` its stable name in the collection. */
export interface FileToLoad {
  readonly path: string;
  readonly source: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** A document, or a failure of one file or record; loading goes on after a failure. */
export type LoadEvent =
  | {
      readonly kind: 'document';
      readonly document: SourceDocument;
      /** Records of a dataset: which of its records it is, from 0; blank lines do not count, failed records do. */
      readonly row?: number;
    }
  | { readonly kind: 'failure'; readonly failure: LoadFailure };

export interface LoadFailure {
  /** The file, with `:line` for a record. */
  readonly path: string;
  readonly source: string;
  /** Set where the failed record's document id is known. */
  readonly documentId?: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy?: string;
  /** As {@link SragError.upstream}: for the person at a terminal. */
  readonly upstream?: string;
}

export interface LoadOptions {
  readonly limits: LoadLimits;
  readonly fieldMap: FieldMap;
  readonly signal?: AbortSignal;
  /** Told of files that are streamed, again and again, how many of their bytes have been read. */
  readonly onBytes?: (bytesRead: number) => void;
  /** Called before each record of a dataset is parsed, with its line (from 1) and size. */
  readonly onRecord?: (line: number, sizeBytes: number) => void;
}

/**
 * Turns one file into documents. Structured text keeps its blocks. A fault of the whole file is thrown as
 * SragError (`loadFile` makes it a failure); a fault of one record is a failure event.
 */
export interface Loader {
  readonly name: string;
  load(file: FileToLoad, options: LoadOptions): AsyncIterable<LoadEvent>;
}
