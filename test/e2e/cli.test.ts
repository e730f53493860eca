import { execFile } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { CliProject, temporaryProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';

const run = promisify(execFile);

interface Hit {
  readonly id: string;
  readonly documentId: string;
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly neighbours?: readonly { readonly ordinal: number }[];
  readonly ordinal: number;
}
const documentIds = (hits: readonly Hit[]): string[] => hits.map(({ documentId }) => documentId);

describe('srag ingest', () => {
  it('adds, then leaves alone, then updates and removes, and writes nothing where nothing changed', async () => {
    const project = await temporaryProject();
    await writeHandbook(project);
    const corpusVersion = async (): Promise<number> =>
      (await project.json(['collection', 'list'])).collections[0].version;

    const plan = await project.json(['ingest', 'docs', '--dry-run', '--embedder', 'hashing']);
    expect(plan).toMatchObject({ dryRun: true, documents: { added: 5 }, estimate: { costUsd: 0 } });
    await expect(stat(join(project.folder, '.srag'))).rejects.toThrow('ENOENT');

    expect(await project.json(['ingest', 'docs'])).toMatchObject({
      collection: 'default',
      documents: { added: 5, updated: 0, removed: 0, unchanged: 0, failed: 0 },
      failures: [],
    });
    const version = await corpusVersion();
    expect(await project.json(['ingest', 'docs'])).toMatchObject({
      documents: { added: 0, updated: 0, removed: 0, unchanged: 5, failed: 0 },
      chunks: 0,
    });
    expect(await corpusVersion()).toBe(version);

    await project.write('docs/leave.md', '# Leave\n\nEveryone has thirty days of leave.\n');
    await rm(join(project.folder, 'docs/ko/print.md'));
    expect(await project.json(['ingest', 'docs', '--prune=false'])).toMatchObject({
      documents: { added: 0, updated: 1, removed: 0, unchanged: 3 },
    });
    expect(await project.json(['show', 'docs/ko/print.md'])).toMatchObject({
      document: { title: '인쇄' },
    });
    expect(await project.json(['ingest', 'docs'])).toMatchObject({
      documents: { added: 0, updated: 0, removed: 1, unchanged: 4 },
    });
    const gone = await project.run(['show', 'docs/ko/print.md']);
    expect(gone).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('UNKNOWN_DOCUMENT') });
  });

  it('leaves out what .sragignore, --exclude and --include say', async () => {
    const project = await temporaryProject();
    await writeHandbook(project);
    await project.write('.sragignore', 'expenses.md\n');
    const { documents } = await project.json(['ingest', 'docs', '--exclude', 'ko']);
    expect(documents.added).toBe(2);
    const listed = await project.json(['ingest', 'docs', '--include', '**/ko/*.md', '--prune=false']);
    expect(listed.documents).toMatchObject({ added: 2, removed: 0 });
  });
});

