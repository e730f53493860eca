import { Directory } from './directory.ts';
import { FilterColumns } from './filter-mask.ts';
import { KeyLookup } from './key-lookup.ts';
import { LexicalSearch } from './lexical-search.ts';
import type { OpenedSnapshot } from './opened.ts';
import { RecordStore } from './record-store.ts';
import { VectorSearch } from './vector-search.ts';

/** Components that answer questions from one opened index, with their in-memory data. */
export interface SnapshotParts {
  readonly directory: Directory;
  readonly records: RecordStore;
  readonly filters: FilterColumns;
  readonly ids: KeyLookup;
  readonly documents: KeyLookup;
  /** Absent if the index has only keyword search, or only vectors. */
  readonly vector: VectorSearch | undefined;
  readonly lexical: LexicalSearch | undefined;
}

/** Assembles the parts of an index without reading anything. */
export function assembleParts(opened: OpenedSnapshot): SnapshotParts {
  const directory = new Directory(opened);
  const records = new RecordStore(opened, directory);
  const { vectors, lexical, rows } = opened.header;
  return {
    directory,
    records,
    filters: new FilterColumns(opened),
    ids: new KeyLookup(opened, 'ids'),
    documents: new KeyLookup(opened, 'documents'),
    vector: vectors === undefined || rows === 0 ? undefined : new VectorSearch(opened, records),
    lexical: lexical === undefined ? undefined : new LexicalSearch(opened, records),
  };
}
