import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, type Format } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const QUESTION = 'How many days of annual leave does every employee have?';

/**
 * A function as a user writes it. It uses everything that a bundle must contain: search, a cache folder,
 * errors and signed reads.
 */
const SOURCE = `
import { createServer } from 'node:http';
import { fileStorage, openSearcher, signedS3, SragError } from 'srag/snapshot';

export async function main() {
  const searcher = await openSearcher({
    storage: fileStorage(process.argv[2]),
    collection: 'default',
    prefetch: 'hybrid',
    cache: { folder: process.argv[3], folderBytes: 2 ** 26 },
  });
  const question = { text: ${JSON.stringify(QUESTION)}, topK: 1 };
  const words = await searcher.search(question);
  await searcher.hydrate();
  const { trace } = await searcher.search({ ...question, vector: new Float32Array(256).fill(1 / 16) });
  const missing = await openSearcher({ storage: fileStorage('nowhere') }).catch((error) => error);
  await searcher.close();
  let authorization;
  const server = createServer((request, response) => {
    authorization = request.headers.authorization;
    response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const endpoint = 'http://127.0.0.1:' + server.address().port;
  const bucket = signedS3({ bucket: 'b', region: 'eu-west-1', endpoint, credentials });
  await openSearcher({ storage: bucket }).catch(() => {});
  server.closeAllConnections();
  server.close();
  console.log(JSON.stringify({
    documentId: words.hits[0].documentId,
    readsAfterHydration: trace.storage.reads,
    isError: missing instanceof SragError,
    code: missing.code,
    authorization,
  }));
}
main();
`;

describe('srag/snapshot, bundled by esbuild from the packed package', () => {
  let folder: string;
  let project: CliProject;

  beforeAll(async () => {
    project = await CliProject.open();
    await writeHandbook(project);
    await project.json(['ingest', 'docs', '--embedder', 'hashing']);
    // Installs the package as published, with its dependencies, which the bundle must contain.
    folder = mkdtempSync(join(tmpdir(), 'srag-esbuild-'));
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
      cwd: ROOT,
    });
    const [tarball] = readdirSync(folder);
    execFileSync('tar', ['-xzf', tarball!], { cwd: folder });
    mkdirSync(join(folder, 'node_modules'));
    renameSync(join(folder, 'package'), join(folder, 'node_modules', 'srag'));
    const manifest = readFileSync(join(folder, 'node_modules', 'srag', 'package.json'), 'utf8');
    const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
    writeFileSync(join(folder, 'function.js'), SOURCE);
    writeFileSync(join(folder, 'package.json'), '{}');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await project.remove();
  });

  it.each<{ format: Format; name: string; minify: boolean }>([
    { format: 'esm', name: 'function.mjs', minify: false },
    { format: 'esm', name: 'function.min.mjs', minify: true },
    { format: 'cjs', name: 'function.cjs', minify: false },
    { format: 'cjs', name: 'function.min.cjs', minify: true },
  ])(
    'answers when bundled as $name, without any other file in its folder',
    async ({ format, name, minify }) => {
      const alone = mkdtempSync(join(tmpdir(), 'srag-bundle-'));
      const outfile = join(alone, name);
      const { errors, warnings } = await build({
        ...{ entryPoints: [join(folder, 'function.js')], outfile, absWorkingDir: folder, logLevel: 'silent' },
        ...{ bundle: true, platform: 'node', target: 'node22', format, minify },
      });
      expect([errors, warnings]).toEqual([[], []]);
      const words = [outfile, join(project.folder, '.srag'), join(alone, 'cache')];
      const reply = execFileSync(process.execPath, words, { cwd: alone, encoding: 'utf8' });
      expect(JSON.parse(reply)).toEqual({
        documentId: 'docs/leave.md',
        readsAfterHydration: 0,
        isError: true,
        code: 'NO_INDEX',
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=a\/\d{8}\/eu-west-1\/s3\/aws4_request/,
        ),
      });
      expect(readFileSync(outfile, 'utf8')).not.toMatch(/require\("(?:@lancedb|@aws-sdk)/);
      rmSync(alone, { recursive: true });
    },
  );
});
