/**
 * Measures how long the `extractive` generator takes: from the end of the retrieval to the first piece of the answer and
 * to its end, for questions alone and as the third turn of a conversation, in turns.
 *
 * Usage: npm run bench:answer -- --documents PATH --questions DIR [options]
 *
 *   --documents PATH   file or folder to ingest
 *   --questions DIR    folder with queries.jsonl
 *   --rounds N         how often each question is asked; default 3, and once before to warm up
 *   --json FILE        write the results
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRag, type Turn } from '../src/index.ts';
import { quantile, readQuestions } from '../src/measure/index.ts';
import { askQuestion } from '../src/query/asking/index.ts';
import { optionsOf } from './options.ts';

const values = optionsOf(
  import.meta.filename,
  {
    documents: { type: 'string' },
    questions: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
  ['documents', 'questions'],
);
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number from 1.');
/** Earlier turns of a third turn. */
const TURNS = 2;

interface Timing {
  /** To make the question self-contained, before retrieval. */
  readonly rewriteMs: number;
  /** From the end of retrieval to the first piece of the answer; undefined for refusals. */
  readonly firstMs: number | undefined;
  /** From the end of retrieval to the end of the answer. */
  readonly answerMs: number;
  readonly answer: string;
}

const location = await mkdtemp(join(tmpdir(), 'srag-bench-answer-'));
const rag = await createRag({ location }, location);
try {
  await rag.ingest([values.documents]);
  const { questions } = await readQuestions(values.questions, {});
  const generator = await rag.workspace.generator();

  const ask = async (question: string, history?: readonly Turn[]): Promise<Timing> => {
    const startedAt = performance.now();
    let [searchedAt, foundAt, firstAt] = [0, 0, 0];
    const { answer } = await askQuestion(
      {
        generator,
        rewrite: 'rules',
        search: async ({ question: searched, keywords }) => {
          searchedAt = performance.now();
          const found = await rag.search(searched, { keywords, topK: 8 });
          foundAt = performance.now();
          return found;
        },
      },
      { question, history },
      {
        onChecked: () => {
          firstAt ||= performance.now();
        },
      },
    );
    return {
      rewriteMs: searchedAt - startedAt,
      firstMs: answer.notFound ? undefined : firstAt - foundAt,
      answerMs: performance.now() - foundAt,
      answer: answer.answer,
    };
  };

  const alone: Timing[] = [];
  const third: Timing[] = [];
  for (let round = 0; round <= rounds; round++) {
    const history: Turn[] = [];
    for (const [index, { text }] of questions.entries()) {
      const turns = history.slice(-TURNS);
      const isThirdFirst = (round + index) % 2 === 0;
      const before = isThirdFirst ? await ask(text, turns) : undefined;
      const single = await ask(text);
      const turn = before ?? (await ask(text, turns));
      history.push({ question: text, answer: single.answer });
      if (round === 0 || turns.length < TURNS) continue;
      alone.push(single);
      third.push(turn);
    }
  }

  const summaryOf = (samples: readonly (number | undefined)[]): { p50: number; p95: number } => {
    const known = samples.filter((sample) => sample !== undefined);
    return { p50: quantile(known, 0.5), p95: quantile(known, 0.95) };
  };
  const results = Object.entries({ alone, third }).map(([name, timings]) => ({
    name,
    answers: timings.filter(({ firstMs }) => firstMs !== undefined).length,
    refusals: timings.filter(({ firstMs }) => firstMs === undefined).length,
    rewriteMs: summaryOf(timings.map(({ rewriteMs }) => rewriteMs)),
    firstMs: summaryOf(timings.map(({ firstMs }) => firstMs)),
    answerMs: summaryOf(timings.map(({ answerMs }) => answerMs)),
  }));
  const cellOf = ({ p50, p95 }: { p50: number; p95: number }): string =>
    `${p50.toFixed(1)} / ${p95.toFixed(1)}`;
  process.stdout.write(
    [
      '| question | answers | refusals | rewriting | first piece after retrieval | end after retrieval |',
      '|---|---|---|---|---|---|',
      ...results.map(
        (row) =>
          `| ${row.name === 'alone' ? 'alone' : 'third turn'} | ${row.answers} | ${row.refusals} | ${cellOf(row.rewriteMs)} | ${cellOf(row.firstMs)} | ${cellOf(row.answerMs)} |`,
      ),
      'p50 / p95 in milliseconds',
      '',
    ].join('\n'),
  );
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
} finally {
  await rag.close();
  await rm(location, { recursive: true, force: true });
}
