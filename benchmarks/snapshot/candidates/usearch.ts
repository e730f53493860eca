/** USearch, with its graph and the texts in memory. */
import { join } from 'node:path';
import { Index, MetricKind, ScalarKind } from 'usearch';
import { runCandidate } from '../child.ts';
import { folderOf, openedOnce, readTexts } from './texts-file.ts';

await runCandidate(
  openedOnce(({ place, dimensions, parameters }) => {
    const folder = folderOf(place);
    const index = new Index({
      dimensions,
      metric: MetricKind.Cos,
      quantization: ScalarKind.F32,
      connectivity: 16,
      expansion_add: 128,
      expansion_search: parameters.ef ?? 64,
      multi: false,
    });
    index.load(join(folder, 'index.usearch'));
    const { ids, texts } = readTexts(folder);
    return {
      search({ vector }, topK) {
        const { keys, distances } = index.search(vector!, topK, 1);
        const rows = [...keys].map(Number);
        return {
          ids: rows.map((row) => ids[row]!),
          scores: [...distances].map((distance) => 1 - distance),
          texts: rows.map((row) => texts[row]!),
        };
      },
      close: () => undefined,
    };
  }),
);
