import {
  AWS_LIMITS,
  type LimitPreset,
  type MeasuredService,
  type Scenario,
  type simulate,
} from '../measure/index.ts';

/** Simulation inputs that are not in the result file. */
export const assumptionsOf = (scenario: Scenario, limits: LimitPreset, arrivals: 'poisson' | 'constant') => ({
  limits: { preset: limits, table: AWS_LIMITS.id, ...scenario.limits },
  functions: scenario.functions.map(({ name, memoryMb, timeoutMs, reservedConcurrency, provisioned }) => ({
    name,
    memoryMb,
    timeoutMs,
    reservedConcurrency,
    provisioned,
  })),
  arrivals,
  creationMs: scenario.creationMs,
  processor: scenario.processor,
  architecture: scenario.architecture,
  gateway: scenario.gateway,
});

/** What `srag bench simulate --json` prints. */
export type SimulationReport = Awaited<ReturnType<typeof simulate>> & {
  readonly source: Omit<MeasuredService, 'functions' | 'warmLines' | 'coldLines'> & {
    readonly path: string;
    readonly samples: { readonly warm: number; readonly cold: number };
  };
  readonly assumptions: ReturnType<typeof assumptionsOf>;
};
