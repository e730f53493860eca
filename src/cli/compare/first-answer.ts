import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { text as readText } from 'node:stream/consumers';
import type { Command } from 'commander';
import { messageOf, type SearchMode, SragError } from '../../core/index.ts';
import type { FirstAnswer } from '../../measure/index.ts';
import { type CommonOptions, runCommand, withCommonOptions } from '../context.ts';

/** The question that a fresh process answers. */
export interface FirstQuestion {
  readonly question: string;
  readonly vector?: readonly number[] | undefined;
  readonly mode: SearchMode | 'auto';
  readonly topK: number;
}

/**
 * `srag first-answer`: the process started by {@link measureFirstAnswer}; it answers one question from stdin.
 */
export function firstAnswerCommand(program: Command): void {
  withCommonOptions(program.command('first-answer', { hidden: true }))
    .option('--index <kind@version>')
    .action((options: CommonOptions) =>
      runCommand(options, async ({ workspace, signal }) => {
        const { question, vector, mode, topK } = JSON.parse(await readText(process.stdin)) as FirstQuestion;
        const settings = await workspace.collection();
        const manifest = await workspace.catalogue(settings.name).find(workspace.config.index);
        const retriever = await workspace.retriever(settings, manifest, {
          needsEmbedder: vector === undefined && mode !== 'lexical',
        });
        const { trace } = await retriever.retrieve({
          question,
          mode,
          topK,
          vector: vector ? Float32Array.from(vector) : undefined,
          signal,
        });
        const peakBytes = await peakMemory();
        return { json: { peakBytes, storage: trace.storage }, text: '' };
      }),
    );
}

/**
 * Peak resident memory in bytes. On Linux it is read from /proc, because `maxRSS` starts at the value of the
 * parent process.
 */
async function peakMemory(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1_024;
}

/** Starts a process that opens the index and answers one question. @throws INTERNAL if it fails */
export async function measureFirstAnswer(
  options: readonly string[],
  question: FirstQuestion,
  signal: AbortSignal,
): Promise<FirstAnswer> {
  const [program = ''] = process.argv.slice(1);
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [...process.execArgv, program, 'first-answer', '--json', ...options],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      signal,
    },
  );
  child.stdin.end(JSON.stringify(question));
  const [output, problem] = await Promise.all([readText(child.stdout), readText(child.stderr)]);
  const startToAnswerMs = performance.now() - startedMs;
  try {
    const { peakBytes, storage } = JSON.parse(output) as Omit<FirstAnswer, 'startToAnswerMs'>;
    return { startToAnswerMs, peakBytes, storage };
  } catch (cause) {
    throw new SragError(
      'INTERNAL',
      `The process that measures a first answer failed: ${problem.trim() || messageOf(cause)}.`,
      {
        cause,
      },
    );
  }
}
