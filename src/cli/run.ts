import { CommanderError } from 'commander';
import { asSragError } from '../core/index.ts';
import { EXIT, report, reportUsage } from './context.ts';
import { createProgram } from './program.ts';

/** Runs the command of this process's arguments and sets the exit code. */
export async function run(): Promise<void> {
  const isJson = process.argv.includes('--json');
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) await report(asSragError(error), isJson);
    else if (error.exitCode === 0) process.exitCode = EXIT.done;
    else await reportUsage(error.message, isJson);
  }
}
