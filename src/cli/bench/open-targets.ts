import { resolve } from 'node:path';
import type { ColdTarget, Question, ReadExperiment, Target } from '../../measure/index.ts';
import type { CommandContext } from '../context.ts';
import { Progress } from '../progress.ts';
import { openQueryVectors } from './query-vectors.ts';
import { type ResolvedVariant, resolveVariants } from './resolve-variants.ts';
import { inProcessTarget, laptopTarget, type TargetContext, urlTarget } from './targets.ts';

/** The targets of a run; `close` closes them all. */
interface OpenedTargets {
  readonly targets: readonly Target[];
  readonly coldTargets: readonly ColdTarget[];
  close(): Promise<void>;
}

/** Opens a target for each variant of an experiment, and builds missing indexes. */
export async function openTargets(
  context: CommandContext,
  { experiment, folder }: ReadExperiment,
  questions: readonly Question[],
  configFile: string | undefined,
): Promise<OpenedTargets> {
  const { vectors: vectorFolder } = experiment.questions;
  const vectors =
    vectorFolder === undefined ? undefined : await openQueryVectors(resolve(folder, vectorFolder));
  const target: TargetContext = {
    experiment,
    questions,
    vectorOf: vectors?.vectorOf,
    location: context.workspace.config.location,
    configFile,
    signal: context.signal,
  };
  const targets: Target[] = [];
  const coldTargets: ColdTarget[] = [];
  const close = async (): Promise<void> => {
    await Promise.all([...targets, ...coldTargets].map((opened) => opened.close()));
    await vectors?.close();
  };
  try {
    if (experiment.target === 'url')
      for (const variant of experiment.variants) targets.push(await urlTarget(target, variant));
    else
      for (const variant of await variantsOf(context, experiment.variants)) {
        if (experiment.target === 'in-process') targets.push(await inProcessTarget(target, variant));
        else {
          targets.push(await laptopTarget(target, variant));
          if (experiment.coldStarts > 0) coldTargets.push(await laptopTarget(target, variant, true));
        }
      }
    return { targets, coldTargets, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function variantsOf(
  context: CommandContext,
  declarations: ReadExperiment['experiment']['variants'],
): Promise<readonly ResolvedVariant[]> {
  const progress = new Progress();
  return resolveVariants(context, declarations, progress).finally(() => progress.end());
}
