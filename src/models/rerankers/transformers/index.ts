import { z } from 'zod';
import { type Hit, messageOf, SragError, searchedText, throwIfAborted } from '../../../core/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import { modelName, type OpenedModel, openModel, WEIGHT_TYPES } from '../../local/index.ts';
import { checkRequest, orderByScore } from '../order.ts';
import type { Reranker, RerankRequest } from '../port.ts';

export const settingsSchema = z
  .strictObject({
    /** Local folder of a cross-encoder: config.json, tokenizer.json, tokenizer_config.json, onnx/. No network. */
    modelPath: z.string().min(1).optional(),
    /** Model id on the Hugging Face hub, downloaded at first use. */
    model: z.string().min(1).optional(),
    /** Precision of the weights: `q8` is fast and small, `fp32` exact. */
    dtype: z.enum(WEIGHT_TYPES).default('q8'),
    /** Maximum tokens of question and passage together; the rest is truncated. A higher limit is slower. */
    maxTokens: z.int().min(16).max(8192).default(512),
  })
  .refine((settings) => settings.modelPath !== undefined || settings.model !== undefined, {
    message: "set 'modelPath' (a local folder) or 'model' (an id)",
  });

const NAME = "Reranker 'transformers'";

/** Relevance from logits: the logistic function of a single logit, or the softmax of the last class. */
export function relevanceOf(logits: readonly number[]): number {
  const last = logits.at(-1) ?? Number.NaN;
  if (logits.length <= 1) return 1 / (1 + Math.exp(-last));
  const high = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - high), 0);
  return Math.exp(last - high) / sum;
}

/** A cross-encoder that transformers.js runs in this process on question and passage together. Scores are 0 to 1. */
class TransformersReranker implements Reranker {
  readonly id: string;
  readonly #settings: z.output<typeof settingsSchema>;
  #opened: Promise<OpenedModel> | undefined;

  constructor(settings: z.output<typeof settingsSchema>) {
    this.#settings = settings;
    this.id = `transformers:${modelName(settings)}`;
  }

  async rerank(request: RerankRequest): Promise<readonly Hit[]> {
    checkRequest(request);
    if (request.hits.length === 0) return [];
    this.#opened ??= openModel(this.#settings, 'AutoModelForSequenceClassification', NAME);
    const opened = await this.#opened;
    const scores: number[] = [];
    for (const hit of request.hits) {
      throwIfAborted(request.signal);
      scores.push(await this.#score(opened, request.question, searchedText(hit)));
    }
    return orderByScore(request.hits, scores, request.topK);
  }

  async #score({ tokenizer, model }: OpenedModel, question: string, text: string): Promise<number> {
    try {
      const encoded = tokenizer([question], {
        text_pair: [text],
        padding: false,
        truncation: true,
        max_length: this.#settings.maxTokens,
      });
      const { logits } = await model(encoded);
      if (logits === undefined) throw new Error('the model returns no logits');
      const relevance = relevanceOf(Array.from(logits.data, Number));
      if (!Number.isFinite(relevance)) throw new Error('the model returns no number');
      return relevance;
    } catch (cause) {
      throw new SragError('RERANKER_FAILED', `${NAME}: ${messageOf(cause)}.`, {
        remedy: 'Check that the folder contains a cross-encoder (a sequence classification model).',
        cause,
      });
    }
  }
}

/** @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export function create(settings: unknown): Reranker {
  return new TransformersReranker(parseSettings(settingsSchema, settings, "reranker 'transformers'"));
}
