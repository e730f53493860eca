import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type CollectionSettings, SragError } from '../../../core/index.ts';
import { privateFolder } from '../../../io/temporary/index.ts';
import { resolveParameters } from '../../parameters.ts';
import type { BuildContext, IndexManifest } from '../../port.ts';
import { UnitChecksum } from '../format/checksum.ts';
import { encodeHeader, FORMAT_MAJOR, HEADER_KEY } from '../format/header.ts';
import { MAX_DIMENSIONS } from '../format/layout.ts';
import type { SnapshotHeader, VectorSettings } from '../format/opening.ts';
import { sealOf } from '../format/seal.ts';
import { SECTION_NAMES, type SectionName, type Sections } from '../format/sections.ts';
import { SymbolTable } from '../format/symbol-table.ts';
import { leafRowsFor, PARAMETERS } from '../parameters.ts';
import { type Collected, collect } from './collect.ts';
import { measureCodes } from './measure-codes.ts';
import { orderRows, type RowOrder } from './order-rows.ts';
import { trainSymbols } from './train-symbols.ts';
import { type RowParts, writeRows } from './write-rows.ts';
import { writeTables, writeWords } from './write-tables.ts';

const KIND = 'snapshot';
/**
 * Clusters are twice as large as leaves, and are then split: larger clusters are cheaper to find and put
 * fewer rows on the wrong side of a border.
 */
const LEAVES_PER_CLUSTER = 2;
/** Total size of the payloads that symbols are trained on. */
const SYMBOL_SAMPLE_BYTES = 128 * 1_024;

/**
 * Builds a snapshot: reads the corpus once into temporary files, orders rows so that similar ones are adjacent, then
 * writes the sections in that order. The same corpus, parameters and seed yield the same bytes, whatever the reading
 * order. Memory is bounded by the sample, the vocabulary and about 60 bytes per row.
 */
