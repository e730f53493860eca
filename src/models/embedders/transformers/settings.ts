import { z } from 'zod';
import { WEIGHT_TYPES } from '../../local/index.ts';

export const settingsSchema = z
  .strictObject({
    /** Local folder: config.json, tokenizer.json, tokenizer_config.json, onnx/model_quantized.onnx. No network. */
    modelPath: z.string().min(1).optional(),
    /** Model id on the Hugging Face hub, downloaded at first use. With `modelPath`, only a name. */
    model: z.string().min(1).optional(),
    /** Length of the model's vectors; default: from a local folder's config.json. */
    dimensions: z.int().min(1).max(16_384).optional(),
    /** Precision of the weights: `q8` is fast and small, `fp32` exact. */
    dtype: z.enum(WEIGHT_TYPES).default('q8'),
    /** How token vectors are pooled; must match the model's training. */
    pooling: z.enum(['mean', 'cls']).default('mean'),
    /** Maximum tokens per text, including special tokens; longer texts are truncated. Higher is slower. */
    maxTokens: z.int().min(8).max(8192).default(256),
    /** False keeps the lengths of the model's vectors, for models trained for the inner product (metric `dot`). */
    unitLength: z.boolean().default(true),
    documentPrefix: z.string().default(''),
    queryPrefix: z.string().default(''),
  })
  .refine((settings) => settings.modelPath !== undefined || settings.model !== undefined, {
    message: "set 'modelPath' (a local folder) or 'model' (an id)",
  })
  .refine((settings) => settings.modelPath !== undefined || settings.dimensions !== undefined, {
    message: "also set 'dimensions', or set 'modelPath' instead of 'model' if the model is in a local folder",
  });

/** Settings of the transformers embedder. */
export type TransformersSettings = z.output<typeof settingsSchema>;
