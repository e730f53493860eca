import { CommanderError } from 'commander';
import { asSragError } from '../core/index.ts';
import { COMPLETE, completions } from './complete.ts';
import { EXIT, report, reportUsage } from './context.ts';
import { createProgram } from './program.ts';
import { write } from './terminal.ts';

/** Runs the command in this process's arguments and sets the exit code. */
export async function run(): Promise<void> {
  const isJson = process.argv.includes('--json');
  // A reader that closes the pipe, as `head` does, has read enough; this is not an error.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  try {
    const [, , first, ...words] = process.argv;
    if (first === COMPLETE) {
      write(process.stdout, (await completions(createProgram(), words)).map((word) => `${word}\n`).join(''));
      return;
    }
    await createProgram().parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) await report(asSragError(error), isJson);
    else if (error.exitCode === 0) process.exitCode = EXIT.done;
    else await reportUsage(error.message, isJson);
  }
}
