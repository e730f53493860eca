import { z } from 'zod';

const positive = z.number().positive();
const share = z.number().gt(0).lt(1);

/** Statistics that a step can converge on. */
export const STATISTICS = ['mean', 'p50', 'p95', 'p99'] as const;
export type StatisticName = (typeof STATISTICS)[number];

const variantSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'use letters, digits, dots, dashes, underscores and @')
    .describe('Name in results and reports.'),
  index: z
    .string()
    .min(1)
    .optional()
    .describe('KIND or KIND@VERSION. A kind that has no version yet is built once, without publishing it.'),
  buildParameters: z
    .record(z.string(), z.number())
    .default({})
    .describe('Build parameters; see `srag index kinds`.'),
  queryParameters: z
    .record(z.string(), z.number())
    .default({})
    .describe('Query parameters, such as nprobes or ef; stored with the built version.'),
  collection: z
    .string()
    .min(1)
    .optional()
    .describe('Another collection at the location, for example of the same documents with another embedder.'),
  mode: z
    .enum(['auto', 'lexical', 'vector', 'hybrid'])
    .default('auto')
    .describe('How questions are matched.'),
  topK: z.int().min(1).max(1_000).default(10).describe('Number of hits per request.'),
  memoryMb: z.int().min(128).max(10_240).optional().describe('Function memory in MB on the laptop cloud.'),
  concurrency: z
    .int()
    .min(1)
    .max(1_000)
    .default(10)
    .describe('Maximum execution environments on the laptop cloud; maximum requests in flight in process.'),
  cache: z.boolean().default(false).describe('Whether the query cache answers repeated questions.'),
  warmUp: z
    .boolean()
    .default(true)
    .describe('Whether every environment answers one unmeasured request before the first step.'),
  url: z.url().optional().describe('Address of an srag API, for the target "url".'),
});

const loadSchema = z.strictObject({
  arrivals: z
    .enum(['poisson', 'constant'])
    .default('poisson')
    .describe('poisson: arrivals as from independent users. constant: arrivals at equal intervals.'),
  ratesPerSecond: z
    .array(positive)
    .min(1)
    .max(100)
    .optional()
    .describe('Offered load of each step in requests per second, in ascending order.'),
  from: positive.default(1).describe('Rate of the first step, if ratesPerSecond is not set.'),
  factor: z.number().gt(1).max(10).default(2).describe('Factor between the loads of consecutive steps.'),
  to: positive.default(16).describe('Highest rate.'),
  blockSeconds: z
    .number()
    .min(0.5)
    .max(3_600)
    .default(5)
    .describe(
      'Seconds after which variants alternate. With a short time, drift of the machine cancels out; with a long one, there are fewer interruptions.',
    ),
  timeoutSeconds: z
    .number()
    .positive()
    .max(900)
    .default(30)
    .describe('Seconds after which a request without a reply is a timeout.'),
  maxInFlight: z
    .int()
    .min(1)
    .max(100_000)
    .default(5_000)
    .describe('Maximum requests in flight of one variant.'),
});

const stopSchema = z.strictObject({
  statistics: z
    .array(z.enum(STATISTICS))
    .min(1)
    .default(['mean'])
    .describe('A step has converged when the intervals of all these statistics are narrow enough.'),
  relativeWidth: share
    .default(0.1)
    .describe(
      'Half the width of the interval as a share of the estimate. A small share makes steps long; with a large one, noise hides differences.',
    ),
  level: share.default(0.95).describe('Confidence level of every interval.'),
  minSeconds: z.number().min(0).default(10).describe('Minimum seconds of load per step and variant.'),
  maxSeconds: positive
    .default(120)
    .describe('Maximum seconds of load per step and variant. A step that takes so long "did not converge".'),
  saturatedBelow: share
    .default(0.5)
    .describe('A variant whose share of answered requests falls below this is not tested at higher rates.'),
});

const budgetSchema = z.strictObject({
  requests: z.int().positive().optional().describe('Number of requests after which the run ends.'),
  seconds: positive.optional().describe('Seconds after which the run ends.'),
  costUsd: positive.optional().describe('Total cost, as reported by replies, at which the run ends.'),
  errorShare: share.optional().describe('The run ends when this share of its last 200 requests has failed.'),
});

