import { StateFailure } from './failure.ts';
import { type Json, type JsonObject, jsonBytes } from './json.ts';
import { MAX_PAYLOAD_BYTES } from './limits.ts';

/** Maximum bytes of all variables of an execution. */
const MAX_STORED_BYTES = 10 * 1_048_576;

/** Shared by all scopes of an execution. */
export interface VariableStore {
  bytes: number;
}

/** The variables of a sequence of states; a branch or an item can read but not change the outer ones. */
export class Variables {
  readonly #own = new Map<string, { readonly value: Json; readonly bytes: number }>();
  readonly #outer: Variables | undefined;
  readonly #store: VariableStore;

  constructor(outer?: Variables) {
    this.#outer = outer;
    this.#store = outer === undefined ? { bytes: 0 } : outer.#store;
  }

  get(name: string): Json | undefined {
    const own = this.#own.get(name);
    return own === undefined ? this.#outer?.get(name) : own.value;
  }

  /**
   * Sets the variables of one Assign, all or none.
   * @throws StateFailure if they are too large.
   */
  assign(values: JsonObject): void {
    const entries = Object.entries(values).map(([name, value]) => ({ name, value, bytes: jsonBytes(value) }));
    const added = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    const replaced = entries.reduce((sum, { name }) => sum + (this.#own.get(name)?.bytes ?? 0), 0);
    if (added > MAX_PAYLOAD_BYTES || this.#store.bytes + added - replaced > MAX_STORED_BYTES) {
      throw new StateFailure(
        'States.DataLimitExceeded',
        `The variables assigned (${added} bytes) exceed the maximum of ${MAX_PAYLOAD_BYTES} bytes per state or ${MAX_STORED_BYTES} bytes per execution.`,
      );
    }
    for (const { name, value, bytes } of entries) this.#own.set(name, { value, bytes });
    this.#store.bytes += added - replaced;
  }

  /** Drops the variables of a branch or item that has ended. */
  release(): void {
    for (const { bytes } of this.#own.values()) this.#store.bytes -= bytes;
    this.#own.clear();
  }
}
