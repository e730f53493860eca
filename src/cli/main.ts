#!/usr/bin/env node
import { CommanderError } from 'commander';
import { asSragError } from '../core/index.ts';
import { EXIT, report, reportUsage } from './context.ts';
import { createProgram } from './program.ts';

const isJson = process.argv.includes('--json');

const program = createProgram();
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) await report(asSragError(error), isJson);
  else if (error.exitCode === 0) process.exitCode = EXIT.done;
  else await reportUsage(error.message, isJson);
}
