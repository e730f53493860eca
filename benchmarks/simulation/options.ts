import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run build && npm run bench:simulation -- [options]

Measures the service times of the laptop cloud without contention, runs six load plans that were not used for fitting,
simulates the same arrivals, and prints both results. Latencies start when a request was due.

  --concurrency N    environments of the function (default 2); with more than the machine has cores, the processor
                     is the bottleneck, and the laptop cloud gives the others a lower priority
  --documents N      documents of the index that the benchmark builds (default 200: few enough that the caches of an
                     environment are full after 255 requests, the measured ages)
  --location DIR     use an existing location with a published snapshot index, with the same lexical questions
  --cycles N         environments whose first 31 warm requests are measured (default 40)
  --seconds N        length of a plan without gaps (default 60)
  --rounds N         runs of each plan, with different arrivals (default 3)
  --plans A,B        run only these plans
  --replications N   simulations for the confidence intervals (default 20)
  --cores N          processors that the simulation shares among all work (default: those of this machine)
  --from FILE        measure nothing; simulate again with the measurements in this result file
  --json FILE        service times, plans, and both results
  --help`;

/** Configuration of a run. */
export interface ValidationOptions {
  readonly concurrency: number;
  readonly documents: number;
  readonly location: string | undefined;
  readonly cycles: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly plans: readonly string[] | undefined;
  readonly replications: number;
  readonly cores: number;
  readonly from: string | undefined;
  readonly json: string | undefined;
}

/** Reads the command line; returns `help` if help is requested. @throws TypeError, RangeError */
export function readOptions(args: readonly string[], cores: number): ValidationOptions | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      concurrency: text,
      documents: text,
      location: text,
      cycles: text,
      seconds: text,
      rounds: text,
      plans: text,
      replications: text,
      cores: text,
      from: text,
      json: text,
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return 'help';
  return {
    concurrency: whole('concurrency', values.concurrency ?? '2'),
    documents: whole('documents', values.documents ?? '200'),
    location: values.location,
    cycles: whole('cycles', values.cycles ?? '40'),
    seconds: whole('seconds', values.seconds ?? '60'),
    rounds: whole('rounds', values.rounds ?? '3'),
    plans: values.plans?.split(','),
    replications: whole('replications', values.replications ?? '20'),
    cores: whole('cores', values.cores ?? String(cores)),
    from: values.from,
    json: values.json,
  };
}

function whole(name: string, given: string): number {
  const value = Number(given);
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`--${name} is '${given}'; it must be an integer >= 1.`);
}
