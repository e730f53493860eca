import { SragError } from '../../core/index.ts';

/** One invocation of a function. */
export interface FunctionUse {
  /** Name of the function in the manifest, for example `retrieve`. */
  readonly name: string;
  readonly memoryMb: number;
  readonly architecture: 'x86_64' | 'arm64';
  /** Duration of the handler. Billed together with `initMs`, rounded up to a whole millisecond. */
  readonly durationMs: number;
  /** Duration of a cold start's initialisation, billed at the same price. */
  readonly initMs?: number | undefined;
  /** Bytes of a streamed answer; those above 6 MB are billed. */
  readonly streamedBytes?: number | undefined;
  /** Whether it ran on provisioned concurrency, where duration is cheaper. */
  readonly isProvisioned?: boolean | undefined;
}

/** The usage of a request. An absent field means no usage. Never pass 0 for an unknown quantity. */
export interface RequestUse {
  readonly functions?: readonly FunctionUse[] | undefined;
  /** Entry point: `rest` and `http` are API Gateway's; `none` is a function URL or an SDK call, which is free. */
  readonly gateway?:
    | { readonly kind: 'rest' | 'http' | 'none'; readonly requests: number; readonly bytesOut: number }
    | undefined;
  readonly stateMachine?:
    | {
        readonly kind: 'express';
        /** Billed in steps of 100 ms. */
        readonly durationMs: number;
        /** Memory: 50 MB plus the sizes of the definition and of the state data. Billed in steps of 64 MB. */
        readonly memoryMb: number;
      }
    | { readonly kind: 'standard'; readonly transitions: number }
    | undefined;
  readonly storage?: { readonly reads: number; readonly writes: number; readonly bytes: number } | undefined;
  /** `model` is the id of a model or of an embedder. */
  readonly embedding?: { readonly model: string; readonly tokens: number } | undefined;
  readonly generation?:
    | { readonly model: string; readonly inputTokens: number; readonly outputTokens: number }
    | undefined;
  readonly rerank?: { readonly model: string; readonly documents: number } | undefined;
  readonly logs?: { readonly bytes: number } | undefined;
  /** Reads and writes in billed units, as counted by the query cache. */
  readonly cache?:
    | {
        readonly kind: 'none' | 'memory' | 'dynamodb' | 's3';
        readonly reads: number;
        readonly writes: number;
      }
    | undefined;
  readonly queue?: { readonly kind: 'standard' | 'fifo'; readonly requests: number } | undefined;
  /** Calls to SSM that read the run-time switches. */
  readonly parameters?: { readonly reads: number } | undefined;
  /** Traces that X-Ray recorded. */
  readonly traces?: { readonly recorded: number } | undefined;
}

/** Checks a quantity. @throws INVALID_ARGUMENT unless it is a finite number >= 0 */
export function amount(value: number, field: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new SragError('INVALID_ARGUMENT', `${field} is ${value}.`, {
    remedy: 'Use a finite number of 0 or more.',
    fields: { field, value: String(value) },
  });
}
