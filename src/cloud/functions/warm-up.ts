import { z } from 'zod';
import { awsRpcSettings, invokeFunction } from '../../io/remote/index.ts';
import type { FunctionSettings } from './environment.ts';
import { invocation } from './invocation.ts';
import type { PlatformParts } from './platform.ts';

/** Functions that open an index. */
const WARMED = ['retrieve', 'stream', 'generate'] as const;
const MOST = 100;
const eventSchema = z.object({ concurrency: z.number().int().min(1).max(MOST).default(1) });

/** The outcome of a warm-up. */
export interface WarmUpReport {
  /** False if the switch `warmup` is off. */
  readonly isOn: boolean;
  readonly functions: Readonly<Record<string, { readonly warmed: number; readonly failed: number }>>;
}

/**
 * The scheduled warm-up: invokes each function that opens an index `concurrency` times in parallel, so that
 * as many environments open and hydrate it. It does not cover environments beyond that number, nor those that
 * Lambda replaces before the next warm-up.
 */
export function warmUpHandler(
  settings: FunctionSettings,
  environment: Readonly<Record<string, string | undefined>>,
  { switches }: Pick<PlatformParts, 'switches'>,
) {
  return invocation(async (event: unknown): Promise<WarmUpReport> => {
    const { concurrency } = eventSchema.parse(event ?? {});
    if (!(await switches()).warmup) return { isOn: false, functions: {} };
    const aws = awsRpcSettings('lambda', environment);
    if (aws === undefined) throw new Error('The environment has no AWS region or credentials.');
    const { SRAG_FUNCTIONS: prefix = '', SRAG_ALIAS: alias } = settings;
    const qualifier = alias === undefined ? '' : `:${alias}`;
    const reports = WARMED.map(async (name) => {
      const invoked = Array.from({ length: concurrency }, () =>
        invokeFunction(aws, prefix + name + qualifier, { action: 'warm-up' }).then(
          ({ functionError }) => functionError === undefined,
          () => false,
        ),
      );
      const succeeded = (await Promise.all(invoked)).filter(Boolean).length;
      return [name, { warmed: succeeded, failed: concurrency - succeeded }] as const;
    });
    return { isOn: true, functions: Object.fromEntries(await Promise.all(reports)) };
  });
}
