import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { hasCode, SragError } from '../../../core/index.ts';
import { type ObjectStorage, openStorage } from '../../../io/storage/index.ts';

export const PARAMETER_TYPES = ['String', 'StringList', 'SecureString'] as const;

/** The current state of a parameter. */
export interface Parameter {
  readonly name: string;
  readonly type: (typeof PARAMETER_TYPES)[number];
  readonly value: string;
  /** Version of the parameter: starts at 1 and increases by one with every change. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

const FILE = z.strictObject({
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      type: z.enum(PARAMETER_TYPES),
      value: z.string(),
      version: z.number().int().min(1),
      modifiedMs: z.number(),
    }),
  ),
});

/** Parameters in memory. If a JSON file is given, every change is saved to it. */
export class ParameterStore {
  readonly #byName = new Map<string, Parameter>();
  readonly #file:
    | { readonly storage: ObjectStorage; readonly name: string; readonly path: string }
    | undefined;
  #saving: Promise<unknown> = Promise.resolve();

  private constructor(file?: { storage: ObjectStorage; name: string; path: string }) {
    this.#file = file;
  }

  /** Opens the store, reading the file if it exists. @throws DAMAGED_STORE if it is not a parameter file */
  static async open(path?: string): Promise<ParameterStore> {
    if (path === undefined) return new ParameterStore();
    const storage = await openStorage({ kind: 'file', path: dirname(path) });
    const store = new ParameterStore({ storage, name: basename(path), path });
    await store.#load();
    return store;
  }

  get(name: string): Parameter | undefined {
    return this.#byName.get(name);
  }

  /** All parameters, by name. */
  all(): Parameter[] {
    return [...this.#byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Sets a parameter and returns it, once it is saved. */
  async set(name: string, value: string, type: Parameter['type'] = 'String'): Promise<Parameter> {
    const version = (this.#byName.get(name)?.version ?? 0) + 1;
    const parameter = { name, type, value, version, modifiedMs: Date.now() };
    this.#byName.set(name, parameter);
    await this.#save();
    return parameter;
  }

  /** Deletes a parameter; returns whether it existed. */
  async delete(name: string): Promise<boolean> {
    const wasThere = this.#byName.delete(name);
    if (wasThere) await this.#save();
    return wasThere;
  }

  async #load(): Promise<void> {
    const { storage, name, path } = this.#file!;
    const bytes = await storage.read(name).then(
      (object) => object.bytes,
      (error: unknown) => {
        if (hasCode(error, 'OBJECT_NOT_FOUND')) return undefined;
        throw error;
      },
    );
    if (bytes === undefined) return;
    try {
      const { parameters } = FILE.parse(JSON.parse(new TextDecoder().decode(bytes)));
      for (const parameter of parameters) this.#byName.set(parameter.name, parameter);
    } catch (cause) {
      throw new SragError('DAMAGED_STORE', `${path} is not a parameter file of the laptop.`, {
        remedy: 'Delete it to start without parameters, or choose another file.',
        fields: { path },
        cause,
      });
    }
  }

  /** Saves the parameters, one write at a time; the last write contains the latest state. */
  #save(): Promise<unknown> {
    if (this.#file === undefined) return this.#saving;
    const { storage, name } = this.#file;
    const save = (): Promise<string> =>
      storage.write(name, Buffer.from(`${JSON.stringify({ parameters: this.all() }, undefined, 2)}\n`));
    this.#saving = this.#saving.then(save, save);
    return this.#saving;
  }
}
