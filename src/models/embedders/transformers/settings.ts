import { z } from 'zod';
import { WEIGHT_TYPES } from '../../local/index.ts';

export const settingsSchema = z
  .strictObject({
    /** Local folder: config.json, tokenizer.json, tokenizer_config.json, onnx/model_quantized.onnx. No network. */
    modelPath: z.string().min(1).optional(),
    /** Model id on the Hugging Face hub, downloaded at first use; with `modelPath`, only the name in the id. */
    model: z.string().min(1).optional(),
    /** Length of the model's vectors; read from a local folder's config.json where absent. */
    dimensions: z.int().min(1).max(16_384).optional(),
    /** Precision of the weights: `q8` is fast and small, `fp32` exact. */
    dtype: z.enum(WEIGHT_TYPES).default('q8'),
    /** How token vectors become one: as the model was trained. */
    pooling: z.enum(['mean', 'cls']).default('mean'),
    /** Tokens of a text that are embedded, marks included; the rest is cut. Higher is slower. */
    maxTokens: z.int().min(8).max(8192).default(256),
    /** False keeps the lengths of the model's vectors: for models made for the inner product (metric `dot`). */
    unitLength: z.boolean().default(true),
    documentPrefix: z.string().default(''),
    queryPrefix: z.string().default(''),
  })
  .refine((settings) => settings.modelPath !== undefined || settings.model !== undefined, {
    message: "give 'modelPath' (a local folder) or 'model' (an id)",
  })
  .refine((settings) => settings.modelPath !== undefined || settings.dimensions !== undefined, {
    message: "give 'dimensions' where the model is not a local folder",
  });

/** Settings of the transformers embedder. */
export type TransformersSettings = z.output<typeof settingsSchema>;
