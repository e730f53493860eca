import { loadOptionalPackage } from '../../io/settings/index.ts';

/** The parts of a transformers.js tensor that are used here. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number> | BigInt64Array;
}

/** Output of a tokenizer: `input_ids`, `attention_mask`, optionally `token_type_ids`; shape [texts, tokens]. */
type Encoded = Readonly<Record<string, Tensor>> & { readonly attention_mask: Tensor };

export type Tokenizer = (
  texts: readonly string[],
  options: {
    readonly padding: boolean;
    readonly truncation: boolean;
    readonly max_length: number;
    readonly text_pair?: readonly string[];
  },
) => Encoded;

/** A loaded model: a function from inputs to outputs by name. */
export type Model = ((inputs: Encoded) => Promise<Readonly<Record<string, Tensor>>>) & {
  dispose(): Promise<unknown>;
};

/** Supported precisions of weights; `q8` is int8. */
export const WEIGHT_TYPES = ['fp32', 'fp16', 'q8', 'q4'] as const;
export type WeightType = (typeof WEIGHT_TYPES)[number];

interface Loader<T> {
  from_pretrained(model: string, options?: { readonly dtype?: WeightType }): Promise<T>;
}

/** The used parts of `@huggingface/transformers` 4, an optional peer whose types are not available here. */
export interface TransformersModule {
  readonly env: { allowRemoteModels: boolean; allowLocalModels: boolean; localModelPath: string };
  readonly AutoTokenizer: Loader<Tokenizer>;
  readonly AutoModel: Loader<Model>;
  readonly AutoModelForSequenceClassification: Loader<Model>;
}

const PACKAGE: string = '@huggingface/transformers';

/** @throws MISSING_PACKAGE. */
export function loadTransformers(purpose: string): Promise<TransformersModule> {
  // The module name is a variable, so that compilers and bundlers do not require the optional 470 MB package.
  return loadOptionalPackage(PACKAGE, purpose, () => import(PACKAGE) as Promise<TransformersModule>);
}
