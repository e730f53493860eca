/**
 * Measures what each supporting part adds to a function: bytes of the minified bundle, and milliseconds of a
 * cold start, in fresh processes and in alternating order. `ready` ends when the part is loaded and
 * constructed, `first` when it has returned its first answer (from a server on this machine) or written its
 * first lines. `cpu` is the processor time until `first`; other load on the machine affects it least.
 *
 *   npm run bench:parts -- [--rounds 15] [--json FILE]
 *
 * The AWS SDK's clients are measured if @aws-sdk/client-ssm and @aws-sdk/client-dynamodb are installed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'tsdown';
import { quantile } from '../src/measure/index.ts';
import { optionsOf } from './options.ts';

const values = optionsOf(import.meta.filename, {
  rounds: { type: 'string', default: '15' },
  json: { type: 'string' },
});
const ROUNDS = Number(values.rounds);
const ROOT = join(import.meta.dirname, '..');
const source = (path: string): string => JSON.stringify(join(ROOT, 'src', path));

/** Source code of a part: `make` constructs it, `use` obtains its first answer. */
interface Part {
  readonly imports: string;
  readonly make: string;
  readonly use: string;
}

const AWS =
  "{ region: 'us-east-1', endpoint: process.env.PART_URL, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }";
const RECORD =
  "{ function: 'f', requestId: 'r', status: 200, coldStart: true, stages: { searchMs: 1 }, totalMs: 2 }";
const PARTS: Readonly<Record<string, Part>> = {
  nothing: { imports: '', make: '', use: '' },
  'Powertools logger and metrics, through observability': {
    imports: `import { Observer } from ${source('api/observability/index.ts')};`,
    make: "const part = new Observer({ service: 's', logText: false }); await part.prepare();",
    use: `part.recordRequest(${RECORD});`,
  },
  'OpenTelemetry API': {
    imports: "import { trace } from '@opentelemetry/api';",
    make: "const part = trace.getTracer('srag');",
    use: "part.startActiveSpan('s', (span) => span.end());",
  },
  'srag: SSM and DynamoDB': {
    imports: `import { AwsJsonRpc } from ${source('io/remote/aws-json-rpc.ts')};`,
    make: `const [ssm, db] = [new AwsJsonRpc('ssm', ${AWS}), new AwsJsonRpc('dynamodb', ${AWS})];`,
    use: "await Promise.all([ssm.call('GetParametersByPath', { Path: '/a' }), db.call('GetItem', { TableName: 'answers', Key: { key: { S: 'k' } } })]);",
  },
  'AWS SDK: SSM and DynamoDB': {
    imports:
      "import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm'; import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';",
    make: `const [ssm, db] = [new SSMClient(${AWS}), new DynamoDBClient(${AWS})];`,
    use: "await Promise.all([ssm.send(new GetParametersByPathCommand({ Path: '/a' })), db.send(new GetItemCommand({ TableName: 'answers', Key: { key: { S: 'k' } } }))]);",
  },
};

async function bundle(
  folder: string,
  name: string,
  { imports, make, use }: Part,
): Promise<string | undefined> {
  const entry = join(folder, `${name}.ts`);
  writeFileSync(
    entry,
    `${imports}\n${make}\nconst readyMs = performance.now() - globalThis.startedMs;\n${use}
     const cpu = process.cpuUsage(globalThis.startedCpu);
     globalThis.measured = { readyMs, firstMs: performance.now() - globalThis.startedMs, cpuMs: (cpu.user + cpu.system) / 1_000 };\n`,
  );
  const outDir = join(folder, name);
  try {
    await build({
      config: false,
      cwd: ROOT,
      entry: { index: entry },
      outDir,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      deps: { alwaysBundle: [/^(?!node:)/] },
      minify: true,
      dts: false,
      logLevel: 'silent',
    });
    return outDir;
  } catch {
    return undefined;
  }
}

const bytesOf = (folder: string): number =>
  readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);

interface Sample {
  readonly readyMs: number;
  readonly firstMs: number;
  readonly cpuMs: number;
}

/** Runs a bundle in its own process. */
function measure(folder: string, url: string): Promise<Sample> {
  const code = `globalThis.startedCpu = process.cpuUsage(); globalThis.startedMs = performance.now(); await import(${JSON.stringify(join(folder, 'index.mjs'))});
    process.stderr.write('\\u0000' + JSON.stringify(globalThis.measured)); process.exit(0);`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, PART_URL: url },
    });
    let text = '';
    child.stderr.on('data', (part) => {
      text += part;
    });
    child.on('exit', (exitCode) => {
      const json = text.split('\u0000')[1];
      if (exitCode === 0 && json !== undefined) resolve(JSON.parse(json));
      else reject(new Error(`A part failed: ${text.slice(-600)}`));
    });
  });
}

const server = createServer((request, response) => {
  request.resume().on('end', () => response.end('{"Parameters": []}'));
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const folder = mkdtempSync(join(ROOT, 'node_modules', '.srag-parts-'));
try {
  const bundles = new Map<string, string>();
  for (const [index, [name, part]] of Object.entries(PARTS).entries()) {
    const made = await bundle(folder, `part-${index}`, part);
    if (made === undefined) console.log(`${name}: absent (not installed)`);
    else bundles.set(name, made);
  }
  const samples = new Map([...bundles.keys()].map((name) => [name, [] as Sample[]]));
  for (let round = 0; round < ROUNDS; round++) {
    const names = [...bundles.keys()];
    for (const name of round % 2 === 0 ? names : names.reverse())
      samples.get(name)?.push(await measure(bundles.get(name)!, url));
  }
  const p50 = (name: string, field: keyof Sample): number =>
    quantile(
      (samples.get(name) ?? []).map((sample) => sample[field]),
      0.5,
    );
  console.log(
    'part                                                      bytes  ready ms  first ms    cpu ms',
  );
  const results = [...bundles].map(([name, made]) => ({
    name,
    bytes: bytesOf(made),
    readyMs: p50(name, 'readyMs'),
    firstMs: p50(name, 'firstMs'),
    cpuMs: p50(name, 'cpuMs'),
    samples: samples.get(name),
  }));
  for (const { name, bytes, readyMs, firstMs, cpuMs } of results)
    console.log(
      `${name.padEnd(54)} ${String(bytes).padStart(8)} ${readyMs.toFixed(1).padStart(9)} ${firstMs.toFixed(1).padStart(9)} ${cpuMs.toFixed(1).padStart(9)}`,
    );
  if (values.json !== undefined) {
    const document = { schema: 1, node: process.version, rounds: ROUNDS, results };
    writeFileSync(values.json, `${JSON.stringify(document, null, 2)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
  server.close();
}
