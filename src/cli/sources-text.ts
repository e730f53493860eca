import { type Hit, plainText, printableLine } from '../core/index.ts';
import type { Citation } from '../query/answering/index.ts';
import { cutToWidth } from './output.ts';
import { style } from './terminal.ts';
import { outputColumns, SHOWN_CHARACTERS, wrapped } from './wrap.ts';

type CitedHit = Pick<Hit, 'id' | 'documentId'> & Partial<Pick<Hit, 'headingPath'>>;

/** The source of a hit for readers: the document and, if known, its headings. */
export const placeOf = ({ documentId, headingPath = [] }: CitedHit): string =>
  printableLine([documentId, ...headingPath.map(plainText)].join(' › '));

/** The sources of an answer, each once, followed by the passages it is cited for. */
export function sourcesText(citations: readonly Citation[], hits: readonly CitedHit[]): readonly string[] {
  const columns = outputColumns();
  const byMarker = Map.groupBy(citations, ({ marker }) => marker);
  return [...byMarker].flatMap(([marker, cited]) => {
    const [{ chunkId, documentId }] = cited as [Citation];
    const place = placeOf(hits.find(({ id }) => id === chunkId) ?? { id: chunkId, documentId });
    const quotes = [...new Set(cited.map(({ quote }) => quote))];
    return [
      `  [${marker}] ${style.bold(cutToWidth(place, columns - 8))}`,
      ...quotes.flatMap((quote) =>
        wrapped(`“${quote.slice(0, SHOWN_CHARACTERS)}”`, columns - 6).map(
          (line) => `      ${style.dim(line)}`,
        ),
      ),
    ];
  });
}
