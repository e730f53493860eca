import { request as forward } from 'node:http';
import { type LocalServer, startHttpServer } from './http-server.ts';

/**
 * How the proxy handles a request: forwards it, forwards it after a delay, forwards it and runs a callback
 * instead of responding, or responds with an S3 error.
 */
export type ProxyFault =
  | 'pass'
  | { readonly delayMs: number }
  | { readonly insteadOfAnswer: () => void }
  | { readonly status: number; readonly code: string };

/** A proxy in front of an S3 server that injects the fault returned by `decide` for each request. */
export interface FaultProxy extends LocalServer {
  decide: (request: {
    readonly method: string;
    readonly path: string;
    readonly number: number;
  }) => ProxyFault;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  let number = 0;
  const server = await startHttpServer(async ({ method, path, rawPath, headers, bytes }, response) => {
    const fault = proxy.decide({ method, path, number: ++number });
    if (typeof fault === 'object' && 'status' in fault) {
      const body = `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>${fault.code}</Message></Error>`;
      response.writeHead(fault.status, { 'content-type': 'application/xml' }).end(body);
      return;
    }
    if (typeof fault === 'object' && 'delayMs' in fault)
      await new Promise((done) => setTimeout(done, fault.delayMs));
    // The host header is unchanged, because the client signed it.
    const passed = forward({ hostname, port, method, path: rawPath, headers }, (answer) => {
      if (typeof fault === 'object' && 'insteadOfAnswer' in fault) {
        fault.insteadOfAnswer();
        answer.resume();
        response.destroy();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    passed.end(bytes);
  });
  const proxy: FaultProxy = { ...server, decide: () => 'pass' };
  return proxy;
}
