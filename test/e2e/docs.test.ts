import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  exampleFiles,
  markdownFiles,
  ROOT,
  referencePages,
  shownExamples,
  shownOutputs,
  withExamples,
} from '../../scripts/docs.ts';
import { ExampleFolder, runShellExample, withoutMeasures } from '../../scripts/docs-run.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const UPDATE = 'npm run docs brings it up to date';
/** Whether `target`, as in `docs/guide/deploy.md#your-own-kms-key`, is a file with such a heading. */
function isTarget(target: string): boolean {
  const [path = '', anchor] = target.split('#');
  if (!existsSync(join(ROOT, path))) return false;
  if (anchor === undefined) return true;
  const headings = [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!.toLowerCase());
  return headings.some(
    (heading) => heading.replaceAll(/[^\p{L}\d _-]/gu, '').replaceAll(' ', '-') === anchor,
  );
}
/** Examples checked elsewhere: the configuration is no program; the S3, OpenSearch and S3 Vectors ones need a server. */
const ELSEWHERE = ['srag.config.ts', 's3.sh', 's3-server.sh', 'opensearch.sh', 's3-vectors.sh'];

describe('pages', () => {
  it.each(markdownFiles())('%s shows its examples exactly as their files contain them', (path) => {
    expect(read(path), UPDATE).toBe(withExamples(read(path)));
  });

  it('in docs/reference match the program', async () => {
    for (const [path, text] of Object.entries(await referencePages())) {
      expect(read(path), `${path}: ${UPDATE}`).toBe(text);
    }
  });

  it.each(markdownFiles())('%s links to files and headings that exist', (path) => {
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)\s]+)/g)].map(([, target]) => target!);
    const targets = links.map((link) => (link.startsWith('#') ? path + link : join(dirname(path), link)));
    expect(targets.filter((target) => !isTarget(target))).toEqual([]);
  });

  it('exist, with the named heading, if a message refers to them', () => {
    const sources = ['src', 'infra/src'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => read(join(folder, name))),
    );
    const named = sources.flatMap((text) => text.match(/\bdocs\/[\w/-]+\.md(?:#[\w-]+)?/g) ?? []);
    expect(named).toContain('docs/guide/deploy.md#your-own-kms-key');
    expect(named.filter((target) => !isTarget(target))).toEqual([]);
  });

  it('together show every example file', () => {
    const shown = markdownFiles().flatMap((path) => shownExamples(read(path)));
    expect([...new Set([...shown, ...shownOutputs()])].sort()).toEqual([...exampleFiles()].sort());
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = markdownFiles().flatMap((path) =>
      [...read(path).matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map(([, name]) => name!),
    );
    expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
  });

  it('name only source files that exist', () => {
    const named = markdownFiles().flatMap((path) =>
      [...read(path).matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+\.\w+)`/g)].map(([, file]) => file!),
    );
    expect([...new Set(named)].filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

describe('examples', () => {
  const runnable = exampleFiles().filter((name) => !ELSEWHERE.includes(name));

  it.each(runnable.filter((name) => name.endsWith('.sh')))(
    '%s runs and prints the recorded output',
    (name) => {
      const { output } = runShellExample(name);
      if (!shownOutputs().includes(name)) return;
      const recorded = read(join('docs', 'examples', name.replace(/\.sh$/, '.output.txt')));
      expect(withoutMeasures(output), UPDATE).toBe(withoutMeasures(recorded));
    },
  );

  it('library.ts ingests, builds, publishes and answers with a citation', () => {
    using folder = new ExampleFolder();
    const output = folder.run(process.execPath, ['library.ts']);
    expect(output).toContain('3 documents added, 3 chunks written');
    expect(output).toContain('Hand in receipts within 30 days of the journey. [1]');
    expect(output).toMatch(/^\[1\] handbook\/expenses\.md \d+-\d+$/m);
    expect(folder.run('srag', ['index', 'list', '--json'])).toContain('"kind": "lancedb-flat"');
  });

  it('rag.ts ingests files and documents in memory, searches and answers', () => {
    using folder = new ExampleFolder();
    const output = folder.run(process.execPath, ['rag.ts']);
    expect(output).toContain('handbook/leave.md');
    expect(output).toContain('The garage has forty-one places. [1] faq-1');
    expect(output).toContain('A hotel night is paid up to 140 euros. [1]');
  });

  it('snapshot.ts finds the passage with few reads, and with none from warm caches', () => {
    using folder = new ExampleFolder();
    folder.run('srag', ['ingest', 'handbook']);
    folder.run('srag', ['index', 'build', 'snapshot']);
    const lines = folder.run(process.execPath, ['snapshot.ts']).trim().split('\n');
    expect(lines[0]).toMatch(/^handbook\/expenses\.md \d+ \d+$/);
    const [, reads, waves] = /^(\d+) reads in (\d+) waves$/.exec(lines[1] ?? '') ?? [];
    expect(Number(reads)).toBeLessThanOrEqual(8);
    expect(Number(waves)).toBeLessThanOrEqual(3);
    expect(lines[2]).toBe('handbook/leave.md 0 reads');
  });

  it('srag.config.ts is a valid configuration', () => {
    using folder = new ExampleFolder();
    const text = read('docs/examples/srag.config.ts');
    folder.write('srag.config.ts', text);
    const { settings } = JSON.parse(folder.run('srag', ['config', '--json'])) as {
      settings: Record<string, { value: unknown; origin: string }>;
    };
    expect(settings.collection?.value).toBe('handbook');
    expect(settings['chunker.maxTokens']?.value).toBe(300);
    expect(settings['answer.topK']?.origin).toContain('srag.config.ts');
  });

  it('srag eval --compare sends every question of the synthetic dataset to both kinds of index', () => {
    using folder = new ExampleFolder();
    folder.run(process.execPath, ['make-dataset.ts']);
    const command = ['eval', 'made-up', '--location', 'here', '--vectors', 'made-up/vectors', '--json'];
    const kinds = ['lancedb-flat:vector', 'lancedb-ivf-hnsw-sq:vector'];
    const result = JSON.parse(folder.run('srag', [...command, '--compare', ...kinds])) as {
      a: { queries: number; indexRecall: number };
      b: { queries: number; indexRecall: number };
    };
    expect(result.a).toMatchObject({ queries: 50, indexRecall: 1 });
    expect(result.b.queries).toBe(50);
    expect(result.b.indexRecall).toBeGreaterThan(0.95);
  });
});
