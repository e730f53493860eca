import type { CorpusStore } from '../corpus/index.ts';
import type { IndexManifest, Searcher } from './port.ts';

/**
 * Counts stale chunks: those that were added to the corpus after an index version was built, so searches do
 * not find them. The version is opened only if the corpus has changed since, and stays open.
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
