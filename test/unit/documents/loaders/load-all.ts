import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceDocument } from '../../../../src/core/index.ts';
import {
  DEFAULT_FIELD_MAP,
  DEFAULT_LIMITS,
  type LoadEvent,
  type LoadFailure,
  type LoadOptions,
  loadFile,
} from '../../../../src/documents/loaders/index.ts';

/** A temporary folder that is removed at the end of its block. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'srag-loaders-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

type Overrides = Partial<Omit<LoadOptions, 'limits'>> & { readonly limits?: Partial<LoadOptions['limits']> };

/** The events of loading a file with this name and content. */
export async function eventsOf(
  name: string,
  content: string | Uint8Array,
  overrides: Overrides = {},
): Promise<LoadEvent[]> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, name);
  await writeFile(path, content);
  const { size: sizeBytes, mtimeMs: modifiedMs } = await stat(path);
  const options = {
    fieldMap: DEFAULT_FIELD_MAP,
    ...overrides,
    limits: { ...DEFAULT_LIMITS, ...overrides.limits },
  };
  const events: LoadEvent[] = [];
  for await (const event of loadFile({ path, source: name, sizeBytes, modifiedMs }, options))
    events.push(event);
  return events;
}

/** The document of a file that yields exactly one document and no failure. */
export async function documentOf(
  name: string,
  content: string | Uint8Array,
  overrides?: Overrides,
): Promise<SourceDocument> {
  const events = await eventsOf(name, content, overrides);
  const [event] = events;
  if (events.length !== 1 || event?.kind !== 'document')
    throw new Error(`Not one document: ${JSON.stringify(events)}`);
  return event.document;
}

/** The failure of a file that yields exactly one failure and no document. */
export async function failureOf(
  name: string,
  content: string | Uint8Array,
  overrides?: Overrides,
): Promise<LoadFailure> {
  const events = await eventsOf(name, content, overrides);
  const [event] = events;
  if (events.length !== 1 || event?.kind !== 'failure')
    throw new Error(`Not one failure: ${JSON.stringify(events)}`);
  return event.failure;
}

/** The kind and text of each block. */
export const blockTexts = (document: SourceDocument): [string, string][] =>
  document.blocks.map(({ kind, start, end }) => [kind, document.text.slice(start, end)]);
