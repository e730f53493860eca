import type { CorpusStore } from '../corpus/index.ts';
import type { IndexManifest, Searcher } from './port.ts';

/**
 * How many chunks of the corpus an index version does not hold: they were added since, and are not found. The
 * version is opened only where the corpus has been written to since, and stays open.
 */
export async function staleRows(
  corpus: CorpusStore,
  manifest: IndexManifest,
  open: () => Promise<Searcher>,
): Promise<number> {
  const { version, chunks } = await corpus.stats();
  if (version === manifest.corpusVersion) return 0;
  const searcher = await open();
  let held = 0;
  for await (const batch of corpus.scan()) held += await searcher.count(batch.map(({ chunk }) => chunk.id));
  return chunks - held;
}
