import { createInterface } from 'node:readline';
import { asSragError } from '../../core/index.ts';
import type { Turn } from '../../models/generators/index.ts';
import { type CommandContext, type CommandResult, report } from '../context.ts';
import { print, write } from '../terminal.ts';
import type { Asker } from './port.ts';

/** Turns that are kept. Fewer are used, but a deployment may use more. */
const MAX_TURNS = 20;
const HELP = 'Ask questions about the documents. /new starts a new conversation; /exit or Ctrl-D ends.';

/**
 * A conversation: `first`, then one question per line of standard input. In a terminal, a question that fails is
 * reported, and the conversation goes on; otherwise it ends with the error.
 */
export async function chat(
  ask: Asker,
  first: string,
  { isJson, signal, say }: Pick<CommandContext, 'isJson' | 'signal' | 'say'>,
): Promise<CommandResult> {
  const isInteractive = process.stdin.isTTY === true;
  const documents: unknown[] = [];
  let history: readonly Turn[] = [];
  const answer = async (question: string): Promise<void> => {
    try {
      const asked = await ask(question, history);
      history = [...history, { question, answer: asked.answer }].slice(-MAX_TURNS);
      documents.push(asked.json);
      if (!isJson) await print(`${asked.text}\n`);
    } catch (error) {
      if (!isInteractive || signal.aborted) throw error;
      await report(asSragError(error), false);
    }
  };
  if (isInteractive) say(HELP);
  if (first !== '') await answer(first);
  for await (const line of linesOf(isInteractive, signal)) {
    const question = line.trim();
    if (question === '/exit') break;
    if (question === '/new') history = [];
    else if (question !== '') {
      if (!isInteractive && !isJson) await print(`> ${question}`);
      await answer(question);
    }
    if (isInteractive) prompt();
  }
  return { json: { turns: documents }, text: '' };
}

const prompt = (): void => write(process.stderr, '> ');

/** Lines of standard input; Ctrl-C in a terminal ends them. */
async function* linesOf(isInteractive: boolean, signal: AbortSignal): AsyncGenerator<string> {
  const input = createInterface({
    input: process.stdin,
    crlfDelay: Number.POSITIVE_INFINITY,
    terminal: false,
  });
  const close = (): void => input.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    if (isInteractive) prompt();
    yield* input;
  } finally {
    signal.removeEventListener('abort', close);
    input.close();
  }
}
