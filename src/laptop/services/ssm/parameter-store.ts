/** The current state of a parameter. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
  /** Version of the parameter: starts at 1 and increases by one with every change. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** Parameters in memory. */
export class ParameterStore {
  readonly #byName = new Map<string, Parameter>();

  get(name: string): Parameter | undefined {
    return this.#byName.get(name);
  }

  /** All parameters, by name. */
  all(): Parameter[] {
    return [...this.#byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Sets a parameter and returns it. */
  set(name: string, value: string): Parameter {
    const version = (this.#byName.get(name)?.version ?? 0) + 1;
    const parameter = { name, value, version, modifiedMs: Date.now() };
    this.#byName.set(name, parameter);
    return parameter;
  }

  /** Deletes a parameter; returns whether it existed. */
  delete(name: string): boolean {
    return this.#byName.delete(name);
  }
}
