import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { between, DEFAULT_SETTINGS, type LoggedRequest, summariseLog } from '../../src/laptop/index.ts';
import type { S3Model } from '../s3-model/client.ts';
import type { CandidateKind } from './candidates.ts';
import type { AnsweredQuery, CacheSetting, CandidateJob, CandidateOutcome, Place } from './jobs.ts';
import { type SnapshotBenchOptions, TOP_K } from './options.ts';
import type { PreparedData } from './prepare.ts';
import { runCandidate } from './run-candidate.ts';
import type { Sample, Traffic } from './samples.ts';

/** Settings shared by all scenarios. */
export interface Bench {
  readonly options: SnapshotBenchOptions;
  readonly data: PreparedData;
  /** Undefined in a run without S3. */
  readonly model: S3Model | undefined;
  readonly work: string;
  /**
   * Returns the recall of each query from the ids of its hits, starting with the first query;
   * returns an empty list if there is no ground truth.
   */
  readonly judge: (hits: readonly (readonly string[])[]) => Promise<number[]>;
  readonly programOf: (kind: CandidateKind) => string;
  readonly diskPlaceOf: (kind: CandidateKind) => Place;
  /** The place on S3, through the latency model or directly. */
  readonly s3PlaceOf: (kind: CandidateKind, isDirect?: boolean) => Place;
}

const WITHOUT_PAUSES = { latencyMs: 0, connectionMb: 1e6, totalMb: 1e6 };

/** Measures one kind in one round. */
export class KindRound {
  readonly #bench: Bench;
  readonly #kind: CandidateKind;
  readonly #round: number;

  constructor(bench: Bench, kind: CandidateKind, round: number) {
    this.#bench = bench;
    this.#kind = kind;
    this.#round = round;
  }

