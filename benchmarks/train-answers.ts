/**
 * Fits the weights of the `extractive` generator. Each group of question sets is answered with weights that were fitted
 * without it; the table shows how.
 *
 * Usage: npm run train:answers -- --data DIR [options]
 *
 *   --data DIR            folder with the datasets qed-nq, clapnq and tatqa, with docs-aws-lambda.tar.gz,
 *                         docs-fastapi-en.tar.gz and docs-fastapi-ko.tar.gz, and with the questions aws-lambda-qa and
 *                         fastapi-ko-qa
 *   --npm-docs DIR        folder docs/content of the npm package `npm` (version 11)
 *   --cargo-docs DIR      folder share/doc/rust/html/cargo of a Rust toolchain (version 1.95)
 *   --debian-docs DIR     folder /usr/share/doc of Debian 12 with the packages git-doc, sqlite3-doc,
 *                         postgresql-doc-15, python-django-doc, borgbackup-doc and installation-guide-amd64
 *   --model DIR           folder of an embedding model, such as MiniLM, for the weights of vectors (needs the package
 *                         @huggingface/transformers); default: they stay as they are
 *   --write               write the weights to src/models/generators/extractive/weights.json
 *   --json FILE           write the figures of the table
 *   --reliability FILE    write a reliability diagram (SVG) of the documentation sets
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calibrationOf, mean, summariseOutcomes } from '../src/measure/index.ts';
import { createEmbedder } from '../src/models/embedders/index.ts';
import { type Ending, endingOf } from './answers/answer.ts';
import { fitWeights } from './answers/fit.ts';
import { type PreparedQuestion, prepare } from './answers/prepare.ts';
import { DOCUMENTATION_WEIGHT, readQuestionSets } from './answers/question-sets.ts';
import { reliabilityDiagram } from './answers/reliability.ts';
import { optionsOf } from './options.ts';

const WEIGHTS = join(import.meta.dirname, '..', 'src', 'models', 'generators', 'extractive', 'weights.json');
const values = optionsOf(
  import.meta.filename,
  {
    data: { type: 'string' },
    'npm-docs': { type: 'string' },
    'cargo-docs': { type: 'string' },
    'debian-docs': { type: 'string' },
    model: { type: 'string' },
    write: { type: 'boolean', default: false },
    json: { type: 'string' },
    reliability: { type: 'string' },
  },
  ['data'],
);

const figures: Record<string, Record<string, number | undefined>> = {};

function report(name: string, endings: readonly Ending[]): void {
  const outcomes = summariseOutcomes(endings);
  const answered = endings.filter(({ outcome }) => !outcome.endsWith('Refused'));
  figures[name] = {
    right: outcomes?.right?.share,
    wronglyRefused: outcomes?.wronglyRefused?.share,
    rightlyRefused: outcomes?.rightlyRefused?.share,
    characters: mean(answered.map(({ characters }) => characters)),
    places: mean(answered.map(({ places }) => places)),
    calibrationError: calibrationOf(endings)?.expectedCalibrationError,
  };
  const cells = Object.entries(figures[name]).map(([figure, value]) => `${figure} ${format(value)}`);
  process.stdout.write(`${name}: ${cells.join(', ')}\n`);
}

const format = (value: number | undefined): string =>
  value === undefined ? '-' : value > 1 ? value.toFixed(1) : value.toFixed(3);

const sets = await readQuestionSets({
  data: values.data,
  npmDocs: values['npm-docs'],
  cargoDocs: values['cargo-docs'],
  debianDocs: values['debian-docs'],
});
const embedder =
  values.model === undefined ? undefined : await createEmbedder('transformers', { modelPath: values.model });
const prepared: PreparedQuestion[] = [];
for (const set of sets) {
  for (const [index, asked] of set.asked.entries())
    prepared.push(...(await prepare(set, asked, index, embedder)));
  process.stderr.write(`${set.name}: ${set.asked.length} questions\n`);
}
const trained = prepared.filter(({ set }) => set.weight > 0);
const asked = prepared.filter(({ isRemoved, isRewritten }) => !isRemoved && !isRewritten);

const documentation: Ending[] = [];
const withoutVectors: Ending[] = [];
const withVectors: Ending[] = [];
const rewritten: Ending[] = [];
for (const [group, ofGroup] of Map.groupBy(asked, ({ set }) => set.group)) {
  const weights = fitWeights(trained.filter(({ set }) => set.group !== group));
  for (const question of prepared)
    if (question.set.group === group && question.isRewritten && !question.isRemoved)
      rewritten.push(endingOf(question, weights));
  for (const [set, questions] of Map.groupBy(ofGroup, (question) => question.set)) {
    const endings = questions.map((question) => endingOf(question, weights));
    report(`${set.name}, left out`, endings);
    const embedded = questions.filter(({ cosines }) => cosines !== undefined);
    const compared = embedded.map((question) => endingOf(question, weights, true));
    if (compared.length > 0) report(`${set.name}, left out, with vectors`, compared);
    if (set.weight === DOCUMENTATION_WEIGHT) {
      documentation.push(...endings);
      if (compared.length > 0) withoutVectors.push(...endings);
      withVectors.push(...compared);
    }
  }
}
report('all documentation, left out', documentation);
if (withVectors.length > 0) {
  report('English documentation, left out', withoutVectors);
  report('English documentation, left out, with vectors', withVectors);
}
report('English documentation as search queries, left out', rewritten);
const weights = fitWeights(trained);
for (const [set, questions] of Map.groupBy(asked, (question) => question.set))
  report(
    `${set.name}, fitted`,
    questions.map((question) => endingOf(question, weights)),
  );

if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
const calibration = calibrationOf(documentation);
if (values.reliability !== undefined && calibration !== undefined)
  await writeFile(values.reliability, reliabilityDiagram(calibration));
if (values.write) {
  await writeFile(
    WEIGHTS,
    `${JSON.stringify(weights, undefined, 2)}
`,
  );
  process.stdout.write(`Written: ${WEIGHTS}\n`);
}
