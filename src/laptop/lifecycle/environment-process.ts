import { type ChildProcess, spawn } from 'node:child_process';
import { lowerPriority } from './low-priority.ts';
import { MemoryWatch } from './memory-watch.ts';
import type { FunctionDefinition } from './port.ts';
import { ProcessorShare } from './processor-share.ts';

/** Parameters of a process besides its function. */
export interface ProcessOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Whether the process runs at low priority. */
  readonly yields?: boolean | undefined;
  /** Whether the process is frozen between invocations. */
  readonly freezes?: boolean | undefined;
  readonly onLog: (line: string) => void;
  /** Called when the process exceeds its memory limit; the callback must kill it. */
  readonly onOverMemory: () => void;
  /** Called with the reason when the process cannot be started or has ended. */
  readonly onEnd: (how: string) => void;
}

/** The process of an environment, limited to its memory and its processor share. */
export class EnvironmentProcess {
  readonly #child: ChildProcess;
  readonly #memory: MemoryWatch | undefined;
  readonly #share: ProcessorShare | undefined;
  #isOverMemory = false;

  constructor({ root, memoryMb }: FunctionDefinition, options: ProcessOptions) {
    const [program = '', ...words] = options.command;
    const child = spawn(program, words, {
      cwd: root,
      env: options.variables,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C in a terminal is sent to the whole process group and would end an environment during a
      // request.
      detached: true,
    });
    this.#child = child;
    for (const output of [child.stdout, child.stderr]) eachLine(output, options.onLog);
    child.on('error', (error) => options.onEnd(`cannot be started: ${error.message}`));
    child.on('exit', (code, signal) =>
      options.onEnd(
        signal === null ? `exit status ${code}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`,
      ),
    );
    if (child.pid === undefined) return;
    if (options.yields) lowerPriority(child.pid);
    this.#share = new ProcessorShare(child.pid, { memoryMb, freezes: options.freezes });
    this.#memory = new MemoryWatch(child.pid, memoryMb, () => {
      this.#isOverMemory = true;
      options.onOverMemory();
    });
  }

  /** Whether the process has exceeded its memory limit. */
  get isOverMemory(): boolean {
    return this.#isOverMemory;
  }

  /** Peak memory in MB; 0 if the system does not report it. */
  get maxMemoryMb(): number {
    return this.#memory?.mostMb ?? 0;
  }

  /** Starts enforcing the processor share. Returns how long the process was frozen, in milliseconds. */
  startInvocation(): number {
    return this.#share?.start() ?? 0;
  }

  /** Stops enforcing the processor share, and freezes the process if freezing is enabled. */
  endInvocation(): void {
    this.#share?.stop();
  }

  kill(): void {
    this.#share?.release();
    this.#child.kill('SIGKILL');
  }

  /** Stops monitoring a process that has ended. */
  release(): void {
    this.#memory?.stop();
    this.#share?.release();
  }
}

function eachLine(output: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = '';
  output?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  output?.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
