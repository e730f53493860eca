import {
  type FunctionDefinition,
  type FunctionHost,
  FunctionPool,
  type InvocationResult,
  type InvokeOptions,
  type PoolOptions,
} from './lifecycle/index.ts';
import type { InvokeFunction } from './services/index.ts';

/** All functions of the laptop cloud, each with a pool of execution environments. */
export class LaptopFunctions implements FunctionHost {
  readonly #pools: ReadonlyMap<string, FunctionPool>;

  constructor(definitions: readonly FunctionDefinition[], options: PoolOptions) {
    this.#pools = new Map(
      definitions.map((definition) => [definition.name, new FunctionPool(definition, options)]),
    );
  }

  /** Whether a function of this name exists. */
  has(name: string): boolean {
    return this.#pools.has(name);
  }

  /** Number of existing environments of a function. */
  environments(name: string): number {
    return this.#pools.get(name)?.size ?? 0;
  }

  async invoke(name: string, payload: Buffer, options?: InvokeOptions): Promise<InvocationResult> {
    const pool = this.#pools.get(name);
    if (pool === undefined) throw new Error(`There is no function '${name}'.`);
    return pool.invoke(payload, options);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }
}

/** Adapts the functions to the interface of Lambda's Invoke. */
export function lambdaInvoke(functions: LaptopFunctions): InvokeFunction {
  return async (name, payload, { traceHeader }) => {
    if (!functions.has(name)) return { statusCode: 404 };
    const options = traceHeader === undefined ? {} : { traceId: traceHeader };
    const result = await functions.invoke(name, Buffer.from(payload), options);
    if (result.kind === 'throttled') return { statusCode: 429 };
    if (result.kind === 'response') return { statusCode: 200, payload: result.payload };
    if (result.kind === 'function-error')
      return { statusCode: 200, payload: result.payload, functionError: 'Unhandled' };
    return { statusCode: 200, payload: Buffer.concat(await result.body.toArray()) };
  };
}
