import type { Command } from 'commander';
import type { DraftedQuestion } from '../../measure/index.ts';
import { type CommonOptions, runCommand, withCommonOptions } from '../context.ts';
import { numberOption } from '../options.ts';
import { writeNamedFile } from '../write-file.ts';

interface MakeOptions extends CommonOptions {
  readonly output?: string;
  readonly limit: number;
  readonly seed: number;
}

/** `srag questions ...` */
export function questionsCommands(program: Command): void {
  const questions = program.command('questions').description('Create questions for measuring a collection');
  withCommonOptions(questions.command('make'))
    .description('Draft questions from the headings, definitions and tables of a collection, without a model')
    .option('--output <file>', 'file to write (default: stdout); an existing file is not overwritten')
    .option('--limit <n>', 'maximum number of questions', numberOption, 100)
    .option('--seed <n>', 'the same seed and collection yield the same questions', numberOption, 1)
    .addHelpText(
      'after',
      `
Each question has one relevant document and is marked as synthetic. It uses words of that document, so lexical search
looks better than it would with real questions: use them to compare index kinds, not lexical search with vector search.

Examples:
  $ srag questions make --output questions.jsonl
  $ srag questions make --limit 30 --output questions.jsonl && srag compare questions.jsonl --kinds lancedb-flat,snapshot
`,
    )
    .action((options: MakeOptions) =>
      runCommand(options, async ({ workspace, signal, suggest }) => {
        const { draftQuestions } = await import('../../measure/index.ts');
        const settings = await workspace.collection();
        const corpus = await workspace.corpus(settings);
        const drafted = await draftQuestions({
          scan: () => corpus.scan({ signal }),
          limit: options.limit,
          seed: options.seed,
          signal,
        });
        const lines = drafted.map((question) => JSON.stringify(question)).join('\n');
        if (options.output === undefined) return { json: { questions: drafted }, text: lines };
        // Existing files are kept because questions are often corrected by hand.
        const output = await writeNamedFile('output', options.output, `${lines}\n`, { keeps: true });
        return {
          json: { output, questions: drafted },
          text: suggest(
            `Wrote ${drafted.length} synthetic questions (${countsOf(drafted)}) to ${output}. Next: srag compare ${options.output} --kinds lancedb-flat,snapshot`,
          ),
        };
      }),
    );
}

const countsOf = (questions: readonly DraftedQuestion[]): string =>
  [...Map.groupBy(questions, ({ kind }) => kind)]
    .map(([kind, of]) => `${of.length} of kind ${kind}`)
    .join(', ');
