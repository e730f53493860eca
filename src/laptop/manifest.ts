import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SragError } from '../core/index.ts';

const schema = z.object({
  gatewayAnswers: z
    .array(z.object({ method: z.string(), path: z.string(), body: z.record(z.string(), z.unknown()) }))
    .default([]),
  functions: z.array(
    z.object({
      name: z.string(),
      asset: z.string(),
      handler: z.string(),
      memoryMb: z.number().positive(),
      timeoutSeconds: z.number().positive(),
      streaming: z.boolean(),
      routes: z.array(z.object({ method: z.string(), path: z.string() })),
    }),
  ),
});

/** A function as the build describes it. */
export type BuiltFunction = z.output<typeof schema>['functions'][number];

/** A route that the gateway answers itself, so that busy functions do not delay it. */
export type GatewayAnswer = z.output<typeof schema>['gatewayAnswers'][number];

/** A build: everything that the laptop needs to know about the bundles. */
export interface Build {
  readonly folder: string;
  readonly functions: readonly BuiltFunction[];
  readonly gatewayAnswers: readonly GatewayAnswer[];
  /** Definition of the state machine that answers a question. */
  readonly stateMachine: unknown;
  /** Definition of the state machine for bulk ingestion. */
  readonly ingestMachine: unknown;
}

/** Folder of the asset that contains LanceDB and a handler for every function. */
const HEAVY = 'lancedb';

/** The small bundles open snapshot indexes; the asset with LanceDB opens every kind. */
export type Engine = 'snapshot' | 'lancedb';

/**
 * The functions as deployed with an engine. With `lancedb`, all functions that open an index come from the
 * asset with LanceDB. `ingest` is included if the asset was built.
 * @throws PATH_NOT_FOUND if the asset is required but not built
 */
export function functionsOf({ folder, functions }: Build, engine: Engine): BuiltFunction[] {
  const hasHeavy = existsSync(join(folder, HEAVY));
  if (engine === 'lancedb' && !hasHeavy) {
    throw new SragError(
      'PATH_NOT_FOUND',
      `The functions with LanceDB are not built: ${join(folder, HEAVY)}.`,
      {
        remedy:
          'Build them with npm run build:lancedb, or use an index that does not need them: srag index build snapshot.',
        fields: { folder },
      },
    );
  }
  return functions
    .filter(({ asset }) => asset !== HEAVY || hasHeavy)
    .map((built) => {
      const isHeavy = engine === 'lancedb' && existsSync(join(folder, HEAVY, `${built.name}.mjs`));
      return isHeavy ? { ...built, asset: HEAVY, handler: `${built.name}.handler` } : built;
    });
}

/** Reads the manifest of built functions. @throws PATH_NOT_FOUND with the command that builds them */
export async function readBuild(folder: string): Promise<Build> {
  const json = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, name), 'utf8'));
  try {
    const [manifest, stateMachine, ingestMachine] = await Promise.all([
      json('functions.json'),
      json('state-machine.asl.json'),
      json('ingest.asl.json'),
    ]);
    return { folder, ...schema.parse(manifest), stateMachine, ingestMachine };
  } catch (cause) {
    throw new SragError('PATH_NOT_FOUND', `There are no built functions in ${folder}.`, {
      remedy: 'Run npm run build, or use srag serve --in-process.',
      fields: { folder },
      cause,
    });
  }
}