/** One experiment: variants, questions, load and stop rule. Unknown keys are errors. */
export const experimentSchema = z
  .strictObject({
    $schema: z.string().optional().describe('For editors only.'),
    name: z.string().min(1).max(200).default('experiment').describe('Title of the report.'),
    seed: z
      .int()
      .min(0)
      .default(1)
      .describe('Seed of question order and arrival times. The same seed produces the same load.'),
    questions: z
      .strictObject({
        source: z.string().min(1).describe('Dataset folder (BEIR layout), or a JSONL file of questions.'),
        split: z.string().default('test').describe('Split of a dataset whose judgements are used.'),
        limit: z
          .int()
          .positive()
          .optional()
          .describe('Maximum number of questions; the first ones are used.'),
        vectors: z.string().optional().describe('Folder with precomputed query vectors of a dataset.'),
      })
      .describe('The questions, asked in an order drawn from the seed.'),
    route: z
      .enum(['retrieve', 'query'])
      .default('retrieve')
      .describe('retrieve: find chunks. query: find chunks and write an answer.'),
    target: z
      .enum(['laptop', 'url', 'in-process'])
      .default('laptop')
      .describe(
        'laptop: one laptop cloud per variant. url: srag APIs that are already running. in-process: the searchers, without an API.',
      ),
    storageModel: z
      .union([z.enum(['s3', 'none']), z.record(z.string(), z.number())])
      .default('s3')
      .describe("Latency and bandwidth of the laptop cloud's S3; see `srag serve --help`."),
    apiKeyFile: z
      .string()
      .optional()
      .describe('File with the API key for the target "url"; default: SRAG_API_KEY.'),
    coldStarts: z
      .int()
      .min(0)
      .max(10_000)
      .default(0)
      .describe('Cold starts forced for each variant before the first step (laptop).'),
    variants: z.array(variantSchema).min(1).max(50),
    load: loadSchema.prefault({}),
    stop: stopSchema.prefault({}),
    budgets: budgetSchema.prefault({}),
    thresholds: z
      .array(z.string())
      .default([])
      .describe(
        'For example "p95 < 300 ms" or "errors < 0.1 %"; the exit code is 1 if a threshold is missed.',
      ),
  })
  .superRefine(({ variants, target, load, coldStarts }, context) => {
    const refuse = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    const names = variants.map(({ name }) => name);
    for (const [index, variant] of variants.entries()) {
      const at = (key: string) => ['variants', index, key];
      if (names.indexOf(variant.name) !== index) refuse(at('name'), 'another variant has this name');
      if (target === 'url' && variant.url === undefined)
        refuse(at('url'), 'the target "url" needs an address');
      if (target !== 'url' && variant.url !== undefined)
        refuse(at('url'), `the target "${target}" has no address`);
      if (target !== 'laptop' && variant.memoryMb !== undefined)
        refuse(at('memoryMb'), 'only the laptop cloud can set the memory');
      if (target !== 'laptop' && variant.cache)
        refuse(at('cache'), 'only the laptop cloud can switch the query cache');
      if (
        target === 'url' &&
        Object.keys({ ...variant.buildParameters, ...variant.queryParameters }).length > 0
      )
        refuse(at('queryParameters'), 'a running API uses its existing versions');
    }
    if (target !== 'laptop' && coldStarts > 0)
      refuse(['coldStarts'], 'only the laptop cloud can force cold starts');
    const rates = load.ratesPerSecond ?? [load.from, load.to];
    if (rates.some((rate, index) => index > 0 && rate < rates[index - 1]!))
      refuse(['load', load.ratesPerSecond === undefined ? 'to' : 'ratesPerSecond'], 'rates must rise');
  });

/** A declaration with its defaults. */
export type Experiment = Readonly<z.output<typeof experimentSchema>>;
/** A declaration as written. */
export type ExperimentInput = z.input<typeof experimentSchema>;
export type VariantDeclaration = Experiment['variants'][number];

/** Load and stop rule of a result file's declaration; absent values of older files get their defaults. */
export const declaredAnalysis = (
  declaration: Readonly<Record<string, unknown>>,
): Pick<Experiment, 'load' | 'stop'> => ({
  load: loadSchema.parse(declaration.load ?? {}),
  stop: stopSchema.parse(declaration.stop ?? {}),
});

/** Gives a declaration in TypeScript its type: `export default defineExperiment({ ... })`. */
export const defineExperiment = (experiment: ExperimentInput): ExperimentInput => experiment;

/** Offered load of each step in requests per second, in ascending order. */
export function stepRates({ load }: Experiment): readonly number[] {
  if (load.ratesPerSecond !== undefined) return load.ratesPerSecond;
  const rates: number[] = [];
  for (let rate = load.from; rate <= load.to * (1 + 1e-9); rate *= load.factor) rates.push(rate);
  return rates;
}

/** Minimum average number of requests per block. At low rates, blocks are longer to reach it. */
const MIN_BLOCK_REQUESTS = 5;

/** Duration of a block's arrivals at a rate, in seconds. */
export const blockSecondsAt = ({ load }: Pick<Experiment, 'load'>, ratePerSecond: number): number =>
  Math.max(load.blockSeconds, MIN_BLOCK_REQUESTS / ratePerSecond);

/** JSON Schema 2020-12 of a declaration, for editors. */
export const experimentJsonSchema = (): object => z.toJSONSchema(experimentSchema, { io: 'input' });
