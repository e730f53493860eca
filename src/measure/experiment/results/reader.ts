import { open } from 'node:fs/promises';
import { messageOf, SragError } from '../../../core/index.ts';
import { parseHeader, type ResultHeader } from './header.ts';
import { parseSample, type Sample } from './sample.ts';

/** An opened result file. */
export interface ResultFile {
  readonly path: string;
  readonly header: ResultHeader;
  /**
   * Streams the samples in the order in which they ended; never holds the whole file in memory. An incomplete last
   * line, which a killed run leaves, is not a sample; `onTruncated` is called with its location.
   * @throws INVALID_RECORD naming file and line
   */
  samples(onTruncated?: (place: string) => void): AsyncIterable<Sample>;
}

/**
 * Opens a result file and reads its header.
 * @throws PATH_NOT_FOUND, FILE_EMPTY, INVALID_RECORD, UNSUPPORTED for a newer schema
 */
export async function openResultFile(path: string): Promise<ResultFile> {
  for await (const { text, number, isWhole } of linesOf(path)) {
    if (!isWhole) break;
    const header = parseHeader(text, `${path}:${number}`);
    return { path, header, samples: (onTruncated) => samplesOf(path, onTruncated) };
  }
  throw new SragError('FILE_EMPTY', `${path} contains no header: the run ended before writing it.`, {
    remedy: 'Start the run again.',
    fields: { path },
  });
}

async function* samplesOf(path: string, onTruncated?: (place: string) => void): AsyncIterable<Sample> {
  for await (const { text, number, isWhole } of linesOf(path)) {
    if (number === 1 || text === '') continue;
    if (!isWhole) onTruncated?.(`${path}:${number}`);
    else yield parseSample(text, `${path}:${number}`);
  }
}

interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** False only for a last line that does not end in a newline. */
  readonly isWhole: boolean;
}

async function* linesOf(path: string): AsyncIterable<Line> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new SragError('PATH_NOT_FOUND', `The result file ${path} cannot be read: ${messageOf(cause)}.`, {
      fields: { path },
      cause,
    });
  });
  let rest = '';
  let number = 0;
  for await (const piece of file.createReadStream({ encoding: 'utf8', highWaterMark: 2 ** 18 })) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { text, number: ++number, isWhole: true };
  }
  if (rest !== '') yield { text: rest, number: ++number, isWhole: false };
}
