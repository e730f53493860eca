import { type Chunk, type SourceDocument, searchedText } from '../../../core/index.ts';
import { chunkDocument } from '../../../documents/chunking/index.ts';
import { analyseToColumn } from '../../../documents/lexical/index.ts';
import { type LoadEvent, loadFile } from '../../../documents/loaders/index.ts';
import { contentHash } from '../content-hash.ts';
import { documentFailure } from '../document-failure.ts';
import { budgetOf } from './budget.ts';
import type { ReadChunk, ReaderReply, ReadItem, ReadRequest } from './protocol.ts';
import type { Watchdog } from './watchdog.ts';

/** Items are sent in batches of this many characters, or after this time. */
const BATCH_CHARACTERS = 100_000;
const BATCH_MS = 100;

/**
 * Earlier items are flushed before a record of this size, because buffers are lost if the watchdog ends the
 * process.
 */
const LARGE_RECORD_BYTES = 64 * 1_024;

/** The channel to the parent process. */
export interface ReplyChannel {
  send(reply: ReaderReply): Promise<void>;
  /** Resolves when everything sent has left this process. */
  flushed(): Promise<void>;
}

/** Converts a file's bytes to chunks and their terms, and sends them in batches. */
export async function readFile(
  request: ReadRequest,
  watchdog: Pick<Watchdog, 'begin'>,
  channel: ReplyChannel,
): Promise<void> {
  const { file, limits, fieldMap } = request;
  const budget = budgetOf(file, limits);
  watchdog.begin(budget);
  let items: ReadItem[] = [];
  let characters = 0;
  let bytesRead = 0;
  let startedMs = performance.now();
  const sendItems = async (): Promise<void> => {
    const batch = items;
    items = [];
    characters = 0;
    if (batch.length > 0) await channel.send({ kind: 'items', items: batch, bytesRead });
    watchdog.begin(budget);
    startedMs = performance.now();
  };
  const loading = loadFile(file, {
    limits,
    fieldMap,
    onBytes: (bytes) => {
      bytesRead = bytes;
      watchdog.begin(budget);
    },
    onRecord: async (line, sizeBytes) => {
      if (sizeBytes >= LARGE_RECORD_BYTES) {
        await sendItems();
        await channel.flushed();
      }
      const { seconds } = budgetOf({ sizeBytes }, limits);
      watchdog.begin({ seconds, memoryMb: budget.memoryMb }, line);
    },
  });
  for await (const event of loading) {
    const item = itemOf(event, request);
    items.push(item);
    characters += item.kind === 'document' ? item.document.text.length : 100;
    if (characters >= BATCH_CHARACTERS || performance.now() - startedMs >= BATCH_MS) await sendItems();
  }
  await sendItems();
}

function itemOf(event: LoadEvent, { chunker, known, hashes }: ReadRequest): ReadItem {
  if (event.kind === 'failure') return event;
  const { document, row } = event;
  try {
    const hash = hashes ? contentHash(document, chunker, undefined) : undefined;
    if (hash !== undefined && known.get(document.id) === hash) return { kind: 'unchanged', id: document.id };
    const chunks = chunkDocument(document, chunker).map(compactChunk);
    return { kind: 'document', document: withoutBlocks(document), row, contentHash: hash, chunks };
  } catch (error) {
    // One rejected document must not fail the others.
    return { kind: 'failure', failure: documentFailure(document, error) };
  }
}

const withoutBlocks = ({ blocks: _, ...document }: SourceDocument): Omit<SourceDocument, 'blocks'> =>
  document;

const compactChunk = (chunk: Chunk): ReadChunk => ({
  id: chunk.id,
  start: chunk.start,
  end: chunk.end,
  tokens: chunk.tokens,
  headingPath: chunk.headingPath,
  terms: analyseToColumn(searchedText(chunk)),
});
