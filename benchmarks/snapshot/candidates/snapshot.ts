/** srag's own snapshot index, through its library surface, bundled as an application would. */
import { fileStorage, openSearcher, signedS3 } from 'srag/snapshot';
import { type OpenedCandidate, runCandidate } from '../child.ts';
import type { CandidateJob } from '../jobs.ts';

async function open({ place, cache, mode }: CandidateJob): Promise<OpenedCandidate> {
  const storage = place.kind === 'disk' ? fileStorage(place.folder) : signedS3(place);
  const searcher = await openSearcher({
    storage,
    collection: 'default',
    prefetch: mode,
    ...(cache === undefined ? {} : { cache }),
  });
  return {
    async search(question, topK) {
      const { hits, trace } = await searcher.search({ ...question, topK });
      return {
        ids: hits.map(({ documentId }) => documentId),
        scores: hits.map(({ score }) => score),
        texts: hits.map(({ text }) => text),
        trace,
      };
    },
    hydrate: () => searcher.hydrate(),
    close: () => searcher.close(),
  };
}

await runCandidate(open);
