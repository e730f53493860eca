import { type Hit, printableLine } from '../core/index.ts';
import type { CommonOptions } from './context.ts';
import { cutToWidth } from './output.ts';
import { style } from './terminal.ts';

/** Options of a search, as commander gives them. */
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

/** Hits for people. Headings are shown where they are known. */
export function hitsText(hits: readonly ShownHit[]): string {
  if (hits.length === 0) return 'Nothing was found.';
  const width = Math.max(40, (process.stdout.columns ?? 100) - 6);
  return hits
    .map((hit, rank) => {
      const place = printableLine([hit.documentId, ...(hit.headingPath ?? [])].join(' › '));
      const text = cutToWidth(hit.text.replaceAll(/\s+/g, ' '), width * 2);
      return `${String(rank + 1).padStart(3)}. ${style.bold(cutToWidth(place, width))} ${style.dim(`${hit.score.toFixed(4)} ${hit.id}`)}\n     ${text}`;
    })
    .join('\n');
}
