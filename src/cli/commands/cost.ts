import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import {
  loadPrices,
  overridePrices,
  type PriceTable,
  projectMonth,
  readPriceFile,
} from '../../api/cost/index.ts';
import { messageOf, printableJson, SragError } from '../../core/index.ts';
import { type CostAssumptions, DEFAULT_ASSUMPTIONS, planOf } from '../../measure/cost/index.ts';
import { type BackendOptions, refuseBackendOptions, withBackendOptions } from '../cost/options.ts';
import { costText, pricesText, sumsOf } from '../cost-text.ts';
import { collect, numberOption } from '../options.ts';
import { print } from '../terminal.ts';

interface CostOptions extends CostAssumptions, BackendOptions {
  readonly region: string;
  readonly prices?: string;
  readonly price?: readonly string[];
  readonly list?: boolean;
  readonly json?: boolean;
}

const DEFAULTS = DEFAULT_ASSUMPTIONS;
const GATEWAYS = ['rest', 'http', 'none'] as const;

/** Numeric options, by the key that they set. */
const NUMBERS: readonly (readonly [keyof CostAssumptions, string, string])[] = [
  ['requests', '--requests <n>', 'requests per month'],
  ['memoryMb', '--memory-mb <mb>', 'memory of the retrieve function'],
  ['warmMs', '--warm-ms <ms>', 'duration of a warm retrieval'],
  ['coldMs', '--cold-ms <ms>', 'duration of a retrieval after a cold start'],
  ['initMs', '--init-ms <ms>', 'initialisation time of a cold start, which is billed too'],
  ['coldShare', '--cold-share <share>', 'share of requests with a cold start, 0 to 1'],
  ['coldReads', '--cold-reads <n>', 'storage requests of a cold start'],
  ['cacheHitRate', '--cache-hit-rate <share>', 'share of requests that the query cache answers, 0 to 1'],
  ['answerBytes', '--answer-bytes <n>', 'size of an answer'],
  ['embeddingTokens', '--embedding-tokens <n>', 'tokens of a question'],
  ['embeddingMs', '--embedding-ms <ms>', 'time spent waiting for the embedding model'],
  ['inputTokens', '--input-tokens <n>', 'tokens that the generator reads'],
  ['outputTokens', '--output-tokens <n>', 'tokens that the generator writes'],
  ['generateMs', '--generate-ms <ms>', 'duration of the generation'],
  ['storedGb', '--stored-gb <n>', 'GB of corpus and indexes in S3'],
  ['documents', '--documents <n>', 'documents ingested per month'],
  ['ingestMs', '--ingest-ms <ms>', 'duration of ingesting a document'],
  ['warmupMinutes', '--warmup-minutes <n>', 'minutes between scheduled warm-ups; 0 = none'],
  ['warmupConcurrency', '--warmup-concurrency <n>', 'environments that a warm-up starts'],
  ['canaryMinutes', '--canary-minutes <n>', 'minutes between two canary questions; 0 = none'],
  ['provisioned', '--provisioned <n>', 'environments of provisioned concurrency; 0 = none'],
];