describe('a collection with vectors, once ingested and indexed', () => {
  let project: CliProject;
  const search = async (question: string, ...words: string[]): Promise<Hit[]> =>
    (await project.json(['search', question, ...words])).hits;

  beforeAll(async () => {
    project = await CliProject.open();
    await writeHandbook(project);
    await project.json([
      ...['ingest', 'docs', '--embedder', 'hashing', '--max-tokens', '48', '--overlap-tokens', '8'],
      ...['--field', 'year:number', '--field', 'team:string'],
    ]);
    await project.json(['index', 'build', 'lancedb-flat']);
    return () => project.remove();
  });

  it('finds by words, by vector and by both, and orders by the score of the mode', async () => {
    for (const [mode, score] of [
      ['lexical', 'lexical'],
      ['vector', 'vector'],
      ['hybrid', 'fused'],
    ] as const) {
      const hits = await search('how many days of annual leave', '--mode', mode, '--top-k', '4');
      expect(hits[0], mode).toMatchObject({ documentId: 'docs/leave.md' });
      expect(hits.map((hit) => hit.scores[score])).toEqual(hits.map((hit) => hit.score));
      expect(hits.map((hit) => hit.score)).toEqual(hits.map((hit) => hit.score).sort((a, b) => b - a));
    }
    expect(documentIds(await search('인쇄 비밀번호는 무엇인가요'))[0]).toBe('docs/ko/print.md');
  });

  it('never lets the hashing embedder into mode auto', async () => {
    expect(await project.json(['search', 'leave'])).toMatchObject({ mode: 'lexical' });
  });

  it('narrows by filter, score, document and topK, and adds neighbours', async () => {
    const filter =
      '{"and": [{"field": "year", "op": "gte", "value": 2024}, {"field": "team", "op": "ne", "value": "it"}]}';
    expect(
      new Set(documentIds(await search('the of a rules', '--filter', filter, '--mode', 'vector'))),
    ).toEqual(new Set(['docs/expenses.md']));
    const all = await search('leave', '--mode', 'lexical');
    const least = all[0]!.score;
    expect(
      documentIds(await search('leave', '--mode', 'lexical', '--min-score', String(least))),
    ).toHaveLength(1);
    const capped = documentIds(await search('leave days', '--mode', 'vector', '--per-document', '1'));
    expect(new Set(capped).size).toBe(capped.length);
    const [hit] = await search('carry over unused days', '--top-k', '1', '--neighbours', '1');
    expect(hit!.neighbours!.map(({ ordinal }) => Math.abs(ordinal - hit!.ordinal))).toContain(1);
  });

  it('gives all rows where topK is larger than the collection', async () => {
    const { collections } = await project.json(['collection', 'list']);
    expect(await search('anything', '--mode', 'vector', '--top-k', '1000')).toHaveLength(
      collections[0].chunks,
    );
  });

  it('explains where the time of a search went', async () => {
    const { trace, searchDetails } = await project.json(['search', 'leave', '--explain']);
    expect(trace).toMatchObject({ coldStart: true, index: { kind: 'lancedb-flat' }, cached: false });
    expect(Object.keys(trace.stages)).toEqual(['openMs', 'searchMs']);
    expect(Object.keys(searchDetails)).toEqual(expect.arrayContaining(['lexicalMs', 'rescoreMs']));
    const { stdout } = await project.run(['search', 'leave', '--explain']);
    expect(stdout).toMatch(/lancedb-flat@\S+, mode lexical, cold[\s\S]* search /);
  });

  it('answers with citations whose offsets give the quote', async () => {
    for (const [question, document, words] of [
      ['How many days of annual leave are there?', 'docs/leave.md', 'twenty-five days'],
      ['인쇄 비밀번호는 무엇인가요?', 'docs/ko/print.md', '비밀번호'],
    ] as const) {
      const { answer, citations, notFound } = await project.json(['ask'], { stdin: question });
      expect(answer).toContain(words);
      expect(notFound).toBe(false);
      expect(citations[0].documentId).toBe(document);
      for (const { documentId, start, end, quote, marker } of citations) {
        const { text } = (await project.json(['show', documentId])).document;
        expect(text.slice(start, end)).toBe(quote);
        expect(answer).toContain(`[${marker}]`);
      }
    }
  });

  it('prints an answer and its sources for people, without escape codes in a pipe', async () => {
    for (const env of [{}, { NO_COLOR: '1' }] as const) {
      const { stdout, stderr } = await project.run(['ask', 'How', 'many', 'days', 'of', 'annual', 'leave?'], {
        env,
      });
      expect(stdout).toMatch(/twenty-five days[^\n]*\[1\][\s\S]*\[1\] docs\/leave\.md \d+-\d+ /);
      expect(stdout + stderr).not.toContain('\u001b');
    }
  });

  it('says that an answer is not in the documents', async () => {
    const { notFound, citations } = await project.json(['ask', 'zygomorphic xylophones?']);
    expect({ notFound, citations }).toEqual({ notFound: true, citations: [] });
  });

  it('shows a document and a chunk as they are stored', async () => {
    const { document } = await project.json(['show', 'docs/expenses.md']);
    expect(document).toMatchObject({ title: 'Expenses', metadata: { year: 2025, team: 'finance' } });
    const [first] = document.chunks;
    const { chunk } = await project.json(['show', first.id]);
    expect(document.text.slice(first.start, first.end)).toBe(chunk.text);
    expect(chunk.vector).toHaveLength((await project.json(['collection', 'list'])).collections[0].dimensions);
  });
});

