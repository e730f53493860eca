/**
 * Fits the weights of the `extractive` generator, and measures its answers on question sets that were left out.
 *
 * Usage: npm run train:answers -- --data DIR [options]
 *
 *   --data DIR        folder with the datasets qed-nq, clapnq and tatqa, and with the documentation folders
 *                     docs-aws-lambda.tar.gz and docs-fastapi-ko.tar.gz with their questions aws-lambda-qa and fastapi-ko-qa
 *   --npm-docs DIR    folder docs/content of the npm package `npm` (version 11)
 *   --write           write the weights to src/models/generators/extractive/weights.json
 *   --json FILE       write the results of the sets that were left out
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { containsGold, mean } from '../src/measure/index.ts';
import { type Assessment, assess, probability } from '../src/models/generators/extractive/confidence.ts';
import { type Evidence, gatherEvidence } from '../src/models/generators/extractive/evidence.ts';
import {
  type AnswerWeights,
  candidatesOf,
  isAnswerable,
} from '../src/models/generators/extractive/extract.ts';
import { parseQuestion } from '../src/models/generators/extractive/question/question.ts';
import { type Candidate, selectPlaces } from '../src/models/generators/extractive/select.ts';
import { passagesOf } from '../src/query/answering/passages.ts';
import { type Choice, type Example, fitChoices, fitProbability } from './answers/learn.ts';
import { type AskedQuestion, type QuestionSet, readQuestionSets } from './answers/question-sets.ts';
import { optionsOf } from './options.ts';

const RIDGE = 3;
/** Features of the probability that the documents answer a question, and that an answer is right. */
const ANSWERABLE = ['led', 'phrase', 'absentNames', 'absentNumbers', 'scoreGap', 'found', 'yesno'];
const RIGHT = ['total', 'here', 'absentNames', 'scorePerWord', 'typed', 'manner'];
/** Questions whose answer was removed from what was found are easier to tell than questions that people ask in vain. */
const REMOVED = 0.3;
/** Weight of datasets that are no documentation in the two probabilities. */
const OTHER_SETS = 0.1;
const PASSAGES = 8;
/** Shares of answerable documentation questions that may be refused. */
const WRONGLY_REFUSED = { korean: 0.04, other: 0.04 };
const MAX_CHARACTERS = 600;
const WEIGHTS = join(import.meta.dirname, '..', 'src', 'models', 'generators', 'extractive', 'weights.json');

