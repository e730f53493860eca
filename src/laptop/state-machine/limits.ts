import { StateFailure } from './failure.ts';
import { jsonBytes } from './json.ts';

/** Largest input, result or output of a state, in bytes of JSON in UTF-8. */
export const MAX_PAYLOAD_BYTES = 262_144;
/** Longest EXPRESS execution, in seconds. */
export const EXPRESS_LIMIT_SECONDS = 300;
/** Items that an inline Map works on at once, unless told otherwise. */
export const INLINE_CONCURRENCY = 40;

/** @throws StateFailure `States.DataLimitExceeded` when `value` is larger than Step Functions carries. */
export function requirePayloadSize(value: unknown, what: string): void {
  const bytes = jsonBytes(value);
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  throw new StateFailure(
    'States.DataLimitExceeded',
    `${what} with a size exceeding the maximum number of bytes service limit (${bytes} of ${MAX_PAYLOAD_BYTES}).`,
  );
}
