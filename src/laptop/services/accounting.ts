import { type StorageCounts, WaveCounter } from '../../io/storage/index.ts';

/** What a storage request counts as. */
export type RequestKind = 'reads' | 'writes' | 'lists' | 'deletes';

/** Storage requests of one execution environment, as the server saw them. */
export interface StorageAccount {
  /** Requests that have ended, also those that were refused. */
  counts(): StorageCounts;
  /** Starts again from zero, before an invocation for example. */
  reset(): void;
}

/** A request under way. */
export interface OpenEntry {
  ended(bytesRead: number, bytesWritten: number): void;
}

class Account implements StorageAccount {
  #counts: { [K in Exclude<keyof StorageCounts, 'waves'>]: number } = zero();
  readonly #waves = new WaveCounter();

  counts(): StorageCounts {
    return { ...this.#counts, waves: this.#waves.waves };
  }

  reset(): void {
    this.#counts = zero();
    this.#waves.reset();
  }

  started(kind: RequestKind): OpenEntry {
    const start = this.#waves.started();
    return {
      ended: (bytesRead, bytesWritten) => {
        this.#counts[kind]++;
        this.#counts.bytesRead += bytesRead;
        this.#counts.bytesWritten += bytesWritten;
        this.#waves.ended(start);
      },
    };
  }
}

/** An account for each execution environment that has made a request or was asked for. */
export class Accounts {
  readonly #byEnvironment = new Map<string, Account>();

  of(environmentId: string): Account {
    const account = this.#byEnvironment.get(environmentId) ?? new Account();
    this.#byEnvironment.set(environmentId, account);
    return account;
  }

  /** Of an environment that has ended nothing is kept. */
  forget(environmentId: string): void {
    this.#byEnvironment.delete(environmentId);
  }
}

const zero = () => ({ reads: 0, writes: 0, lists: 0, deletes: 0, bytesRead: 0, bytesWritten: 0 });
