import { type Cost, costOf, type PriceTable, type Quantity } from '../../api/cost/index.ts';
import type { Tally } from './engine/tally.ts';
import type { RequestLine, Scenario } from './scenario.ts';

/** Billed memory of a state machine's execution: the minimum of 64 MB. */
const EXECUTION_GB = 64 / 1_024;

/** Cost lines computed from the simulation; all others are taken from measured replies. */
const SIMULATED = /^(lambda|state-machine|provisioned)\.|^gateway\.requests$/;

/**
 * Cost of the simulated requests by line. Lines of functions and gateway come from the simulation; those of
 * storage, models, logs and transfer come from the costs that replies reported for a warm and a cold request.
 */
export function costOfTally(tally: Tally, scenario: Scenario, seconds: number, prices: PriceTable): Cost {
  const priced = costOf(quantitiesOf(tally, scenario, seconds), prices);
  const lines = [
    ...priced.lines,
    ...measuredLines(scenario.warmLines, tally.warm.count, scenario.coldLines, tally.cold.count),
  ];
  return { ...priced, lines, totalUsd: lines.reduce((sum, { usd }) => sum + usd, 0) };
}

function quantitiesOf(tally: Tally, scenario: Scenario, seconds: number): Quantity[] {
  const { architecture, gateway } = scenario;
  const quantities = scenario.functions.flatMap(({ name, memoryMb, provisioned = 0 }, index): Quantity[] => {
    const of = tally.functions[index]!;
    const gigabytes = memoryMb / 1_024;
    const compute = (ms: number, price: string): Quantity => ({
      line: `lambda.compute.${name}`,
      price: `lambda.${architecture}.${price}`,
      quantity: gigabytes * (ms / 1_000),
    });
    return [
      compute(of.billedMs, 'compute'),
      compute(of.provisionedBilledMs, 'provisioned-compute'),
      { line: 'lambda.requests', price: 'lambda.requests', quantity: of.invocations },
      {
        line: `provisioned.${name}`,
        price: `lambda.${architecture}.provisioned-concurrency`,
        quantity: gigabytes * provisioned * seconds,
      },
    ];
  });
  // Requests throttled by the gateway are not billed; those throttled by functions are.
  const requests = tally.arrivals - tally.throttled.gateway;
  if (gateway !== 'none')
    quantities.push({
      line: 'gateway.requests',
      price: `gateway.${gateway}.requests`,
      quantity: requests,
    });
  if (tally.executions > 0)
    quantities.push(
      {
        line: 'state-machine.requests',
        price: 'state-machine.express.requests',
        quantity: tally.executions,
      },
      {
        line: 'state-machine.duration',
        price: 'state-machine.express.duration',
        quantity: (tally.executionBilledMs / 1_000) * EXECUTION_GB,
      },
    );
  return quantities;
}

function measuredLines(
  warm: readonly RequestLine[],
  warmCount: number,
  cold: readonly RequestLine[],
  coldCount: number,
): Cost['lines'] {
  const sums = new Map<string, { quantity: number; unitPriceUsd: number }>();
  for (const [lines, count] of [
    [warm, warmCount],
    [cold, coldCount],
  ] as const)
    for (const { name, quantity, unitPriceUsd } of lines) {
      if (SIMULATED.test(name) || count === 0) continue;
      const before = sums.get(name)?.quantity ?? 0;
      sums.set(name, { quantity: before + quantity * count, unitPriceUsd });
    }
  return [...sums].map(([name, { quantity, unitPriceUsd }]) => ({
    name,
    quantity,
    unit: 'as measured',
    unitPriceUsd,
    usd: quantity * unitPriceUsd,
  }));
}
