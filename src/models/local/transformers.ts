import { loadOptionalPackage } from '../../io/settings/index.ts';

/** A tensor of transformers.js, as far as it is used here. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number> | BigInt64Array;
}

/** What a tokenizer gives: `input_ids`, `attention_mask`, perhaps `token_type_ids`; shape [texts, tokens]. */
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

/** A loaded model: inputs to outputs by name. */
export type Model = ((inputs: Encoded) => Promise<Readonly<Record<string, Tensor>>>) & {
  dispose(): Promise<unknown>;
};

/** Precisions of the weights that are chosen among; `q8` is int8. */
export const WEIGHT_TYPES = ['fp32', 'fp16', 'q8', 'q4'] as const;
export type WeightType = (typeof WEIGHT_TYPES)[number];

interface Loader<T> {
  from_pretrained(model: string, options?: { readonly dtype?: WeightType }): Promise<T>;
}

/** The parts of `@huggingface/transformers` 4 that are used; it is an optional peer, so its types are not here. */
export interface TransformersModule {
  readonly env: { allowRemoteModels: boolean; allowLocalModels: boolean; localModelPath: string };
  readonly AutoTokenizer: Loader<Tokenizer>;
  readonly AutoModel: Loader<Model>;
  readonly AutoModelForSequenceClassification: Loader<Model>;
}

const PACKAGE: string = '@huggingface/transformers';

/** @throws MISSING_PACKAGE. */
export function loadTransformers(purpose: string): Promise<TransformersModule> {
  // A variable name keeps compilers and bundlers from wanting a package of 470 MB that most never install.
  return loadOptionalPackage(PACKAGE, purpose, () => import(PACKAGE) as Promise<TransformersModule>);
}
