import type { Turn } from '../../models/generators/index.ts';
import type { CommandResult } from '../context.ts';

/** An answered question: its result for the command line, and its answer for the history. */
export interface Asked extends CommandResult {
  readonly answer: string;
}

/** Answers questions of one conversation. */
export type Asker = (question: string, history: readonly Turn[]) => Promise<Asked>;
