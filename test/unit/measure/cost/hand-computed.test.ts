import { beforeAll, describe, expect, it } from 'vitest';
import { loadPrices, type PriceTable } from '../../../../src/api/cost/index.ts';
import { backendCost, DEFAULT_WORKLOAD } from '../../../../src/measure/cost/index.ts';
import { KNOWLEDGE_BASE, SERVER } from './sheets/alternatives.ts';
import { MANAGED, NEXT, SERVERLESS } from './sheets/opensearch.ts';
import { LEAN, type Sheet } from './sheets/sheet.ts';
import { IDLE_DEPLOYMENT, S3_VECTORS, SNAPSHOT } from './sheets/storage.ts';

const SHEETS: readonly Sheet[] = [
  SNAPSHOT,
  S3_VECTORS,
  SERVERLESS,
  NEXT,
  MANAGED,
  SERVER,
  KNOWLEDGE_BASE,
  IDLE_DEPLOYMENT,
];

let prices: PriceTable;
beforeAll(async () => {
  prices = await loadPrices('us-east-1');
});

describe('costs that were computed by hand', () => {
  it.each(SHEETS)('are equal to the cent for $name', ({ backend, workload, figures, lines, totals }) => {
    const cost = backendCost(backend, { ...DEFAULT_WORKLOAD, ...workload }, { ...LEAN, ...figures }, prices);
    expect(Object.fromEntries(cost.lines.map(({ name, usd }) => [name, usd.toFixed(4)]))).toEqual(lines);
    expect({
      idle: cost.idleUsdPerMonth.toFixed(2),
      month: cost.usdPerMonth.toFixed(2),
      million: cost.usdPerMillion?.toFixed(2),
    }).toEqual(totals);
    expect(cost.unpriced).toBeUndefined();
  });
});
