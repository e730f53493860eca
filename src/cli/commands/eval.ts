import type { Command } from 'commander';
import { runCommand, withCommonOptions, withSearchOptions } from '../context.ts';
import type { EvalOptions } from '../eval/run.ts';
import { numberOption } from '../options.ts';

/** `srag eval DATASET` */
export function evalCommand(program: Command): void {
  withSearchOptions(withCommonOptions(program.command('eval')))
    .description('Measure retrieval and answers on a dataset with relevance judgements (BEIR layout)')
    .argument('[dataset]', 'folder with corpus.jsonl[.gz], queries.jsonl[.gz] and qrels/')
    .option('--vectors <dir>', 'precomputed embeddings of the dataset (corpus and queries)')
    .option('--split <name>', 'judgements to use', 'test')
    .option('--limit <n>', 'only the first n queries', numberOption)
    .option('--output <file>', 'write per-query results')
    .option('--answers', 'answer each question, and check whether the answer contains the gold answer')
    .option(
      '--compare <a_b...>',
      'report paired differences of two KIND[@VERSION][:mode], or of two output files',
    )
    .addHelpText(
      'after',
      `
If the location is empty, the corpus is ingested and the index of --index (default lancedb-flat) is built first.
The index is not published, so running services are not affected.

Examples:
  $ srag eval datasets/scifact --location .srag-scifact
  $ srag eval datasets/scifact --location .srag-vectors --vectors datasets/scifact/vectors/minilm --mode hybrid
  $ srag eval datasets/scifact --location .srag-vectors --vectors ... --compare lancedb-flat:lexical lancedb-flat:hybrid
  $ srag eval --compare a.jsonl b.jsonl
`,
    )
    .action((path: string | undefined, options: EvalOptions) =>
      runCommand(options, async (context) =>
        (await import('../eval/run.ts')).evaluate(context, path, options),
      ),
    );
}