describe('srag index', () => {
  it('builds, lists, publishes, rolls back, validates, explains and clears versions', async () => {
    const project = await temporaryProject();
    await writeHandbook(project);
    await project.json(['ingest', 'docs', '--embedder', 'hashing']);
    const first = await project.json(['index', 'build', 'lancedb-flat']);
    expect(first).toMatchObject({ kind: 'lancedb-flat', published: true, validation: { recall: 1 } });
    await project.write('docs/new.md', '# New\n\nA page that no index has seen.\n');
    await project.json(['ingest', 'docs']);
    expect((await project.run(['search', 'leave'])).stderr).toContain('older than the corpus');
    const second = await project.json(['index', 'build', 'lancedb-flat', '--no-publish']);
    expect(second.published).toBe(false);

    const { versions, published } = await project.json(['index', 'list']);
    expect(published.version).toBe(first.version);
    expect(
      versions.map((one: { version: string; published: boolean; staleRows: number }) => [
        one.version,
        one.published,
        one.staleRows,
      ]),
    ).toEqual([
      [first.version, true, 1],
      [second.version, false, 0],
    ]);

    expect(await project.json(['index', 'publish', second.version])).toMatchObject({ generation: 2 });
    expect(await project.json(['index', 'publish', '--rollback'])).toMatchObject({ version: first.version });
    expect(await project.json(['index', 'validate', `lancedb-flat@${second.version}`])).toMatchObject({
      recall: 1,
      passed: true,
    });
    const stats = await project.json(['index', 'stats']);
    expect(stats).toMatchObject({ staleRows: 1, manifest: { version: first.version } });

    const third = await project.json(['index', 'build', 'lancedb-flat']);
    const { deleted } = await project.json(['index', 'gc', '--keep', '1']);
    expect(deleted).toEqual([second.version]);
    await project.json(['collection', 'compact']);
    const kept = await project.json(['search', 'leave', '--index', `lancedb-flat@${first.version}`]);
    expect(kept.hits.length).toBeGreaterThan(0);
    expect(kept.trace.index.version).toBe(first.version);
    expect((await project.json(['search', 'seen'])).trace.index.version).toBe(third.version);
  });

  it('refuses a kind that needs more rows than there are', async () => {
    const project = await temporaryProject();
    await writeHandbook(project);
    await project.json(['ingest', 'docs', '--embedder', 'hashing']);
    const refused = await project.run(['index', 'build', 'lancedb-ivf-hnsw-sq', '--json']);
    expect(refused).toMatchObject({ exitCode: 2, json: { error: { code: 'TOO_FEW_ROWS' } } });
    expect((await project.json(['index', 'list'])).versions).toEqual([]);
  });
});

describe('srag collection', () => {
  it('keeps collections apart, and deletes one only when told so', async () => {
    const project = await temporaryProject();
    await writeHandbook(project);
    await project.json(['ingest', 'docs/ko', '--collection', 'korean']);
    await project.json(['ingest', 'docs/leave.md', '--collection', 'leave']);
    const names = async (): Promise<string[]> =>
      (await project.json(['collection', 'list'])).collections.map(({ name }: { name: string }) => name);
    expect(await names()).toEqual(['korean', 'leave']);
    const unsure = await project.run(['collection', 'delete', 'korean']);
    expect(unsure).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--yes') });
    expect(await project.json(['collection', 'delete', 'korean', '--yes'])).toMatchObject({
      deleted: 'korean',
    });
    expect(await names()).toEqual(['leave']);
  });
});

