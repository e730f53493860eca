import { WaveCounter } from '../../core/index.ts';

/** Kinds of storage requests. */
export type RequestKind = 'reads' | 'writes' | 'lists' | 'deletes';

/** Requests to a storage. */
interface StorageCounts {
  readonly reads: number;
  readonly writes: number;
  readonly lists: number;
  readonly deletes: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Largest number of requests no two of which overlap in time. */
  readonly waves: number;
}

/** Storage requests of one execution environment, as counted by the server. */
export interface StorageAccount {
  /** Counts of completed requests, including rejected ones. */
  counts(): StorageCounts;
  /** Resets all counts to zero, for example before an invocation. */
  reset(): void;
}

/** A request in progress. */
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

/** Accounts of the execution environments that made a request or were looked up. */
export class Accounts {
  readonly #byEnvironment = new Map<string, Account>();

  of(environmentId: string): Account {
    const account = this.#byEnvironment.get(environmentId) ?? new Account();
    this.#byEnvironment.set(environmentId, account);
    return account;
  }

  /** Drops the account of an environment that has ended. */
  forget(environmentId: string): void {
    this.#byEnvironment.delete(environmentId);
  }
}

const zero = () => ({ reads: 0, writes: 0, lists: 0, deletes: 0, bytesRead: 0, bytesWritten: 0 });
