/**
 * Measures how well follow-up questions are found: nDCG@10 of first and of later turns, by how the question is made
 * self-contained, and the time of doing so.
 *
 * Usage: npm run bench:conversation -- --data DIR [options]
 *
 *   --data DIR                 dataset in the BEIR layout with history.jsonl: {_id, turns: [[speaker, text]]}
 *   --embedder NAME            default none: keyword search
 *   --embedder-settings JSON   settings of the embedder
 *   --json FILE                write the results
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRag, type RagSearchOptions, readDataset, type Turn } from '../src/index.ts';
import { mean, ndcg, quantile } from '../src/measure/index.ts';
import { rewriteByRules, usedHistory } from '../src/query/conversation/index.ts';
import { optionsOf } from './options.ts';

const values = optionsOf(
  import.meta.filename,
  {
    data: { type: 'string' },
    embedder: { type: 'string', default: 'none' },
    'embedder-settings': { type: 'string', default: '{}' },
    json: { type: 'string' },
  },
  ['data'],
);
const TOP_K = 10;

interface Asked {
  readonly question: string;
  readonly history: readonly Turn[];
}
type Search = { readonly question: string } & Pick<RagSearchOptions, 'keywords'>;

const userTurns = ({ question, history }: Asked, turns: number): string =>
  [...history.slice(1 - turns).map((turn) => turn.question), question].join(' ');

/** How a question is searched, by name. */
const WAYS: Readonly<Record<string, (asked: Asked) => Search>> = {
  'last turn alone': ({ question }) => ({ question }),
  'last two user turns': (asked) => ({ question: userTurns(asked, 2) }),
  'last three user turns': (asked) => ({ question: userTurns(asked, 3) }),
  'rules, words counted once': ({ question, history }) => ({
    question: rewriteByRules(question, usedHistory(history)).searched,
  }),
  rules: ({ question, history }) => {
    const { searched, keywords } = rewriteByRules(question, usedHistory(history));
    return { question: searched, keywords };
  },
};

/** The turns of each conversation, by the id of its last question. */
async function readHistories(folder: string): Promise<ReadonlyMap<string, readonly Turn[]>> {
  const lines = (await readFile(join(folder, 'history.jsonl'), 'utf8')).trim().split('\n');
  return new Map(
    lines.map((line) => {
      const { _id, turns } = JSON.parse(line) as { _id: string; turns: [speaker: string, text: string][] };
      return [_id, asTurns(turns)];
    }),
  );
}

/** Joins what a speaker says after each question to its answer. */
function asTurns(spoken: readonly (readonly [speaker: string, text: string])[]): Turn[] {
  const turns: { question: string; answer: string }[] = [];
  for (const [speaker, text] of spoken) {
    const last = turns.at(-1);
    if (speaker === 'user' || last === undefined) turns.push({ question: text, answer: '' });
    else last.answer = `${last.answer} ${text}`.trim();
  }
  return turns;
}

const location = await mkdtemp(join(tmpdir(), 'srag-bench-conversation-'));
try {
  const { queries } = await readDataset(values.data);
  const histories = await readHistories(values.data);
  const embedderSettings = JSON.parse(values['embedder-settings'] ?? '{}') as Record<string, unknown>;
  const rag = await createRag({ location, embedder: values.embedder ?? 'none', embedderSettings }, location);
  await rag.ingest([join(values.data, 'corpus.jsonl.gz')]);
  const score = async (search: Search, judgements: ReadonlyMap<string, number>): Promise<number> => {
    const { hits } = await rag.search(search.question, {
      keywords: search.keywords,
      topK: TOP_K,
      perDocument: 1,
    });
    return ndcg(
      hits.map(({ documentId }) => documentId),
      judgements,
      TOP_K,
    );
  };
  const results: { way: string; first: number; second: number; third: number; later: number; all: number }[] =
    [];
  for (const [way, searchOf] of Object.entries(WAYS)) {
    const scores: { turn: number; value: number }[] = [];
    for (const { id, text, judgements } of queries) {
      const history = histories.get(id) ?? [];
      const value = await score(searchOf({ question: text, history }), judgements);
      scores.push({ turn: history.length + 1, value });
    }
    const of = (isOf: (turn: number) => boolean): number =>
      mean(scores.filter(({ turn }) => isOf(turn)).map(({ value }) => value));
    results.push({
      way,
      first: of((turn) => turn === 1),
      second: of((turn) => turn === 2),
      third: of((turn) => turn === 3),
      later: of((turn) => turn > 3),
      all: of((turn) => turn > 1),
    });
  }
  const times = queries.map(({ id, text }) => {
    const startedMs = performance.now();
    rewriteByRules(text, usedHistory(histories.get(id)));
    return performance.now() - startedMs;
  });
  const count = (isOf: (turns: number) => boolean): number =>
    queries.filter(({ id }) => isOf(histories.get(id)?.length ?? 0)).length;
  const rewriteMs = { p50: quantile(times, 0.5), p95: quantile(times, 0.95), max: Math.max(...times) };
  const counts = { first: count((turns) => turns === 0), later: count((turns) => turns > 0) };
  const columns = ['first', 'second', 'third', 'later', 'all'] as const;
  process.stdout.write(
    [
      `nDCG@10, ${counts.first} first and ${counts.later} later turns`,
      `| question | first turn | turn 2 | turn 3 | turn 4 on | all after the first |`,
      `|---|---|---|---|---|---|`,
      ...results.map((row) => `| ${row.way} | ${columns.map((name) => row[name].toFixed(3)).join(' | ')} |`),
      `Rewriting by rules: p50 ${rewriteMs.p50.toFixed(2)} ms, p95 ${rewriteMs.p95.toFixed(2)} ms, at most ${rewriteMs.max.toFixed(2)} ms`,
      '',
    ].join('\n'),
  );
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify({ counts, results, rewriteMs }, null, 2)}\n`);
  await rag.close();
} finally {
  await rm(location, { recursive: true, force: true });
}
