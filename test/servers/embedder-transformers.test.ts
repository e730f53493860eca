import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dotProduct } from '../../src/core/index.ts';
import { createEmbedder, type Embedder, openVectorFolder } from '../../src/models/embedders/index.ts';
import { embedderConformance } from '../conformance/embedders/suite.ts';
import { testData } from './environment.ts';
import { testModel } from './model-environment.ts';

const PASSAGES = 100;

const open = async (settings: object = {}): Promise<Embedder> =>
  (await createEmbedder('transformers', { modelPath: testModel(), ...settings }))!;

embedderConformance('transformers', async () => ({
  embedder: await open(),
  dimensions: 384,
  tolerance: 1e-6,
  stop: async () => {},
}));

/** The first passages of a gzipped BEIR corpus, in the embedded form: title, space, text. */
async function firstPassages(path: string, count: number): Promise<string[]> {
  const file = createReadStream(path);
  const texts: string[] = [];
  for await (const line of createInterface({ input: file.pipe(createGunzip()) })) {
    const record = JSON.parse(line) as { title: string; text: string };
    texts.push(`${record.title} ${record.text}`.trim());
    if (texts.length === count) break;
  }
  file.destroy();
  return texts;
}

describe('a real model through transformers.js', () => {
  it('produces the published MiniLM vectors of SciFact for a hundred passages', async () => {
    const dataset = join(testData(), 'scifact');
    const texts = await firstPassages(join(dataset, 'corpus.jsonl.gz'), PASSAGES);
    const folder = await openVectorFolder(join(dataset, 'vectors', 'minilm-384'));
    const published = await folder.corpusRows(0, PASSAGES);
    await folder.close();
    const { vectors, inputTokens } = await (await open()).embedDocuments(texts);
    const cosines = texts.map((_, row) =>
      dotProduct(
        vectors.subarray(row * 384, row * 384 + 384),
        published.subarray(row * 384, row * 384 + 384),
      ),
    );
    console.log(`cosine with the published vectors: least ${Math.min(...cosines).toFixed(4)}`);
    expect(Math.min(...cosines)).toBeGreaterThan(0.97);
    expect(inputTokens).toBeLessThanOrEqual(PASSAGES * 256);
  });

  it('truncates a text at maxTokens, and counts only the remaining tokens', async () => {
    const long = 'word '.repeat(2000);
    expect((await (await open({ maxTokens: 32 })).embedQuery(long)).inputTokens).toBe(32);
  });

  it('finds a passage with the same meaning in other words', async () => {
    const embedder = await open();
    const { vectors } = await embedder.embedDocuments([
      'The car would not start.',
      'Bread is baked in an oven.',
    ]);
    const question = (await embedder.embedQuery('vehicle engine failure')).vectors;
    expect(dotProduct(question, vectors.subarray(0, 384))).toBeGreaterThan(
      dotProduct(question, vectors.subarray(384, 768)) + 0.2,
    );
  });

  it('fails with MODEL_NOT_FOUND at the first text if a folder has config.json but no weights', async () => {
    const embedder = await open({ dtype: 'fp32' });
    await expect(embedder.embedQuery('x')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});
