import { readFileSync } from 'node:fs';

/** A line of a result file as plain JSON. This file deliberately uses no code of the product. */
interface Line {
  readonly variant: string;
  readonly step: number;
  readonly block: number;
  readonly blockSize: number;
  readonly population: string;
  readonly question: number;
  readonly intendedMs: number;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly outcome: string;
  readonly trace?: {
    readonly stages: Record<string, number>;
    readonly storage?: { reads: number; bytes: number };
    readonly memoryBytes?: number;
  };
  readonly hits?: readonly string[];
  readonly cost?: { readonly totalUsd: number; readonly lines: readonly { name: string; usd: number }[] };
}

interface Header {
  readonly declaration: { readonly load: { readonly blockSeconds: number } };
  readonly steps: readonly { readonly ratePerSecond: number }[];
  readonly variants: readonly { readonly name: string }[];
  readonly questions: { readonly list: readonly { readonly relevant?: Record<string, number> }[] };
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Percentile with linear interpolation between the two nearest values. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (percent / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(place)]!;
  return low + (sorted[Math.ceil(place)]! - low) * (place % 1);
}

/**
 * Figures by `variant|step|figure`, recomputed independently of the report from the raw samples of a result
 * file.
 */
export function recompute(
  path: string,
  warmUpCut: (variant: string, step: number) => number,
): Map<string, number> {
  const [first, ...others] = readFileSync(path, 'utf8').trim().split('\n');
  const header = JSON.parse(first!) as Header;
  const lines = others.map((line) => JSON.parse(line) as Line);
  const sizes = new Map<string, number>();
  const keyOf = (line: Line): string => [line.variant, line.step, line.block].join('|');
  for (const line of lines) sizes.set(keyOf(line), (sizes.get(keyOf(line)) ?? 0) + 1);
  const whole = lines.filter((line) => sizes.get(keyOf(line)) === line.blockSize);
  const figures = new Map<string, number>();
  for (const variant of new Set(whole.map((line) => line.variant))) {
    const mine = whole.filter((line) => line.variant === variant);
    for (const step of new Set(mine.map((line) => line.step).filter((number) => number >= 0))) {
      const all = mine.filter((line) => line.step === step).sort((a, b) => a.intendedMs - b.intendedMs);
      const set = (figure: string, value: number): unknown =>
        figures.set(`${variant}|${step}|${figure}`, value);
      for (const [figure, outcome] of [
        ['success', 'ok'],
        ['errors', 'error'],
        ['timeouts', 'timeout'],
        ['throttles', 'throttled'],
      ])
        set(figure!, all.filter((line) => line.outcome === outcome).length / all.length);
      set(
        'lateness.p99',
        percentile(
          all.map((line) => line.startedMs - line.intendedMs),
          99,
        ),
      );
      const { ratePerSecond } = header.steps[step]!;
      const planned = Math.max(header.declaration.load.blockSeconds, 5 / ratePerSecond);
      const rates = [...new Set(all.map((line) => line.block))].map((block) => {
        const ofBlock = all.filter((line) => line.block === block);
        const end = Math.max(...ofBlock.map((line) => line.endedMs));
        const seconds = Math.max(planned, (end - ofBlock[0]!.intendedMs) / 1_000);
        return ofBlock.filter((line) => line.outcome === 'ok').length / seconds;
      });
      set('throughput', meanOf(rates));
      const warm = all
        .filter((line) => line.outcome === 'ok' && line.population === 'warm')
        .map((line) => line.endedMs - line.intendedMs)
        .slice(warmUpCut(variant, step));
      if (warm.length === 0) continue;
      set('latency.mean', meanOf(warm));
      for (const percent of [50, 95, 99]) set(`latency.p${percent}`, percentile(warm, percent));
    }
    const answered = mine.filter((line) => line.outcome === 'ok');
    const average = (name: string, values: readonly number[]): void => {
      if (values.length > 0) figures.set(`${variant}||${name}`, meanOf(values));
    };
    const cold = answered.filter((line) => line.population === 'cold');
    if (cold.length >= 5)
      average(
        'cold.mean',
        cold.map((line) => line.endedMs - line.intendedMs),
      );
    const found = new Map<number, readonly string[]>();
    for (const { question, hits } of lines.filter((line) => whole.includes(line) && line.variant === variant))
      if (hits !== undefined && !found.has(question)) found.set(question, hits.slice(0, 10));
    const judged = [...found].flatMap(([question, hits]) => {
      const relevant = header.questions.list[question]!.relevant;
      return relevant === undefined ? [] : [{ hits, relevant }];
    });
    const discounted = (grades: readonly number[]): number =>
      grades.reduce((sum, grade, rank) => sum + grade / Math.log2(rank + 2), 0);
    average(
      'ndcg@10',
      judged.map(({ hits, relevant }) => {
        const ideal = Object.values(relevant).toSorted((a, b) => b - a);
        return discounted(hits.map((id) => relevant[id] ?? 0)) / discounted(ideal.slice(0, 10));
      }),
    );
    average(
      'recall@10',
      judged.map(
        ({ hits, relevant }) => hits.filter((id) => id in relevant).length / Object.keys(relevant).length,
      ),
    );
    average(
      'cost',
      answered.flatMap((line) => (line.cost === undefined ? [] : 1e6 * line.cost.totalUsd)),
    );
    for (const stage of new Set(answered.flatMap((line) => Object.keys(line.trace?.stages ?? {}))))
      average(
        `stage.${stage}`,
        answered.flatMap((line) => (line.trace === undefined ? [] : (line.trace.stages[stage] ?? 0))),
      );
    average(
      'storage.reads',
      answered.flatMap((line) => line.trace?.storage?.reads ?? []),
    );
    average(
      'storage.bytes',
      answered.flatMap((line) => line.trace?.storage?.bytes ?? []),
    );
    const memory = answered.flatMap((line) => line.trace?.memoryBytes ?? []);
    average('memory.mean', memory);
    if (memory.length > 0) figures.set(`${variant}||memory.max`, Math.max(...memory));
    const priced = answered.filter((line) => line.cost !== undefined);
    for (const name of new Set(priced.flatMap((line) => line.cost!.lines.map((one) => one.name)))) {
      const usd = priced.flatMap((line) =>
        line.cost!.lines.filter((one) => one.name === name).map((one) => one.usd),
      );
      figures.set(
        `${variant}||cost.${name}`,
        (1e6 * usd.reduce((sum, value) => sum + value, 0)) / priced.length,
      );
    }
  }
  for (const [key, value] of comparisons(header, whole, figures)) figures.set(key, value);
  return figures;
}

