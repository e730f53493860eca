/**
 * Models the latency of S3: `node benchmarks/s3-model/main.ts --target http://127.0.0.1:7070 --latency-ms
 * 25`.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { readModelOptions } from './options.ts';
import { createModelProxy } from './proxy.ts';

try {
  const { target, port, settings } = readModelOptions(process.argv.slice(2));
  const server = createModelProxy(new URL(target), settings).listen(port, '127.0.0.1');
  await once(server, 'listening');
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port, ...settings })}\n`);
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
