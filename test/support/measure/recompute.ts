import { readFileSync } from 'node:fs';

/** A line of a result file as plain JSON; nothing of the product is used here on purpose. */
interface Line {
  readonly variant: string;
  readonly step: number;
  readonly block: number;
  readonly blockSize: number;
  readonly population: string;
  readonly intendedMs: number;
  readonly endedMs: number;
  readonly outcome: string;
  readonly trace?: {
    readonly stages: Record<string, number>;
    readonly storage?: { reads: number; bytes: number };
  };
  readonly cost?: { readonly lines: readonly { name: string; usd: number }[] };
}

/** Figures by `variant|step|figure`, recomputed from the raw samples of a result file by other code than a report's. */
export function recompute(
  path: string,
  warmUpCut: (variant: string, step: number) => number,
): Map<string, number> {
  const lines = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Line);
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
      const warm = all
        .filter((line) => line.outcome === 'ok' && line.population === 'warm')
        .map((line) => line.endedMs - line.intendedMs)
        .slice(warmUpCut(variant, step));
      if (warm.length === 0) continue;
      set('latency.mean', warm.reduce((sum, value) => sum + value, 0) / warm.length);
      const sorted = warm.toSorted((a, b) => a - b);
      for (const percent of [50, 95, 99]) {
        const place = (percent / 100) * (sorted.length - 1);
        const low = sorted[Math.floor(place)]!;
        const high = sorted[Math.ceil(place)]!;
        set(`latency.p${percent}`, low + (high - low) * (place % 1));
      }
    }
    const answered = mine.filter((line) => line.outcome === 'ok');
    const average = (name: string, values: readonly number[]): void => {
      if (values.length > 0)
        figures.set(`${variant}||${name}`, values.reduce((sum, value) => sum + value, 0) / values.length);
    };
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
  return figures;
}
