import {
  describeEnvironment,
  type Experiment,
  FORMAT,
  type QuestionSet,
  type ReadExperiment,
  type ResultHeader,
  SCHEMA_VERSION,
  stepRates,
  type Target,
} from '../../measure/index.ts';
import { VERSION } from '../../version.ts';
import { checkedOutCommit } from './commit.ts';
import { withoutSecrets } from './targets.ts';

/** The header of a new result file. */
export function resultHeader(
  { experiment, folder }: ReadExperiment,
  { questions, synthetic }: QuestionSet,
  targets: readonly Target[],
): ResultHeader {
  const commit = checkedOutCommit(folder);
  return {
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    name: experiment.name,
    startedAt: new Date().toISOString(),
    declaration: { ...experiment, variants: experiment.variants.map(withoutSecrets), folder },
    seed: experiment.seed,
    steps: stepRates(experiment).map((ratePerSecond) => ({ ratePerSecond })),
    variants: targets.map(({ variant }) => variant),
    questions: {
      source: experiment.questions.source,
      synthetic,
      list: questions.map(({ id, text, relevant, answers, answerable, kind }) => ({
        id,
        text,
        relevant: relevant === undefined ? undefined : Object.fromEntries(relevant),
        answers: answers.length === 0 ? undefined : [...answers],
        answerable,
        kind,
      })),
    },
    target: { kind: experiment.target, description: describeTarget(experiment) },
    environment: describeEnvironment({ srag: VERSION }),
    commit,
    srag: VERSION,
  };
}

function describeTarget({ target, storageModel }: Experiment): string {
  if (target === 'url') return 'running APIs, queried by URL';
  if (target === 'in-process') return 'searchers in one process; no storage model';
  const model = typeof storageModel === 'string' ? storageModel : JSON.stringify(storageModel);
  return `one laptop cloud per variant; storage model ${model}`;
}
