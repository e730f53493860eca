import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_FIELD_MAP, type LoadEvent } from '../../../../src/documents/loaders/index.ts';
import { eventsOf, failureOf } from './load-all.ts';

const records = (events: readonly LoadEvent[]) =>
  events.flatMap((event) => (event.kind === 'document' ? [event] : []));
const failures = (events: readonly LoadEvent[]) =>
  events.flatMap((event) => (event.kind === 'failure' ? [event.failure] : []));
const lines = (...values: unknown[]): string =>
  values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');

describe('the JSONL loader', () => {
  it('reads the layout of BEIR, and adds other top-level keys to the metadata', async () => {
    const events = await eventsOf(
      'corpus.jsonl',
      lines({ _id: 'd1', title: 'T', text: 'Body', metadata: { year: 2020 }, lang: 'en' }),
    );
    expect(events).toEqual([
      {
        kind: 'document',
        row: 0,
        document: {
          id: 'd1',
          source: 'corpus.jsonl',
          title: 'T',
          text: 'Body',
          blocks: [],
          metadata: { year: 2020, lang: 'en' },
          mediaType: 'application/jsonl',
          isRecord: true,
        },
      },
    ]);
  });

  it('keeps integers beyond 2^53 as written, at any position', async () => {
    const events = await eventsOf(
      'a.jsonl',
      lines(
        '{"_id": 12345678901234567890, "text": "1234567890123456789012", "thread": [98765432109876543210, 7]}',
        '{"_id": 12345678901234567891, "text": "b", "share": 0.1234567890123456}',
        '{"_id": -9007199254740993, "text": "c"}',
        '{"_id": 9007199254740991, "text": "d"}',
      ),
    );
    expect(records(events).map(({ document }) => [document.id, document.metadata])).toEqual([
      ['12345678901234567890', { thread: ['98765432109876543210', 7] }],
      ['12345678901234567891', { share: 0.1234567890123456 }],
      ['-9007199254740993', {}],
      ['9007199254740991', {}],
    ]);
    expect(records(events)[0]?.document.text).toBe('1234567890123456789012');
  });

  it('continues after invalid lines and reports each with its line number; row numbers count every record', async () => {
    const events = await eventsOf(
      'a.jsonl',
      lines(
        { _id: 1, text: 'one' },
        '',
        '{"_id": 2',
        '[1]',
        { text: 'x' },
        { _id: 5 },
        { _id: '6', text: 7 },
        { _id: 7, text: 'ok' },
      ),
    );
    expect(records(events).map(({ document, row }) => [document.id, row])).toEqual([
      ['1', 0],
      ['7', 6],
    ]);
    expect(failures(events).map(({ path, code, documentId }) => [path, code, documentId])).toEqual([
      ['a.jsonl:3', 'INVALID_RECORD', undefined],
      ['a.jsonl:4', 'INVALID_RECORD', undefined],
      ['a.jsonl:5', 'INVALID_RECORD', undefined],
      ['a.jsonl:6', 'INVALID_RECORD', '5'],
      ['a.jsonl:7', 'INVALID_RECORD', '6'],
    ]);
    expect(failures(events)[4]).toMatchObject({
      message: expect.stringContaining("its 'text' (the text) is 7"),
      source: 'a.jsonl',
    });
  });

  it('reports a duplicate id with both line numbers, even if one id is a number', async () => {
    const events = await eventsOf(
      'a.jsonl',
      lines({ _id: 'a', text: '1' }, { _id: 2, text: '2' }, { _id: '2', text: '3' }),
    );
    expect(records(events)).toHaveLength(2);
    expect(failures(events)).toEqual([
      expect.objectContaining({
        path: 'a.jsonl:3',
        code: 'DUPLICATE_ID',
        documentId: '2',
        message: expect.stringMatching(/line 3.*line 2/),
      }),
    ]);
  });

  it('reads other layouts through a field map with dotted keys', async () => {
    const fieldMap = { id: 'doc.id', title: 'doc.name', text: 'body', metadata: 'attributes' };
    const [event] = await eventsOf(
      'a.jsonl',
      lines({ doc: { id: 7, name: 'N' }, body: 'B', attributes: { k: 1 }, extra: true }),
      { fieldMap },
    );
    expect(event).toMatchObject({
      document: { id: '7', title: 'N', text: 'B', metadata: { k: 1, extra: true } },
    });
  });

  it('prefers a literal key with dots to nested objects', async () => {
    const fieldMap = { ...DEFAULT_FIELD_MAP, text: 'a.b' };
    const [event] = await eventsOf('a.jsonl', lines({ _id: 1, 'a.b': 'flat', a: { b: 'deep' } }), {
      fieldMap,
    });
    expect(event).toMatchObject({ document: { text: 'flat' } });
  });

  it('normalises texts to NFC and replaces lone surrogates', async () => {
    const [event] = await eventsOf('a.jsonl', '\ufeff{"_id":"1","text":"cafe\\u0301 \\ud800\\r\\nx"}\r\n');
    expect(event).toMatchObject({ document: { text: 'café \ufffd\nx' } });
  });

  it('reads all members of a gzip file', async () => {
    const zipped = Buffer.concat([
      gzipSync(`${lines({ _id: 1, text: 'a' })}\n`),
      gzipSync(lines({ _id: 2, text: 'b' })),
    ]);
    expect(records(await eventsOf('a.jsonl.gz', zipped)).map(({ document }) => document.id)).toEqual([
      '1',
      '2',
    ]);
  });

  it('yields the complete records of a truncated gzip file, then a failure', async () => {
    const all = lines(
      ...Array.from({ length: 5_000 }, (_, index) => ({ _id: index, text: `${Math.sin(index)}` })),
    );
    const zipped = gzipSync(all);
    const events = await eventsOf('a.jsonl.gz', zipped.subarray(0, zipped.length >> 1));
    expect(records(events).length).toBeGreaterThan(1_000);
    expect(failures(events)).toEqual([expect.objectContaining({ path: 'a.jsonl.gz', code: 'FILE_DAMAGED' })]);
  });

  it('reports a file that is not gzip as damaged', async () => {
    expect(await failureOf('a.jsonl.gz', 'plain text')).toMatchObject({ code: 'FILE_DAMAGED' });
  });

  it('stops at the limit for decompressed bytes', async () => {
    const zipped = gzipSync(
      lines(...Array.from({ length: 50_000 }, (_, index) => ({ _id: index, text: 'aaaa' }))),
    );
    const events = await eventsOf('a.jsonl.gz', zipped, { limits: { maxDecompressedBytes: 600_000 } });
    expect(failures(events)).toEqual([
      expect.objectContaining({
        code: 'FILE_TOO_LARGE',
        message: expect.stringContaining('the limit is 585.9 KiB'),
      }),
    ]);
  });

  it('recognises a zip bomb by its compression ratio', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 2 ** 20, '\n'));
    const events = await eventsOf('a.jsonl.gz', bomb);
    expect(failures(events)).toEqual([
      expect.objectContaining({ code: 'FILE_TOO_LARGE', message: expect.stringContaining('zip bomb') }),
    ]);
  });

  it('skips a record over the limit and continues', async () => {
    const events = await eventsOf(
      'a.jsonl',
      lines({ _id: 1, text: 'x'.repeat(5_000) }, { _id: 2, text: 'y' }),
      { limits: { maxFileBytes: 1_000 } },
    );
    expect(failures(events)).toEqual([
      expect.objectContaining({ path: 'a.jsonl:1', code: 'FILE_TOO_LARGE' }),
    ]);
    expect(records(events).map(({ document, row }) => [document.id, row])).toEqual([['2', 1]]);
  });

  it('reports a line that is not valid UTF-8', async () => {
    expect(await failureOf('a.jsonl', Buffer.from('{"_id":1,"text":"caf\xe9"}', 'latin1'))).toMatchObject({
      path: 'a.jsonl:1',
      code: 'UNKNOWN_ENCODING',
    });
  });

  it('reports a file without records as empty', async () => {
    expect(await failureOf('a.jsonl', '\n \n')).toMatchObject({ code: 'FILE_EMPTY', path: 'a.jsonl' });
  });
});