/** Compares every other variant with the first, at the highest step that both answered, and by capacity. */
function comparisons(
  { variants, steps }: Header,
  whole: readonly Line[],
  figures: ReadonlyMap<string, number>,
): Map<string, number> {
  const found = new Map<string, number>();
  const [reference, ...others] = variants.map(({ name }) => name);
  const latencies = (variant: string, step: number): readonly number[] =>
    whole
      .filter((line) => line.variant === variant && line.step === step)
      .filter((line) => line.outcome === 'ok' && line.population === 'warm')
      .map((line) => line.endedMs - line.intendedMs);
  const capacity = (variant: string): number => {
    const answered: number[] = [0];
    for (const [step] of steps.entries()) {
      if (figures.get(`${variant}|${step}|success`)! < 1) break;
      answered.push(figures.get(`${variant}|${step}|throughput`)!);
    }
    return Math.max(...answered);
  };
  for (const variant of others) {
    const step = steps.findLastIndex(
      (_, number) => latencies(variant, number).length > 0 && latencies(reference!, number).length > 0,
    );
    const [a, b] = [latencies(reference!, step), latencies(variant, step)];
    const key = (figure: string): string => `${variant} / ${reference}||${figure}`;
    found.set(key('ratio.mean'), meanOf(b) / meanOf(a));
    found.set(key('ratio.p95'), percentile(b, 95) / percentile(a, 95));
    const success = (name: string): number => figures.get(`${name}|${step}|success`)!;
    found.set(key('difference.success'), success(variant) - success(reference!));
    found.set(key('ratio.capacity'), capacity(variant) / capacity(reference!));
  }
  return found;
}
