import { type Hit, plainText } from '../core/index.ts';
import type { CommonOptions } from './context.ts';
import { cutToWidth } from './output.ts';
import { placeOf } from './sources-text.ts';
import { style } from './terminal.ts';
import { highlighter, outputColumns, SHOWN_CHARACTERS, wrapped } from './wrap.ts';

/** Options of a search, as commander returns them. */
export interface SearchOptions extends CommonOptions {
  readonly topK?: number;
  readonly filter?: string;
  readonly minScore?: number;
  readonly perDocument?: number;
  readonly neighbours?: number;
  readonly rescore?: boolean;
  readonly fusion?: string;
  readonly vectorWeight?: number;
  readonly param?: readonly string[];
  readonly explain?: boolean;
}

type ShownHit = Pick<Hit, 'id' | 'documentId' | 'text' | 'score'> & Partial<Pick<Hit, 'headingPath'>>;

/** Maximum number of lines shown of a hit's text. */
const LINES = 3;

/**
 * Names of documents whose text is stored as Markdown. In other documents, Markdown marks are ordinary
 * characters.
 */
const MARKDOWN = /\.(?:md|mdx|markdown|html?|docx)$/i;

/** Converts Markdown to one readable paragraph: removes its marks and puts a colon after each heading. */
const readable = (text: string, documentId: string): string =>
  !MARKDOWN.test(documentId)
    ? text
    : text
        .split('\n')
        .map((line) => plainText(/^#{1,6} /.test(line) ? `${line.slice(line.indexOf(' '))}:` : line))
        .join(' ');

/** Hits as text: the source of each, and the beginning of its text with the words of the question in bold. */
export function hitsText(hits: readonly ShownHit[], question: string): string {
  if (hits.length === 0) return 'Nothing was found.';
  const columns = outputColumns();
  const highlighted = highlighter(question);
  return hits
    .map((hit, rank) => {
      const place = cutToWidth(placeOf(hit), columns - 6);
      const lines = wrapped(readable(hit.text.slice(0, SHOWN_CHARACTERS), hit.documentId), columns - 6);
      const shown = lines.length > LINES ? [...lines.slice(0, LINES - 1), `${lines[LINES - 1]} …`] : lines;
      return [
        `${String(rank + 1).padStart(3)}. ${style.bold(place)} ${style.dim(`${hit.score.toFixed(4)} ${hit.id}`)}`,
        ...shown.map((line) => `     ${highlighted(line)}`),
      ].join('\n');
    })
    .join('\n');
}
