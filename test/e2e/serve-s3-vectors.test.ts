import { afterAll, beforeAll, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import type { LocalServer } from '../support/http-server.ts';
import { startMemoryS3Vectors } from '../support/memory-s3-vectors.ts';
import { type ServedProject, serve } from '../support/served.ts';

let vectors: LocalServer;
let project: CliProject;
let served: ServedProject;

beforeAll(async () => {
  vectors = await startMemoryS3Vectors();
  project = await CliProject.open();
  await writeHandbook(project);
  const s3Vectors = { bucket: 'my-vectors', region: 'eu-west-1', endpoint: vectors.url };
  await project.write('srag.config.json', JSON.stringify({ embedder: 'hashing', s3Vectors }));
  const env = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
  await project.json(['ingest', 'docs', '--no-index'], { env });
  await project.json(['index', 'build', 's3-vectors'], { env });
  served = await serve(project, ['--mode', 'vector'], env);
}, 120_000);
afterAll(async () => {
  await served?.close();
  await vectors?.stop();
});

it('the small functions search the published index in S3 Vectors', async () => {
  const before = vectors.requests.length;
  const response = await fetch(`${served.url}/retrieve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ question: 'How many days of annual leave are there?', topK: 3 }),
  });
  expect(response.status).toBe(200);
  const { hits, trace } = (await response.json()) as { hits: { scores: object }[]; trace: object };
  expect(hits).toHaveLength(3);
  for (const { scores } of hits) expect(scores).toMatchObject({ vector: expect.any(Number) });
  expect(trace).toMatchObject({ index: { kind: 's3-vectors' } });
  expect(vectors.requests.slice(before).map(({ path }) => path)).toEqual(['/QueryVectors']);
});
