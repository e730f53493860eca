import type { Command } from 'commander';
import { runCommand, withCommonOptions, withSearchOptions } from '../context.ts';
import type { EvalOptions } from '../eval/options.ts';
import { numberOption } from '../options.ts';

/** `srag eval DATASET` */
export function evalCommand(program: Command): void {
  withSearchOptions(withCommonOptions(program.command('eval')))
    .description(
      'Measure retrieval on questions with relevance judgements, and answers on questions with gold answers',
    )
    .argument(
      '[dataset]',
      'dataset folder (BEIR layout, with or without a corpus), or JSONL file of questions',
    )
    .option('--vectors <dir>', 'precomputed embeddings of the dataset (corpus and queries)')
    .option('--split <name>', 'judgements to use', 'test')
    .option('--limit <n>', 'only the first n queries', numberOption)
    .option('--output <file>', 'write per-query results')
    .option('--answers', 'answer each question, and compare the answer with the gold answers')
    .option('--failures <file>', 'write the questions with wrong answers or refusals, as JSON lines')
    .option('--generator <name>', 'extractive (default), bedrock or openai-compatible')
    .option('--generator-settings <json>', "the generator's settings")
    .option(
      '--compare <a_b...>',
      'report paired differences of two KIND[@VERSION][:mode], or of two output files',
    )
    .addHelpText(
      'after',
      `
If the location is empty, the dataset's corpus is ingested and the index of --index (default lancedb-flat) is built
first. The index is not published, so running services are not affected. Questions without a corpus are asked of the
existing collection: run srag ingest PATH first.

Examples:
  $ srag eval datasets/scifact --location .srag-scifact
  $ srag eval datasets/scifact --location .srag-vectors --vectors datasets/scifact/vectors/minilm --mode hybrid
  $ srag eval datasets/scifact --location .srag-vectors --vectors ... --compare lancedb-flat:lexical lancedb-flat:hybrid
  $ srag eval --compare a.jsonl b.jsonl
  $ srag eval questions.jsonl --answers --failures failures.jsonl
  $ srag eval questions.jsonl --answers --limit 20 --generator openai-compatible --generator-settings '{"baseUrl": "http://127.0.0.1:8080/v1", "model": "..."}'
`,
    )
    .action((path: string | undefined, options: EvalOptions) =>
      runCommand(options, async (context) =>
        (await import('../eval/run.ts')).evaluate(context, path, options),
      ),
    );
}
