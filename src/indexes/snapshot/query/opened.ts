import type { SigningKey } from '../../signing-key.ts';
import { UnitChecksum } from '../format/checksum.ts';
import type { SnapshotHeader, SnapshotOpening } from '../format/opening.ts';
import { sealOf } from '../format/seal.ts';
import type { SectionName } from '../format/sections.ts';
import { SymbolTable } from '../format/symbol-table.ts';
import type { FolderCache } from '../reading/folder-cache.ts';
import type { ReliableReads } from '../reading/reliable-reads.ts';
import { SectionReader } from '../reading/section-reader.ts';
import type { NearestRows } from './nearest-rows.ts';

/** Where an index version is read from. */
export interface VersionSource {
  readonly reads: ReliableReads;
  readonly prefix: string;
  /** Verifies the version's signature. */
  readonly key?: SigningKey | undefined;
  /** Finds rows by vector, if the snapshot was built without vectors. */
  readonly nearest?: NearestRows | undefined;
}

/** Size limits of an opened index's caches. */
export interface CacheLimits {
  /** Size limit of records or vectors in memory. */
  readonly memoryBytes: number;
}

/** An opened index version: its header, which has been read, and readers of its parts. */
export class OpenedSnapshot {
  readonly header: SnapshotHeader;
  readonly mean: Float32Array;
  readonly bucketBytes: Uint32Array;
  readonly symbols: SymbolTable;
  readonly reader: SectionReader;
  readonly folder: FolderCache | undefined;
  readonly limits: CacheLimits;
  readonly nearest: NearestRows | undefined;
  readonly #seal: Uint8Array;
  readonly #key: SigningKey | undefined;

  constructor(
    opening: SnapshotOpening,
    { reads, prefix, key, nearest }: VersionSource,
    folder: FolderCache | undefined,
    limits: CacheLimits,
  ) {
    this.header = opening.header;
    this.mean = opening.mean;
    this.bucketBytes = opening.bucketBytes;
    this.symbols = SymbolTable.fromBytes(opening.symbols);
    this.folder = folder;
    this.limits = limits;
    this.nearest = nearest;
    this.reader = new SectionReader(reads, prefix, opening.header.sections, folder);
    this.#key = key;
    this.#seal = sealOf(opening.header, opening.mean, opening.symbols);
  }

  checksum(section: SectionName): UnitChecksum {
    return new UnitChecksum(this.#seal, section, this.#key);
  }
}
