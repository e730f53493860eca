import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SragError, throwIfAborted } from '../../../core/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import { modelName, type OpenedModel, openModel } from '../../local/index.ts';
import type { Embedder, Embeddings, EmbedOptions } from '../port.ts';
import { checkTexts, embedderId, joinVectors } from '../texts.ts';
import { pool } from './pooling.ts';
import { settingsSchema, type TransformersSettings } from './settings.ts';

export { settingsSchema };

const NAME = "Embedder 'transformers'";

/**
 * A sentence embedding model that transformers.js (ONNX) runs in this process. Texts are embedded one at a time: with
 * int8 weights, a text's vector would otherwise depend slightly on the rest of the batch.
 */
class TransformersEmbedder implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly semantic = true;
  readonly batchSize = 16;
  readonly #settings: TransformersSettings;
  #opened: Promise<OpenedModel> | undefined;

  constructor(settings: TransformersSettings, dimensions: number) {
    this.#settings = settings;
    this.dimensions = dimensions;
    this.id = embedderId('transformers', modelName(settings), dimensions, {
      dtype: settings.dtype === 'q8' ? undefined : settings.dtype,
      pooling: settings.pooling === 'mean' ? undefined : settings.pooling,
      maxTokens: settings.maxTokens === 256 ? undefined : String(settings.maxTokens),
      length: settings.unitLength ? undefined : 'kept',
      documentPrefix: settings.documentPrefix,
    });
  }

  embedDocuments(texts: readonly string[], options?: EmbedOptions): Promise<Embeddings> {
    return this.#embed(texts, this.#settings.documentPrefix, options);
  }

  embedQuery(text: string, options?: EmbedOptions): Promise<Embeddings> {
    return this.#embed([text], this.#settings.queryPrefix, options);
  }

  async #embed(texts: readonly string[], prefix: string, options?: EmbedOptions): Promise<Embeddings> {
    checkTexts(texts, options);
    if (texts.length === 0) return { vectors: new Float32Array(0) };
    this.#opened ??= openModel(this.#settings, 'AutoModel', NAME);
    const opened = await this.#opened;
    const vectors: Float32Array[] = [];
    let inputTokens = 0;
    for (const text of texts) {
      throwIfAborted(options?.signal);
      const { vector, tokens } = await this.#run(opened, prefix + text);
      vectors.push(vector);
      inputTokens += tokens;
    }
    return joinVectors(vectors, this.dimensions, NAME, {
      unitLength: this.#settings.unitLength,
      inputTokens,
    });
  }

  async #run(opened: OpenedModel, text: string): Promise<{ vector: Float32Array; tokens: number }> {
    const { maxTokens, pooling } = this.#settings;
    try {
      // The tokenizer truncates the text, because the library's pipeline ignores its length option.
      const encoded = opened.tokenizer([text], { padding: false, truncation: true, max_length: maxTokens });
      const output = await opened.model(encoded);
      const hidden = output.last_hidden_state ?? output.token_embeddings;
      if (hidden === undefined)
        throw new Error(`the model returns ${Object.keys(output).join(', ')}, but no token vectors`);
      return {
        vector: pool(hidden, encoded.attention_mask, pooling),
        tokens: encoded.attention_mask.data.length,
      };
    } catch (cause) {
      throw new SragError('EMBEDDER_FAILED', `${NAME}: ${messageOf(cause)}.`, {
        remedy: 'Check that the folder contains a sentence embedding model.',
        cause,
      });
    }
  }
}

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

/** @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG, MODEL_NOT_FOUND. */
export async function create(settings: unknown): Promise<Embedder> {
  const parsed = parseSettings(settingsSchema, settings, "embedder 'transformers'");
  const dimensions = parsed.dimensions ?? (await readDimensions(parsed.modelPath!));
  return new TransformersEmbedder(parsed, dimensions);
}
