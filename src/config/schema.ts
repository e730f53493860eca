import { z } from 'zod';
import { COLLECTION_NAME, METRICS } from '../core/index.ts';
import { DEFAULT_COLLECTION } from '../corpus/index.ts';
import { DEFAULT_CHUNKER } from '../documents/chunking/index.ts';
import { DEFAULT_FIELD_MAP, DEFAULT_LIMITS } from '../documents/loaders/index.ts';
import { openSearchSettingsSchema, s3VectorsSettingsSchema } from '../indexes/index.ts';
import { answerSettingsSchema } from '../query/answering/index.ts';
import { deploymentSchema } from './deployment-schema.ts';

const adapterSettings = z.record(z.string(), z.unknown());

/** Schema of configuration values from the file, the environment and options. Unknown keys are errors. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors only.'),
  location: z
    .string()
    .min(1)
    .default('.srag')
    .describe('Folder, or s3://bucket/prefix, that contains the collections.'),
  collection: z.string().min(1).default(DEFAULT_COLLECTION).describe('Name of the collection.'),
  collections: z
    .array(z.string().regex(COLLECTION_NAME))
    .default([])
    .describe('Other collections that requests to a server or deployment may name.'),
  embedder: z
    .string()
    .min(1)
    .default('none')
    .describe('Converts texts to vectors; none = lexical search only.'),
  embedderSettings: adapterSettings.default({}).describe('Settings of the embedder.'),
  metric: z
    .enum(METRICS)
    .default('cosine')
    .describe('How vectors are compared; fixed when a collection is created. dot: inner product.'),
  generator: z.string().min(1).default('extractive').describe('Writes answers.'),
  generatorSettings: adapterSettings.default({}).describe('Settings of the generator.'),
  reranker: z.string().min(1).default('none').describe('Reranks hits.'),
  rerankerSettings: adapterSettings.default({}).describe('Settings of the reranker.'),
  index: z
    .string()
    .min(1)
    .optional()
    .describe('Index to search, as KIND or KIND@VERSION; default: the published version.'),
  mode: z
    .enum(['auto', 'lexical', 'vector', 'hybrid'])
    .default('auto')
    .describe('Search mode: lexical (terms), vector, hybrid (both), or auto.'),
  chunker: z
    .strictObject({
      maxTokens: z
        .int()
        .min(16)
        .max(100_000)
        .default(DEFAULT_CHUNKER.maxTokens)
        .describe('Maximum estimated tokens of a chunk.'),
      overlapTokens: z
        .int()
        .min(0)
        .max(10_000)
        .default(DEFAULT_CHUNKER.overlapTokens)
        .describe('Tokens repeated from the previous chunk.'),
    })
    .prefault({}),
  fields: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.enum(['string', 'number', 'boolean', 'string[]']))
    .default({})
    .describe('Filterable metadata fields and their types.'),
  limits: z
    .strictObject({
      maxFileBytes: z.int().positive().default(DEFAULT_LIMITS.maxFileBytes),
      maxDecompressedBytes: z.int().positive().default(DEFAULT_LIMITS.maxDecompressedBytes),
      maxPages: z.int().positive().default(DEFAULT_LIMITS.maxPages),
      maxMetadataBytes: z
        .int()
        .positive()
        .default(DEFAULT_LIMITS.maxMetadataBytes)
        .describe(
          "Maximum size of a document's metadata, for example its front matter; every row of an index contains it.",
        ),
      maxFileSeconds: z
        .number()
        .positive()
        .default(DEFAULT_LIMITS.maxFileSeconds)
        .describe('Maximum processor seconds to read one file or record, per MiB of its size (rounded up).'),
      maxFileMemoryMb: z
        .int()
        .min(128)
        .default(DEFAULT_LIMITS.maxFileMemoryMb)
        .describe(
          'Memory in MB of the process that reads a file of up to 1 MiB. Each further MiB adds 32 MB, up to 1 GB in total.',
        ),
    })
    .prefault({}),
  fieldMap: z
    .strictObject({
      id: z.string().default(DEFAULT_FIELD_MAP.id),
      title: z.string().default(DEFAULT_FIELD_MAP.title),
      text: z.string().default(DEFAULT_FIELD_MAP.text),
      metadata: z.string().default(DEFAULT_FIELD_MAP.metadata),
    })
    .prefault({})
    .describe('Keys of a JSONL record for the id, title, text and metadata.'),
  include: z.array(z.string()).default([]).describe('Globs of files to include from folders.'),
  exclude: z.array(z.string()).default([]).describe('Globs of files to exclude.'),
  followLinks: z
    .boolean()
    .default(false)
    .describe('Whether symbolic links that lead out of the ingested folder are followed.'),
  answer: answerSettingsSchema.prefault({}),
  deploy: deploymentSchema.prefault({}).describe('Settings of srag deploy.'),
  signing: z
    .strictObject({
      keyFile: z.string().min(1).optional().describe('File with the key, at least 32 characters.'),
      kmsKey: z.string().min(1).optional().describe('Id, ARN or alias of an HMAC_256 key of AWS KMS.'),
    })
    .prefault({})
    .describe(
      'Key that signs and verifies index versions, as an alternative to SRAG_SIGNING_KEY. Default: none.',
    ),
  opensearch: openSearchSettingsSchema.optional(),
  s3Vectors: s3VectorsSettingsSchema.optional(),
  s3: z
    .strictObject({
      region: z.string().optional(),
      endpoint: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('URL of an S3 server other than Amazon S3.'),
    })
    .prefault({}),
});

/** A complete, frozen configuration with defaults. */
export type Config = Readonly<z.output<typeof configSchema>>;
/** Contents of a configuration file. */
export type ConfigInput = z.input<typeof configSchema>;

/** Gives a configuration file its type: `export default defineConfig({...})`. */
export const defineConfig = (config: ConfigInput): ConfigInput => config;

/** JSON Schema of the configuration file, for editors. */
export const configJsonSchema = (): object => z.toJSONSchema(configSchema, { io: 'input' });
