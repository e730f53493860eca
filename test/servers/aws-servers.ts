import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server for tests; `stop` ends it if this process started it. */
export interface AwsServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const START_MS = 60_000;
const serversFolder = (): string => resolve(process.env.SERVERS ?? 'servers-run');

/**
 * DynamoDB Local, in memory: SRAG_TEST_DYNAMODB_ENDPOINT if set, else the jars in $SERVERS/dynamodb/lib on a
 * free port.
 */
export async function startDynamoDbLocal(): Promise<AwsServer> {
  const given = process.env.SRAG_TEST_DYNAMODB_ENDPOINT;
  if (given !== undefined) return { endpoint: given, stop: async () => {} };
  const jars = join(serversFolder(), 'dynamodb', 'lib');
  const words = ['-Xmx256m', `-Djava.library.path=${jars}`, `-Dsqlite4java.library.path=${jars}`];
  const main = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
  const port = await freePort();
  const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  return start('dynamodb-local', jars, 'java', [...words, '-cp', `${jars}/*`, main, ...options], port);
}

/**
 * moto's server (SSM, SQS and more): SRAG_TEST_MOTO_ENDPOINT if set, else $SERVERS/moto/bin/moto_server on a
 * free port.
 */
export async function startMoto(): Promise<AwsServer> {
  const given = process.env.SRAG_TEST_MOTO_ENDPOINT;
  if (given !== undefined) return { endpoint: given, stop: async () => {} };
  const program = join(serversFolder(), 'moto', 'bin', 'moto_server');
  const port = await freePort();
  return start('moto', program, program, ['-H', '127.0.0.1', '-p', String(port)], port);
}

/** moto's Step Functions interpreter from $SERVERS/moto; its tasks invoke functions at `lambdaPort`. */
export async function startMotoStepFunctions(lambdaPort: number): Promise<AwsServer> {
  const python = join(serversFolder(), 'moto', 'bin', 'python');
  const script = join(import.meta.dirname, 'moto-stepfunctions.py');
  const port = await freePort();
  return start('moto-stepfunctions', python, python, [script, String(port)], port, {
    MOTO_PORT: String(lambdaPort),
  });
}

/**
 * Returns an empty OpenSearch with the k-NN plugin: SRAG_TEST_OPENSEARCH_ENDPOINT if it is set and `settings` is
 * empty, else a node with these settings, started from the jars in $SERVERS/opensearch on a free port.
 */
export async function startOpenSearch(settings: Readonly<Record<string, string>> = {}): Promise<AwsServer> {
  const given = process.env.SRAG_TEST_OPENSEARCH_ENDPOINT;
  const changed = Object.entries(settings);
  if (given !== undefined && changed.length === 0) return { endpoint: given, stop: async () => {} };
  const folder = join(serversFolder(), 'opensearch');
  const jdk = join(folder, 'jdk');
  const java = existsSync(jdk) ? join((await readFile(jdk, 'utf8')).trim(), 'bin', 'java') : 'java';
  const home = await mkdtemp(join(tmpdir(), 'srag-opensearch-'));
  const port = await freePort();
  const words = [
    '-Xms512m',
    '-Xmx512m',
    '-XX:+UseSerialGC',
    `-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`,
    '--enable-native-access=ALL-UNNAMED',
    '--add-modules=jdk.incubator.vector',
    '-cp',
    `${join(folder, 'classes')}:${join(folder, 'lib')}/*`,
    'OpenSearchNode',
    home,
    String(port),
    ...changed.map(([name, value]) => `${name}=${value}`),
  ];
  const server = await start('opensearch', jdk, java, words, port);
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  };
  return { ...server, stop };
}

/**
 * S3Mock's S3 Vectors, empty: SRAG_TEST_S3_VECTORS_ENDPOINT if set, else the jars in $SERVERS/s3-vectors on a free port.
 */
export async function startS3Mock(): Promise<AwsServer> {
  const given = process.env.SRAG_TEST_S3_VECTORS_ENDPOINT;
  if (given !== undefined) return { endpoint: given, stop: async () => {} };
  const folder = join(serversFolder(), 's3-vectors');
  const jdk = join(folder, 'jdk');
  const java = existsSync(jdk) ? join((await readFile(jdk, 'utf8')).trim(), 'bin', 'java') : 'java';
  const port = await freePort();
  const classes = ['classes', 'BOOT-INF/classes', 'BOOT-INF/lib/*'].map((part) => join(folder, part));
  const options = {
    'spring.profiles.active': 'vectors',
    'spring.main.sources': 'S3VectorsLoopback',
    'spring.main.banner-mode': 'off',
    'logging.level.root': 'WARN',
    'server.address': '127.0.0.1',
    'server.port': '0',
    'http.port': '0',
    'vectors.http.port': String(port),
    'vectors.https.port': '0',
    'com.adobe.testing.s3mock.max-payload-size': '20MB',
  };
  const words = [
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    classes.join(':'),
    'com.adobe.testing.s3mock.S3MockApplication',
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
  ];
  return start('s3-vectors', jdk, java, words, port);
}

async function start(
  name: string,
  installed: string,
  program: string,
  words: readonly string[],
  port: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<AwsServer> {
  if (!existsSync(installed))
    throw new Error(`${name} is not installed at ${installed}: run npm run servers:install.`);
  const folder = join(serversFolder(), 'run');
  await mkdir(folder, { recursive: true });
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'w');
  const server = spawn(program, words, {
    stdio: ['ignore', output, output],
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  const stop = (): Promise<void> => end(server);
  const untilMs = Date.now() + START_MS;
  while (!(await answers(port))) {
    if (server.exitCode !== null || Date.now() > untilMs) {
      await stop();
      throw new Error(`${name} did not start:\n${await readFile(log, 'utf8')}`);
    }
    await sleep(50);
  }
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill('SIGTERM');
  const hard = setTimeout(() => server.kill('SIGKILL'), 5_000);
  await exit;
  clearTimeout(hard);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
