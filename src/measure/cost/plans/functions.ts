import type { MonthPlan } from '../../../api/cost/index.ts';
import { type CostAssumptions, DEFAULT_ASSUMPTIONS } from '../deployment/assumptions.ts';
import { planOf } from '../deployment/plan.ts';
import type { BackendFigures } from '../figures.ts';
import { corpusBytes, GIBIBYTE, KEPT_VERSIONS, MEBIBYTE } from '../sizes.ts';
import { buildsPerMonth, requestsPerMonth, updatedRowsPerMonth, type Workload } from '../workload.ts';

/** Quantities of named prices. */
export type Priced = NonNullable<MonthPlan['fixed']>;

/** The month of a backend with what it assumes. */
export interface BackendPlan {
  readonly plan: MonthPlan;
  /** Sentences for readers. */
  readonly assumptions: readonly string[];
  /** Sentences about limits of the service that the workload exceeds. */
  readonly limits: readonly string[];
}

/** Chunks of an ingested document. */
const ROWS_PER_DOCUMENT = 10;
/** Bytes of text per token of an embedding model. */
const BYTES_PER_TOKEN = 4;
/** Size of an object that a build writes. */
const PART_BYTES = 8 * MEBIBYTE;
const BUILD_GB = 3_008 / 1_024;
/** Longest run of a function, which limits a build. */
const MAX_FUNCTION_MS = 900_000;
const ACCOUNT_CONCURRENCY = 1_000;

/** The assumptions of `srag cost` for a workload: `planOf` makes the same month of them. */
export const assumptionsFor = (
  workload: Workload,
  figures: BackendFigures,
  storedBytes: number,
): CostAssumptions => {
  const { memoryMb, warmMs, coldMs, initMs, coldShare, coldReads } = figures;
  const known = Object.keys(DEFAULT_ASSUMPTIONS) as (keyof CostAssumptions)[];
  const all = {
    ...workload,
    ...{ memoryMb, warmMs, coldMs, initMs, coldShare, coldReads },
    requests: requestsPerMonth(workload),
    documents: updatedRowsPerMonth(workload) / ROWS_PER_DOCUMENT,
    storedGb: storedBytes / GIBIBYTE,
  };
  return Object.fromEntries(known.map((key) => [key, all[key]])) as unknown as CostAssumptions;
};

/** Corpus and index versions of an index in the storage. */
export const storedBytes = (workload: Workload, { indexBytes }: BackendFigures): number =>
  corpusBytes(workload) + KEPT_VERSIONS * indexBytes;

/** The month of a deployment whose functions search, with its updates. */
export function functionsMonth(workload: Workload, figures: BackendFigures, bytes: number): MonthPlan {
  const plan = planOf(assumptionsFor(workload, figures, bytes));
  const { warmReads, bytesRead } = figures;
  return {
    ...plan,
    warm:
      warmReads === 0
        ? plan.warm
        : { ...plan.warm, storage: { reads: warmReads, writes: 0, bytes: bytesRead } },
    updates: { use: embeddedUpdates(workload), priced: buildUse(workload, figures) },
  };
}

/** The model's use for the month's updated rows. */
export const embeddedUpdates = (workload: Workload) => ({
  embedding: {
    model: workload.embedding,
    tokens: (updatedRowsPerMonth(workload) * workload.textBytesPerRow) / BYTES_PER_TOKEN,
  },
});

function buildUse(workload: Workload, { buildMs, indexBytes }: BackendFigures): Priced {
  const builds = buildsPerMonth(workload);
  return [
    {
      price: `lambda.${workload.architecture}.compute`,
      quantity: builds * (buildMs / 1_000) * BUILD_GB,
    },
    { price: 's3.writes', quantity: builds * Math.ceil(indexBytes / PART_BYTES) },
  ];
}

/** A srag deployment with an index in the storage. */
export const storageIndex = (workload: Workload, figures: BackendFigures): BackendPlan => ({
  plan: functionsMonth(workload, figures, storedBytes(workload, figures)),
  assumptions: [
    ...functionAssumptions(workload, figures),
    `${KEPT_VERSIONS} index versions of ${(figures.indexBytes / GIBIBYTE).toFixed(2)} GiB each are stored with the corpus`,
  ],
  limits: functionLimits(workload, figures),
});

export const functionAssumptions = (
  { updatedRowsPerDay }: Workload,
  { warmMs, warmReads, coldMs, coldShare, memoryMb }: BackendFigures,
): readonly string[] => [
  `a warm request takes ${round(warmMs)} ms and ${round(warmReads)} storage requests, in a function of ${memoryMb} MB; ${round(coldShare * 100)} % are cold and take ${round(coldMs)} ms`,
  ...(updatedRowsPerDay > 0 ? ['an index version is built once a day, as a full copy'] : []),
];

export function functionLimits(workload: Workload, { warmMs, buildMs }: BackendFigures): readonly string[] {
  const environments = (workload.peakRequestsPerSecond * warmMs) / 1_000;
  return [
    ...(environments > ACCOUNT_CONCURRENCY
      ? [`the peak needs ${Math.ceil(environments)} environments, more than the default quota of 1,000`]
      : []),
    ...(workload.updatedRowsPerDay > 0 && buildMs > MAX_FUNCTION_MS
      ? [
          'a build takes longer than the 15 minutes of a function, so it needs another machine; it is priced as a function',
        ]
      : []),
  ];
}

const round = (value: number): string => String(Number(value.toPrecision(3)));
