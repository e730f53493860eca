import { Column } from '../../statistics/index.ts';
import { latencyMs, latenessMs, OUTCOMES, type Outcome, type Sample } from '../results/sample.ts';
import { BlockSeries } from './block-series.ts';
import { BlockTotals } from './block-totals.ts';

/** Outcome and population encoded as one number. */
const WARM_ANSWER = 2 * OUTCOMES.indexOf('ok');
const COLD_ANSWER = WARM_ANSWER + 1;

/**
 * The data of one variant at one step of load, in columns, so that a million requests take about 40 MB. Contains
 * complete blocks only; interrupted ones lack the requests in flight when the run was killed.
 */
export class StepData {
  readonly variant: string;
  /** Index of the step; -1 for forced cold starts. */
  readonly step: number;
  /** Offered load; 0 for forced cold starts. */
  readonly ratePerSecond: number;
  readonly counts: Record<Outcome, number> = { ok: 0, error: 0, timeout: 0, throttled: 0, cancelled: 0 };
  /** Number of failed requests by status or network code. */
  readonly failures = new Map<string, number>();
  /** Milliseconds by trace stage, of answered requests. */
  readonly stages = new BlockTotals();
  /** `reads`, `bytes` and `waves` of answered requests that report them. */
  readonly storage = new BlockTotals();
  /** Resident memory of the function in bytes: mean of the answered requests that report it, and maximum. */
  readonly memory = new BlockTotals();
  maxMemoryBytes = 0;
  /** US dollars by cost line, of answered requests that report their cost. */
  readonly costLines = new BlockTotals();
  /** Total cost (`total`) in US dollars. */
  readonly cost = new BlockTotals();
  /** Initialisation times of cold starts, from their traces. */
  readonly initMs = Column.numbers();
  readonly #rows = {
    block: Column.integers(),
    intended: Column.numbers(),
    latency: Column.numbers(),
    lateness: Column.numbers(),
    kind: Column.bytes(),
  };
  /** Number of leading rows that are sorted by block and intended time. */
  #ordered = 0;
  #answeredWarm = 0;
  /** Cached result of {@link warmLatency}, with the number of rows from which it was computed. */
  #warm: { readonly rows: number; readonly series: BlockSeries } | undefined;

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
    const kind = OUTCOMES.indexOf(sample.outcome) * 2 + (sample.population === 'cold' ? 1 : 0);
    rows.kind.add(kind);
    if (kind === WARM_ANSWER) this.#answeredWarm += 1;
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
      if (trace.memoryBytes !== undefined) {
        this.memory.add(block, [['mean', trace.memoryBytes]]);
        this.maxMemoryBytes = Math.max(this.maxMemoryBytes, trace.memoryBytes);
      }
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

  /** Number of ended requests, whatever their outcome, except cancelled ones. */
  get requests(): number {
    return this.#rows.latency.length;
  }

  /** Length of {@link warmLatency}. */
  get answeredWarm(): number {
    return this.#answeredWarm;
  }

  /** Latencies of answered warm requests in milliseconds. */
  warmLatency(): BlockSeries {
    if (this.#warm?.rows !== this.requests)
      this.#warm = {
        rows: this.requests,
        series: this.#series('latency', (kind) => kind === WARM_ANSWER),
      };
    return this.#warm.series;
  }

  /** Latencies of answered cold requests in milliseconds. */
  coldLatency(): Float64Array {
    return this.#series('latency', (kind) => kind === COLD_ANSWER).values;
  }

  /** How late the generator sent each request, in milliseconds. */
  lateness(): Float64Array {
    return this.#series('lateness', () => true).values;
  }

  /** A series with 1 for each request that has this outcome, and 0 for each other request. */
  outcomes(wanted: Outcome): BlockSeries<Uint8Array> {
    const number = OUTCOMES.indexOf(wanted);
    const ends = this.#blockEnds();
    const kinds = this.#rows.kind.values();
    return new BlockSeries(
      kinds.map((kind) => Number(Math.floor(kind / 2) === number)),
      ends,
    );
  }

  /** First intended start and last end in milliseconds since the run started, of every block. */
  spans(): readonly { readonly startMs: number; readonly endMs: number; readonly answered: number }[] {
    const ends = this.#blockEnds();
    const [intended, latency, kinds] = [
      this.#rows.intended.values(),
      this.#rows.latency.values(),
      this.#rows.kind.values(),
    ];
    return ends.map((end, block) => {
      const first = ends[block - 1] ?? 0;
      let endMs = 0;
      let answered = 0;
      for (let row = first; row < end; row++) {
        endMs = Math.max(endMs, intended[row]! + latency[row]!);
        if (kinds[row]! <= COLD_ANSWER) answered += 1;
      }
      return { startMs: intended[first]!, endMs, answered };
    });
  }

  #series(figure: 'latency' | 'lateness', isWanted: (kind: number) => boolean): BlockSeries {
    const rowEnds = this.#blockEnds();
    const kinds = this.#rows.kind.values();
    const figures = this.#rows[figure].values();
    const values = new Float64Array(kinds.reduce((count, kind) => count + (isWanted(kind) ? 1 : 0), 0));
    let count = 0;
    let row = 0;
    const ends = rowEnds.map((end) => {
      for (; row < end; row++) if (isWanted(kinds[row]!)) values[count++] = figures[row]!;
      return count;
    });
    return new BlockSeries(values, ends);
  }

  /** Row index after the last one of each block. */
  #blockEnds(): readonly number[] {
    this.#order();
    const blocks = this.#rows.block.values();
    const ends: number[] = [];
    for (let row = 1; row <= blocks.length; row++) if (blocks[row] !== blocks[row - 1]) ends.push(row);
    return ends;
  }

  /** Sorts new rows by block and intended time: samples arrive in the order of their ends. */
  #order(): void {
    const blocks = this.#rows.block.values();
    const intended = this.#rows.intended.values();
    let from = this.#ordered;
    // New rows may belong to the last sorted block or, in a file concatenated from several, to any block.
    const firstBlock = blocks
      .subarray(from)
      .reduce((lower, block) => Math.min(lower, block), Number.POSITIVE_INFINITY);
    while (from > 0 && blocks[from - 1]! >= firstBlock) from -= 1;
    if (!isAscending(blocks.subarray(from)))
      this.#reorder(from, blocks.length, (a, b) => blocks[a]! - blocks[b]!);
    for (let last = from; last < blocks.length; ) {
      const first = last;
      while (last < blocks.length && blocks[last] === blocks[first]) last++;
      if (!isAscending(intended.subarray(first, last)))
        this.#reorder(first, last, (a, b) => intended[a]! - intended[b]!);
    }
    this.#ordered = blocks.length;
  }

  #reorder(first: number, last: number, order: (a: number, b: number) => number): void {
    const rows = Uint32Array.from({ length: last - first }, (_, place) => first + place).sort(order);
    for (const column of Object.values(this.#rows)) column.reorder(first, rows);
  }
}

function isAscending(values: Float64Array | Int32Array): boolean {
  for (let index = 1; index < values.length; index++) if (values[index]! < values[index - 1]!) return false;
  return true;
}
