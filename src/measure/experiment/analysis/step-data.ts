import { Column } from '../../statistics/index.ts';
import type { ResultHeader } from '../results/header.ts';
import { latencyMs, latenessMs, OUTCOMES, type Outcome, type Sample } from '../results/sample.ts';
import { BlockTotals } from './block-totals.ts';

/** One figure of every request of a block, in the order of intended time. */
export type Blocks = readonly Float64Array[];

/**
 * Everything that figures need of one variant at one step of load: numbers in columns, so that a million requests take
 * some 40 MB. Only whole blocks count; requests in flight when a run was killed are missing from the others.
 */
export class StepData {
  readonly variant: string;
  /** Index of the step; -1 for forced cold starts. */
  readonly step: number;
  /** Offered load; 0 for forced cold starts. */
  readonly ratePerSecond: number;
  readonly counts: Record<Outcome, number> = { ok: 0, error: 0, timeout: 0, throttled: 0, cancelled: 0 };
  /** By status or network code: what the failed requests were answered. */
  readonly failures = new Map<string, number>();
  /** Milliseconds by stage of the trace, of answered requests. */
  readonly stages = new BlockTotals();
  /** `reads`, `bytes` and `waves` of answered requests that say them. */
  readonly storage = new BlockTotals();
  /** US dollars by line, of answered requests that say what they cost. */
  readonly costLines = new BlockTotals();
  /** US dollars of all lines (`total`). */
  readonly cost = new BlockTotals();
  /** Initialisation of cold starts, as their traces report it. */
  readonly initMs = new Column();
  readonly #rows = {
    block: new Column(),
    intended: new Column(),
    latency: new Column(),
    lateness: new Column(),
    kind: new Column(),
  };

  constructor(variant: string, step: number, ratePerSecond: number) {
    this.variant = variant;
    this.step = step;
    this.ratePerSecond = ratePerSecond;
  }

  add(sample: Sample): void {
    this.counts[sample.outcome] += 1;
    if (sample.outcome === 'cancelled') return;
    const rows = this.#rows;
    rows.block.add(sample.block);
    rows.intended.add(sample.intendedMs);
    rows.latency.add(latencyMs(sample));
    rows.lateness.add(latenessMs(sample));
    rows.kind.add(OUTCOMES.indexOf(sample.outcome) * 2 + (sample.population === 'cold' ? 1 : 0));
    if (sample.outcome === 'ok') this.#addAnswer(sample);
    else {
      const reply = String(sample.code ?? sample.status ?? sample.outcome);
      this.failures.set(reply, (this.failures.get(reply) ?? 0) + 1);
    }
  }

  #addAnswer({ trace, cost, population, block }: Sample): void {
    if (trace !== undefined) {
      this.stages.add(block, Object.entries(trace.stages));
      if (trace.initMs !== undefined && population === 'cold') this.initMs.add(trace.initMs);
      if (trace.storage !== undefined) {
        const { reads, bytes, waves } = trace.storage;
        this.storage.add(block, Object.entries({ reads, bytes, waves }));
      }
    }
    if (cost !== undefined) {
      this.cost.add(block, [['total', cost.totalUsd]]);
      this.costLines.add(
        block,
        cost.lines.map(({ name, usd }) => [name, usd] as const),
      );
    }
  }

  /** Requests that ended, whatever came of them; cancelled ones left out. */
  get requests(): number {
    return this.#rows.latency.length;
  }

  /** Latencies of answered warm requests in milliseconds, block by block. */
  warmLatency(): Blocks {
    return this.#select((kind) => kind === 0, 'latency');
  }

  /** Latencies of answered cold requests in milliseconds. */
  coldLatency(): Float64Array {
    return joined(this.#select((kind) => kind === 1, 'latency'));
  }

  /** How late the generator sent each request, in milliseconds. */
  lateness(): Float64Array {
    return joined(this.#select(() => true, 'lateness'));
  }

  /** 1 for requests with one of these outcomes, 0 for the others, block by block. */
  outcomes(...wanted: readonly Outcome[]): Blocks {
    const numbers = wanted.map((outcome) => OUTCOMES.indexOf(outcome));
    const kinds = this.#rows.kind.values();
    return this.#byBlock((row) => (numbers.includes(Math.floor(kinds[row]! / 2)) ? 1 : 0));
  }

  /** First intended start and last end in milliseconds since the run started, of every block. */
  spans(): readonly { readonly startMs: number; readonly endMs: number; readonly answered: number }[] {
    const [intended, latency, kinds] = [
      this.#rows.intended.values(),
      this.#rows.latency.values(),
      this.#rows.kind.values(),
    ];
    return this.#rowsByBlock().map((rows) => {
      let endMs = 0;
      let answered = 0;
      for (const row of rows) {
        endMs = Math.max(endMs, intended[row]! + latency[row]!);
        if (kinds[row]! < 2) answered += 1;
      }
      return { startMs: intended[rows[0]!]!, endMs, answered };
    });
  }

  #select(isWanted: (kind: number) => boolean, figure: 'latency' | 'lateness'): Blocks {
    const kinds = this.#rows.kind.values();
    const values = this.#rows[figure].values();
    return this.#rowsByBlock().map((rows) =>
      Float64Array.from(
        rows.filter((row) => isWanted(kinds[row]!)),
        (row) => values[row]!,
      ),
    );
  }

  #byBlock(valueAt: (row: number) => number): Blocks {
    return this.#rowsByBlock().map((rows) => Float64Array.from(rows, valueAt));
  }

  /** Row numbers of every block, each in the order of intended time: samples are written in the order of their ends. */
  #rowsByBlock(): readonly Uint32Array[] {
    const blocks = this.#rows.block.values();
    const intended = this.#rows.intended.values();
    const rows = Uint32Array.from(blocks.keys());
    // Blocks follow each other, also in a resumed run; sorting within each takes little memory.
    if (blocks.some((block, row) => row > 0 && block < blocks[row - 1]!))
      rows.sort((a, b) => blocks[a]! - blocks[b]!);
    const found: Uint32Array[] = [];
    for (let first = 0; first < rows.length; ) {
      let last = first;
      while (last < rows.length && blocks[rows[last]!] === blocks[rows[first]!]) last++;
      found.push(rows.subarray(first, last).sort((a, b) => intended[a]! - intended[b]!));
      first = last;
    }
    return found;
  }
}

