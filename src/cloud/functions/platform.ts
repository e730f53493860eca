import {
  estimateCost,
  loadPrices,
  overridePrices,
  PRICE_REGIONS,
  type PriceTable,
  runLogBytes,
} from '../../api/cost/index.ts';
import { Observer } from '../../api/observability/index.ts';
import type { RagServiceParts } from '../../api/service/index.ts';
import { Switches, type SwitchValues } from '../../api/switches/index.ts';
import { workEnds } from '../../core/index.ts';
import { INDEX_KINDS } from '../../indexes/index.ts';
import { awsRpcSettings } from '../../io/remote/index.ts';
import { type FunctionSettings, functionEnvironment, functionName } from './environment.ts';
import { recordOf } from './record.ts';

/** Used for regions without known prices. */
const DEFAULT_REGION = 'us-east-1';

export type PlatformParts = Pick<RagServiceParts, 'host' | 'switches' | 'costOf' | 'record'> &
  Required<Pick<RagServiceParts, 'warn'>>;

let coldStart: { readonly initMs: number } | undefined;

/**
 * Marks the end of a module's initialisation. The time so far counts as init, and Lambda may freeze the
 * process now.
 */
export function ready(): void {
  coldStart = { initMs: performance.now() };
  workEnds();
}

/** Returns the cold start once, to the first invocation. */
export function takeColdStart(): typeof coldStart {
  const taken = coldStart;
  coldStart = undefined;
  return taken;
}

/** The parts that every function needs: switches, prices, logs. */
export async function platformParts(settings: FunctionSettings): Promise<PlatformParts> {
  const environment = functionEnvironment();
  const observer = new Observer({
    service: settings.SRAG_SERVICE,
    logText: settings.SRAG_LOG_TEXT === '1',
    metrics: settings.SRAG_METRICS,
  });
  const warn = (message: string, details: Readonly<Record<string, unknown>>): void =>
    observer.warn(message, details);
  const region = settings.AWS_REGION ?? DEFAULT_REGION;
  const table = await pricesOf(region);
  let current: Switches | undefined;
  // Read in parallel with opening the index; the first request waits for the result.
  const switches = Switches.open({
    path: settings.SRAG_SWITCHES,
    aws: awsRpcSettings('ssm', environment),
    indexKinds: INDEX_KINDS,
    checkPrices: (prices) => void overridePrices(table, prices),
    warn,
  }).then((opened) => {
    current = opened;
    // Prepares the observer while the first request waits for storage.
    void observer.prepare();
    return opened;
  });
  switches.catch(() => {});
  return {
    host: {
      architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
      gateway: 'rest',
      functionName: functionName(settings),
      memoryMb: settings.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      takeColdStart,
      logBytes: runLogBytes(settings.SRAG_METRICS),
    },
    switches: async () => (await switches).current(),
    warn,
    costOf: (use) => estimateCost(use, overridden(table, current?.current().prices)),
    record: (record) => observer.recordRequest(recordOf(record, settings)),
  };
}

/** Prices of a region. If they are unknown, those of another region are used, and every estimate says so. */
async function pricesOf(region: string): Promise<PriceTable> {
  if (PRICE_REGIONS.includes(region)) return loadPrices(region);
  const table = await loadPrices(DEFAULT_REGION);
  return { ...table, id: `${table.id}-for-${region}` };
}

/** Applies the prices of the switch, which were validated when the switch was read. */
function overridden(table: PriceTable, prices: SwitchValues['prices']): PriceTable {
  return prices === undefined ? table : overridePrices(table, prices);
}
