import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ENTRIES = [
  [
    'baseline',
    512,
    29,
    false,
    [
      ['POST', '/query'],
      ['GET', '/openapi.json'],
    ],
  ],
  [
    'retrieve',
    1769,
    15,
    false,
    [
      ['GET', '/retrieve'],
      ['POST', '/retrieve'],
      ['GET', '/retrieve-mock'],
      ['POST', '/retrieve-mock'],
    ],
  ],
  ['generate', 512, 29, false, [['POST', '/generate']]],
  ['stream', 1769, 60, true, [['POST', '/query/stream']]],
  ['warmup', 512, 60, false, []],
  ['ingest', 3008, 900, false, []],
] as const;

/** The manifest that the decision record on the pipeline describes, as the build writes it. */
export const MANIFEST = {
  gatewayAnswers: [{ method: 'GET', path: '/health', body: { status: 'ok', version: '0.1.0' } }],
  functions: ENTRIES.map(([name, memoryMb, timeoutSeconds, streaming, routes]) => ({
    name,
    asset: name === 'ingest' ? 'lancedb' : name,
    handler: name === 'ingest' ? 'ingest.handler' : 'index.handler',
    memoryMb,
    timeoutSeconds,
    streaming,
    routes: routes.map(([method, path]) => ({ method, path })),
  })),
};

const invoke = (functionName: string, payload: string, next: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: functionName, Payload: payload },
  Output: '{% $states.result.Payload %}',
  ...next,
});

/** Returns a placeholder `${name}`, which the deployment replaces. */
const blank = (name: string): string => `\${${name}}`;

const DEFINITION = {
  QueryLanguage: 'JSONata',
  StartAt: 'Retrieve',
  States: {
    Retrieve: invoke(blank('RetrieveFunction'), '{% {"action": "retrieve", "request": $states.input} %}', {
      Next: 'Generate',
    }),
    Generate: invoke(blank('GenerateFunction'), '{% {"action": "generate", "request": $states.input} %}', {
      End: true,
    }),
  },
};

const INGEST_DEFINITION = {
  QueryLanguage: 'JSONata',
  StartAt: 'Documents',
  States: {
    Documents: {
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:listObjectsV2',
        Arguments: { Bucket: '{% $states.input.bucket %}', Prefix: '{% $states.input.prefix %}' },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Ingest',
        States: {
          Ingest: invoke(blank('IngestFunction'), '{% {"keys": $states.input.Items.Key} %}', { End: true }),
        },
      },
      End: true,
    },
  },
};

/** Returns the ELF header of a Linux library; `machine` 62 is x86_64, 183 is arm64. */
export function elfHeader(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.writeUInt32BE(0x7f454c46, 0);
  header.writeUInt16LE(machine, 18);
  return header;
}

/** Contents of files by path; a number means a file of that many bytes, `undefined` omits the file. */
export type BuildFiles = Readonly<Record<string, string | Buffer | number | undefined>>;

/** Writes a folder that looks like `dist/functions`, in the temporary folder of the test file. */
export function buildFolder(changes: BuildFiles = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'srag-build-'));
  writeBuild(folder, changes);
  return folder;
}

/** Writes the files of a build into an existing folder. */
export function writeBuild(folder: string, changes: BuildFiles = {}): void {
  const names = MANIFEST.functions.map(({ name }) => name);
  const files: BuildFiles = {
    'functions.json': JSON.stringify(MANIFEST),
    'state-machine.asl.json': JSON.stringify(DEFINITION),
    'ingest.asl.json': JSON.stringify(INGEST_DEFINITION),
    ...Object.fromEntries(
      names
        .filter((name) => name !== 'ingest')
        .map((name) => [`${name}/index.mjs`, `export const handler = () => '${name}';`]),
    ),
    // As in a real build, `baseline` opens no index and stays small.
    ...Object.fromEntries(
      names
        .filter((name) => name !== 'baseline')
        .map((name) => [`lancedb/${name}.mjs`, `export const handler = () => '${name}';`]),
    ),
    'lancedb/lancedb.linux-x64-gnu.node': elfHeader(62),
    ...changes,
  };
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'number' ? '' : content);
    if (typeof content === 'number') truncateSync(join(folder, path), content);
  }
}
