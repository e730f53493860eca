import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { peakMemoryBytes } from '../index-kinds/peak-memory.ts';
import type { AnsweredQuery, CandidateJob, CandidateOutcome } from './jobs.ts';

/** The query of a candidate; its fields depend on the mode of the job. */
export interface Question {
  readonly vector?: Float32Array;
  readonly text?: string;
}

/** The nearest rows, best first, as parallel arrays of ids, scores and texts. */
export interface Found {
  readonly ids: readonly string[];
  readonly scores: readonly number[];
  readonly texts: readonly string[];
  readonly trace?: unknown;
}

/** An opened index. */
export interface OpenedCandidate {
  search(question: Question, topK: number): Found | Promise<Found>;
  /** Prefetches everything that later queries need. */
  hydrate?(): Promise<unknown>;
  close(): unknown;
}

type Open = (job: CandidateJob) => OpenedCandidate | Promise<OpenedCandidate>;

const WARM_UP = 50;
const nowMs = (): number => performance.timeOrigin + performance.now();

/** Runs the job of the command line on the index that `open` returns, and prints the outcome. */
export async function runCandidate(open: Open): Promise<never> {
  const job = JSON.parse(process.argv[2] ?? '') as CandidateJob;
  let outcome: CandidateOutcome;
  try {
    outcome = await new Run(job, open).outcome();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    outcome = {
      queries: [],
      ...memory(),
      error: { code: String(code ?? ''), message: String(message ?? error) },
    };
  }
  await new Promise((resolve) => process.stdout.write(`${JSON.stringify(outcome)}\n`, resolve));
  // Native threads and kept-alive sockets would keep the process alive.
  process.exit(0);
}

const memory = () => ({
  startedMs: performance.timeOrigin,
  rssBytes: process.memoryUsage.rss(),
  peakBytes: peakMemoryBytes(),
});

class Run {
  readonly #job: CandidateJob;
  readonly #open: Open;
  readonly #questions: readonly Question[];
  #trace: unknown;

  constructor(job: CandidateJob, open: Open) {
    this.#job = job;
    this.#open = open;
    this.#questions = readQuestions(job);
  }

  async outcome(): Promise<CandidateOutcome> {
    const { task } = this.#job;
    if (task === 'cold' || task === 'opens') return { queries: await this.#opens(), ...this.#facts() };
    const opened = await this.#open(this.#job);
    if (task === 'memory') {
      await this.#ask(opened, this.#questions);
      return { queries: [], ...this.#facts() };
    }
    if (task === 'warm') {
      await opened.hydrate?.();
      await this.#ask(opened, this.#questions.slice(0, WARM_UP));
      return { queries: await this.#ask(opened, this.#questions), ...this.#facts() };
    }
    const queries = await this.#ask(opened, this.#questions);
    if (opened.hydrate === undefined) return { queries, ...this.#facts() };
    const startMs = nowMs();
    await opened.hydrate();
    const hydration = { startMs, endMs: nowMs() };
    const hydrated = await this.#ask(opened, this.#questions);
    return { queries, hydration, hydrated, ...this.#facts() };
  }

  /** Opens the index anew for each query; the time of a query includes its opening. */
  async #opens(): Promise<AnsweredQuery[]> {
    const answered: AnsweredQuery[] = [];
    for (const question of this.#questions) {
      const startMs = nowMs();
      const opened = await this.#open(this.#job);
      const [answer] = await this.#ask(opened, [question]);
      answered.push({ ...answer!, startMs });
      await opened.close();
    }
    return answered;
  }

  async #ask(opened: OpenedCandidate, questions: readonly Question[]): Promise<AnsweredQuery[]> {
    const answered: AnsweredQuery[] = [];
    for (const question of questions) {
      const startMs = nowMs();
      const { ids, texts, trace } = await opened.search(question, this.#job.topK);
      const endMs = nowMs();
      const characters = texts.reduce((sum, text) => sum + text.length, 0);
      answered.push({ startMs, endMs, ids, characters });
      this.#trace = trace;
    }
    return answered;
  }

  #facts() {
    return { ...memory(), ...(this.#trace === undefined ? {} : { trace: this.#trace }) };
  }
}

function readQuestions({ queryVectors, queryTexts, dimensions, from, to, mode }: CandidateJob): Question[] {
  const count = to - from;
  const texts = mode === 'vector' ? undefined : (JSON.parse(readFileSync(queryTexts, 'utf8')) as string[]);
  const vectors = new Float32Array(mode === 'lexical' ? 0 : count * dimensions);
  if (vectors.length > 0) {
    const file = openSync(queryVectors, 'r');
    readSync(file, vectors, 0, vectors.byteLength, from * dimensions * vectors.BYTES_PER_ELEMENT);
    closeSync(file);
  }
  return Array.from({ length: count }, (_, index) => ({
    ...(mode === 'lexical' ? {} : { vector: vectors.slice(index * dimensions, (index + 1) * dimensions) }),
    ...(texts === undefined ? {} : { text: texts[from + index] ?? '' }),
  }));
}
