import { isLocalModel, modelPriceName } from './model-price.ts';
import type { PriceTable } from './price-table.ts';
import { amount, type FunctionUse, type RequestUse } from './request-use.ts';

/** A quantity without its price. */
export interface Quantity {
  /** Name of the cost line; the part before the first dot is the kind. */
  readonly line: string;
  /** Name of the price in the price table; undefined if the table does not list it. */
  readonly price: string | undefined;
  readonly quantity: number;
}

/** Gigabytes as AWS bills them: 2^30 bytes. */
export const GIGABYTE = 2 ** 30;
const FREE_STREAMED_BYTES = 6 * 2 ** 20;

/** All billed quantities of a request, each with the name of its price. @throws INVALID_ARGUMENT */
export function quantitiesOf(use: RequestUse, prices: PriceTable): readonly Quantity[] {
  return [
    ...(use.functions ?? []).flatMap(functionQuantities),
    ...gatewayQuantities(use.gateway),
    ...stateMachineQuantities(use.stateMachine),
    ...storageQuantities(use.storage),
    ...modelQuantities(use, prices),
    ...cacheQuantities(use.cache),
    ...otherQuantities(use),
  ];
}

function functionQuantities(use: FunctionUse): Quantity[] {
  const of = (field: string) => `functions.${use.name}.${field}`;
  const memoryMb = amount(use.memoryMb, of('memoryMb'));
  const runMs = amount(use.durationMs, of('durationMs')) + amount(use.initMs ?? 0, of('initMs'));
  const streamedBytes = amount(use.streamedBytes ?? 0, of('streamedBytes'));
  return [
    {
      line: `lambda.compute.${use.name}`,
      price: `lambda.${use.architecture}.${use.isProvisioned === true ? 'provisioned-compute' : 'compute'}`,
      quantity: (memoryMb / 1_024) * (Math.ceil(runMs) / 1_000),
    },
    { line: 'lambda.requests', price: 'lambda.requests', quantity: 1 },
    {
      line: 'lambda.streaming',
      price: 'lambda.streaming',
      quantity: Math.max(0, streamedBytes - FREE_STREAMED_BYTES) / GIGABYTE,
    },
  ];
}

function gatewayQuantities(gateway: RequestUse['gateway']): Quantity[] {
  if (gateway === undefined) return [];
  const requests = amount(gateway.requests, 'gateway.requests');
  const bytesOut = amount(gateway.bytesOut, 'gateway.bytesOut');
  return [
    ...(gateway.kind === 'none'
      ? []
      : [{ line: 'gateway.requests', price: `gateway.${gateway.kind}.requests`, quantity: requests }]),
    { line: 'gateway.transfer', price: 'transfer.out', quantity: bytesOut / GIGABYTE },
  ];
}

function stateMachineQuantities(machine: RequestUse['stateMachine']): Quantity[] {
  if (machine === undefined) return [];
  if (machine.kind === 'standard') {
    const quantity = amount(machine.transitions, 'stateMachine.transitions');
    return [{ line: 'state-machine.transitions', price: 'state-machine.standard.transitions', quantity }];
  }
  const steps = Math.ceil(amount(machine.durationMs, 'stateMachine.durationMs') / 100);
  const chunks = Math.ceil(amount(machine.memoryMb, 'stateMachine.memoryMb') / 64);
  return [
    { line: 'state-machine.requests', price: 'state-machine.express.requests', quantity: 1 },
    {
      line: 'state-machine.duration',
      price: 'state-machine.express.duration',
      quantity: (steps / 10) * (chunks / 16),
    },
  ];
}

function storageQuantities(storage: RequestUse['storage']): Quantity[] {
  if (storage === undefined) return [];
  return [
    { line: 'storage.reads', price: 's3.reads', quantity: amount(storage.reads, 'storage.reads') },
    { line: 'storage.writes', price: 's3.writes', quantity: amount(storage.writes, 'storage.writes') },
    {
      line: 'storage.transfer',
      price: 's3.transfer-in-region',
      quantity: amount(storage.bytes, 'storage.bytes') / GIGABYTE,
    },
  ];
}

function modelQuantities({ embedding, generation, rerank }: RequestUse, prices: PriceTable): Quantity[] {
  const quantities: Quantity[] = [];
  const add = (line: string, model: string, what: Parameters<typeof modelPriceName>[2], quantity: number) => {
    if (!isLocalModel(model)) quantities.push({ line, price: modelPriceName(prices, model, what), quantity });
  };
  if (embedding !== undefined) {
    const quantity = amount(embedding.tokens, 'embedding.tokens');
    add('embedding.tokens', embedding.model, 'input-tokens', quantity);
  }
  if (generation !== undefined) {
    const { model } = generation;
    const input = amount(generation.inputTokens, 'generation.inputTokens');
    const output = amount(generation.outputTokens, 'generation.outputTokens');
    add('generation.input-tokens', model, 'input-tokens', input);
    add('generation.output-tokens', model, 'output-tokens', output);
  }
  if (rerank !== undefined) {
    // One billed query covers up to 100 passages.
    const quantity = Math.ceil(amount(rerank.documents, 'rerank.documents') / 100);
    add('rerank.queries', rerank.model, 'queries', quantity);
  }
  return quantities;
}

function cacheQuantities(cache: RequestUse['cache']): Quantity[] {
  if (cache === undefined) return [];
  const reads = amount(cache.reads, 'cache.reads');
  const writes = amount(cache.writes, 'cache.writes');
  if (cache.kind === 'none' || cache.kind === 'memory') return [];
  return [
    { line: 'cache.reads', price: `${cache.kind}.reads`, quantity: reads },
    { line: 'cache.writes', price: `${cache.kind}.writes`, quantity: writes },
  ];
}

function otherQuantities({ logs, queue, parameters, traces }: RequestUse): Quantity[] {
  const counted = (line: string, price: string, value: number | undefined, field: string, per = 1) =>
    value === undefined ? [] : [{ line, price, quantity: amount(value, field) / per }];
  return [
    ...counted('logs.ingestion', 'logs.ingestion', logs?.bytes, 'logs.bytes', GIGABYTE),
    ...counted('queue.requests', `sqs.${queue?.kind}.requests`, queue?.requests, 'queue.requests'),
    ...counted('parameters.reads', 'ssm.parameter-reads', parameters?.reads, 'parameters.reads'),
    ...counted('traces.recorded', 'xray.traces', traces?.recorded, 'traces.recorded'),
  ];
}
