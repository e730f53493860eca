import type { CorpusStore } from '../corpus/index.ts';
import type { Searcher } from './port.ts';

/** How many chunks of the corpus an index version does not hold: they were added since, and are not found. */
export async function staleRows(corpus: CorpusStore, searcher: Searcher): Promise<number> {
  const { version, chunks } = await corpus.stats();
  if (version === searcher.manifest.corpusVersion) return 0;
  let held = 0;
  for await (const batch of corpus.scan()) held += await searcher.count(batch.map(({ chunk }) => chunk.id));
  return chunks - held;
}
