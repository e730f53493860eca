import type { ClusterSum } from '../../statistics/index.ts';

/** Sums of named quantities by block, for means with intervals; single requests are not stored. */
export class BlockTotals {
  readonly #requests = new Map<number, number>();
  readonly #totals = new Map<string, Map<number, number>>();

  /** Adds a request of a block; quantities that it lacks count as 0. */
  add(block: number, quantities: Iterable<readonly [name: string, value: number]>): void {
    this.#requests.set(block, (this.#requests.get(block) ?? 0) + 1);
    for (const [name, value] of quantities) {
      const totals = this.#totals.get(name) ?? new Map<number, number>();
      this.#totals.set(name, totals);
      totals.set(block, (totals.get(block) ?? 0) + value);
    }
  }

  get names(): readonly string[] {
    return [...this.#totals.keys()];
  }

  /** Requests and total of a quantity in each block. */
  of(name: string): readonly ClusterSum[] {
    const totals = this.#totals.get(name);
    return [...this.#requests].map(([block, count]) => ({ count, total: totals?.get(block) ?? 0 }));
  }
}
