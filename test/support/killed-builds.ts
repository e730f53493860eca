import { expect } from 'vitest';
import type { CliProject } from './cli.ts';
import { seeded } from './seeded.ts';

export interface KilledBuilds {
  readonly project: CliProject;
  readonly kind: string;
  readonly env: Readonly<Record<string, string>>;
  /** Number of builds to kill, each at a random moment. */
  readonly kills: number;
  readonly seed: number;
  /** Ids of the hits of a question that the published version answers. */
  readonly idsOf: () => Promise<readonly string[]>;
}

/**
 * Builds and publishes a version, then starts builds and kills them. Checks after each kill that a published version
 * answers. Returns the ids of its hits.
 */
export async function killBuilds({
  project,
  kind,
  env,
  kills,
  seed,
  idsOf,
}: KilledBuilds): Promise<readonly string[]> {
  const random = seeded(seed);
  const timed = async (run: () => Promise<unknown>): Promise<number> => {
    const startedMs = performance.now();
    await run();
    return performance.now() - startedMs;
  };
  // The shortest duration of a complete build: a busy machine lengthens some of them.
  let durationMs = await timed(() => project.json(['index', 'build', kind], { env }));
  const expected = await idsOf();
  expect(expected).toHaveLength(10);
  for (let killed = 0, runs = 0; killed < kills; runs++) {
    expect(runs).toBeLessThan(20 + 5 * kills);
    const { child, ended } = project.start(['index', 'build', kind], { env });
    const timer = setTimeout(() => child.kill('SIGKILL'), durationMs * (0.2 + 0.8 * random()));
    let exitCode: number | null = null;
    const ranMs = await timed(async () => {
      ({ exitCode } = await ended);
    });
    clearTimeout(timer);
    if (exitCode === null) killed++;
    else durationMs = Math.min(durationMs, ranMs);
    expect(await idsOf()).toEqual(expected);
  }
  return expected;
}
