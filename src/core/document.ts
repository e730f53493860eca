/** Any JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
/** Data about a document other than its text. Never searched; filterable if the field is declared. */
export type Metadata = Readonly<Record<string, JsonValue>>;

/** A structural part of a document's text; blocks are in order and do not overlap. */
export interface Block {
  readonly kind: 'heading' | 'paragraph' | 'list' | 'code' | 'table';
  /** UTF-16 offsets into the document's text: `text.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
  /** Headings only: 1 to 6. */
  readonly level?: number;
  /** Headings only: the heading's text without markup. */
  readonly title?: string;
}

/** A loaded source file or dataset record, with its text extracted and NFC-normalised. */
export interface SourceDocument {
  /** A stable id: the file's path within the collection, or the record's own id. */
  readonly id: string;
  /** The source file. A later ingest of that file or its folder may prune the document. */
  readonly source: string;
  readonly title: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly metadata: Metadata;
  /** For example `text/markdown`. */
  readonly mediaType: string;
  /** True for dataset records, which stay one chunk if they fit the token budget. */
  readonly isRecord: boolean;
}

/** A passage of a document: the unit of search. */
export interface Chunk {
  /** Derived from the document id and the content, so that the same input yields the same id. */
  readonly id: string;
  readonly documentId: string;
  /** Position among the document's chunks, from 0. */
  readonly ordinal: number;
  /** The document's title, searched together with the text: `title + ' ' + text`. */
  readonly title: string;
  /** Exactly `documentText.slice(start, end)`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Titles of the headings above the chunk, outermost first. */
  readonly headingPath: readonly string[];
  readonly metadata: Metadata;
  /** Estimated model tokens of the text. */
  readonly tokens: number;
}

/** The text of a chunk that is searched and embedded; title or text may be empty. */
export const searchedText = ({ title, text }: Pick<Chunk, 'title' | 'text'>): string =>
  title === '' || text === '' ? title + text : `${title} ${text}`;
