import { beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';

interface Hit {
  readonly id: string;
  readonly documentId: string;
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly neighbours?: readonly { readonly ordinal: number }[];
  readonly ordinal: number;
}
const documentIds = (hits: readonly Hit[]): string[] => hits.map(({ documentId }) => documentId);

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

  it('is searched by lexical, vector and hybrid modes, ordered by the score of the mode', async () => {
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

  it('never uses the hashing embedder in mode auto', async () => {
    expect(await project.json(['search', 'leave'])).toMatchObject({ mode: 'lexical' });
  });

  it('restricts hits by filter, score, document and topK, and returns neighbours', async () => {
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

  it('returns all rows if topK exceeds their number', async () => {
    const { collections } = await project.json(['collection', 'list']);
    expect(await search('anything', '--mode', 'vector', '--top-k', '1000')).toHaveLength(
      collections[0].chunks,
    );
  });

  it('reports the time of each stage of a search', async () => {
    const { trace, searchDetails } = await project.json(['search', 'leave', '--explain']);
    expect(trace).toMatchObject({ coldStart: true, index: { kind: 'lancedb-flat' }, cached: false });
    expect(Object.keys(trace.stages)).toEqual(['openMs', 'searchMs']);
    expect(Object.keys(searchDetails)).toEqual(expect.arrayContaining(['lexicalMs', 'rescoreMs']));
    const { stdout } = await project.run(['search', 'leave', '--explain']);
    expect(stdout).toMatch(/lancedb-flat@\S+, mode lexical, cold[\s\S]* search /);
  });

  it('answers with citations whose offsets contain the quote', async () => {
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

  it('prints an answer and its sources as text, without escape codes in a pipe', async () => {
    const environments: Record<string, string>[] = [{}, { NO_COLOR: '1' }];
    for (const env of environments) {
      const { stdout, stderr } = await project.run(['ask', 'How', 'many', 'days', 'of', 'annual', 'leave?'], {
        env,
      });
      expect(stdout).toMatch(/twenty-five days[^\n]*\[1\][\s\S]*\[1\] docs\/leave\.md/);
      expect(stdout + stderr).not.toContain('\u001b');
    }
  });

  it('reports that the documents do not contain an answer', async () => {
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