describe('srag eval', () => {
  let project: CliProject;
  beforeAll(async () => {
    project = await CliProject.open();
    const topics = ['apples', 'bridges', 'clouds', 'dolphins', 'engines', 'forests'];
    const lines = (records: readonly object[]): string =>
      `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;
    await project.write(
      'data/corpus.jsonl',
      lines(
        topics.map((topic, index) => ({
          _id: `d${index}`,
          title: topic,
          text: `Everything about ${topic}. The secret of ${topic} is number ${index}.`,
        })),
      ),
    );
    await project.write(
      'data/queries.jsonl',
      lines(
        topics.map((topic, index) => ({
          _id: `q${index}`,
          text: `What is the secret of ${topic}?`,
          metadata: { answers: [`number ${index}`] },
        })),
      ),
    );
    const judgements = topics.map((_, index) => `q${index}\td${index}\t1`);
    await project.write('data/qrels/test.tsv', `query-id\tcorpus-id\tscore\n${judgements.join('\n')}\n`);
    return () => project.remove();
  });

  it('fills an empty location, measures, and writes what it found', async () => {
    const result = await project.json(['eval', 'data', '--output', 'lexical.jsonl', '--answers']);
    expect(result).toMatchObject({
      dataset: 'data',
      queries: 6,
      metrics: { 'ndcg@10': 1, 'recall@10': 1, 'recall@100': 1, 'mrr@10': 1 },
      intervals: { 'ndcg@10': [1, 1] },
      answers: { containsGold: 1, notFound: 0 },
    });
    expect(result.answers.meanSentences).toBeLessThanOrEqual(3);
    expect((await readFile(join(project.folder, 'lexical.jsonl'), 'utf8')).split('\n')).toHaveLength(8);
  });

  it('compares two indexes, and two files of results', async () => {
    const vectors = ['--location', 'with-vectors', '--embedder', 'hashing'];
    const compared = await project.json([
      ...['eval', 'data', ...vectors, '--output', 'both', '--limit', '4'],
      ...['--compare', 'lancedb-flat:lexical', 'lancedb-flat:vector'],
    ]);
    expect(compared.queries).toBe(4);
    expect(compared.metrics.map(({ name }: { name: string }) => name)).toContain('ndcg@10');
    const files = await project.json(['eval', '--compare', 'both.a', 'both.b']);
    expect(files.metrics).toEqual(compared.metrics);
    for (const { wins, ties, losses } of files.metrics) expect(wins + ties + losses).toBe(4);
  });
});

describe('srag config, init, doctor and completion', () => {
  it('prints where each value came from: option over environment over file over default', async () => {
    const project = await temporaryProject();
    await project.write(
      'srag.config.ts',
      "export default { location: 'from-file', collection: 'from-file', mode: 'lexical', embedder: 'none' };",
    );
    const env = { SRAG_COLLECTION: 'from-environment', SRAG_MODE: 'hybrid' };
    const { settings } = await project.json(['config', '--mode', 'vector'], { env });
    expect(settings).toMatchObject({
      location: { value: 'from-file', origin: expect.stringContaining('srag.config.ts') },
      collection: { value: 'from-environment', origin: 'environment SRAG_COLLECTION' },
      mode: { value: 'vector', origin: 'option' },
      reranker: { value: 'none', origin: 'default' },
    });
  });

  it('hides secrets in what it prints', async () => {
    const project = await temporaryProject();
    const words = [
      'config',
      '--embedder',
      'openai-compatible',
      '--embedder-settings',
      '{"apiKey": "s3cret"}',
    ];
    const { stdout } = await project.run(words);
    expect(stdout).toContain('(hidden)');
    expect(stdout).not.toContain('s3cret');
  });

  it('writes a configuration that every command accepts, and never over one that is there', async () => {
    const project = await temporaryProject();
    const { written } = await project.json(['init']);
    expect(written).toEqual(['srag.config.json', 'srag.config.schema.json', '.sragignore']);
    const { settings } = await project.json(['config']);
    expect(settings.exclude.origin).toContain('srag.config.json');
    expect(await project.run(['init', '--json'])).toMatchObject({
      exitCode: 2,
      json: { error: { message: expect.stringContaining('srag.config.json exists already') } },
    });
  });

  it('checks the machine and the location', async () => {
    const project = await temporaryProject();
    const { ok, checks } = await project.json(['doctor']);
    expect(ok).toBe(true);
    expect(checks.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['node', 'lancedb', 'location', 'embedder', 'generator']),
    );
    const broken = await project.run(['doctor', '--embedder', 'hashin', '--json']);
    expect(broken.exitCode).toBe(1);
    expect(broken.json.checks).toContainEqual(
      expect.objectContaining({ name: 'embedder', status: 'failed', remedy: "Did you mean 'hashing'?" }),
    );
  });

  it('prints completion scripts that a shell can read', async () => {
    const project = await temporaryProject();
    const { stdout, exitCode } = await project.run(['completion', 'bash']);
    expect(exitCode).toBe(0);
    await project.write('completion.sh', stdout);
    const complete =
      'source completion.sh; COMP_WORDS=(srag index b); COMP_CWORD=2; _srag; echo "$COMPREPLY"';
    expect((await run('bash', ['-c', complete], { cwd: project.folder })).stdout).toBe('build\n');
    expect(await project.run(['completion', 'tcsh'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("'tcsh'"),
    });
  });

  it('helps with examples, and says its version', async () => {
    const project = await temporaryProject();
    const [help, version] = await Promise.all([
      project.run(['search', '--help']),
      project.run(['--version']),
    ]);
    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Examples:') });
    expect(version).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('ends quietly when nobody reads on', async () => {
    const project = await temporaryProject();
    const { child, ended } = project.start(['cost', '--help']);
    child.stdout!.destroy();
    expect(await ended).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('explains what serve models and what it does not, of functions and of services', async () => {
    const project = await temporaryProject();
    const { stdout } = await project.run(['serve', '--explain']);
    for (const about of ['Modelled:', 'Not modelled:', 'Not modelled of S3:', 'Not modelled of DynamoDB:'])
      expect(stdout).toContain(about);
    const { services } = await project.json(['serve', '--explain']);
    expect(services.map(({ name }: { name: string }) => name)).toContain('SQS');
  });
});
