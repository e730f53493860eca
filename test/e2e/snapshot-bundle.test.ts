import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsdown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const KIBIBYTE = 1_024;

/** The minified code of a function that answers from a snapshot, with all its dependencies. */
async function bundle(folder: string, name: string, source: string): Promise<string> {
  const entry = join(folder, `${name}.ts`);
  writeFileSync(entry, source);
  await build({
    config: false,
    cwd: ROOT,
    entry: { [name]: entry },
    outDir: join(folder, name),
    format: 'esm',
    platform: 'node',
    target: 'node22',
    deps: { alwaysBundle: [/^(?!node:)/] },
    alias: { 'srag/snapshot': join(ROOT, 'src', 'snapshot.ts') },
    minify: true,
    dts: false,
    logLevel: 'error',
  });
  // Lazily imported code is in separate files.
  const files = readdirSync(join(folder, name)).filter((file) => file.endsWith('.mjs'));
  return files.map((file) => readFileSync(join(folder, name, file), 'utf8')).join('\n');
}

const HANDLER = (storage: string, imports = '') => `
  import { openSearcher, signedS3, fileStorage } from 'srag/snapshot';
  ${imports}
  export const handler = async (event: { vector: number[]; text: string }) => {
    const searcher = await openSearcher({ storage: ${storage}, prefetch: 'hybrid' });
    return (await searcher.search({ vector: Float32Array.from(event.vector), text: event.text, topK: 5 })).hits;
  };`;

describe('the bundle of a function that answers from a snapshot', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(ROOT, 'node_modules', '.srag-bundle-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has at most 150 KiB with signed reads, and no native code, LanceDB, AWS SDK or zod', async () => {
    const credentials = "{ accessKeyId: 'a', secretAccessKey: 'b' }";
    const storage = `signedS3({ bucket: 'b', region: 'eu-west-1', credentials: ${credentials} })`;
    const code = await bundle(folder, 'signed', HANDLER(storage));
    expect(code.length).toBeLessThanOrEqual(150 * KIBIBYTE);
    expect(code).toContain('SRAGSNAP');
    for (const foreign of ['lancedb', '@aws-sdk', 'smithy', '.node"', 'ZodError'])
      expect(code.includes(foreign), foreign).toBe(false);
  });

  it('has at most 1 MiB with the AWS SDK', async () => {
    const path = JSON.stringify(join(ROOT, 'src', 'io/storage', 's3', 'storage.ts'));
    const imports = `import { S3Storage } from ${path};`;
    const location = "{ kind: 's3', bucket: 'b', prefix: '' }";
    const code = await bundle(folder, 'sdk', HANDLER(`await S3Storage.open(${location}, {})`, imports));
    expect(code.length).toBeLessThanOrEqual(1_024 * KIBIBYTE);
    expect(code).toMatch(/smithy/i);
    expect(code).toContain('SRAGSNAP');
  });
});
