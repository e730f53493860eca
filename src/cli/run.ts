import { CommanderError } from 'commander';
import { asSragError } from '../core/index.ts';
import { EXIT, report, reportUsage } from './context.ts';
import { createProgram } from './program.ts';

/** Runs the command of this process's arguments and sets the exit code. */
export async function run(): Promise<void> {
  const isJson = process.argv.includes('--json');
  // Whoever read the output has read enough, as `head` does: nothing is left to be done, and nothing is wrong.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) await report(asSragError(error), isJson);
    else if (error.exitCode === 0) process.exitCode = EXIT.done;
    else await reportUsage(error.message, isJson);
  }
}
