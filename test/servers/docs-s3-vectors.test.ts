import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { s3VectorsPlace, VECTOR_BUCKET } from './s3-vectors-place.ts';

const SCRIPT = `import { runShellExample } from ${JSON.stringify(join(import.meta.dirname, '../../scripts/docs-run.ts'))};
process.stdout.write(runShellExample('s3-vectors.sh', JSON.parse(process.argv[1])).output);`;

/** Runs the example in another process, because it blocks its process, which could then serve no requests. */
async function runExample(environment: Readonly<Record<string, string>>): Promise<string> {
  const words = ['--input-type=module', '--eval', SCRIPT, JSON.stringify(environment)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (part) => {
    output += part;
  });
  await once(child, 'close');
  return output;
}

it('the S3 Vectors example of the guide builds an index in a vector bucket and answers from it', async () => {
  const place = await s3VectorsPlace();
  try {
    const output = await runExample({
      VECTOR_BUCKET,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      SRAG_S3_VECTORS_ENDPOINT: place.front.url,
    });
    expect(output).toContain('s3-vectors: vector bucket srag-test-vectors in us-east-1');
    expect(output).toContain('; published');
    expect(output).toContain('A hotel night is paid up to 140 euros. [1]');
  } finally {
    await place.remove();
  }
});
