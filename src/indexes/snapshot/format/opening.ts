import type { CollectionSettings, FieldType } from '../../../core/index.ts';
import type { Sections } from './sections.ts';

/** How vectors were coded. */
export interface VectorSettings {
  readonly dimensions: number;
  readonly codeBits: number;
  readonly rotationSeed: number;
  /** A row's correction factor is `factorLow + factorStep * u16`. */
  readonly factorLow: number;
  readonly factorStep: number;
  /** Standard error of an estimated score, for a question of unit length. */
  readonly estimateError: number;
  /** Rows of a leaf: a multiple of 32. */
  readonly leafRows: number;
}

/** How words were indexed. */
export interface LexicalSettings {
  /** Mean number of terms of a row. */
  readonly averageTerms: number;
}

/** Where a filterable field's column lies in its section. */
export interface ColumnPlace {
  readonly name: string;
  readonly type: FieldType;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Everything that opening needs: settings and where things lie, without the data itself. */
export interface SnapshotHeader {
  /** 32 hexadecimal digits, made from the content: the same corpus and settings give the same. */
  readonly buildId: string;
  readonly rows: number;
  readonly collection: CollectionSettings;
  /** Absent without an embedder. */
  readonly vectors?: VectorSettings;
  /** Absent where only vectors were indexed. */
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
  /** Bytes of each posting bucket. */
  readonly bucketBytes: Uint32Array;
}