export async function buildSnapshot(context: BuildContext): Promise<IndexManifest> {
  const startedMs = performance.now();
  const { settings } = context.corpus;
  if (settings.dimensions > MAX_DIMENSIONS) throw tooWide(settings.dimensions);
  const stats = await context.corpus.stats();
  const size = { rows: stats.chunks, dimensions: settings.dimensions };
  const build = resolveParameters(KIND, PARAMETERS, 'build', context.buildParameters, size);
  const query = resolveParameters(KIND, PARAMETERS, 'query', context.queryParameters, size);
  const folder = await privateFolder('snapshot');
  try {
    const collected = await collect(context, folder, { lexical: build.lexical === 1, seed: build.seed! });
    try {
      const { header, sizeBytes } = await write(context, collected, build, query);
      return {
        formatVersion: 1,
        version: context.version,
        kind: KIND,
        collection: settings,
        corpusVersion: stats.version,
        createdAt: new Date().toISOString(),
        chunks: header.rows,
        buildParameters: { ...build, ...partitionsOf(header) },
        queryParameters: query,
        build: { durationMs: performance.now() - startedMs, sizeBytes },
      };
    } finally {
      collected.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The actual number of leaves, each of which consists of whole blocks of rows. */
const partitionsOf = ({ rows, vectors }: SnapshotHeader): Record<string, number> =>
  vectors === undefined ? {} : { partitions: Math.ceil(rows / vectors.leafRows) };

async function write(
  context: BuildContext,
  collected: Collected,
  build: Readonly<Record<string, number>>,
  query: Readonly<Record<string, number>>,
): Promise<{ header: SnapshotHeader; sizeBytes: number }> {
  const { storage, prefix, corpus } = context;
  const { rows } = collected;
  context.onProgress?.({ stage: 'order', done: 0, total: rows });
  const leafRows = leafRowsFor(rows, build.partitions!);
  const order = orderRows(collected, LEAVES_PER_CLUSTER * leafRows, build.seed!);
  const encoder = trainSymbols(symbolSample(collected));
  const vectors = vectorSettings(collected, order, corpus.settings, { build, leafRows });
  const averageTerms = rows === 0 ? 0 : collected.lengths.reduce((sum, length) => sum + length, 0) / rows;
  const described = {
    buildId: Buffer.from(buildIdOf(collected, corpus.settings, build)).toString('hex'),
    rows,
    collection: corpus.settings,
    vectors,
    lexical: build.lexical === 1 ? { averageTerms } : undefined,
    queryParameters: query,
  };
  const symbols = SymbolTable.of(encoder.symbols).toBytes();
  const fields = Array.from(collected.columns, ([name, { type }]) => ({ name, type }));
  const seal = sealOf({ ...described, columns: fields }, order.mean, symbols);
  const key = await context.signing?.();
  const checksum = (section: SectionName) => new UnitChecksum(seal, section, key);
  const { sections, columns, bucketBytes } = await writeSections(context, {
    collected,
    order,
    vectors,
    encoder,
    checksum,
  });
  const header: SnapshotHeader = { ...described, columns, sections };
  const bytes = encodeHeader({ header, mean: order.mean, symbols, bucketBytes }, key && { key, prefix });
  await storage.write(prefix + HEADER_KEY, bytes, { ifNoneMatch: '*' });
  const sizeBytes = Object.values(sections)
    .flat()
    .reduce((sum, segment) => sum + segment, bytes.length);
  return { header, sizeBytes };
}

/** Settings of the vectors' codes; undefined if the index contains no vectors. */
function vectorSettings(
  collected: Collected,
  order: RowOrder,
  { dimensions, metric }: CollectionSettings,
  { build, leafRows }: { readonly build: Readonly<Record<string, number>>; readonly leafRows: number },
): VectorSettings | undefined {
  if (dimensions === 0) return undefined;
  const codeBits = build.codeBits!;
  return {
    dimensions,
    codeBits,
    rotationSeed: build.seed!,
    factorLow: 0,
    ...measureCodes(collected, order, codeBits, metric),
    leafRows,
  };
}

async function writeSections(
  context: BuildContext,
  parts: RowParts,
): Promise<Pick<SnapshotHeader, 'sections' | 'columns'> & { readonly bucketBytes: Uint32Array }> {
  const { collected, order, checksum } = parts;
  const rows = await writeRows(context, parts);
  const words = collected.hasWords ? await writeWords(context, collected, order, checksum) : undefined;
  const { columns, ...keys } = await writeTables(context, collected, order, checksum);
  return {
    sections: {
      ...(Object.fromEntries(SECTION_NAMES.map((name) => [name, []])) as unknown as Sections),
      ...rows,
      ...words?.sections,
      ...keys,
      columns: columns.segments,
    },
    columns: columns.places,
    bucketBytes: words?.bucketBytes ?? new Uint32Array(0),
  };
}

/** Sample of payloads: rows with the lowest id hashes, ordered by id. */
function symbolSample({ byId, idHashes, spilled }: Collected): Uint8Array[] {
  const bound = Math.ceil(Math.min(1, SYMBOL_SAMPLE_BYTES / Math.max(1, spilled.payloadBytes)) * 2 ** 32);
  const samples: Uint8Array[] = [];
  for (const row of byId) if (idHashes[row]! < bound) samples.push(spilled.read(row).payload.slice());
  return samples;
}

/** Sixteen bytes that identify a build by its content. */
function buildIdOf(
  { contentHash }: Collected,
  settings: CollectionSettings,
  build: Readonly<Record<string, number>>,
): Uint8Array {
  const facts = JSON.stringify([FORMAT_MAJOR, settings, Object.entries(build).sort()]);
  return createHash('sha256').update(contentHash).update(facts).digest().subarray(0, 16);
}

const tooWide = (dimensions: number): SragError =>
  new SragError(
    'UNSUPPORTED',
    `The vectors have ${dimensions} dimensions; a snapshot supports at most ${MAX_DIMENSIONS}.`,
    {
      remedy: 'Use an embedder with fewer dimensions, or another index kind.',
      fields: { dimensions, allowed: MAX_DIMENSIONS },
    },
  );
