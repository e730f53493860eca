/** hnswlib, with its graph and the texts in memory. */
import { join } from 'node:path';
import hnswlib from 'hnswlib-node';
import { runCandidate } from '../child.ts';
import { folderOf, openedOnce, readTexts } from './texts-file.ts';

await runCandidate(
  openedOnce(({ place, dimensions, parameters }) => {
    const folder = folderOf(place);
    const index = new hnswlib.HierarchicalNSW('cosine', dimensions);
    index.readIndexSync(join(folder, 'index.hnsw'));
    index.setEf(parameters.ef ?? 64);
    const { ids, texts } = readTexts(folder);
    return {
      search({ vector }, topK) {
        const { neighbors, distances } = index.searchKnn([...vector!], topK);
        return {
          ids: neighbors.map((row) => ids[row]!),
          scores: distances.map((distance) => 1 - distance),
          texts: neighbors.map((row) => texts[row]!),
        };
      },
      close: () => undefined,
    };
  }),
);
