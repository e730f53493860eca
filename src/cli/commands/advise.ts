import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { loadPrices } from '../../api/cost/index.ts';
import { messageOf, printableJson, SragError } from '../../core/index.ts';
import {
  type AdviceRequest,
  advise,
  DEFAULT_TARGETS,
  type Measurement,
  measurementsOf,
  PURPOSES,
  type Purpose,
  parsePlan,
  planTextOf,
  shippedMeasurements,
} from '../../measure/index.ts';
import { adviceText } from '../advice-text.ts';
import { collect, numberOption } from '../options.ts';
import { print } from '../terminal.ts';

interface AdviseOptions {
  readonly purpose: Purpose;
  readonly rows: number;
  readonly dimensions: number;
  readonly rate: number;
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
    .option('--rate <n>', 'mean requests per second', numberOption, 1)
    .option('--load <plan>', 'load plan instead of rate and purpose: srag bench simulate --help')
    .option('--p95 <ms>', 'target for the 95th percentile of searches, cold starts included', numberOption)
    .option('--recall <share>', 'target for recall against exact search, 0 to 1', numberOption)
    .option('--budget <usd>', 'most dollars per month', numberOption)
    .option('--freshness <seconds>', 'most time to build a version of changed documents', numberOption)
    .option('--updates-per-day <n>', 'chunks that change each day', numberOption, 0)
    .option('--text-bytes <n>', 'mean length of a chunk', numberOption, 1_000)
    .option('--filters', 'searches have filters', false)
    .option('--languages <codes>', 'languages of the documents, comma-separated', 'en')
    .option('--results <file>', 'your own measurements: JSON of srag compare --json (repeatable)', collect)
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
  const { purpose, rate, load } = options;
  const defaults = DEFAULT_TARGETS[purpose];
  return {
    purpose,
    rows: options.rows,
    dimensions: options.dimensions,
    requestsPerSecond: rate,
    plan: parsePlan(load ?? planTextOf(purpose, rate)),
    targets: {
      p95Ms: options.p95 ?? defaults.p95Ms,
      recall: options.recall ?? defaults.recall,
      usdPerMonth: options.budget,
      freshnessSeconds: options.freshness,
    },
    updatedRowsPerDay: options.updatesPerDay,
    textBytesPerRow: options.textBytes,
    hasFilters: options.filters,
    languages: options.languages.split(',').map((code) => code.trim()),
  };
}

async function measurementsFor({
  results = [],
  onlyResults,
}: AdviseOptions): Promise<readonly Measurement[]> {
  const own = await Promise.all(results.map(async (file) => measurementsOf(await readJson(file), file)));
  return onlyResults ? own.flat() : [...(await shippedMeasurements()), ...own.flat()];
}

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
