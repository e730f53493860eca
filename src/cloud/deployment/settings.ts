import type { DeploymentConfig } from '../../config/index.ts';
import { SragError } from '../../core/index.ts';

/** What the configuration says beside `deploy`, as far as functions have to know it. */
export interface ServedConfig {
  readonly collection: string;
  readonly collections: readonly string[];
  readonly signing: { readonly keyFile?: string | undefined; readonly kmsKey?: string | undefined };
  readonly index?: string | undefined;
  readonly mode: 'auto' | 'lexical' | 'vector' | 'hybrid';
  readonly embedder: string;
  readonly embedderSettings: Readonly<Record<string, unknown>>;
  readonly generator: string;
  readonly generatorSettings: Readonly<Record<string, unknown>>;
  readonly reranker: string;
  readonly rerankerSettings: Readonly<Record<string, unknown>>;
  /** How answers are made where a request does not say. */
  readonly answer: Readonly<Record<string, unknown>>;
  readonly deploy: DeploymentConfig;
}

/** Environments that functions reserve unless told otherwise; the CDK app has the same numbers. */
export const DEFAULT_CONCURRENCY: Readonly<Record<string, number>> = {
  baseline: 20,
  retrieve: 20,
  generate: 20,
  stream: 20,
  warmup: 1,
  ingest: 5,
};

/** Functions that one number for all does not mean: nobody calls them. */
const NOT_CALLED = ['warmup', 'ingest'];

/** Environments that all functions of a deployment reserve together. */
export function reservedEnvironments({ reservedConcurrency: asked, ingest }: DeploymentConfig): number {
  if (asked === 'unreserved') return 0;
  const numbers = Object.entries(DEFAULT_CONCURRENCY)
    .filter(([name]) => ingest || name !== 'ingest')
    .map(([name, normal]) => {
      if (typeof asked === 'number') return NOT_CALLED.includes(name) ? normal : asked;
      const own = asked?.[name] ?? normal;
      return own === 'unreserved' ? 0 : own;
    });
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** A model of Bedrock that a deployment asks. */
export interface UsedModel {
  readonly purpose: 'embedder' | 'generator' | 'reranker';
  readonly model: string;
  readonly region?: string | undefined;
}

/** Models of adapters whose settings name none; a generator always names one. */
const DEFAULT_MODELS: Readonly<Record<string, string>> = {
  'bedrock-titan': 'amazon.titan-embed-text-v2:0',
  bedrock: 'cohere.rerank-v3-5:0',
};

/** The models of Bedrock that a configuration asks. */
export function usedModels(config: Omit<ServedConfig, 'deploy'>): UsedModel[] {
  return (['embedder', 'generator', 'reranker'] as const).flatMap((purpose) => {
    const name = config[purpose];
    const { model, region } = config[`${purpose}Settings`] as { model?: string; region?: string };
    const asked = model ?? (purpose === 'generator' ? undefined : DEFAULT_MODELS[name]);
    return name.startsWith('bedrock') && asked !== undefined ? [{ purpose, model: asked, region }] : [];
  });
}

/** Where the deployed collections live: a bucket that exists, or one to be made. */
export type DeployedPlace = { readonly bucket: string; readonly prefix: string } | undefined;

/** Name of the deployment of a collection. */
export const deploymentName = ({ collection, deploy }: Pick<ServedConfig, 'collection' | 'deploy'>): string =>
  deploy.name ?? `srag-${collection.replaceAll('_', '-')}`.slice(0, 32).replace(/-+$/, '');

/** The settings that the CDK app takes, as JSON. */
export function infraSettings(config: ServedConfig, place: DeployedPlace, functions: string) {
  const { name: _, region: __, profile: ___, functions: ____, ...deploy } = config.deploy;
  const { collection, collections, index, mode, embedder, generator, reranker, answer } = config;
  const { keyFile, kmsKey } = config.signing;
  if (keyFile !== undefined) {
    throw new SragError(
      'INVALID_CONFIG',
      'signing.keyFile cannot be deployed: functions have no such file.',
      {
        remedy: 'Make an HMAC_256 key in AWS KMS and name its ARN in signing.kmsKey.',
        fields: { field: 'signing.keyFile' },
      },
    );
  }
  const adapter = (name: string, settings: Readonly<Record<string, unknown>>) => ({
    name,
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  });
  return {
    name: deploymentName(config),
    functions,
    ...(place === undefined ? {} : { bucket: place.bucket, prefix: place.prefix }),
    collection,
    collections,
    ...(index === undefined ? {} : { index }),
    ...(kmsKey === undefined ? {} : { signing: { kmsKey } }),
    ...(mode === 'auto' ? {} : { mode }),
    answer,
    ...(embedder === 'none' ? {} : { embedder: adapter(embedder, config.embedderSettings) }),
    ...(generator === 'extractive' ? {} : { generator: adapter(generator, config.generatorSettings) }),
    ...(reranker === 'none' ? {} : { reranker: adapter(reranker, config.rerankerSettings) }),
    ...deploy,
  };
}
