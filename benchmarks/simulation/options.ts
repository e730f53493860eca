import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run build && npm run bench:simulation -- [options]

Measures the service times of the laptop cloud without contention, puts six load plans to it that were not used to fit
anything, simulates the same arrivals, and prints both side by side. Latencies count from the moment at which a request
was due.

  --concurrency N    environments of the function (default 2); with more than the machine has cores, the processor
                     decides, and the laptop cloud gives the others a lower priority
  --documents N      of the index that is made for it (default 200: few enough for the caches of an environment
                     to be full after 255 requests, the ages that are measured)
  --location DIR     an existing location with a published snapshot index instead; questions are words then, too
  --cycles N         environments whose first 31 warm requests are measured (default 40)
  --seconds N        length of a plan without gaps (default 60)
  --rounds N         runs of each plan, with other arrivals (default 3)
  --plans A,B        some of the plans
  --replications N   simulations for the intervals (default 20)
  --cores N          processors that the simulation shares among all work (default: those of this machine)
  --from FILE        measures nothing: simulates again what such a result holds
  --json FILE        service times, plans, and both results
  --help`;

/** What is measured and simulated. */
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

/** Reads the command line; `help` where that is all it wants. @throws TypeError, RangeError */
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
  throw new RangeError(`--${name} is '${given}'; it must be a whole number from 1.`);
}
