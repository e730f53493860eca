import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { receiveFrames, sendFrame } from './frames.ts';
import { READER_PROGRAM, READER_ROLE } from './program.ts';
import { EXIT_REPORT, type ExitReport, type ReaderReply, type ReadRequest } from './protocol.ts';

/** Index of the channel among the process's streams. */
const CHANNEL = 3;
/**
 * Maximum size of V8's semi-space. A lower value causes more garbage collections while reading; with a
 * higher one, up to 100 MB of garbage count against a file's limit.
 */
const SEMI_SPACE_MB = 16;
/** Maximum characters kept of the process's standard error. */
const MAX_ERROR_CHARACTERS = 4_000;

/** How a reader process ended. */
export interface ProcessEnd {
  /** Last message of a process that ended itself. */
  readonly exitReport: ExitReport | undefined;
  readonly signal: NodeJS.Signals | null;
  readonly standardError: string;
}

/** A process that reads files, with its own memory and processor time. */
export class ReaderProcess {
  /** Heap limit of the process; V8 collects garbage more eagerly near it. */
  readonly memoryMb: number;
  /** Whether the process has reported that it accepts requests. */
  isReady = false;
  /** Whether the process has read a file, whose garbage may still occupy memory. */
  isUsed = false;
  readonly replies: AsyncGenerator<ReaderReply, void, void>;
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #ended: Promise<ProcessEnd>;

  constructor(memoryMb: number) {
    this.memoryMb = memoryMb;
    const options = [
      '--no-warnings',
      '--expose-gc',
      `--max-old-space-size=${memoryMb}`,
      `--max-semi-space-size=${SEMI_SPACE_MB}`,
    ];
    // Parsers need no environment variables, which may contain keys.
    this.#child = spawn(process.execPath, [...options, fileURLToPath(READER_PROGRAM), READER_ROLE], {
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.#channel = this.#child.stdio[CHANNEL] as Duplex;
    // Errors of the channel are ignored, because the exit status reports the outcome.
    this.#channel.on('error', () => {});
    this.#ended = this.#end();
    this.#ended.catch(() => {});
    this.replies = receiveFrames<ReaderReply>(this.#channel);
  }

  request(request: ReadRequest): Promise<void> {
    return sendFrame(this.#channel, request);
  }

  /** Kills the process immediately. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Resolves when the process has ended. */
  ended(): Promise<ProcessEnd> {
    return this.#ended;
  }

  /** Closes the channel, kills the process and waits for its end. */
  async close(): Promise<void> {
    this.#channel.destroy();
    this.kill();
    await this.#ended;
  }

  async #end(): Promise<ProcessEnd> {
    let standardError = '';
    const stream = this.#child.stderr as Readable;
    stream.setEncoding('utf8').on('data', (text: string) => {
      standardError = (standardError + text).slice(-MAX_ERROR_CHARACTERS);
    });
    const [, signal] = (await once(this.#child, 'close')) as [number | null, NodeJS.Signals | null];
    const at = standardError.lastIndexOf(EXIT_REPORT);
    const exitReport =
      at < 0 ? undefined : (JSON.parse(standardError.slice(at + EXIT_REPORT.length)) as ExitReport);
    return { exitReport, signal, standardError };
  }
}
