import { StateFailure } from './failure.ts';
import { type Json, type JsonObject, jsonBytes } from './json.ts';
import { MAX_PAYLOAD_BYTES } from './limits.ts';

/** Maximum bytes of all variables of an execution. */
const MAX_STORED_BYTES = 10 * 1_048_576;

/** The variables of an execution. */
export class Variables {
  readonly #entries = new Map<string, { readonly value: Json; readonly bytes: number }>();
  #bytes = 0;

  get(name: string): Json | undefined {
    return this.#entries.get(name)?.value;
  }

  /**
   * Sets the variables of one Assign, all or none.
   * @throws StateFailure if they are too large.
   */
  assign(values: JsonObject): void {
    const entries = Object.entries(values).map(([name, value]) => ({ name, value, bytes: jsonBytes(value) }));
    const added = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    const replaced = entries.reduce((sum, { name }) => sum + (this.#entries.get(name)?.bytes ?? 0), 0);
    if (added > MAX_PAYLOAD_BYTES || this.#bytes + added - replaced > MAX_STORED_BYTES) {
      throw new StateFailure(
        'States.DataLimitExceeded',
        `The variables assigned (${added} bytes) exceed the maximum of ${MAX_PAYLOAD_BYTES} bytes per state or ${MAX_STORED_BYTES} bytes per execution.`,
      );
    }
    for (const { name, value, bytes } of entries) this.#entries.set(name, { value, bytes });
    this.#bytes += added - replaced;
  }
}