const values = optionsOf(
  import.meta.filename,
  {
    data: { type: 'string' },
    'npm-docs': { type: 'string' },
    write: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
  ['data'],
);

/** A question, prepared once for all fits. */
interface Prepared {
  readonly set: QuestionSet;
  readonly gold: readonly string[];
  readonly isAnswerable: boolean;
  /** Whether the passages with the answer were removed. */
  readonly isRemoved: boolean;
  readonly evidence: Evidence;
  readonly candidates: readonly Candidate[];
  /** Which candidates contain the gold answer or a part of it. */
  readonly isRight: readonly boolean[];
}

async function prepare(set: QuestionSet, { question, hits }: AskedQuestion): Promise<Prepared[]> {
  const gold = question.answers;
  const isAnswerable = question.answerable ?? gold.length > 0;
  const prepared = [
    await prepareHits(set, question.text, hits.slice(0, PASSAGES), gold, isAnswerable, false),
  ];
  const without = hits.filter(({ text }) => !containsGold(text, gold)).slice(0, PASSAGES);
  if (isAnswerable && without.length === PASSAGES && set.weight > 0)
    prepared.push(await prepareHits(set, question.text, without, gold, false, true));
  return prepared;
}

async function prepareHits(
  set: QuestionSet,
  question: string,
  hits: AskedQuestion['hits'],
  gold: readonly string[],
  isAnswerable: boolean,
  isRemoved: boolean,
): Promise<Prepared> {
  const passages = await passagesOf(question, hits, { maxContextTokens: 6_000, compress: false });
  const evidence = await gatherEvidence(
    parseQuestion(question),
    passages.map(({ passage }) => passage),
  );
  const candidates = candidatesOf(evidence, {});
  const isRight = isAnswerable ? rightOnes(candidates, gold) : candidates.map(() => false);
  return { set, gold, isAnswerable, isRemoved, evidence, candidates, isRight };
}

/** Maximum number of units that a gold answer may span. */
const MAX_SPAN = 6;

/** The units that contain a gold answer; in passages without one, the units of the shortest span that contains it. */
function rightOnes(candidates: readonly Candidate[], gold: readonly string[]): boolean[] {
  const isRight = candidates.map(({ evidence }) => containsGold(evidence.unit.text, gold));
  for (const passage of new Set(candidates.map((candidate) => candidate.passage))) {
    const first = candidates.findIndex((candidate) => candidate.passage === passage);
    const texts = candidates
      .filter((candidate) => candidate.passage === passage)
      .map(({ evidence }) => evidence.unit.text);
    if (isRight.slice(first, first + texts.length).includes(true) || !containsGold(texts.join(' '), gold))
      continue;
    const span = shortestSpan(texts, gold);
    if (span !== undefined) isRight.fill(true, first + span.start, first + span.end);
  }
  return isRight;
}

function shortestSpan(
  texts: readonly string[],
  gold: readonly string[],
): { start: number; end: number } | undefined {
  for (let length = 2; length <= MAX_SPAN; length++)
    for (let start = 0; start + length <= texts.length; start++)
      if (containsGold(texts.slice(start, start + length).join(' '), gold))
        return { start, end: start + length };
  return undefined;
}

const isDocumentation = ({ set }: Prepared): boolean => set.weight > 1;

function fitWeights(all: readonly Prepared[], isLeftOut: (set: QuestionSet) => boolean): AnswerWeights {
  const questions = all.filter(({ set }) => set.weight > 0 && !isLeftOut(set));
  const choices = questions
    .filter(({ isAnswerable }) => isAnswerable)
    .map(
      ({ set, candidates, isRight }): Choice => ({
        alternatives: candidates.map(({ evidence }, index) => ({
          features: evidence.features,
          isRight: isRight[index]!,
        })),
        weight: set.weight,
      }),
    );
  const units = fitChoices(choices, RIDGE);
  const assessed = questions.map((question) => ({ question, ...answerWith(question, units) }));
  const weightOf = (question: Prepared): number =>
    (isDocumentation(question) ? 2 : question.set.name === 'clapnq' ? 0.5 : OTHER_SETS) *
    (question.isRemoved ? REMOVED : 1);
  const answerableExamples = assessed.map(
    ({ question, assessment }): Example => ({
      features: assessment,
      isTrue: question.isAnswerable,
      weight: weightOf(question),
    }),
  );
  const answerable = fitProbability(answerableExamples, ANSWERABLE, 2);
  const right = fitProbability(
    assessed
      .filter(({ question }) => !question.isRemoved)
      .map(
        ({ question, assessment, isRight }): Example => ({
          features: assessment,
          isTrue: isRight,
          weight: weightOf(question),
        }),
      ),
    RIGHT,
    2,
  );
  const limit = (isKorean: boolean): number => {
    const chances = assessed
      .filter(({ question }) => question.isAnswerable && isDocumentation(question))
      .filter(({ question }) => question.evidence.question.isKorean === isKorean)
      .map(({ assessment }) => probability(answerable, assessment))
      .sort((left, right) => left - right);
    const refused = Math.floor(chances.length * WRONGLY_REFUSED[isKorean ? 'korean' : 'other']);
    return Math.round(1_000 * (chances[refused] ?? 0.5)) / 1_000;
  };
  const answerableFrom = { korean: limit(true), other: limit(false) };
  return { units, answerable, answerableFrom, right };
}

/** The answer that a question gets with weights of units. */
function answerWith(
  { evidence, gold, isAnswerable }: Prepared,
  units: AnswerWeights['units'],
): {
  readonly assessment: Assessment;
  readonly isRight: boolean;
  readonly characters: number;
  readonly places: number;
} {
  const places = selectPlaces(candidatesOf(evidence, units), MAX_CHARACTERS);
  const texts = places.map(({ candidates }) =>
    candidates.map((candidate) => candidate.evidence.unit.text).join(' '),
  );
  return {
    assessment: assess(evidence, places),
    isRight: isAnswerable && texts.some((text) => containsGold(text, gold)),
    characters: texts.join('\n\n').length,
    places: places.length,
  };
}

interface Outcome {
  readonly isAnswerable: boolean;
  readonly isAnswered: boolean;
  readonly isRight: boolean;
  readonly confidence: number;
  readonly characters: number;
  readonly places: number;
}

function outcomeOf(question: Prepared, weights: AnswerWeights): Outcome {
  const { assessment, isRight, characters, places } = answerWith(question, weights.units);
  const isAnswered = places > 0 && isAnswerable(weights, question.evidence.question, assessment);
  return {
    isAnswerable: question.isAnswerable,
    isAnswered,
    isRight: isAnswered && isRight,
    confidence: probability(weights.right, assessment),
    characters,
    places,
  };
}

const share = (outcomes: readonly Outcome[], holds: (outcome: Outcome) => boolean): number =>
  outcomes.length === 0 ? Number.NaN : outcomes.filter(holds).length / outcomes.length;

function summary(outcomes: readonly Outcome[]): Record<string, number> {
  const answerable = outcomes.filter(({ isAnswerable }) => isAnswerable);
  const unanswerable = outcomes.filter(({ isAnswerable }) => !isAnswerable);
  const answered = outcomes.filter(({ isAnswered }) => isAnswered);
  return {
    right: share(answerable, ({ isRight }) => isRight),
    wronglyRefused: share(answerable, ({ isAnswered }) => !isAnswered),
    rightlyRefused: share(unanswerable, ({ isAnswered }) => !isAnswered),
    characters: mean(answered.map(({ characters }) => characters)),
    places: mean(answered.map(({ places }) => places)),
    calibrationError: calibrationError(answered),
  };
}

const BINS = 10;

function calibrationError(answered: readonly Outcome[]): number {
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const inBin = answered.filter(
      ({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === bin,
    );
    if (inBin.length === 0) continue;
    const stated = mean(inBin.map(({ confidence }) => confidence));
    error += (inBin.length / answered.length) * Math.abs(stated - share(inBin, ({ isRight }) => isRight));
  }
  return error;
}

const format = (value: number): string =>
  Number.isNaN(value) ? '-' : value > 1 ? value.toFixed(1) : value.toFixed(3);

const sets = await readQuestionSets(values.data, values['npm-docs']);
const all: Prepared[] = [];
for (const set of sets) {
  for (const asked of set.asked) all.push(...(await prepare(set, asked)));
  process.stderr.write(`${set.name}: ${set.asked.length} questions\n`);
}
const results: Record<string, Record<string, number>> = {};

/** Measures a set with the weights of a fit, prints the result and returns the outcomes. */
function report(name: string, questions: readonly Prepared[], weights: AnswerWeights): Outcome[] {
  const outcomes = questions
    .filter(({ isRemoved }) => !isRemoved)
    .map((question) => outcomeOf(question, weights));
  print(name, outcomes);
  return outcomes;
}

function print(name: string, outcomes: readonly Outcome[]): void {
  results[name] = summary(outcomes);
  const figures = Object.entries(results[name]!).map(([figure, value]) => `${figure} ${format(value)}`);
  process.stdout.write(`${name}: ${figures.join(', ')}\n`);
}

const ofSet = (set: QuestionSet): Prepared[] => all.filter((question) => question.set === set);
const documentation: Outcome[] = [];
for (const group of new Set(sets.map((set) => set.group))) {
  const weights = fitWeights(all, (set) => set.group === group);
  for (const set of sets.filter((each) => each.group === group)) {
    const outcomes = report(`${set.name}, left out`, ofSet(set), weights);
    if (set.weight > 1) documentation.push(...outcomes);
  }
}
print('all documentation, left out', documentation);
const weights = fitWeights(all, () => false);
for (const set of sets) report(`${set.name}, fitted`, ofSet(set), weights);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
if (values.write) {
  await writeFile(WEIGHTS, `${JSON.stringify(weights, undefined, 2)}\n`);
  process.stdout.write(`Written: ${WEIGHTS}\n`);
}
