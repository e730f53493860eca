import { loadPrices } from '../../api/cost/index.ts';
import { hasCode } from '../../core/index.ts';
import type { StepFigures } from '../experiment/analysis/figures.ts';
import { blockSecondsAt, declaredAnalysis } from '../experiment/declaration/schema.ts';
import type { ResultFile } from '../experiment/results/reader.ts';
import { limitsOf, measuredService, parsePlan, type Simulation, simulate } from '../simulation/index.ts';

/** Measured and predicted figures of a step. */
export interface StepPrediction {
  readonly measured: StepFigures;
  readonly figures: Simulation['figures'];
  /** Number of simulated requests. */
  readonly simulated: number;
  /** Whether p50 and p95 are within 10 % and the success within 3 points. */
  readonly agrees: boolean;
}

export interface Predictions {
  readonly steps: readonly StepPrediction[];
  /** Sentences about variants that cannot be simulated and about possible contention in service times. */
  readonly notes: readonly string[];
}

const LATENCY_TOLERANCE = 0.1;
const SUCCESS_TOLERANCE = 0.03;
const MAX_SECONDS = 300;
const REPLICATIONS = 4;

/**
 * Simulates the steps of a laptop cloud with the service times of its lowest step, like
 * `srag bench simulate`, but without modelling the processors that all environments share. Empty for other
 * targets, whose fleet is unknown.
 */
export async function predictionsOf(
  file: ResultFile,
  variants: readonly { readonly name: string; readonly steps: readonly StepFigures[] }[],
): Promise<Predictions> {
  const { header } = file;
  if (header.target.kind !== 'laptop') return { steps: [], notes: [] };
  const { load } = declaredAnalysis(header.declaration);
  const prices = await loadPrices('us-east-1');
  const steps: StepPrediction[] = [];
  const notes: string[] = [];
  for (const { name, steps: measuredSteps } of variants) {
    try {
      const service = await measuredService(file, { variant: name });
      notes.push(...service.notes.map((note) => `${name}: ${note}`));
      const scenario = {
        variant: name,
        route: service.route,
        functions: service.functions.map((of) => ({
          ...of,
          reservedConcurrency: service.variant.concurrency,
        })),
        limits: { ...limitsOf('laptop'), gatewayPerSecond: 1e5, gatewayBurst: 1e5 },
        architecture: 'arm64',
        gateway: 'rest',
        overheadMs: service.overheadMs,
        creationMs: 0,
        warmLines: service.warmLines,
        coldLines: service.coldLines,
      } as const;
      for (const measured of measuredSteps) {
        const { ratePerSecond, blocks } = measured;
        const planned = blocks * blockSecondsAt({ load }, ratePerSecond);
        const plan = parsePlan(`constant ${ratePerSecond}/s for ${Math.min(MAX_SECONDS, planned)}s`);
        const { figures, counts } = await simulate(scenario, plan, {
          prices,
          seed: header.seed + measured.step,
          replications: REPLICATIONS,
          arrivals: load.arrivals,
        });
        steps.push({ measured, figures, simulated: counts.simulated, agrees: agree(measured, figures) });
      }
    } catch (error) {
      if (!hasCode(error, 'TOO_FEW_SAMPLES')) throw error;
      notes.push(`${name} is not simulated: ${error.message}`);
    }
  }
  return { steps, notes };
}

function agree(
  { latency, success }: StepFigures,
  { warmP50Ms, warmP95Ms, okShare }: Simulation['figures'],
): boolean {
  const near = (measured: number | undefined, predicted: number | undefined): boolean =>
    measured === predicted ||
    (measured !== undefined &&
      predicted !== undefined &&
      Math.abs(predicted - measured) <= LATENCY_TOLERANCE * measured);
  return (
    near(latency.p50?.estimate, warmP50Ms.value) &&
    near(latency.p95?.estimate, warmP95Ms.value) &&
    Math.abs((okShare.value ?? 0) - success.estimate) <= SUCCESS_TOLERANCE
  );
}
