import { resolve } from 'node:path';
import type { Command } from 'commander';
import { SragError, unknownName } from '../../core/index.ts';
import { INDEX_KINDS } from '../../indexes/index.ts';
import { compareKinds, writeMissed } from '../compare/compare.ts';
import { comparisonResultText } from '../compare/text.ts';
import { type CommonOptions, runCommand, withCommonOptions, withEmbedderOptions } from '../context.ts';
import { numberOption } from '../options.ts';

interface CompareCommandOptions extends CommonOptions {
  readonly kinds: string;
  readonly vectors?: string;
  readonly split: string;
  readonly limit?: number;
  readonly topK: number;
  readonly rounds: number;
  readonly failures?: string;
}

/** `srag compare QUESTIONS --kinds A,B,...` */
export function compareCommand(program: Command): void {
  withEmbedderOptions(withCommonOptions(program.command('compare')))
    .description('Ask several kinds of index the same questions, and say which differences are real')
    .argument('<questions>', 'JSONL file of questions, or a dataset folder (BEIR layout)')
    .requiredOption('--kinds <kinds>', `comma-separated KIND[@VERSION]: ${INDEX_KINDS.join(', ')}`)
    .option('--mode <mode>', 'auto, lexical, vector or hybrid')
    .option('--vectors <dir>', 'ready-made embeddings of the dataset (corpus and queries)')
    .option('--split <name>', 'judgements of a dataset', 'test')
    .option('--limit <n>', 'only the first n questions', numberOption)
    .option('--top-k <n>', 'hits of the timed questions', numberOption, 10)
    .option('--rounds <n>', 'timed rounds over the questions', numberOption, 3)
    .option('--failures <file>', 'write the questions whose right documents were not found, as JSON lines')
    .addHelpText(
      'after',
      `
What is missing is built once for each kind; nothing is published. No questions yet? srag questions make

Examples:
  $ srag compare questions.jsonl --kinds lancedb-flat,snapshot
  $ srag compare datasets/scifact --location .srag-scifact --kinds lancedb-flat,lancedb-ivf-flat,snapshot
  $ srag compare questions.jsonl --kinds lancedb-flat,snapshot --failures missed.jsonl --json
`,
    )
    .action((source: string, options: CompareCommandOptions) =>
      runCommand(options, async (context) => {
        const kinds = options.kinds.split(',').map((kind) => kind.trim());
        for (const name of kinds) {
          const kind = name.split('@', 1)[0]!;
          if (!INDEX_KINDS.some((known) => known === kind))
            throw unknownName('UNKNOWN_INDEX_KIND', 'index kind', kind, INDEX_KINDS);
        }
        atLeastOne('rounds', options.rounds);
        atLeastOne('topK', options.topK);
        const { location, config, collection } = options;
        const result = await compareKinds(context, source, {
          ...options,
          kinds: [...new Set(kinds)],
          placeOptions: Object.entries({ location, config, collection }).flatMap(([name, value]) =>
            value === undefined ? [] : [`--${name}`, value],
          ),
        });
        if (options.failures !== undefined) await writeMissed(resolve(options.failures), result.summary);
        return { json: result, text: comparisonResultText(result) };
      }),
    );
}

function atLeastOne(field: 'rounds' | 'topK', value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new SragError('INVALID_ARGUMENT', `${field} is ${value}; it must be a whole number from 1.`, {
    fields: { field, value },
  });
}
