import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { comparisonOf } from '../support/measure/comparison-result.ts';
import { expectRefusal, type Refusal } from '../support/refusal.ts';

const PUBLISHED = fileURLToPath(
  new URL('../../benchmarks/results/backends-arxiv-100k/comparison.json', import.meta.url),
);

let project: CliProject;
beforeAll(async () => {
  project = await CliProject.open();
  await project.write('compared.json', JSON.stringify(comparisonOf(['snapshot', 'lancedb-flat'])));
  await project.write('without-rows.json', JSON.stringify(withRows(undefined)));
  await project.write('no-rows.json', JSON.stringify(withRows(0)));
  await project.write('exact.json', JSON.stringify(comparisonOf(['opensearch-exact'])));
  await project.write('other.json', '{"variants": [{"name": "x"}]}');
  await project.write('broken.json', '{');
});
afterAll(() => project.remove());

/** A comparison of a flat index that states these rows. */
const withRows = (rows: number | undefined) => ({
  variants: comparisonOf(['lancedb-flat']).variants.map((variant) => ({
    ...variant,
    index: { ...variant.index, rows },
  })),
});

interface Compared {
  readonly workload: { readonly requestsPerSecond: number; readonly peakRequestsPerSecond: number };
  readonly backends: readonly {
    readonly backend: string;
    readonly idleUsdPerMonth: number;
    readonly usdPerMonth: number;
    readonly usdPerMillion?: number;
    readonly lines: readonly { readonly usd: number }[];
    readonly figures: Readonly<Record<string, number>>;
    readonly measured: readonly string[];
  }[];
  readonly report?: string;
}

const backendsOf = async (...words: string[]): Promise<Compared> => {
  const run = await project.run(['cost', '--json', '--backends', ...words]);
  expect(run.stderr).toBe('');
  expect(run.exitCode).toBe(0);
  return run.json as Compared;
};

