import type { RagServiceParts } from './parts.ts';
import type { RequestContext } from './port.ts';
import { RequestMeter } from './request-meter.ts';

/** Records a request that was refused before it reached a service. Resolves when the record is written. */
export function recordRefusal(
  parts: Pick<RagServiceParts, 'host' | 'costOf' | 'record'>,
  error: unknown,
  context: RequestContext,
): void | Promise<void> {
  const meter = new RequestMeter(parts);
  const { trace, use } = meter.own;
  return parts.record({ context, trace, use, cost: meter.cost(use), error, text: {} });
}
