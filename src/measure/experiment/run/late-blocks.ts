/** Collects blocks in which the load generator, not the target, was the limit. */
export class LateBlocks {
  readonly #rates: readonly number[];
  readonly #blocks: { readonly place: string; readonly reason: string }[] = [];

  /** @param rates offered load of each step in requests per second */
  constructor(rates: readonly number[]) {
    this.#rates = rates;
  }

  add(variant: string, step: number, reason: string): void {
    this.#blocks.push({ place: `${variant} at ${this.#rates[step]}/s`, reason });
  }

  /** Returns one sentence per variant and step. */
  get warnings(): readonly string[] {
    return [...Map.groupBy(this.#blocks, ({ place }) => place)].map(([place, blocks]) => {
      const count = blocks.length === 1 ? 'a block is' : `${blocks.length} blocks are`;
      return `${place}: ${count} not valid, because ${blocks[0]!.reason}`;
    });
  }
}
