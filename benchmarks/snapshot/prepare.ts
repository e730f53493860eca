import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SragError } from '../../src/core/index.ts';
import { openStorage } from '../../src/io/storage/index.ts';
import { type EvaluationDataset, readDataset } from '../../src/measure/index.ts';
import { openVectorFolder, type VectorFolder } from '../../src/models/embedders/index.ts';
import { findVectors } from '../index-kinds/prepare.ts';
import type { BuildJob } from './build/source.ts';
import type { CandidateKind } from './candidates.ts';
import type { Place } from './jobs.ts';

export const BUCKET = 'bench';
/** Lock folder of the disk storage. */
const LOCAL_ONLY = '.srag-writes/';

/** A dataset with its vectors, and its queries in files that candidates read quickly. */
export interface PreparedData {
  readonly dataset: EvaluationDataset;
  readonly vectors: VectorFolder;
  readonly vectorsFolder: string;
  readonly queryVectors: Float32Array;
  readonly queryCount: number;
  readonly files: { readonly queryVectors: string; readonly queryTexts: string };
}

export async function prepareData(
  data: string,
  given: string | undefined,
  work: string,
): Promise<PreparedData> {
  const isFlat = (await readdir(data)).some((name) => name.startsWith('corpus.f'));
  const vectorsFolder = given ?? (isFlat ? data : await findVectors(data));
  const dataset = await readDataset(data);
  const vectors = await openVectorFolder(vectorsFolder);
  vectors.expectRows(dataset.documentIds.length);
  const asked = await vectors.queries();
  if (asked === undefined)
    throw new SragError('INVALID_DATASET', `${vectorsFolder} contains no query vectors.`);
  const files = { queryVectors: join(work, 'queries.f32'), queryTexts: join(work, 'queries.json') };
  const textOf = new Map(dataset.queries.map(({ id, text }) => [id, text]));
  await mkdir(work, { recursive: true });
  await writeFile(files.queryVectors, asked.vectors);
  await writeFile(files.queryTexts, JSON.stringify(asked.ids.map((id) => textOf.get(id) ?? '')));
  return {
    dataset,
    vectors,
    vectorsFolder,
    queryVectors: asked.vectors,
    queryCount: asked.ids.length,
    files,
  };
}

/**
 * Builds the kind's index in `work`, unless an earlier run built it from the same files; returns its folder.
 */
export async function buildOnce(
  kind: CandidateKind,
  { dataset, vectors, vectorsFolder }: PreparedData,
  work: string,
  isForced: boolean,
  say: (text: string) => void,
): Promise<{ readonly folder: string; readonly buildMs: number }> {
  const folder = join(work, 'indexes', kind.name);
  const marker = `${folder}.json`;
  const { size, mtimeMs } = await stat(dataset.corpusPath);
  const source = { rows: vectors.rows, dimensions: vectors.dimensions, size, mtimeMs };
  if (existsSync(marker) && !isForced) {
    const known = JSON.parse(await readFile(marker, 'utf8')) as { source: unknown; buildMs: number };
    if (isDeepStrictEqual(known.source, source)) return { folder, buildMs: known.buildMs };
  }
  for (const stale of [marker, uploadMarker(folder)]) await rm(stale, { force: true });
  await rm(folder, { recursive: true, force: true });
  const { rows, dimensions } = vectors;
  const job: BuildJob = {
    kind: kind.name,
    folder,
    corpusPath: resolve(dataset.corpusPath),
    vectorsFolder: resolve(vectorsFolder),
    rows,
    dimensions,
  };
  say(`building ${kind.name}`);
  const startedMs = performance.now();
  const program = join(import.meta.dirname, 'build', 'main.ts');
  const child = spawn(process.execPath, ['--no-warnings', program, JSON.stringify(job)], {
    stdio: ['ignore', 2, 2],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new SragError('VALIDATION_FAILED', `Building ${kind.name} ended with ${code}.`);
  const buildMs = performance.now() - startedMs;
  await writeFile(marker, JSON.stringify({ source, buildMs }));
  return { folder, buildMs };
}

const uploadMarker = (folder: string): string => `${folder}.uploaded`;

/** Copies a built index to S3 through the endpoint of `place`, unless an earlier run copied it. */
export async function uploadOnce(folder: string, place: Place & { kind: 's3' }): Promise<void> {
  const marker = uploadMarker(folder);
  if (existsSync(marker)) return;
  const { bucket, prefix, endpoint, region, credentials } = place;
  const location = { kind: 's3', bucket, prefix } as const;
  const storage = await openStorage(location, { endpoint, region, credentials });
  const former: string[] = [];
  for await (const { key } of storage.list('')) former.push(key);
  await storage.delete(former);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const key = relative(folder, path).split(sep).join('/');
    if (entry.isFile() && !key.startsWith(LOCAL_ONLY)) await storage.write(key, await readFile(path));
  }
  await storage.close();
  await writeFile(marker, '');
}
