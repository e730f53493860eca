import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { loadPrices } from '../../api/cost/index.ts';
import { messageOf, printableJson, SragError } from '../../core/index.ts';
import {
  type AdviceRequest,
  advise,
  checkRequest,
  DEFAULT_TARGETS,
  type Measurement,
  measurementsOf,
  PURPOSES,
  type Purpose,
  parsePlan,
  planTextOf,
  ratesOfPlan,
  shippedMeasurements,
} from '../../measure/index.ts';
import { adviceText } from '../advice-text.ts';
import { collect, numberOption } from '../options.ts';
import { print } from '../terminal.ts';

interface AdviseOptions {
  readonly purpose: Purpose;
  readonly rows: number;
  readonly dimensions: number;
  readonly rate?: number;
  readonly load?: string;
  readonly p95?: number;
  readonly recall?: number;
  readonly budget?: number;
  readonly freshness?: number;
  readonly updatesPerDay: number;
  readonly textBytes: number;
  readonly filters: boolean;
  readonly languages: string;
  readonly results?: readonly string[];
  readonly onlyResults: boolean;
  readonly region: string;
  readonly json?: boolean;
}

/** `srag advise` */
export function adviseCommand(program: Command): void {
  program
    .command('advise')
    .description('Rank the index kinds for a purpose, with predicted latency, recall, memory and cost')
    .addOption(
      new Option('--purpose <purpose>', 'shape of the load, and default targets')
        .choices(PURPOSES)
        .default('interactive'),
    )
    .requiredOption('--rows <n>', 'chunks of the collection', numberOption)
    .option('--dimensions <n>', 'length of the vectors', numberOption, 384)
    .option('--rate <n>', 'mean requests per second (default: 1)', numberOption)
    .option(
      '--load <plan>',
      'load plan instead of --rate; the purpose still sets the targets: srag bench simulate --help',
    )
    .option('--p95 <ms>', 'target for the 95th percentile of searches, cold starts included', numberOption)
    .option('--recall <share>', 'target for recall against exact search, 0 to 1', numberOption)
    .option('--budget <usd>', 'most dollars per month', numberOption)
    .option('--freshness <seconds>', 'most time to build a version of changed documents', numberOption)
    .option('--updates-per-day <n>', 'chunks that change each day', numberOption, 0)
    .option('--text-bytes <n>', 'mean length of a chunk', numberOption, 1_000)
    .option('--filters', 'searches have filters', false)
    .option('--languages <codes>', 'languages of the documents, comma-separated', 'en')
    .option(
      '--results <file>',
      'your own measurements on S3: JSON of srag compare --json (repeatable)',
      collect,
    )
    .option('--only-results', 'leave out the measurements that srag ships', false)
    .option('--region <name>', 'region of the prices', 'us-east-1')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Default targets: recall .95; p95 500 ms for interactive and steady, 2000 ms for bursty, none for batch.

Examples:
  $ srag advise --rows 200000 --dimensions 1024 --rate 5
  $ srag advise --rows 50000 --purpose batch --recall 1 --budget 30
  $ srag advise --rows 100000 --load "day 1/s to 40/s" --p95 200 --results comparison.json
`,
    )
    .action(async (options: AdviseOptions) => {
      const request = requestOf(options);
      const advice = await advise(request, await measurementsFor(options), await loadPrices(options.region));
      const { plan, ...asked } = request;
      const json = { request: { ...asked, load: plan.text }, ...advice };
      await print(options.json === true ? printableJson(json, 2) : adviceText(request, advice));
    });
}

function requestOf(options: AdviseOptions): AdviceRequest {
  const { purpose, rate = 1, load, rows, dimensions } = options;
  if (options.rate !== undefined && load !== undefined)
    throw invalid('rate', '--rate and --load both set the load.', 'Use one of them.');
  const defaults = DEFAULT_TARGETS[purpose];
  const targets = {
    p95Ms: options.p95 ?? defaults.p95Ms,
    recall: options.recall ?? defaults.recall,
    usdPerMonth: options.budget,
    freshnessSeconds: options.freshness,
  };
  checkRequest({ rows, dimensions, requestsPerSecond: rate, targets });
  const plan = parsePlan(load ?? planTextOf(purpose, rate));
  return {
    purpose,
    rows,
    dimensions,
    requestsPerSecond: ratesOfPlan(plan).mean,
    plan,
    targets,
    updatedRowsPerDay: options.updatesPerDay,
    textBytesPerRow: options.textBytes,
    hasFilters: options.filters,
    languages: options.languages.split(',').map(languageOf),
  };
}

function languageOf(code: string): string {
  try {
    return new Intl.Locale(code.trim()).language;
  } catch (cause) {
    throw invalid('languages', `'${code}' is not the code of a language.`, 'For example en,ko.', cause);
  }
}

/** @throws INVALID_ARGUMENT for measurements that cannot be used together */
async function measurementsFor({ results, onlyResults }: AdviseOptions): Promise<readonly Measurement[]> {
  if (onlyResults && results === undefined)
    throw invalid('only-results', '--only-results needs --results.', 'Name a comparison with --results.');
  const own = await Promise.all(
    (results ?? []).map(async (file) => measurementsOf(await readJson(file), file)),
  );
  const all = onlyResults ? own.flat() : [...(await shippedMeasurements()), ...own.flat()];
  if (new Set(all.map(({ storage }) => storage)).size > 1)
    throw invalid(
      'results',
      'Some measurements read their indexes from S3, others from files.',
      'Compare on an s3:// location, or use only measurements on files with --only-results.',
    );
  return all;
}

const invalid = (field: string, message: string, remedy: string, cause?: unknown): SragError =>
  new SragError('INVALID_ARGUMENT', message, { remedy, fields: { field }, cause });

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new SragError('INVALID_ARGUMENT', `The result ${file} cannot be read: ${messageOf(cause)}.`, {
      remedy: 'Write one with: srag compare QUESTIONS --kinds A,B --json > FILE',
      fields: { field: 'results', path: file },
      cause,
    });
  }
}
