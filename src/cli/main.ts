#!/usr/bin/env node
import { CommanderError } from 'commander';
import { asSragError } from '../core/index.ts';
import { EXIT, report } from './context.ts';
import { createProgram } from './program.ts';

const program = createProgram();
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  else await report(asSragError(error), process.argv.includes('--json'));
}
