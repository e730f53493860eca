import { describe, expect, it } from 'vitest';
import { BAD_FILES, GOOD_RECORDS, SMALL_LIMITS, writeBadFiles } from '../support/bad-files.ts';
import { type CliProject, temporaryProject } from '../support/cli.ts';
import { npyBytes } from '../support/npy.ts';
import { expectRefusal } from '../support/refusal.ts';

describe('files that cannot be ingested', () => {
  it('are each reported with path, code and remedy, and the rest is ingested', async () => {
    const project = await temporaryProject();
    await project.write('srag.config.json', JSON.stringify({ limits: SMALL_LIMITS }));
    await project.write('files/good.md', '# Good\n\nThis one is read.\n');
    await writeBadFiles(project, 'files');
    const run = await project.run(['ingest', 'files', '--json']);
    const { failures, documents } = run.json as {
      failures: { path: string; code: string; message: string; remedy: string }[];
      documents: Record<string, number>;
    };
    expect(run.exitCode).toBe(3);
    for (const { path, at = path, code, message, remedy } of BAD_FILES) {
      expect(failures, at).toContainEqual({
        path: `files/${at}`,
        code,
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(remedy),
      });
      expect(run.stderr).toContain(`files/${at}: ${code}: `);
    }
    expect(failures).toContainEqual(
      expect.objectContaining({ path: 'files/gone.md', code: 'FILE_UNREADABLE' }),
    );
    expect(documents.failed).toBe(BAD_FILES.length + 1);
    for (const id of [...GOOD_RECORDS, 'files/good.md']) {
      expect((await project.json(['show', id])).document.id).toBe(id);
    }
  });

  it('include a named pipe, which is refused at once instead of waiting for data', async () => {
    const project = await temporaryProject();
    await writeBadFiles(project, 'files');
    const run = await project.run(['ingest', 'files/pipe.md', '--json']);
    expect(run.exitCode).toBe(3);
    expect(run.json.failures).toMatchObject([
      {
        path: 'files/pipe.md',
        code: 'UNSUPPORTED_FORMAT',
        message: expect.stringContaining('not a regular file'),
      },
    ]);
  });

  it('keep their previously ingested content', async () => {
    const project = await temporaryProject();
    await project.write('docs/page.md', '# Page\n\nGood words.\n');
    await project.json(['ingest', 'docs']);
    await project.write('docs/page.md', '');
    const run = await project.run(['ingest', 'docs', '--json']);
    expect(run).toMatchObject({ exitCode: 3, json: { documents: { removed: 0, failed: 1 } } });
    expect((await project.json(['show', 'docs/page.md'])).document.text).toContain('Good words.');
  });
});

describe('precomputed vectors', () => {
  const RECORDS = ['a', 'b', 'c', 'd'].map((id) => `{"_id":"${id}","text":"Record ${id} of four."}`);

  async function project(rows: readonly (readonly number[])[]): Promise<CliProject> {
    const made = await temporaryProject();
    await made.write('data/corpus.jsonl', RECORDS.join('\n'));
    const numbers = Float32Array.from(rows.flat());
    await made.write('data/v/corpus.f32.npy', npyBytes('<f4', rows.length, rows[0]!.length, numbers));
    return made;
  }
  const INGEST = ['ingest', 'data/corpus.jsonl', '--vectors', 'data/v'];

  it('must be as many as the records', async () => {
    await expectRefusal(
      await project([
        [1, 0],
        [0, 1],
      ]),
      ['', INGEST, 1, 'VECTOR_COUNT_MISMATCH', /2 vectors, but \S+ contains 4 records/, /Row i/],
    );
  });

  it('must have the dimensions of the collection', async () => {
    const made = await project([
      [1, 0],
      [0, 1],
      [1, 1],
      [1, 2],
    ]);
    await made.json(INGEST);
    await made.write(
      'data/v/corpus.f32.npy',
      npyBytes(
        '<f4',
        4,
        3,
        Float32Array.from({ length: 12 }, () => 1),
      ),
    );
    await expectRefusal(made, [
      '',
      INGEST,
      2,
      'EMBEDDER_MISMATCH',
      /'precomputed:2', not 'precomputed:3'/,
      /another --collection/,
    ]);
  });

  it('fail individually if they are NaN or zero, and the other rows are ingested', async () => {
    const made = await project([
      [1, 0],
      [Number.NaN, 1],
      [0, 0],
      [0, 2],
    ]);
    const run = await made.run([...INGEST, '--json']);
    expect(run).toMatchObject({ exitCode: 3, json: { documents: { added: 2, failed: 2 } } });
    for (const [index, row] of [1, 2].entries()) {
      expect(run.json.failures[index]).toMatchObject({
        path: 'data/corpus.jsonl',
        code: 'INVALID_VECTOR',
        message: expect.stringMatching(new RegExp(`Record '${'abcd'[row]}': .*row ${row} .*corpus.f32.npy`)),
        remedy: expect.stringMatching(/./),
      });
    }
    const { chunk } = await made.json(['show', (await made.json(['show', 'd'])).document.chunks[0].id]);
    expect(chunk.vector).toEqual([0, 1]);
  });

  it('must be in a numeric file in an existing folder', async () => {
    const made = await project([[1, 0]]);
    await expectRefusal(made, [
      '',
      ['ingest', 'data/corpus.jsonl', '--vectors', 'nowhere'],
      1,
      'PATH_NOT_FOUND',
      /nowhere contains neither corpus\.f32\.npy/,
      /folder that contains the vectors/,
    ]);
    await made.write('data/v/corpus.f32.npy', 'not an npy file at all, but long enough to have a header');
    const run = await made.run([...INGEST, '--json']);
    expect(run).toMatchObject({
      exitCode: 1,
      json: { error: { message: expect.stringContaining('corpus.f32.npy') } },
    });
  });
});
