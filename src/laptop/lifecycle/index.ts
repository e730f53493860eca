export { FunctionPool, type PoolOptions } from './function-pool.ts';
export * from './port.ts';
