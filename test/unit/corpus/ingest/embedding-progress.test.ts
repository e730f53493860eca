import { describe, expect, it } from 'vitest';
import { type Amount, EmbeddingProgress } from '../../../../src/corpus/ingest/embedding-progress.ts';
import type { FileToLoad } from '../../../../src/documents/loaders/index.ts';

const file = (source: string, sizeBytes: number): FileToLoad =>
  ({ source, path: `/docs/${source}`, sizeBytes }) as FileToLoad;

/** Returns the total amount of `count` chunks that have `tokens` tokens each. */
const chunks = (count: number, tokens = 10): Amount => ({ chunks: count, tokens: count * tokens });

/** The progress of embedding these files, and its fake clock. */
function progressOf(files: readonly FileToLoad[], stored: readonly string[] = []) {
  const clock = { nowMs: 0 };
  let changes = 0;
  const progress = new EmbeddingProgress(files, (source) => stored.includes(source), {
    now: () => clock.nowMs,
    onChange: () => {
      changes += 1;
    },
  });
  return { progress, clock, changes: () => changes };
}

describe('EmbeddingProgress', () => {
  it('counts the chunks of files that were read, and estimates those of other files by size', () => {
    const files = [file('a.md', 1_000), file('b.md', 3_000)];
    const { progress } = progressOf(files);
    expect(progress.state).toMatchObject({ chunksDone: 0, chunksTotal: 0 });
    progress.read(files[0]!, 1_000, chunks(10));
    expect(progress.state.chunksTotal).toBe(40);
    progress.read(files[1]!, 3_000, chunks(12));
    expect(progress.state.chunksTotal).toBe(22);
  });

  it('estimates unread files from files of the same format', () => {
    const files = [
      file('a.md', 1_000),
      file('b.pdf', 100_000),
      file('c.pdf', 200_000),
      file('d.html', 1_000),
    ];
    const { progress } = progressOf(files);
    progress.read(files[0]!, 1_000, chunks(10));
    progress.read(files[1]!, 100_000, chunks(20));
    // 30 chunks were read, and 40 are estimated for c.pdf. The rate of all files gives only 0.3 for d.html.
    expect(progress.state.chunksTotal).toBe(70);
  });

  it('expects no chunks from unread files that are already stored, except from datasets, which may have grown', () => {
    const files = [file('a.md', 1_000), file('b.md', 1_000), file('r.jsonl', 1_000)];
    const { progress } = progressOf(files, ['a.md', 'b.md', 'r.jsonl']);
    progress.read(files[0]!, 1_000, chunks(10));
    expect(progress.state.chunksTotal).toBe(20);
  });

  it('excludes unchanged parts of a dataset from the estimated rate', () => {
    const files = [file('r.jsonl', 10_000)];
    const { progress } = progressOf(files, ['r.jsonl']);
    progress.read(files[0]!, 5_000, chunks(0));
    progress.read(files[0]!, 1_000, chunks(8));
    expect(progress.state.chunksTotal).toBe(40);
  });

  it('estimates the remaining time from embedded chunks, excluding reused ones', () => {
    const files = [file('a.md', 1_000)];
    const { progress, clock, changes } = progressOf(files);
    clock.nowMs = 50_000;
    progress.read(files[0]!, 1_000, chunks(130));
    expect(progress.state.remainingMs).toBeUndefined();
    progress.begin(chunks(30));
    clock.nowMs += 2_000;
    progress.embedded(chunks(20));
    expect(progress.state).toEqual({ chunksDone: 50, chunksTotal: 130, remainingMs: 8_000 });
    expect(changes()).toBe(1);
  });

  it('averages the remaining times estimated from chunks and from tokens if the remaining texts differ in length', () => {
    const files = [file('a.md', 1_000)];
    const { progress, clock } = progressOf(files);
    progress.read(files[0]!, 500, chunks(10, 100));
    progress.read(files[0]!, 500, chunks(10, 300));
    progress.begin(chunks(0));
    clock.nowMs = 10_000;
    progress.embedded(chunks(10, 100));
    expect(progress.state.remainingMs).toBe(20_000);
  });
});
