import { StateFailure } from './failure.ts';
import { jsonBytes } from './json.ts';

/** Maximum size of a state's input, result or output, in bytes of JSON in UTF-8. */
export const MAX_PAYLOAD_BYTES = 262_144;
/** Maximum duration of an EXPRESS execution, in seconds. */
export const EXPRESS_LIMIT_SECONDS = 300;
/** Maximum number of children of a Map that run in parallel on the laptop. */
export const MAP_CONCURRENCY = 40;

/** @throws StateFailure `States.DataLimitExceeded` if `value` exceeds Step Functions' limit. */
export function requirePayloadSize(value: unknown, what: string): void {
  const bytes = jsonBytes(value);
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  throw new StateFailure(
    'States.DataLimitExceeded',
    `${what} with a size exceeding the maximum number of bytes service limit (${bytes} of ${MAX_PAYLOAD_BYTES}).`,
  );
}
