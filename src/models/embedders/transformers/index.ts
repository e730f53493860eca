import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SragError, throwIfAborted } from '../../../core/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import { modelName, type OpenedModel, openModel } from '../../local/index.ts';
import type { Embedder } from '../port.ts';
import { embedderId, joinVectors, prefixedEmbedder } from '../texts.ts';
import { pool } from './pooling.ts';
import { settingsSchema, type TransformersSettings } from './settings.ts';

export { settingsSchema };

const NAME = "Embedder 'transformers'";

/** The vector length that a local model's config.json states. @throws MODEL_NOT_FOUND. */
async function readDimensions(modelPath: string): Promise<number> {
  const path = join(modelPath, 'config.json');
  try {
    const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    const size = config.hidden_size ?? config.dim ?? config.d_model;
    if (typeof size === 'number') return size;
    throw new Error('it has no hidden_size');
  } catch (cause) {
    throw new SragError('MODEL_NOT_FOUND', `${NAME}: cannot read ${path}: ${messageOf(cause)}.`, {
      remedy: "Set 'modelPath' to the model's folder, or set 'dimensions'.",
      fields: { path },
      cause,
    });
  }
}

/**
 * A sentence embedding model that transformers.js (ONNX) runs in this process. Texts are embedded one at a time: with
 * int8 weights, a text's vector would otherwise depend slightly on the rest of the batch.
 * @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG, MODEL_NOT_FOUND.
 */
export async function create(given: unknown): Promise<Embedder> {
  const settings = parseSettings(settingsSchema, given, "embedder 'transformers'");
  const { dtype, pooling, maxTokens, unitLength, documentPrefix } = settings;
  const dimensions = settings.dimensions ?? (await readDimensions(settings.modelPath!));
  const id = embedderId('transformers', modelName(settings), dimensions, {
    dtype: dtype === 'q8' ? undefined : dtype,
    pooling: pooling === 'mean' ? undefined : pooling,
    maxTokens: maxTokens === 256 ? undefined : String(maxTokens),
    length: unitLength ? undefined : 'kept',
    documentPrefix,
  });
  let opened: Promise<OpenedModel> | undefined;
  return prefixedEmbedder(settings, { id, dimensions, batchSize: 16, local: true }, async (texts, signal) => {
    if (texts.length === 0) return { vectors: new Float32Array(0) };
    opened ??= openModel(settings, 'AutoModel', NAME);
    const model = await opened;
    const vectors: Float32Array[] = [];
    let inputTokens = 0;
    for (const text of texts) {
      throwIfAborted(signal);
      const { vector, tokens } = await run(model, text, settings);
      vectors.push(vector);
      inputTokens += tokens;
    }
    return joinVectors(vectors, dimensions, NAME, { unitLength, inputTokens });
  });
}

async function run(
  opened: OpenedModel,
  text: string,
  { maxTokens, pooling }: TransformersSettings,
): Promise<{ vector: Float32Array; tokens: number }> {
  try {
    // The tokenizer truncates the text, because the library's pipeline ignores its length option.
    const encoded = opened.tokenizer([text], { padding: false, truncation: true, max_length: maxTokens });
    const output = await opened.model(encoded);
    const hidden = output.last_hidden_state ?? output.token_embeddings;
    if (hidden === undefined)
      throw new Error(`the model returns ${Object.keys(output).join(', ')}, but no token vectors`);
    const mask = encoded.attention_mask;
    return { vector: pool(hidden, mask, pooling), tokens: mask.data.length };
  } catch (cause) {
    throw new SragError('EMBEDDER_FAILED', `${NAME}: ${messageOf(cause)}.`, {
      remedy: 'Check that the folder contains a sentence embedding model.',
      cause,
    });
  }
}
