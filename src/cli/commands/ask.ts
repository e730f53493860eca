import type { Command } from 'commander';
import { SragError } from '../../core/index.ts';
import { chat } from '../ask/chat.ts';
import { localAsker } from '../ask/local-asker.ts';
import {
  type CommandContext,
  type CommandResult,
  runCommand,
  withCommonOptions,
  withSearchOptions,
} from '../context.ts';
import { remoteAsker } from '../remote-answers.ts';
import { isRemote, type RemoteOptions, withRemoteOption } from '../remote-run.ts';
import type { SearchOptions } from '../search-text.ts';
import { withRetrievalOptions } from './search.ts';

interface AskOptions extends SearchOptions, RemoteOptions {
  readonly compress?: boolean;
  readonly language?: string;
  readonly chat?: boolean;
}

/** `srag ask QUESTION` */
export function askCommand(program: Command): void {
  withRemoteOption(withRetrievalOptions(withSearchOptions(withCommonOptions(program.command('ask')))))
    .description('Answer a question with citations')
    .argument('[question...]', 'words of the question (default: standard input)')
    .option('--chat', 'a conversation: one question per line, which may refer to earlier ones')
    .option('--generator <name>', 'extractive (default), bedrock or openai-compatible')
    .option('--generator-settings <json>', "the generator's settings")
    .option('--compress', 'pass only sentences related to the question to the generator')
    .option('--language <language>', 'language in which a model answers (default: that of the question)')
    .addHelpText(
      'after',
      `
Examples:
  $ srag ask "What is the maximum duration of a function?"
  $ echo "경로 매개변수는 어떻게 선언하나요?" | srag ask --json
  $ srag ask --chat "What is the maximum duration of a function?"
  $ printf 'What is a layer?\\nHow many can a function have?\\n' | srag ask --chat
`,
    )
    .action((words: string[], options: AskOptions) =>
      runCommand(options, (context) => ask(context, words, options), {
        'answer.compress': options.compress,
        'answer.language': options.language,
      }),
    );
}

async function ask(
  context: CommandContext,
  words: readonly string[],
  options: AskOptions,
): Promise<CommandResult> {
  const asker = isRemote(options) ? remoteAsker(options, context) : localAsker(context, options);
  if (options.chat) return chat(asker, words.join(' '), context);
  return asker(words.length > 0 ? words.join(' ') : await standardInput(), []);
}

async function standardInput(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new SragError('INVALID_ARGUMENT', 'No question was given.', {
      remedy: 'Run srag ask "your question", or pipe a question to it.',
      fields: { field: 'question' },
    });
  }
  let text = '';
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
  return text;
}
