import type { ChunkerSettings, ErrorCode, ErrorFields, SourceDocument } from '../../../core/index.ts';
import type { FieldMap, FileToLoad, LoadFailure, LoadLimits } from '../../../documents/loaders/index.ts';

/** Request to read one file. */
export interface ReadRequest {
  readonly file: FileToLoad;
  readonly limits: LoadLimits;
  readonly fieldMap: FieldMap;
  readonly chunker: ChunkerSettings;
  /**
   * Content hashes by document id. A document with the same hash is reported as unchanged, without its
   * content.
   */
  readonly known: ReadonlyMap<string, string>;
  /** Whether to compute content hashes. False if they also depend on precomputed vectors. */
  readonly hashes: boolean;
}

/** A chunk without its document's fields: its text is `document.text.slice(start, end)`. */
export interface ReadChunk {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  readonly headingPath: readonly string[];
  /** Index terms of title and text. */
  readonly terms: string;
}

/** A document that was read, chunked and analysed. */
export interface ReadDocument {
  readonly document: Omit<SourceDocument, 'blocks'>;
  /** Index of the record in its dataset, from 0. */
  readonly row: number | undefined;
  /** Undefined unless the request sets `hashes`. */
  readonly contentHash: string | undefined;
  readonly chunks: readonly ReadChunk[];
}

/** Items of a file, in file order. */
export type ReadItem =
  | ({ readonly kind: 'document' } & ReadDocument)
  | { readonly kind: 'unchanged'; readonly id: string }
  | { readonly kind: 'failure'; readonly failure: LoadFailure };

/** Messages of the reader process. `ready` is sent once; `done` or `fault` ends the reply to a request. */
export type ReaderReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'items'; readonly items: readonly ReadItem[]; readonly bytesRead: number }
  | { readonly kind: 'done'; readonly memoryBytes: number }
  | {
      readonly kind: 'fault';
      readonly code: ErrorCode;
      readonly message: string;
      readonly remedy: string | undefined;
      readonly fields: ErrorFields;
    };

/** Why the process ended itself. The report is the last line of its standard error. */
export interface ExitReport {
  readonly reason: 'time' | 'memory' | 'stall' | 'fault';
  /** Line of the record that was being read; 0 for a file that is one document. */
  readonly line: number;
  readonly message?: string;
}
export const EXIT_REPORT = 'srag-reader: ';
