import type { Invoker } from './function-acknowledgements.ts';

/** Resources that a function accesses beyond its own logs and traces. */
export type Need =
  | 'switches'
  | 'read-pointers'
  | 'read-indexes'
  | 'ingest'
  | 'cache'
  | 'embedder'
  | 'reranker'
  | 'generator'
  /** The generator's model, if it rewrites questions before the search. */
  | 'rewriter'
  | 'workflow'
  | 'siblings';

/** Deployment settings of a function that are not in the manifest. */
export interface FunctionPlan {
  readonly needs: readonly Need[];
  /**
   * Typical seconds of a warm response, not counting a generator's model. They determine how many requests an
   * environment can serve.
   */
  readonly usualSeconds: number;
  /** Additional seconds if a model writes the answer. */
  readonly modelSeconds?: number;
  /** Default maximum of concurrent environments. */
  readonly concurrency: number;
  /** The invoker of the function. */
  readonly invoker: Invoker;
  /** Whether the warm-up invokes the function. */
  readonly isWarmed: boolean;
}

/** Plans by function name. */
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
    needs: ['switches', 'read-indexes', 'embedder', 'reranker', 'rewriter'],
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
    needs: ['switches', 'read-indexes', 'embedder', 'reranker', 'generator'],
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
  // The state machine runs up to four batches in parallel, which leaves one environment for the queues.
  ingest: {
    needs: ['switches', 'ingest', 'embedder'],
    usualSeconds: 60,
    concurrency: 5,
    invoker: 'queue',
    isWarmed: false,
  },
};
