import type { ClientRequest } from 'node:http';
import { Writable } from 'node:stream';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_END = Buffer.alloc(8);

/** The response stream of a handler. The request to the Runtime API opens with the first byte. */
export class ResponseStream extends Writable {
  readonly #open: (contentType: string) => ClientRequest;
  #contentType = 'application/octet-stream';
  #request: ClientRequest | undefined;
  #answered: Promise<void> = Promise.resolve();

  constructor(open: (contentType: string) => ClientRequest) {
    super();
    this.#open = open;
  }

  /** The request to the Runtime API; undefined until the first write. */
  get request(): ClientRequest | undefined {
    return this.#request;
  }

  /** Resolves when the Runtime API has received the whole response. */
  get answered(): Promise<void> {
    return this.#answered;
  }

  setContentType(type: string): void {
    this.#contentType = type;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    const request = this.#opened();
    // Back-pressure: a full socket makes the handler wait.
    if (request.write(chunk)) done();
    else request.once('drain', () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#opened().end(() => done());
  }

  #opened(): ClientRequest {
    if (this.#request === undefined) {
      const request = this.#open(this.#contentType);
      this.#request = request;
      this.#answered = new Promise((resolve) => {
        request.on('response', (response) => {
          response.resume();
          response.on('end', resolve);
        });
        request.on('error', (error) => {
          this.destroy(error);
          resolve();
        });
      });
    }
    return this.#request;
  }
}

/** Installs the `awslambda` global. */
export function installStreaming(): void {
  (globalThis as { awslambda?: unknown }).awslambda = {
    streamifyResponse: (handler: object) => Object.assign(handler, { [STREAMING]: 'response' }),
    HttpResponseStream: {
      /** Writes status and headers, followed by eight zero bytes. The body follows them. */
      from(stream: ResponseStream, metadata: object): ResponseStream {
        stream.setContentType(PRELUDE_TYPE);
        stream.write(Buffer.concat([Buffer.from(JSON.stringify(metadata)), PRELUDE_END]));
        return stream;
      },
    },
  };
}

export const isStreaming = (handler: object): boolean => STREAMING in handler;