/** `srag cost` */
export function costCommand(program: Command): void {
  const command = program
    .command('cost')
    .description('Estimate what a month on AWS costs, line by line')
    .addOption(choice('--route <route>', 'route of the requests', ['retrieve', 'query'], DEFAULTS.route))
    .addOption(choice('--gateway <kind>', 'rest, http, or none (a function URL)', GATEWAYS, DEFAULTS.gateway))
    .addOption(
      choice(
        '--architecture <name>',
        'architecture of the functions',
        ['arm64', 'x86_64'],
        DEFAULTS.architecture,
      ),
    )
    .addOption(choice('--cache <kind>', 'query cache', ['none', 'dynamodb', 's3'], DEFAULTS.cache))
    .addOption(
      choice(
        '--metrics <which>',
        'values recorded as CloudWatch metrics',
        ['all', 'essential', 'none'],
        DEFAULTS.metrics,
      ),
    )
    .addOption(
      choice('--auth <kind>', 'who may send requests', ['iam', 'api-key', 'jwt', 'none'], DEFAULTS.auth),
    )
    .option('--waf', 'include a web application firewall', DEFAULTS.waf)
    .option('--kms', 'include a dedicated KMS key', DEFAULTS.kms)
    .option('--only-functions', 'leave out gateway log, traces, alarms, dashboard, queue and warm-up', false)
    .option('--embedding <model>', 'id of the model that embeds questions, or none', DEFAULTS.embedding)
    .option('--generation <model>', 'id of the model that writes answers, or extractive', DEFAULTS.generation)
    .option('--rerank <model>', 'id of the model that re-ranks hits, or none', DEFAULTS.rerank);
  for (const [key, flags, what] of NUMBERS)
    command.option(flags, what, numberOption, DEFAULTS[key] as number);
  withBackendOptions(command)
    .option('--region <name>', 'region of the prices', 'us-east-1')
    .option('--prices <file>', 'JSON: a price table, or {"NAME": USD for one unit}')
    .option('--price <name=usd>', 'USD for one unit, overriding the table (repeatable)', collect)
    .option('--list', 'print the prices with their sources')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ srag cost --gateway none --metrics none --only-functions
  $ srag cost --route query --generation amazon.nova-lite-v1:0 --generate-ms 1500 --requests 50000
  $ srag cost --price lambda.requests=1.6e-7
  $ srag cost --backends --rows 1000000 --dimensions 1024 --load "day 1/s to 20/s"
  $ srag cost --backends snapshot,s3-vectors --results compared.json --report costs.html
`,
    )
    .action(async (options: CostOptions) => {
      const { json, text } = await runCost(options, command);
      await print(options.json === true ? printableJson(json, 2) : text);
    });
}

const choice = (flags: string, what: string, allowed: readonly string[], value: string): Option =>
  new Option(flags, what).choices(allowed).default(value);

async function runCost(
  options: CostOptions,
  command: Command,
): Promise<{ readonly json: unknown; readonly text: string }> {
  const prices = await pricesOf(options);
  if (options.list === true) return { json: prices, text: pricesText(prices) };
  if (options.backends !== undefined) {
    checkAssumptions(options);
    const { runBackends } = await import('../cost/run-backends.ts');
    return runBackends(options, command, prices);
  }
  refuseBackendOptions(command);
  const assumptions = Object.fromEntries(
    Object.keys(DEFAULTS).map((key) => [key, options[key as keyof CostAssumptions]]),
  ) as unknown as CostAssumptions;
  checkAssumptions(assumptions);
  const totalOf = (gateway: CostAssumptions['gateway']) =>
    projectMonth(planOf({ ...assumptions, gateway }), prices).totalUsd;
  const cost = projectMonth(planOf(assumptions), prices);
  const byGateway = { rest: totalOf('rest'), http: totalOf('http'), none: totalOf('none') };
  const sums = sumsOf(cost);
  const usd = assumptions.requests === 0 ? undefined : (cost.totalUsd / assumptions.requests) * 1_000_000;
  return {
    json: {
      region: prices.region,
      requests: assumptions.requests,
      cost,
      ...sums,
      byGateway,
      ...(usd === undefined ? {} : { perMillionUsd: usd }),
      assumptions,
      notice: prices.notice,
    },
    text: costText({ cost, assumptions, prices, byGateway }),
  };
}

/** @throws INVALID_ARGUMENT for a function without memory, or a cache hit rate without a cache */
function checkAssumptions({ cacheHitRate, cache, memoryMb }: CostAssumptions): void {
  if (!(memoryMb > 0))
    throw new SragError('INVALID_ARGUMENT', `--memory-mb is ${memoryMb}.`, {
      remedy: 'Functions have 128 to 10,240 MB.',
      fields: { field: 'memoryMb' },
    });
  if (cacheHitRate === 0 || cache !== 'none') return;
  throw new SragError('INVALID_ARGUMENT', `--cache-hit-rate is ${cacheHitRate}, but --cache is none.`, {
    remedy: 'Add --cache dynamodb or --cache s3.',
    fields: { field: 'cache' },
  });
}

async function pricesOf({ region, prices: file, price: pairs = [] }: CostOptions): Promise<PriceTable> {
  const listed = await loadPrices(region);
  const table = file === undefined ? listed : readPriceFile(await readJson(file), listed);
  return overridePrices(table, Object.fromEntries(pairs.map(priceOf)));
}

function priceOf(pair: string): [string, number] {
  // Split at the last equals sign: a price contains none.
  const at = pair.lastIndexOf('=');
  const usd = pair.slice(at + 1).trim();
  if (at > 0 && usd !== '' && !Number.isNaN(Number(usd))) return [pair.slice(0, at), Number(usd)];
  throw new SragError('INVALID_ARGUMENT', `--price '${pair}' is not NAME=USD.`, {
    remedy: 'For example --price lambda.requests=2e-7; srag cost --list has the names.',
    fields: { field: 'price', value: pair },
  });
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new SragError('PATH_NOT_FOUND', `The price file ${file} cannot be read: ${messageOf(cause)}.`, {
      remedy: 'Check --prices.',
      fields: { path: file },
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SragError('INVALID_ARGUMENT', `The price file ${file} is not JSON: ${messageOf(cause)}.`, {
      remedy: 'Use {"NAME": USD for one unit}, or a table in the format of srag cost --list --json.',
      fields: { field: 'prices', path: file },
      cause,
    });
  }
}
