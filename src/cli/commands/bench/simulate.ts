import { type Command, Option } from 'commander';
import { printableJson } from '../../../core/index.ts';
import { LIMIT_PRESETS } from '../../../measure/simulation/limits/limits.ts';
import { PLAN_EXAMPLES } from '../../../measure/simulation/plan/examples.ts';
import type { SimulateOptions } from '../../bench/simulate.ts';
import { numberOption } from '../../options.ts';
import { print } from '../../terminal.ts';

const withFleetOptions = (command: Command): Command =>
  command
    .addOption(new Option('--limits <name>', 'limits that apply').choices(LIMIT_PRESETS).default('aws'))
    .option('--concurrency <n>', 'reserved concurrency of each function', numberOption)
    .option('--provisioned <n>', 'provisioned concurrency of the retrieve function', numberOption)
    .option('--account-concurrency <n>', 'overrides the limit preset', numberOption)
    .option('--gateway-rate <n>', 'requests per second; overrides the limit preset', numberOption)
    .option('--gateway-burst <n>', 'burst size; overrides the limit preset', numberOption)
    .option(
      '--idle <seconds>',
      'idle time after which environments end; overrides the limit preset',
      numberOption,
    )
    .option(
      '--creation-ms <ms>',
      'time to create an environment: 0 on a laptop, 100 to 300 on AWS',
      numberOption,
      0,
    )
    .option(
      '--cores <n>',
      'processors that all requests share, as on a laptop; requires --cpu-ms',
      numberOption,
    )
    .option('--cpu-ms <ms>', 'processor time of a warm request', numberOption)
    .option(
      '--cold-cpu-ms <ms>',
      'processor time of a cold request (default: the same as --cpu-ms)',
      numberOption,
    );

/** `srag bench simulate` */
export function benchSimulateCommand(bench: Command): void {
  const command = bench
    .command('simulate')
    .argument('<result>', 'result file of srag bench run')
    .description('Predict how a fleet of functions behaves under a load, from measured service times')
    .requiredOption('--plan <plan>', 'load: a sentence, JSON, or a .json or .csv file (see below)')
    .option('--variant <name>', 'variant of the result (default: the only one)')
    .option(
      '--step <n>',
      'step whose warm samples are used (default: the step with the lowest load and enough samples)',
      numberOption,
    );
  withFleetOptions(command)
    .addOption(
      new Option(
        '--architecture <name>',
        'processor architecture of the functions, which determines their price',
      )
        .choices(['arm64', 'x86_64'])
        .default('arm64'),
    )
    .addOption(
      new Option('--gateway <kind>', 'gateway, which determines the price of requests')
        .choices(['rest', 'http', 'none'])
        .default('rest'),
    )
    .option('--region <name>', 'region of the prices', 'us-east-1')
    .addOption(
      new Option('--arrivals <kind>', 'arrival process of the requests')
        .choices(['poisson', 'constant'])
        .default('poisson'),
    )
    .option('--seed <n>', 'the same seed yields the same result', numberOption, 1)
    .option('--replications <n>', 'simulations for the confidence intervals; 0 = none', numberOption, 8)
    .option('--all', 'simulate every request, even if there are more than 20 million')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Load plans; separate parts with semicolons:
${PLAN_EXAMPLES.map((example) => `  --plan "${example}"`).join('\n')}
In JSON, a list of parts: [{"kind": "ramp", "from": 0, "to": 50, "seconds": 60}, {"kind": "idle", "seconds": 600}]
In CSV, lines of seconds,rate: each rate holds until the next line.

Examples:
  $ srag bench simulate results.jsonl --plan "constant 5000/s for 1h"
  $ srag bench simulate results.jsonl --variant snapshot --plan "idle for 10min; burst 500/s for 10s" --provisioned 20
`,
    )
    .action(async (path: string, options: SimulateOptions) => {
      const { runSimulation } = await import('../../bench/simulate.ts');
      const { json, text } = await runSimulation(path, options);
      await print(options.json === true ? printableJson(json, 2) : text);
    });
}
