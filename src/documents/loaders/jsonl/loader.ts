import { asSragError, SragError } from '../../../core/index.ts';
import { empty, tooLarge } from '../faults.ts';
import type { FileToLoad, LoadEvent, Loader, LoadOptions } from '../port.ts';
import { type Line, linesOf } from './lines.ts';
import { type DatasetRecord, parseRecord } from './record.ts';

/**
 * JSON Lines, one record per line, in BEIR's layout or with the keys of a field map. The file is streamed. An
 * invalid line is a failure with path `path:line`, and reading continues. Ids become strings. A second record
 * with the same id is a failure.
 */
export const jsonlLoader: Loader = {
  name: 'jsonl',
  async *load(file, options) {
    const firstLines = new Map<string, number>();
    let rows = 0;
    for await (const line of linesOf(file, options)) {
      if ('bytes' in line && isBlank(line.bytes)) continue;
      const row = rows;
      rows += 1;
      await options.onRecord?.(line.number, 'bytes' in line ? line.bytes.length : 0);
      yield eventOf(file, line, row, firstLines, options);
    }
    if (rows === 0) throw empty('The file contains no records.');
  },
};

function eventOf(
  file: FileToLoad,
  line: Line,
  row: number,
  firstLines: Map<string, number>,
  { fieldMap, limits }: LoadOptions,
): LoadEvent {
  try {
    if ('tooLongBytes' in line)
      throw tooLarge('The line', line.tooLongBytes, limits.maxFileBytes, 'maxFileBytes');
    const record = parseRecord(decodeLine(line), fieldMap, limits);
    const firstLine = firstLines.get(record.id);
    if (firstLine !== undefined) throw duplicate(record.id, firstLine, line.number);
    firstLines.set(record.id, line.number);
    return { kind: 'document', document: documentOf(file, record), row };
  } catch (error) {
    const { code, message, remedy, fields } = asSragError(error, 'INVALID_RECORD');
    const { documentId } = fields;
    return {
      kind: 'failure',
      failure: {
        path: `${file.source}:${line.number}`,
        source: file.source,
        documentId: typeof documentId === 'string' ? documentId : undefined,
        code,
        message,
        remedy,
      },
    };
  }
}

function documentOf(
  file: FileToLoad,
  record: DatasetRecord,
): Extract<LoadEvent, { kind: 'document' }>['document'] {
  const { id, title, text, metadata } = record;
  return {
    id,
    source: file.source,
    title,
    text,
    blocks: [],
    metadata,
    mediaType: 'application/jsonl',
    isRecord: true,
  };
}

function decodeLine({ bytes, number }: Extract<Line, { bytes: Buffer }>): string {
  try {
    // The default `ignoreBOM: false` removes a byte order mark from the first line.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SragError('UNKNOWN_ENCODING', `Line ${number} is not valid UTF-8.`, {
      remedy: 'Convert the file to UTF-8, the only encoding of JSON.',
      cause,
    });
  }
}

const duplicate = (id: string, first: number, second: number): SragError =>
  new SragError(
    'DUPLICATE_ID',
    `The id '${id}' of line ${second} is already used in line ${first}; the first is kept.`,
    {
      remedy: 'Give every record a unique id.',
      fields: { documentId: id, lines: [first, second] },
    },
  );

const isBlank = (bytes: Buffer): boolean =>
  bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0c);