  /** Measures cold start `start`: a fresh process answers a query that no earlier start of this kind used. */
  async cold(place: 's3' | 'disk', start: number): Promise<Sample[]> {
    const { data, options } = this.#bench;
    const query = ((this.#round - 1) * options.starts + start) % data.queryCount;
    await this.#bench.model?.reset();
    const outcome = await this.#run('cold', place, query, query + 1);
    const [answer] = outcome.queries;
    const log = place === 's3' ? await this.#bench.model?.log() : undefined;
    return [
      {
        ...this.#base(place),
        scenario: 'cold',
        query,
        firstAnswerMs: answer!.endMs - outcome.startedMs,
        openAndSearchMs: answer!.endMs - answer!.startMs,
        characters: answer!.characters,
        ...(log === undefined ? {} : { traffic: summariseLog(between(log, 0, answer!.endMs)) }),
      },
    ];
  }

  /** Measures recall, one query per opening. Bypasses the latency model, which does not affect recall. */
  async firstRecall(): Promise<Sample[]> {
    const { options, data } = this.#bench;
    const count = Math.min(options.firstQueries, data.queryCount);
    if (count === 0) return [];
    const place = this.#remotest();
    const { queries } = await this.#run('opens', place, 0, count, { isDirect: true });
    return [{ ...this.#base(place), scenario: 'first-recall', recalls: await this.#recalls(queries) }];
  }

  async session(): Promise<Sample[]> {
    const { options, model, data, work } = this.#bench;
    const count = Math.min(options.session, data.queryCount);
    const folder = await mkdtemp(join(work, 'cache-'));
    await model?.reset();
    const cache: CacheSetting = { folder, folderBytes: 1e6 * options.cacheMb };
    const outcome = await this.#run('session', 's3', 0, count, { cache }).finally(() =>
      rm(folder, { recursive: true, force: true }),
    );
    const log = (await model?.log()) ?? [];
    const base = { ...this.#base('s3'), scenario: 'session' } as const;
    const phase = async (queries: readonly AnsweredQuery[]) => ({
      // Includes the first query, because the judge numbers queries from the first; it is removed afterwards.
      recalls: (await this.#recalls(queries)).slice(1),
      latenciesMs: latencies(queries.slice(1)),
      traffic: trafficOf(log, queries).slice(1),
    });
    const later: Sample = { ...base, phase: 'later', ...(await phase(outcome.queries)) };
    if (outcome.hydrated === undefined || outcome.hydration === undefined) return [later];
    const { startMs, endMs } = outcome.hydration;
    const hydration = { ...summariseLog(between(log, startMs, endMs)), ms: endMs - startMs };
    return [later, { ...base, phase: 'hydrated', ...(await phase(outcome.hydrated)), hydration }];
  }

  async warm(): Promise<Sample[]> {
    const { options, data, work } = this.#bench;
    const count = Math.min(options.queries, data.queryCount);
    const folder = await mkdtemp(join(work, 'cache-'));
    const cache: CacheSetting = { folder, folderBytes: 1e6 * options.cacheMb };
    const { queries, trace, rssBytes } = await this.#run('warm', 'disk', 0, count, { cache }).finally(() =>
      rm(folder, { recursive: true, force: true }),
    );
    const recalls = await this.#recalls(queries);
    const latenciesMs = latencies(queries);
    const base = this.#base('disk');
    const told = trace === undefined ? {} : { trace };
    return [{ ...base, scenario: 'warm', latenciesMs, recalls, rssBytes, ...told }];
  }

  /**
   * Measures memory. Reads S3 through the model, because it keeps connections alive as S3 does; the server
   * behind the model closes them. Disables the model's latency, which does not affect memory.
   */
  async memory(): Promise<Sample[]> {
    const { options, data, model } = this.#bench;
    const queries = Math.min(options.memoryQueries, data.queryCount);
    const place = this.#remotest();
    await model?.change(WITHOUT_PAUSES);
    const { rssBytes, peakBytes } = await this.#run('memory', place, 0, queries).finally(() =>
      model?.change({ ...DEFAULT_SETTINGS, latencyMs: options.latencyMs, faultRate: options.faultRate }),
    );
    return [{ ...this.#base(place), scenario: 'memory', queries, rssBytes, peakBytes }];
  }

  #remotest(): 's3' | 'disk' {
    return this.#kind.readsS3 && this.#bench.model !== undefined ? 's3' : 'disk';
  }

  #base(place: 's3' | 'disk') {
    return { kind: this.#kind.name, round: this.#round, place };
  }

  async #recalls(queries: readonly AnsweredQuery[]): Promise<number[]> {
    if (this.#bench.options.mode !== 'vector') return [];
    return this.#bench.judge(queries.map(({ ids }) => ids));
  }

  #run(
    task: CandidateJob['task'],
    place: 's3' | 'disk',
    from: number,
    to: number,
    { cache, isDirect = false }: { cache?: CacheSetting; isDirect?: boolean } = {},
  ): Promise<CandidateOutcome> {
    const { data, options, diskPlaceOf, s3PlaceOf, programOf } = this.#bench;
    return runCandidate(programOf(this.#kind), {
      task,
      kind: this.#kind.name,
      place: place === 's3' ? s3PlaceOf(this.#kind, isDirect) : diskPlaceOf(this.#kind),
      parameters: this.#kind.parameters,
      mode: options.mode,
      topK: TOP_K,
      ...data.files,
      dimensions: data.vectors.dimensions,
      from,
      to,
      ...(cache === undefined ? {} : { cache }),
    });
  }
}

const latencies = (queries: readonly AnsweredQuery[]): number[] =>
  queries.map(({ startMs, endMs }) => rounded(endMs - startMs));

/** Rounds to microseconds; further digits are noise. */
const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/**
 * The log entries of each query: those from its start to the start of the next one, or to its own end if it
 * is the last.
 */
export function trafficOf(log: readonly LoggedRequest[], queries: readonly AnsweredQuery[]): Traffic[] {
  return queries.map(({ startMs, endMs }, index) =>
    summariseLog(between(log, startMs, queries[index + 1]?.startMs ?? endMs)),
  );
}
