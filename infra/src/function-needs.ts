import type { Invoker } from './function-acknowledgements.ts';

/** What a function touches beyond its own logs and traces. */
export type Need =
  | 'switches'
  | 'read-pointers'
  | 'read-indexes'
  | 'ingest'
  | 'cache'
  | 'embedder'
  | 'reranker'
  | 'generator'
  | 'workflow'
  | 'siblings';

/** What is decided here for each function of the manifest, and cannot be read from it. */
export interface FunctionPlan {
  readonly needs: readonly Need[];
  /** Usual seconds of one answer when warm, without a generator's model: how many a second an environment can serve. */
  readonly usualSeconds: number;
  /** Seconds that a model adds where the answer is written by one. */
  readonly modelSeconds?: number;
  /** Environments at once, unless the deployment says otherwise. */
  readonly concurrency: number;
  /** Who invokes it. */
  readonly invoker: Invoker;
  /** Whether the warm-up invokes it. */
  readonly isWarmed: boolean;
}

/** By function name. */
export const FUNCTION_PLANS: Readonly<Record<string, FunctionPlan>> = {
  baseline: {
    needs: ['switches', 'read-pointers', 'cache', 'workflow'],
    usualSeconds: 0.4,
    modelSeconds: 2.6,
    concurrency: 20,
    invoker: 'caller',
    isWarmed: false,
  },
  retrieve: {
    needs: ['switches', 'read-indexes', 'embedder', 'reranker'],
    usualSeconds: 0.1,
    concurrency: 20,
    invoker: 'caller',
    isWarmed: true,
  },
  generate: {
    needs: ['switches', 'read-indexes', 'generator'],
    usualSeconds: 0.2,
    modelSeconds: 2.8,
    concurrency: 20,
    invoker: 'caller',
    isWarmed: true,
  },
  stream: {
    needs: ['switches', 'read-indexes', 'cache', 'embedder', 'reranker', 'generator'],
    usualSeconds: 0.4,
    modelSeconds: 3.6,
    concurrency: 20,
    invoker: 'caller',
    isWarmed: true,
  },
  warmup: {
    needs: ['switches', 'siblings'],
    usualSeconds: 5,
    concurrency: 1,
    invoker: 'schedule',
    isWarmed: false,
  },
  // Four batches of the state machine at once; the queues of documents and publications wait for what is free.
  ingest: {
    needs: ['switches', 'ingest', 'embedder'],
    usualSeconds: 60,
    concurrency: 5,
    invoker: 'queue',
    isWarmed: false,
  },
};
