import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbedder } from '../../../src/models/embedders/index.ts';
import { fakeVector } from '../../support/faults.ts';
import { npyBytes } from '../../support/npy.ts';
import { embedderConformance, TEXTS } from './suite.ts';

embedderConformance('precomputed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'srag-vectors-'));
  const values = Float32Array.from(TEXTS.flatMap((text) => fakeVector(text, 16)));
  const file = npyBytes('<f4', TEXTS.length, 16, values);
  await writeFile(join(directory, 'corpus.f32.npy'), file);
  await writeFile(join(directory, 'queries.f32.npy'), file);
  await writeFile(join(directory, 'queries-ids.txt'), TEXTS.map((_, index) => `q${index}\n`).join(''));
  const queryTexts = Object.fromEntries(TEXTS.map((text, index) => [`q${index}`, text]));
  return {
    embedder: (await createEmbedder('precomputed', { directory, queryTexts }))!,
    dimensions: 16,
    tolerance: 1e-6,
    stop: () => rm(directory, { recursive: true }),
  };
});
