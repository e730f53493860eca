/**
 * The runtime inside an execution environment: loads the handler, then polls the Runtime API for one
 * invocation after another, as the managed Node.js runtime does. It runs in its own process and does not
 * depend on srag.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { contextOf } from './context.ts';
import { RuntimeClient } from './runtime-client.ts';
import { installStreaming, isStreaming } from './streaming.ts';

type AnyHandler = (event: unknown, ...rest: unknown[]) => unknown;

const client = new RuntimeClient(process.env.AWS_LAMBDA_RUNTIME_API ?? '');
installStreaming();

let handler: AnyHandler;
try {
  handler = await load(process.env.LAMBDA_TASK_ROOT ?? '', process.env._HANDLER ?? '');
} catch (error) {
  console.error(error);
  await client.initError(error);
  process.exit(1);
}
// As in the managed runtime, uncaught exceptions end the environment.
process.on('uncaughtException', (error) => die(error));
process.on('unhandledRejection', (error) => die(error));
// Ends this process if the process that serves the Runtime API was killed while the handler was running.
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(1), 1_000).unref();

for (;;) {
  const invocation = await client.next();
  process.env._X_AMZN_TRACE_ID = invocation.traceId;
  const context = contextOf(invocation, process.env);
  try {
    const event: unknown = JSON.parse(invocation.body.toString('utf8'));
    if (isStreaming(handler))
      await client.stream(invocation.requestId, (stream) => handler(event, stream, context));
    else await client.respond(invocation.requestId, await handler(event, context));
  } catch (error) {
    console.error(error);
    await client.error(invocation.requestId, error);
  }
}

async function load(root: string, name: string): Promise<AnyHandler> {
  const dot = name.lastIndexOf('.');
  const file = join(root, name.slice(0, dot));
  for (const extension of ['.mjs', '.js', '.cjs']) {
    const found = await import(pathToFileURL(file + extension).href).catch((error: unknown) => {
      if (isMissing(error, file + extension)) return undefined;
      throw error;
    });
    const exported = found?.[name.slice(dot + 1)] ?? found?.default?.[name.slice(dot + 1)];
    if (typeof exported === 'function') return exported as AnyHandler;
  }
  throw Object.assign(new Error(`${name} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
}

function isMissing(error: unknown, file: string): boolean {
  const { code, url } = error as { code?: string; url?: string };
  return code === 'ERR_MODULE_NOT_FOUND' && url === pathToFileURL(file).href;
}

function die(error: unknown): void {
  console.error(error);
  process.exit(128);
}
