import { INDEX_KINDS } from '../indexes/index.ts';
import { guardCache, openQueryCache } from '../query-cache/index.ts';
import { awsRpcSettings } from '../remote/index.ts';
import type { RagServiceParts } from '../serving/index.ts';
import { Switches } from '../switches/index.ts';
import { bucketObjects } from './engines.ts';
import { type FunctionSettings, functionEnvironment } from './environment.ts';

export type PlatformParts = Pick<RagServiceParts, 'host' | 'switches' | 'cache' | 'costOf' | 'record'>;

let initMs: number | undefined;

/** Called when a handler's module is ready: what came before was the cold start's init. */
export function ready(): void {
  initMs = performance.now();
}

/** What every function has around its work: switches, cache, prices, logs. */
export async function platformParts(settings: FunctionSettings): Promise<PlatformParts> {
  const environment = functionEnvironment();
  // Begins beside the opening of the index; the first request waits for what is left of it.
  const switches = Switches.open({
    path: settings.SRAG_SWITCHES,
    aws: awsRpcSettings('ssm', environment),
    indexKinds: INDEX_KINDS,
    warn,
  });
  switches.catch(() => {});
  const cache = await openQueryCache(settings.SRAG_QUERY_CACHE, {
    aws: awsRpcSettings('dynamodb', environment),
    storage: bucketObjects(settings),
  });
  return {
    host: {
      functionName: settings.AWS_LAMBDA_FUNCTION_NAME,
      memoryMb: settings.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      initMs: () => initMs,
    },
    switches: async () => (await switches).current(),
    cache: guardCache(cache, { warn }),
    costOf: () => ({ totalUsd: 0, lines: [], priceTable: 'none' }),
    record: () => {},
  };
}

function warn(message: string, details: Readonly<Record<string, unknown>>): void {
  console.warn(JSON.stringify({ level: 'WARN', message, ...details }));
}
