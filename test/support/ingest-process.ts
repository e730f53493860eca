/** TEMPORARY stand-in for `srag ingest`: PLACE_JSON ROOT PATH... */
import { CHUNKER_VERSION, DEFAULT_CHUNKER } from '../../src/chunking/index.ts';
import { ensureCollection } from '../../src/corpus/index.ts';
import { openLanceCorpus } from '../../src/corpus/lancedb/store.ts';
import { createEmbedder } from '../../src/embedders/index.ts';
import { ingest } from '../../src/ingest/index.ts';
import { DEFAULT_FIELD_MAP, DEFAULT_LIMITS, listFiles } from '../../src/loaders/index.ts';
import { openStorage, type StoragePlace } from '../../src/storage/index.ts';

const [, , placeJson = '', root = '', ...paths] = process.argv;
const place = JSON.parse(placeJson) as StoragePlace;
void CHUNKER_VERSION;
const storage = await openStorage(place.location, place.s3);
const embedder = await createEmbedder('hashing', {});
const settings = await ensureCollection(storage, {
  formatVersion: 1,
  name: 'default',
  embedder: embedder!.id,
  dimensions: embedder!.dimensions,
  metric: 'cosine',
  chunker: DEFAULT_CHUNKER,
  fields: { year: 'number' },
});
const corpus = await openLanceCorpus({ ...place, prefix: 'default/corpus/' }, settings);
const listing = await listFiles(paths, { projectRoot: root } as never);
const report = await ingest({
  corpus,
  settings,
  files: listing.files,
  failures: listing.failures,
  roots: (listing as any).roots ?? paths.map((p) => `${p.slice(root.length + 1)}/`),
  embedder,
  vectors: undefined,
  limits: DEFAULT_LIMITS,
  fieldMap: DEFAULT_FIELD_MAP,
  prune: true,
  dryRun: false,
});
console.log(JSON.stringify(report));
await corpus.close();
