import { Command } from 'commander';
import { redact } from '../core/index.ts';
import { VERSION } from '../version.ts';
import { adviseCommand } from './commands/advise.ts';
import { askCommand } from './commands/ask.ts';
import { benchCommands } from './commands/bench/index.ts';
import { collectionCommands } from './commands/collection.ts';
import { compareCommand } from './commands/compare.ts';
import { completionCommand } from './commands/completion.ts';
import { configCommand } from './commands/config.ts';
import { costCommand } from './commands/cost.ts';
import { deployCommand } from './commands/deploy.ts';
import { destroyCommand } from './commands/destroy.ts';
import { diffCommand } from './commands/diff.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evalCommand } from './commands/eval.ts';
import { indexCommands } from './commands/index-commands.ts';
import { ingestCommand } from './commands/ingest.ts';
import { initCommand } from './commands/init.ts';
import { questionsCommands } from './commands/questions.ts';
import { reportCommand } from './commands/report.ts';
import { searchCommand } from './commands/search.ts';
import { serveCommand } from './commands/serve.ts';
import { showCommand } from './commands/show.ts';
import { firstAnswerCommand } from './compare/first-answer.ts';
import { write } from './terminal.ts';

/** The `srag` command line. */
export function createProgram(): Command {
  const program = new Command('srag')
    .description('Retrieval-augmented generation without servers: documents in, cited answers out, measured.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => write(process.stdout, text),
      writeErr: (text) => write(process.stderr, redact(text)),
    })
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
A first session:
  $ srag ingest docs/
  $ srag index build lancedb-flat
  $ srag ask "What is this about?"

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly failed. NO_COLOR is respected.
`,
    );
  for (const add of [
    initCommand,
    ingestCommand,
    indexCommands,
    collectionCommands,
    showCommand,
    searchCommand,
    askCommand,
    evalCommand,
    questionsCommands,
    compareCommand,
    reportCommand,
    benchCommands,
    firstAnswerCommand,
    adviseCommand,
    costCommand,
    serveCommand,
    deployCommand,
    diffCommand,
    destroyCommand,
    doctorCommand,
    configCommand,
    completionCommand,
  ])
    add(program);
  return program;
}