/** All blocks in one list. */
export function joined(blocks: Blocks): Float64Array {
  const all = new Float64Array(blocks.reduce((total, { length }) => total + length, 0));
  let position = 0;
  for (const block of blocks) {
    all.set(block, position);
    position += block.length;
  }
  return all;
}

/** The values up to the end of each block: views of one list. */
export function upToEachBlock(blocks: Blocks): readonly Float64Array[] {
  const all = joined(blocks);
  let end = 0;
  return blocks.map(({ length }) => {
    end += length;
    return all.subarray(0, end);
  });
}

/** The data of every variant and step, in the order of the header; steps that a variant was not asked at are left out. */
export class StepTable {
  readonly header: ResultHeader;
  readonly #steps = new Map<string, StepData>();
  #lastMs = 0;

  constructor(header: ResultHeader) {
    this.header = header;
  }

  add(sample: Sample): void {
    const key = `${sample.variant} ${sample.step}`;
    let data = this.#steps.get(key);
    if (data === undefined) {
      data = new StepData(sample.variant, sample.step, this.header.steps[sample.step]?.ratePerSecond ?? 0);
      this.#steps.set(key, data);
    }
    data.add(sample);
    this.#lastMs = Math.max(this.#lastMs, sample.endedMs);
  }

  /** End of the last request in milliseconds since the run started. */
  get lastMs(): number {
    return this.#lastMs;
  }

  of(variant: string, step: number): StepData | undefined {
    return this.#steps.get(`${variant} ${step}`);
  }

  /** Steps of a variant under load, rising. */
  stepsOf(variant: string): readonly StepData[] {
    return [...this.#steps.values()]
      .filter((data) => data.variant === variant && data.step >= 0)
      .sort((a, b) => a.step - b.step);
  }
}
