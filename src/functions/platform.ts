import type { RagServiceParts } from '../serving/index.ts';
import type { FunctionSettings } from './environment.ts';

type PlatformParts = Pick<RagServiceParts, 'host' | 'switches' | 'cache' | 'costOf' | 'record'>;

let initMs: number | undefined;

/** Called when a handler's module is ready: what came before was the cold start's init. */
export function ready(): void {
  initMs = performance.now();
}

/** What every function has around its work: switches, cache, prices, logs. */
export function platformParts(settings: FunctionSettings): PlatformParts {
  return {
    host: {
      functionName: settings.AWS_LAMBDA_FUNCTION_NAME,
      memoryMb: settings.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      initMs: () => initMs,
    },
    switches: async () => ({}),
    cache: { isOff: true, get: async () => undefined, put: async () => {} },
    costOf: () => ({ totalUsd: 0, lines: [], priceTable: 'none' }),
    record: () => {},
  };
}
