import { asSragError, SragError, throwIfAborted } from '../../core/index.ts';
import { empty } from './faults.ts';
import { EXTENSIONS, loaderNameFor } from './formats.ts';
import type { FileToLoad, LoadEvent, LoadOptions } from './port.ts';
import { LOADERS } from './registry.ts';

const MAX_TITLE_CHARACTERS = 1_000;

/**
 * Loads a file. An error in the file or in a record is a failure event with a remedy, never an exception.
 * @throws CANCELLED when the signal is aborted, MISSING_PACKAGE if a parser is not installed.
 */
export async function* loadFile(file: FileToLoad, options: LoadOptions): AsyncIterable<LoadEvent> {
  throwIfAborted(options.signal);
  try {
    const name = loaderNameFor(file.path);
    if (name === undefined) throw unsupportedFormat(file.path);
    if (file.sizeBytes === 0) throw empty('The file is empty (0 bytes).');
    const loader = await LOADERS[name]();
    for await (const event of loader.load(file, options)) yield withShortTitle(event);
  } catch (error) {
    throwIfAborted(options.signal);
    const fault = asSragError(error, 'FILE_DAMAGED', 'Cannot parse the file');
    if (fault.code === 'CANCELLED' || fault.code === 'MISSING_PACKAGE') throw fault;
    const { code, message, remedy } = fault;
    const failure = {
      path: file.source,
      source: file.source,
      code,
      message,
      remedy,
    };
    yield { kind: 'failure', failure };
  }
}

/**
 * Truncates the title of a file's document, because it is repeated in each chunk and the text contains it
 * anyway.
 */
function withShortTitle(event: LoadEvent): LoadEvent {
  if (event.kind === 'failure' || event.document.title.length <= MAX_TITLE_CHARACTERS) return event;
  const { document } = event;
  return document.isRecord
    ? event
    : { ...event, document: { ...document, title: shortened(document.title) } };
}

const shortened = (title: string): string => `${title.slice(0, MAX_TITLE_CHARACTERS - 1).toWellFormed()}…`;

/** The error for a file with an unknown extension. */
export const unsupportedFormat = (path: string): SragError =>
  new SragError('UNSUPPORTED_FORMAT', `No loader supports the format of ${path}.`, {
    remedy: `Convert it to one of ${EXTENSIONS.join(', ')}.`,
    fields: { path, allowed: EXTENSIONS },
  });