describe('srag cost --backends', () => {
  it('compares all backends, lowest idle cost first, and their lines add up', async () => {
    const { backends } = await backendsOf();
    expect(backends.length).toBeGreaterThan(12);
    const idle = backends.map(({ idleUsdPerMonth }) => idleUsdPerMonth);
    expect(idle).toEqual(idle.toSorted((a, b) => a - b));
    for (const { lines, usdPerMonth, usdPerMillion } of backends) {
      expect(lines.reduce((sum, { usd }) => sum + usd, 0)).toBe(usdPerMonth);
      expect(usdPerMillion).toBeCloseTo(usdPerMonth, 9);
    }
  });

  it('agrees to the cent with srag cost for the same assumptions', async () => {
    const words = [
      '--requests',
      '3000000',
      '--cold-share',
      '0.02',
      '--gateway',
      'http',
      '--memory-mb',
      '1024',
    ];
    const { backends } = await backendsOf('snapshot', ...words, '--warm-reads', '0');
    const [snapshot] = backends;
    const bytes = 100_000 * (4 * 384 + 1_100) + 2 * snapshot!.figures.indexBytes!;
    const run = await project.run(['cost', '--json', ...words, '--stored-gb', String(bytes / 2 ** 30)]);
    expect(snapshot!.usdPerMonth.toFixed(2)).toBe(run.json.cost.totalUsd.toFixed(2));
  });

  it('takes the mean and the peak of a load plan', async () => {
    const { workload } = await backendsOf('snapshot', '--load', 'constant 30/s for 60s; idle for 60s');
    expect(workload.requestsPerSecond).toBeCloseTo(15, 9);
    expect(workload.peakRequestsPerSecond).toBe(30);
    const idle = await backendsOf('snapshot', '--requests', '0');
    expect(idle.backends[0]?.usdPerMillion).toBeUndefined();
    expect(idle.backends[0]?.usdPerMonth).toBe(idle.backends[0]?.idleUsdPerMonth);
  });

  it('replaces assumed figures by measured ones, and those by options', async () => {
    const { backends } = await backendsOf(
      'snapshot,s3-vectors',
      ...['--results', 'compared.json', '--warm-reads', '1'],
    );
    const snapshot = backends.find(({ backend }) => backend === 'snapshot');
    expect(snapshot?.figures).toMatchObject({ coldMs: 400, indexBytes: 250_000_000, warmReads: 1 });
    expect(snapshot?.measured).toContain('warmMs');
    const vectors = backends.find(({ backend }) => backend === 's3-vectors');
    expect(vectors?.figures).toMatchObject({ warmMs: 110, warmReads: 1 });
    expect(vectors?.measured).toEqual([]);
  });

  it('scales the figures of a comparison from its rows to those of the workload', async () => {
    const figuresAt = async (rows: number, results: string) =>
      (await backendsOf('lancedb-flat', '--rows', String(rows), '--results', results)).backends[0]!.figures;
    const measured = await figuresAt(100_000, PUBLISHED);
    expect(measured.warmMs).toBeCloseTo(2_323.9, 1);
    const scaled = await figuresAt(1_000_000, PUBLISHED);
    for (const key of ['warmMs', 'indexBytes', 'buildMs'])
      expect(scaled[key], key).toBeCloseTo(10 * measured[key]!, 3);
    expect((await figuresAt(500, 'without-rows.json')).indexBytes).toBe(2_500_000);
  });

  it('prints a table, break-even sentences, limits, and the dates of the prices', async () => {
    const { stdout } = await project.run([
      'cost',
      ...['--backends', 'snapshot,in-memory-server,s3-vectors', '--results', 'compared.json'],
      ...['--load', 'constant 600/s for 60s'],
    ]);
    expect(stdout).toMatch(
      /^A month in us-east-1: 1,576,800,000 retrievals \(600\/s\), 100,000 chunks x 384/,
    );
    expect(stdout).toMatch(/backend +idle \$\/month +\$\/request +\$\/million +\$\/month +figures/);
    expect(stdout).toMatch(/\nsnapshot .* measured\n/);
    expect(stdout).toMatch(/\ns3-vectors .* assumed\n/);
    expect(stdout).toMatch(/Above 0\.\d+ requests\/s in-memory-server costs less than snapshot/);
    expect(stdout).toMatch(
      /\nsnapshot: .*; measured in compared\.json: warm time, warm reads, .*build time\.\n/,
    );
    expect(stdout).toContain('Limit of s3-vectors: S3 Vectors answers hundreds of queries per second');
    expect(stdout).toMatch(/Prices: 2026-11-24-us-east-1, recorded 2025-06 to 2026-09;/);
    expect(stdout).toMatch(/Unverified prices, read in copies of AWS's lists: ec2\.r7g\.\w+, ebs\.gp3\./);
  });

  it('marks prices of another region and unverified ones', async () => {
    const words = ['--region', 'eu-west-1'];
    const { stdout } = await project.run(['cost', '--backends', 'opensearch-serverless', ...words]);
    expect(stdout).toMatch(/^A month in eu-west-1/);
    expect(stdout).toContain('some of another region');
    const list = await project.run(['cost', '--list', ...words]);
    expect(list.stdout).toMatch(/opensearch\.ocu +0\.24 +OCU-hour +2026-03 assumed unverified +https:/);
    expect(list.stdout).toMatch(/s3-vectors\.queries +2\.5 +1,000,000 query +2026-09 assumed +https:/);
  });

  it('writes a report whose command computes it again', async () => {
    const { report } = await backendsOf('snapshot,in-memory-server', '--report', 'reports/costs.html');
    expect(report).toBe(join(project.folder, 'reports', 'costs.html'));
    const html = await readFile(report!, 'utf8');
    expect(html).toContain('Cost of a month over the request rate');
    expect(html).toContain('cost --json --backends snapshot,in-memory-server --report reports/costs.html');
  });

  const words = ['cost', '--backends', 'snapshot'];
  const refusals: readonly Refusal[] = [
    ['no rows', [...words, '--rows', '0'], 2, 'INVALID_ARGUMENT', /rows is 0/, /1 or more/],
    [
      'an unknown backend',
      ['cost', '--backends', 'snapshto'],
      2,
      'INVALID_ARGUMENT',
      /Unknown backend 'snapshto'/,
      /'snapshot'/,
    ],
    ['an empty list', ['cost', '--backends', ','], 2, 'INVALID_ARGUMENT', /names no backend/, /commas/],
    [
      'a load plan that is none',
      [...words, '--load', 'dya 1/s'],
      2,
      'INVALID_ARGUMENT',
      /'dya 1\/s' cannot be used/,
      /constant 50\/s/,
    ],
    [
      'two loads',
      [...words, '--load', 'constant 1/s for 1s', '--requests', '5'],
      2,
      'INVALID_ARGUMENT',
      /both state the requests/,
      /Remove --requests/,
    ],
    [
      'a size that is computed',
      [...words, '--stored-gb', '5'],
      2,
      'INVALID_ARGUMENT',
      /--stored-gb is computed from --rows/,
      /Remove --stored-gb/,
    ],
    [
      'an option of backends alone',
      ['cost', '--rows', '5'],
      2,
      'INVALID_ARGUMENT',
      /--rows needs --backends/,
      /Add --backends/,
    ],
    [
      'a missing result',
      [...words, '--results', 'no.json'],
      1,
      'PATH_NOT_FOUND',
      /no\.json cannot be read/,
      /--results/,
    ],
    [
      'a broken result',
      [...words, '--results', 'broken.json'],
      1,
      'INVALID_RECORD',
      /broken\.json has no figures.*not JSON/,
      /srag compare --json/,
    ],
    [
      'a foreign result',
      [...words, '--results', 'other.json'],
      1,
      'INVALID_RECORD',
      /no compared variants/,
      /srag bench run/,
    ],
    [
      'a result of an index without rows',
      [...words, '--results', 'no-rows.json'],
      1,
      'INVALID_RECORD',
      /no compared variants/,
      /srag bench run/,
    ],
    [
      'a result of other kinds',
      [...words, '--results', 'exact.json'],
      1,
      'INVALID_RECORD',
      /no answered request of a backend/,
      /srag bench run/,
    ],
    [
      'a function without memory',
      [...words, '--memory-mb', '0'],
      2,
      'INVALID_ARGUMENT',
      /--memory-mb is 0/,
      /128 to 10,240/,
    ],
    [
      'a negative time',
      [...words, '--warm-ms', '-1'],
      2,
      'INVALID_ARGUMENT',
      /durationMs is -1/,
      /0 or more/,
    ],
  ];
  it.each(refusals.map((refusal) => [refusal[0], refusal] as const))('refuses %s', async (_what, refusal) =>
    expectRefusal(project, refusal),
  );
});
