import type { Command } from 'commander';
import { benchSimulateCommand } from './bench-simulate.ts';

/** `srag bench ...` */
export function benchCommands(program: Command): void {
  const bench = program.command('bench').description('Measure variants under load, and predict larger loads');
  benchSimulateCommand(bench);
}
