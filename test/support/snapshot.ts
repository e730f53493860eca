import { type CollectionSettings, type Metadata, searchedText } from '../../src/core/index.ts';
import type { DocumentWrite } from '../../src/corpus/index.ts';
import { MemoryCorpus } from '../../src/corpus/memory/store.ts';
import { analyseToColumn } from '../../src/documents/lexical/index.ts';
import type { IndexManifest, IndexParameters } from '../../src/indexes/port.ts';
import { create } from '../../src/indexes/snapshot/index.ts';
import type { ObjectStorage } from '../../src/io/storage/index.ts';
import { testDocument, testSettings } from './chunks.ts';
import { MemoryStorage } from './memory-storage.ts';
import { seeded } from './seeded.ts';

const WORDS =
  'river stone bridge winter harvest market engine signal copper garden letter island shadow mirror window thunder';

/** Parameters of a test corpus; equal parameters return equal documents. */
export interface TestCorpus {
  readonly documents: number;
  readonly dimensions: number;
  readonly seed?: number;
}

/** Documents of one to three chunks with shared and unique words, and values for every filter field. */
export function snapshotDocuments({ documents, dimensions, seed = 1 }: TestCorpus): DocumentWrite[] {
  const random = seeded(seed);
  const words = WORDS.split(' ');
  return Array.from({ length: documents }, (_, number) => {
    const metadata: Metadata = {
      ...(random() < 0.2 ? {} : { year: 2000 + Math.floor(random() * 25) }),
      kind: random() < 0.3 ? 'note' : "it's a report",
      open: random() < 0.5,
      tags: random() < 0.3 ? ['red', 'blue'] : ['green'],
    };
    const write = testDocument(`d${number}`, { chunks: 1 + (number % 3), dimensions, metadata });
    const chunks = write.chunks.map(({ chunk, ...rest }) => {
      const extra = Array.from({ length: 4 }, () => words[Math.floor(random() * words.length)]).join(' ');
      const told = { ...chunk, text: `${chunk.text} ${extra}` };
      return { ...rest, chunk: told, terms: analyseToColumn(searchedText(told)) };
    });
    return { ...write, chunks };
  });
}

export interface BuiltSnapshot {
  readonly storage: MemoryStorage;
  readonly prefix: string;
  readonly manifest: IndexManifest;
}

/** Builds a snapshot of these documents, in order, in memory. */
export async function buildTestSnapshot(
  writes: readonly DocumentWrite[],
  settings: CollectionSettings,
  buildParameters: IndexParameters = {},
  version = 'v1',
): Promise<BuiltSnapshot> {
  const storage = new MemoryStorage();
  return { storage, ...(await buildInto(storage, writes, settings, buildParameters, version)) };
}

/** Like {@link buildTestSnapshot}, but in an existing storage. */
export async function buildInto(
  storage: ObjectStorage,
  writes: readonly DocumentWrite[],
  settings: CollectionSettings,
  buildParameters: IndexParameters = {},
  version = 'v1',
): Promise<{ readonly prefix: string; readonly manifest: IndexManifest }> {
  const corpus = new MemoryCorpus(settings);
  await corpus.write(writes);
  const prefix = `test/indexes/${version}/`;
  const place = { location: { kind: 'file', path: '/nowhere' } } as const;
  const given = { version, buildParameters, queryParameters: {} };
  const manifest = await create('snapshot').build({ corpus, storage, place, prefix, ...given });
  return { prefix, manifest };
}

/** A snapshot of {@link snapshotDocuments}. */
export function testSnapshot(
  corpus: TestCorpus,
  buildParameters: IndexParameters = {},
): Promise<BuiltSnapshot> {
  return buildTestSnapshot(snapshotDocuments(corpus), testSettings(corpus.dimensions), buildParameters);
}
