import type { Schema, Table } from 'apache-arrow';
import {
  type Chunk,
  type CollectionSettings,
  type JsonValue,
  type Metadata,
  searchedText,
} from '../../core/index.ts';
import { type ArrowModule, type BatchReader, type ColumnValues, tableOf } from '../../io/lance/index.ts';
import type { DocumentRecord, DocumentWrite, StoredChunk } from '../port.ts';
import { textHash } from '../text-hash.ts';
import { cellOf, fieldColumn } from './schema.ts';

/** Prefix of a document row's id; chunk ids never start with it. */
export const DOCUMENT_ROW = 'document:';

/**
 * Value of the metadata column in chunk rows of a multi-chunk document. Only the document row has the
 * document's metadata, which is added to the chunks when they are read.
 */
export const NO_METADATA = '{}';

type Row = Record<string, unknown> & { readonly vector: Float32Array | undefined };

/** Documents and their chunks as one Arrow table. */
export function writeTable(
  arrow: ArrowModule,
  schema: Schema,
  settings: CollectionSettings,
  documents: readonly DocumentWrite[],
): Table {
  const rows = documents.flatMap((write) => [documentRow(write, settings), ...chunkRows(write, settings)]);
  return tableOfRows(arrow, schema, rows);
}

/** Rows by column name as one Arrow table. */
export function tableOfRows(arrow: ArrowModule, schema: Schema, rows: readonly Row[]): Table {
  const columns: Record<string, ColumnValues> = {};
  for (const { name } of schema.fields) {
    columns[name] =
      name === 'vector'
        ? { vectors: rows.map((row) => row.vector) }
        : { values: rows.map((row) => row[name]) };
  }
  return tableOf(arrow, schema, columns, rows.length);
}

function documentRow({ document, chunks }: DocumentWrite, settings: CollectionSettings): Row {
  const only = chunks.length === 1 ? chunks[0] : undefined;
  // If a document's only chunk contains its whole text, the text is stored only once.
  const isWholeChunk = only !== undefined && only.chunk.text.length === document.text.length;
  return {
    ...emptyFields(settings),
    id: DOCUMENT_ROW + document.id,
    document_id: document.id,
    ordinal: -1,
    title: document.title,
    text: isWholeChunk ? '' : document.text,
    start: 0,
    end: document.text.length,
    heading_path: '[]',
    metadata: JSON.stringify(document.metadata),
    tokens: 0,
    terms: '',
    text_hash: '',
    vector: undefined,
    is_document: true,
    source: document.source,
    media_type: document.mediaType,
    content_hash: document.contentHash,
    file_hash: document.fileHash,
    chunk_count: document.chunkCount,
  };
}

function chunkRows({ document, chunks }: DocumentWrite, settings: CollectionSettings): Row[] {
  return chunks.map((stored) => ({
    ...chunkRow(stored, settings, chunks.length > 1 ? NO_METADATA : undefined),
    is_document: false,
    source: document.source,
    media_type: '',
    content_hash: document.contentHash,
    file_hash: '',
    chunk_count: 0,
  }));
}

/** The columns of a chunk in corpus and index tables. */
export const chunkRow = (
  { chunk, vector, terms }: StoredChunk,
  settings: CollectionSettings,
  metadata = JSON.stringify(chunk.metadata),
): Row => ({
  ...Object.fromEntries(
    Object.entries(settings.fields).map(([name, type]) => [
      fieldColumn(name),
      cellOf(chunk.metadata[name], type),
    ]),
  ),
  id: chunk.id,
  document_id: chunk.documentId,
  ordinal: chunk.ordinal,
  title: chunk.title,
  text: chunk.text,
  start: chunk.start,
  end: chunk.end,
  heading_path: JSON.stringify(chunk.headingPath),
  metadata,
  tokens: chunk.tokens,
  terms,
  text_hash: textHash(searchedText(chunk)),
  vector,
});

const emptyFields = (settings: CollectionSettings): Record<string, JsonValue> =>
  Object.fromEntries(Object.keys(settings.fields).map((name) => [fieldColumn(name), null]));

/** Reads the chunks of one batch of the corpus table. */
export function readChunks(batch: BatchReader, dimensions: number): StoredChunk[] {
  const chunk = chunkReader(batch);
  const terms = batch.has('terms') ? batch.column<string>('terms') : undefined;
  const tokens = batch.column<number>('tokens');
  const vector = dimensions > 0 && batch.has('vector') ? batch.vectors('vector', dimensions) : undefined;
  return Array.from({ length: batch.rows }, (_, row) => {
    const numbers = vector?.(row);
    const stored = { chunk: { ...chunk(row), tokens: tokens(row) ?? 0 }, terms: terms?.(row) ?? '' };
    return numbers === undefined ? stored : { ...stored, vector: numbers };
  });
}

/** Reads the columns of a batch of a corpus or index table; returns a function that builds a row's chunk. */
export function chunkReader(batch: BatchReader): (row: number) => Omit<Chunk, 'tokens'> {
  const text = (name: string) => batch.column<string>(name);
  const number = (name: string) => batch.column<number>(name);
  const [id, documentId, title, body] = [text('id'), text('document_id'), text('title'), text('text')];
  const headingPath = batch.json<string[]>('heading_path', '[]');
  const metadata = batch.json<Metadata>('metadata', NO_METADATA);
  const [ordinal, start, end] = [number('ordinal'), number('start'), number('end')];
  return (row) => ({
    id: id(row) ?? '',
    documentId: documentId(row) ?? '',
    ordinal: ordinal(row) ?? 0,
    title: title(row) ?? '',
    text: body(row) ?? '',
    start: start(row) ?? 0,
    end: end(row) ?? 0,
    headingPath: headingPath(row),
    metadata: metadata(row),
  });
}

/** A chunk with its document's metadata, unless its row has its own metadata. */
export function withMetadata(stored: StoredChunk, shared: ReadonlyMap<string, Metadata>): StoredChunk {
  const metadata = shared.get(stored.chunk.documentId);
  if (metadata === undefined || Object.keys(stored.chunk.metadata).length > 0) return stored;
  return { ...stored, chunk: { ...stored.chunk, metadata } };
}

/** The columns needed to read a document's record. */
export const DOCUMENT_COLUMNS = [
  'document_id',
  'source',
  'title',
  'metadata',
  'media_type',
  'content_hash',
  'file_hash',
  'chunk_count',
];

/** Reads the document records of one batch. */
export function readDocuments(batch: BatchReader): DocumentRecord[] {
  const text = (name: string) => batch.column<string>(name);
  const [id, source, title] = [text('document_id'), text('source'), text('title')];
  const metadata = batch.json<Metadata>('metadata', '{}');
  const [mediaType, contentHash, fileHash] = [text('media_type'), text('content_hash'), text('file_hash')];
  const chunkCount = batch.column<number>('chunk_count');
  return Array.from({ length: batch.rows }, (_, row) => ({
    id: id(row) ?? '',
    source: source(row) ?? '',
    title: title(row) ?? '',
    metadata: metadata(row),
    mediaType: mediaType(row) ?? '',
    contentHash: contentHash(row) ?? '',
    fileHash: fileHash(row) ?? '',
    chunkCount: chunkCount(row) ?? 0,
  }));
}
