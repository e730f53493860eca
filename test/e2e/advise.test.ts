import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { comparisonOf } from '../support/measure/comparison-result.ts';

type Kinds = readonly { readonly kind: string }[];

describe('srag advise', () => {
  let project: CliProject;

  beforeAll(async () => {
    project = await CliProject.open();
    const lexical = comparisonOf(['snapshot', 'lancedb-flat']);
    const variants = lexical.variants.map((one) => ({ ...one, index: { ...one.index, dimensions: 384 } }));
    await project.write('lexical.json', JSON.stringify(lexical));
    await project.write('own.json', JSON.stringify({ ...lexical, mode: 'vector', variants }));
    await project.write('other.json', '{"answers": []}');
    const [one] = variants;
    const changed = (index: object) =>
      JSON.stringify({ ...lexical, mode: 'vector', variants: [{ ...one, ...index }] });
    await project.write('kind.json', changed({ index: { ...one!.index, kind: 'constructor' } }));
    await project.write('build.json', changed({ index: { ...one!.index, buildMs: 0 } }));
    await project.write('first.json', changed({ first: undefined }));
  });
  afterAll(() => project?.remove());

  it('ranks the kinds with settings, figures, reasons and the error of the model', async () => {
    const { stdout, exitCode } = await project.run(['advise', '--rows', '50000', '--rate', '2']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '50,000 chunks of 384 dimensions; load: day 0.4/s to 3.6/s; targets: p95 500 ms, recall 0.95',
    );
    expect(stdout).toMatch(
      /^Use snapshot: 1769 MB of memory, concurrency of at least \d+, (no warm-up|a warm-up every 5 minutes)$/m,
    );
    expect(stdout).toMatch(/^lancedb-flat: /m);
    expect(stdout).toMatch(
      /^Error of the model on .* predictions\): latency \d+ %, memory \d+ %, build \d+ %/m,
    );
  });

  it('has the source of every figure in its JSON', async () => {
    const words = ['advise', '--rows', '10000', '--purpose', 'batch'];
    const { request, choices, error } = await project.json(words);
    expect(request).toMatchObject({ rows: 10_000, load: 'constant 1/s for 3600s' });
    expect(choices[0].figures.recall.basis).toBe('measured');
    expect(choices[0].figures.usdPerMonth.basis).toBe('priced');
    const published = (choices as Kinds).find(({ kind }) => kind === 's3-vectors');
    expect(published).toMatchObject({ figures: { recall: { basis: 'published' } } });
    expect(error.predictions).toBeGreaterThan(0);
  });

  it('uses your own comparison instead of the shipped measurements', async () => {
    const words = ['advise', '--rows', '1000', '--results', 'own.json', '--only-results'];
    const { choices, notes } = await project.json(words);
    expect(notes[0]).toContain('of indexes in files');
    expect((choices as Kinds).map(({ kind }) => kind).toSorted()).toEqual([
      'lancedb-flat',
      's3-vectors',
      'snapshot',
    ]);
    expect(choices[0].figures.coldMs).toMatchObject({ basis: 'measured' });
    expect(choices[0].figures.recall.value).toBeUndefined();
  });

  it.each([
    [['--rows', '0'], '--rows is 0.', 'Use a whole number of chunks.'],
    [['--rows', '10', '--recall', '95'], '--recall is 95.', 'Use a share from 0 to 1.'],
    [['--rows', '10', '--load', 'often'], "'often'", 'constant 50/s for 60s'],
    [['--rows', '10', '--results', 'other.json'], 'other.json is not a comparison', 'srag compare QUESTIONS'],
    [['--rows', '10', '--results', 'lexical.json'], 'mode lexical', '--mode vector'],
    [['--rows', '10', '--results', 'kind.json'], "unknown index kind 'constructor'", 'srag compare'],
    [['--rows', '10', '--results', 'build.json'], 'variants.0.index.buildMs', 'srag compare'],
    [['--rows', '10', '--results', 'first.json'], 'a first answer', 'srag compare'],
    [['--rows', '10', '--results', 'own.json'], 'from S3, others from files', '--only-results'],
    [['--rows', '10', '--only-results'], 'needs --results', '--results'],
    [['--rows', '10', '--rate', '-1'], '--rate is -1.', 'above 0'],
    [['--rows', '10', '--rate', '1', '--load', 'constant 1/s for 1h'], 'both set the load', 'one of them'],
    [['--rows', '10', '--languages', '!'], "'!' is not the code", 'en,ko'],
    [['--rows', '10', '--results', 'none.json'], 'none.json cannot be read', 'srag compare QUESTIONS'],
  ])('refuses %j with a remedy', async (words, message, remedy) => {
    const { exitCode, stderr } = await project.run(['advise', ...words]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(remedy);
  });
});
