import type { Command } from 'commander';
import { benchCompareCommand } from './compare.ts';
import { benchInitCommand } from './init.ts';
import { benchRunCommand } from './run.ts';
import { benchSelftestCommand } from './selftest.ts';
import { benchSimulateCommand } from './simulate.ts';

/** `srag bench ...` */
export function benchCommands(program: Command): void {
  const bench = program.command('bench').description('Measure variants under load; simulate larger loads');
  for (const add of [
    benchInitCommand,
    benchRunCommand,
    benchCompareCommand,
    benchSelftestCommand,
    benchSimulateCommand,
  ])
    add(bench);
}
