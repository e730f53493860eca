/** Builds one candidate's index in its own process: `node main.ts JOB`, where JOB is a BuildJob as JSON. */
import { mkdir } from 'node:fs/promises';
import { buildHnswlib, buildUsearch } from './in-memory.ts';
import { buildLance } from './lancedb.ts';
import { buildSnapshot } from './snapshot.ts';
import type { BuildJob } from './source.ts';
import { buildSqlite } from './sqlite-vec.ts';

const BUILDERS: Readonly<Record<string, (job: BuildJob) => Promise<void>>> = {
  snapshot: buildSnapshot,
  usearch: buildUsearch,
  'hnswlib-node': buildHnswlib,
  'sqlite-vec': buildSqlite,
};

const job = JSON.parse(process.argv[2] ?? '') as BuildJob;
await mkdir(job.folder, { recursive: true });
await (BUILDERS[job.kind] ?? buildLance)(job);
