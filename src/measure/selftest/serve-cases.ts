import { PreciseClock } from '../experiment/load/clock.ts';
import { httpSender } from '../experiment/load/http-sender.ts';
import { takeRealTimePriority } from '../experiment/load/real-time.ts';
import { type BlockOptions, type BlockResult, runBlock } from '../experiment/load/run-block.ts';
import { SelftestThread } from './selftest-thread.ts';
import type { ServedCase } from './served-cases.ts';
import type { ServerRecord } from './server.ts';

/** A case with the records of load generator and server. */
export interface ServedResult {
  readonly served: ServedCase;
  readonly block: BlockResult;
  readonly record: ServerRecord;
}

/** Settings of {@link serveCases}. */
export interface ServeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called when a request has ended. */
  readonly onRequest?: () => void;
}

/** Runs all cases concurrently, each with its own generator, against a server in another thread. */
export async function serveCases(
  cases: readonly ServedCase[],
  options: ServeOptions = {},
): Promise<ServedResult[]> {
  const thread = new SelftestThread();
  const clock = await PreciseClock.start();
  let release: Awaited<ReturnType<typeof takeRealTimePriority>>;
  try {
    const url = await thread.ask<string>({ do: 'serve' });
    const load = async (
      of: readonly ServedCase[],
      { signal, onRequest }: ServeOptions,
    ): Promise<BlockResult[]> => {
      await thread.ask({
        do: 'begin',
        cases: of.map(({ behaviour }) => behaviour),
        requests: of.map(({ arrivals }) => arrivals.length),
      });
      return Promise.all(
        of.map((one, at) => oneCase(one, at, { url, clock, signal, onSample: () => onRequest?.() })),
      );
    };
    // Warms up the code on both sides.
    await load([warmUpCase(cases[0]!)], { signal: options.signal });
    release = await takeRealTimePriority();
    const blocks = await load(cases, options);
    const records = await thread.ask<readonly ServerRecord[]>({ do: 'end' });
    return cases.map((served, at) => ({ served, block: blocks[at]!, record: records[at]! }));
  } finally {
    await release?.();
    await thread.end();
    await clock.close();
  }
}

const WARM_UP = 1_500;

function warmUpCase(of: ServedCase): ServedCase {
  return {
    ...of,
    arrivals: Float64Array.from({ length: WARM_UP }, (_, index) => 2 * index),
    behaviour: {
      kind: 'delays',
      delaysMs: new Float64Array(WARM_UP).fill(20),
      endings: new Uint8Array(WARM_UP),
    },
  };
}

async function oneCase(
  { arrivals, timeoutMs }: ServedCase,
  at: number,
  { url, ...options }: Pick<BlockOptions, 'clock' | 'signal' | 'onSample'> & { readonly url: string },
): Promise<BlockResult> {
  const sender = httpSender({ url, route: 'retrieve', bodyOf: (number) => JSON.stringify({ at, number }) });
  try {
    return await runBlock({
      arrivals,
      questions: arrivals.map((_, index) => index),
      send: sender.send,
      timeoutMs,
      maxInFlight: 10_000,
      ...options,
    });
  } finally {
    sender.close();
  }
}
