import type { DeploymentConfig } from '../../config/index.ts';
import { SragError, withoutUndefined } from '../../core/index.ts';
import { deployedOpenSearchOf, deployedS3VectorsOf, type OpenSearchSettings } from './index-servers.ts';

/** The settings outside `deploy` that functions need. */
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
  /** Defaults of the answer options in requests. */
  readonly answer: Readonly<Record<string, unknown>>;
  readonly opensearch?: OpenSearchSettings | undefined;
  readonly s3Vectors?: { readonly timeoutMs?: number; readonly attempts?: number } | undefined;
  readonly deploy: DeploymentConfig;
}

/** Environments that functions reserve by default; the CDK app uses the same numbers. */
export const DEFAULT_CONCURRENCY: Readonly<Record<string, number>> = {
  baseline: 20,
  retrieve: 20,
  generate: 20,
  stream: 20,
  warmup: 1,
  ingest: 5,
};

/** Functions that receive no requests. A single number for `reservedConcurrency` does not apply to them. */
const NOT_CALLED = ['warmup', 'ingest'];

/** Environments that all functions of a deployment reserve in total. */
export function reservedEnvironments({ reservedConcurrency: requested, ingest }: DeploymentConfig): number {
  if (requested === 'unreserved') return 0;
  const numbers = Object.entries(DEFAULT_CONCURRENCY)
    .filter(([name]) => ingest || name !== 'ingest')
    .map(([name, normal]) => {
      if (typeof requested === 'number') return NOT_CALLED.includes(name) ? normal : requested;
      const own = requested?.[name] ?? normal;
      return own === 'unreserved' ? 0 : own;
    });
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** A model of Bedrock that a deployment uses. */
export interface UsedModel {
  readonly purpose: 'embedder' | 'generator' | 'reranker';
  readonly model: string;
  readonly region?: string | undefined;
}

/** Default models of adapters; a generator always names its model. */
const DEFAULT_MODELS: Readonly<Record<string, string>> = {
  'bedrock-titan': 'amazon.titan-embed-text-v2:0',
  bedrock: 'cohere.rerank-v3-5:0',
};

/** The models of Bedrock that a configuration uses. */
export function usedModels(config: Omit<ServedConfig, 'deploy'>): UsedModel[] {
  return (['embedder', 'generator', 'reranker'] as const).flatMap((purpose) => {
    const name = config[purpose];
    const { model, region } = config[`${purpose}Settings`] as { model?: string; region?: string };
    const used = model ?? (purpose === 'generator' ? undefined : DEFAULT_MODELS[name]);
    return name.startsWith('bedrock') && used !== undefined ? [{ purpose, model: used, region }] : [];
  });
}

/** Location of the deployed collections: an existing bucket, or undefined for a new one. */
export type DeployedPlace = { readonly bucket: string; readonly prefix: string } | undefined;

/** Name of the deployment of a collection. */
export const deploymentName = ({ collection, deploy }: Pick<ServedConfig, 'collection' | 'deploy'>): string =>
  deploy.name ?? `srag-${collection.replaceAll('_', '-')}`.slice(0, 32).replace(/-+$/, '');

/** The JSON settings of the CDK app. */
export function infraSettings(config: ServedConfig, place: DeployedPlace, functions: string) {
  const { name: _, region: __, profile: ___, functions: ____, ...deploy } = config.deploy;
  const { collection, collections, index, mode, embedder, generator, reranker, answer } = config;
  const { keyFile, kmsKey } = config.signing;
  if (keyFile !== undefined) {
    throw new SragError(
      'INVALID_CONFIG',
      'signing.keyFile cannot be deployed: functions have no such file.',
      {
        remedy: 'Create an HMAC_256 key in AWS KMS and set signing.kmsKey to its ARN.',
        fields: { field: 'signing.keyFile' },
      },
    );
  }
  const adapter = (name: string, settings: Readonly<Record<string, unknown>>) => ({
    name,
    settings: Object.keys(settings).length === 0 ? undefined : settings,
  });
  return withoutUndefined({
    name: deploymentName(config),
    functions,
    ...(place === undefined ? {} : { bucket: place.bucket, prefix: place.prefix }),
    collection,
    collections,
    index,
    signing: kmsKey === undefined ? undefined : { kmsKey },
    mode: mode === 'auto' ? undefined : mode,
    answer,
    embedder: embedder === 'none' ? undefined : adapter(embedder, config.embedderSettings),
    generator: generator === 'extractive' ? undefined : adapter(generator, config.generatorSettings),
    reranker: reranker === 'none' ? undefined : adapter(reranker, config.rerankerSettings),
    ...deploy,
    opensearch: deployedOpenSearchOf(deploy.opensearch, config.opensearch),
    s3Vectors: deployedS3VectorsOf(deploy.s3Vectors, config.s3Vectors),
  });
}
