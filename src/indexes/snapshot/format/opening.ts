import type { CollectionSettings, FieldType } from '../../../core/index.ts';
import type { Sections } from './sections.ts';

/** How vectors were encoded. */
export interface VectorSettings {
  readonly dimensions: number;
  readonly codeBits: number;
  readonly rotationSeed: number;
  /** A row's correction factor is `factorLow + factorStep * u16`. */
  readonly factorLow: number;
  readonly factorStep: number;
  /** Standard error of an estimated score, for a query vector of unit length. */
  readonly estimateError: number;
  /** Rows per leaf: a multiple of 32. */
  readonly leafRows: number;
}

/** How terms were indexed. */
export interface LexicalSettings {
  /** Mean number of terms per row. */
  readonly averageTerms: number;
}

/** Location of a filterable field's column in its section. */
export interface ColumnPlace {
  readonly name: string;
  readonly type: FieldType;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Everything needed to open a version: settings and locations, without the data itself. */
export interface SnapshotHeader {
  /** 32 hexadecimal digits derived from the content: equal corpora and settings yield equal ids. */
  readonly buildId: string;
  readonly rows: number;
  readonly collection: CollectionSettings;
  /** Absent without an embedder. */
  readonly vectors?: VectorSettings;
  /** Absent if only vectors were indexed. */
  readonly lexical?: LexicalSettings;
  readonly columns: readonly ColumnPlace[];
  readonly sections: Sections;
  readonly queryParameters: Readonly<Record<string, number>>;
}

/** A header with its binary tables. */
export interface SnapshotOpening {
  readonly header: SnapshotHeader;
  /** Mean of the rotated vectors, padded; empty without vectors. */
  readonly mean: Float32Array;
  readonly symbols: Uint8Array;
  /** Size of each posting bucket. */
  readonly bucketBytes: Uint32Array;
}
