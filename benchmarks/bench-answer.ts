/**
 * Measures how long the `extractive` generator takes: from the end of the retrieval to the first piece of the answer and
 * to its end, for questions alone and as the third turn of a conversation.
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

/** Milliseconds of one answer. */
interface Times {
  /** To make the question self-contained, before retrieval. */
  readonly rewrite: number;
  /** From the end of retrieval to the first piece of the answer; for refusals, to the end. */
  readonly first: number;
  /** From the end of retrieval to the end of the answer. */
  readonly whole: number;
}

const location = await mkdtemp(join(tmpdir(), 'srag-bench-answer-'));
try {
  const rag = await createRag({ location }, location);
  await rag.ingest([values.documents]);
  const { questions } = await readQuestions(values.questions, {});
  const generator = await rag.workspace.generator();

  const ask = async (question: string, history?: readonly Turn[]): Promise<Times & { answer: string }> => {
    const startedMs = performance.now();
    let [searchMs, foundMs, firstMs] = [0, 0, 0];
    const { answer } = await askQuestion(
      {
        generator,
        rewrite: 'rules',
        search: async ({ question: searched, keywords }) => {
          searchMs = performance.now();
          const found = await rag.search(searched, { keywords, topK: 8 });
          foundMs = performance.now();
          return found;
        },
      },
      { question, history },
      {
        onChecked: () => {
          firstMs ||= performance.now();
        },
      },
    );
    const whole = performance.now() - foundMs;
    const first = firstMs === 0 ? whole : firstMs - foundMs;
    return { rewrite: searchMs - startedMs, first, whole, answer: answer.answer };
  };

  const alone: Times[] = [];
  const later: Times[] = [];
  for (let round = 0; round <= Number(values.rounds); round++) {
    const history: Turn[] = [];
    for (const { text } of questions) {
      const single = await ask(text);
      const turn = await ask(text, history.slice(-2));
      history.push({ question: text, answer: single.answer });
      if (round === 0) continue;
      alone.push(single);
      later.push(turn);
    }
  }
  await rag.close();

  const summaryOf = (times: readonly Times[]): Record<keyof Times, { p50: number; p95: number }> => {
    const of = (name: keyof Times): { p50: number; p95: number } => {
      const sorted = times.map((each) => each[name]);
      return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
    };
    return { rewrite: of('rewrite'), first: of('first'), whole: of('whole') };
  };
  const results = { alone: summaryOf(alone), later: summaryOf(later) };
  for (const [name, { rewrite, first, whole }] of Object.entries(results))
    process.stdout.write(
      `${name === 'alone' ? 'Alone' : 'Third turn'}, p50 / p95 in ms: ${[
        `rewriting ${cellOf(rewrite)}`,
        `first piece after retrieval ${cellOf(first)}`,
        `whole answer after retrieval ${cellOf(whole)}`,
      ].join('; ')}\n`,
    );
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
} finally {
  await rm(location, { recursive: true, force: true });
}

function cellOf({ p50, p95 }: { readonly p50: number; readonly p95: number }): string {
  return `${p50.toFixed(1)} / ${p95.toFixed(1)}`;
}
