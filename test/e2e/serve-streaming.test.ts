import { join } from 'node:path';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BedrockServer, bedrockSettings, startBedrockServer } from '../support/bedrock-server.ts';
import type { CliProject } from '../support/cli.ts';
import { handbookProject } from '../support/handbook.ts';
import { until } from '../support/http-server.ts';
import { serve } from '../support/served.ts';
import { servedLaptop } from '../support/served-laptop.ts';

const QUESTION = 'How many days of annual leave are there?';
const TOKENS = ['Twenty-', 'five ', 'days ', '[1].'];
const USAGE = { inputTokens: 120, outputTokens: 4 };

/** A model that emits tokens on demand. */
class Steps {
  #made = 0;
  #waiting: (() => void) | undefined;
  readonly pace = async (token: number): Promise<void> => {
    if (token >= this.#made) await new Promise<void>((resolve) => (this.#waiting = resolve));
  };

  /** Allows `count` more tokens. */
  make(count: number): void {
    this.#made += count;
    this.#waiting?.();
  }
}

interface Event {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: every event has its own data.
  readonly data: any;
}

/** A stream that is read event by event. */
class Reading {
  readonly #events: ReadableStreamDefaultReader<{ event?: string | undefined; data: string }>;
  readonly #leaving: AbortController;

  private constructor(body: ReadableStream<Uint8Array>, leaving: AbortController) {
    this.#events = body
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    this.#leaving = leaving;
  }

  static async start(url: string): Promise<Reading> {
    const leaving = new AbortController();
    const response = await fetch(`${url}/query/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: QUESTION }),
      signal: leaving.signal,
    });
    expect(response.status).toBe(200);
    return new Reading(response.body as ReadableStream<Uint8Array>, leaving);
  }

  async next(): Promise<Event> {
    const { value } = await this.#events.read();
    return { event: value?.event ?? 'end', data: JSON.parse(value?.data ?? 'null') };
  }

  async rest(): Promise<Event[]> {
    const events: Event[] = [];
    for (let event = await this.next(); event.event !== 'end'; event = await this.next()) events.push(event);
    return events;
  }

  leave(): void {
    this.#events.closed.catch(() => {});
    this.#leaving.abort();
  }
}

/** A running server: its address, log, and shutdown. */
interface Serving {
  readonly url: string;
  readonly logs?: readonly string[];
  stop(): Promise<unknown>;
}

describe('streamed answers', () => {
  let project: CliProject;
  let model: BedrockServer;
  let settings: string;

  beforeAll(async () => {
    project = await handbookProject();
    model = await startBedrockServer();
    settings = JSON.stringify({ ...bedrockSettings(model), model: 'us.test.model-v1:0' });
  });
  afterAll(async () => {
    await model?.stop();
    await project?.remove();
  });

  const inFunctions = async (streamSeconds = 60): Promise<Serving> => {
    const environment = {
      SRAG_GENERATOR: 'bedrock',
      SRAG_GENERATOR_SETTINGS: settings,
      SRAG_ANSWER: '{"maxOutputTokens": 33, "language": "ko"}',
    };
    const served = await servedLaptop(join(project.folder, '.srag'), environment, {
      timeouts: { stream: streamSeconds },
    });
    return { url: served.laptop.url, logs: served.logs, stop: () => served.stop() };
  };
  const inProcess = async (): Promise<Serving> => {
    const served = await serve(project, [
      ...['--in-process', '--generator', 'bedrock', '--generator-settings', settings],
    ]);
    return { url: served.url, stop: () => served.end() };
  };

  it.each([
    ['functions', inFunctions],
    ['one process', inProcess],
  ])('in %s, each token arrives before the model emits the next one', async (_name, start) => {
    const serving = await start();
    try {
      const steps = new Steps();
      model.answer = { tokens: TOKENS, stopReason: 'end_turn', usage: USAGE, pace: steps.pace };
      const reading = await Reading.start(serving.url);
      expect(await reading.next()).toMatchObject({ event: 'hits', data: { hits: expect.any(Array) } });
      for (const text of TOKENS) {
        steps.make(1);
        expect(await reading.next()).toEqual({ event: 'token', data: { text } });
      }
      const done = await reading.next();
      expect(done).toMatchObject({
        event: 'done',
        data: { answer: TOKENS.join(''), usage: { ...USAGE, estimated: false } },
      });
      expect(done.data.citations).toHaveLength(1);
      expect(done.data.notFound).toBe(false);
      // Measured from the request's start, as its client experiences it.
      expect(done.data.trace.stages.firstTokenMs).toBeLessThan(done.data.trace.totalMs);
      expect(await reading.next()).toMatchObject({ event: 'end' });
    } finally {
      await serving.stop();
    }
  });

  it('in one process, a disconnecting client cancels the model call', async () => {
    const serving = await inProcess();
    try {
      const steps = new Steps();
      model.answer = { tokens: TOKENS, stopReason: 'end_turn', usage: USAGE, pace: steps.pace };
      const before = model.abandoned();
      const reading = await Reading.start(serving.url);
      await reading.next();
      steps.make(1);
      expect(await reading.next()).toMatchObject({ event: 'token' });
      reading.leave();
      await until(() => model.abandoned() === before + 1);
      expect(model.inFlight()).toBe(0);
    } finally {
      await serving.stop();
    }
  });

  it('as a function, a disconnecting client does not cancel the model call, which ends at its token limit', async () => {
    const serving = await inFunctions();
    try {
      const steps = new Steps();
      model.answer = { tokens: TOKENS, stopReason: 'max_tokens', usage: USAGE, pace: steps.pace };
      const before = model.abandoned();
      const reading = await Reading.start(serving.url);
      await reading.next();
      steps.make(1);
      await reading.next();
      reading.leave();
      steps.make(TOKENS.length);
      await until(() => model.inFlight() === 0);
      expect(model.abandoned()).toBe(before);
      const { inferenceConfig, system } = JSON.parse(model.requests.at(-1)!.body);
      expect(inferenceConfig.maxTokens).toBe(33);
      expect(system[0].text).toContain('Answer in Korean');
      await vi.waitFor(() => expect(serving.logs?.some((line) => line.startsWith('REPORT'))).toBe(true));
      // As on AWS, the complete output is billed, even if the client did not read it.
      expect(serving.logs?.join('\n')).toMatch(/"OutputTokens":4\b|"outputTokens":4\b/);
    } finally {
      await serving.stop();
    }
  });

  it('as a function, the call of a silent model is cancelled before the timeout, and the client receives an error event', async () => {
    const serving = await inFunctions(3);
    try {
      model.answer = { tokens: TOKENS, stopReason: 'end_turn', usage: USAGE };
      model.faults.push({ kind: 'stall', after: 1 });
      const before = model.abandoned();
      const reading = await Reading.start(serving.url);
      const events = await reading.rest();
      expect(events.map(({ event }) => event)).toEqual(['hits', 'token', 'error']);
      expect(events.at(-1)?.data).toMatchObject({ status: 504, code: 'DEADLINE_EXCEEDED' });
      await until(() => model.abandoned() === before + 1);
      expect(serving.logs?.join('\n')).not.toContain('Task timed out');
      expect((await (await Reading.start(serving.url)).rest()).at(-1)).toMatchObject({ event: 'done' });
    } finally {
      await serving.stop();
    }
  });

  it.each([
    ['throttled', { kind: 'status', status: 429, type: 'ThrottlingException' } as const, 503, 'THROTTLED'],
    ['failing', { kind: 'status', status: 400, type: 'ValidationException' } as const, 502, /./],
    ['disconnecting', { kind: 'disconnect', after: 2 } as const, 502, /./],
    [
      'mid-stream exception',
      { kind: 'exception', type: 'modelStreamErrorException', message: 'broken', after: 1 } as const,
      502,
      /./,
    ],
    ['corrupt', { kind: 'corrupt', after: 1 } as const, 502, /./],
  ])(
    'a model that is %s causes an error as the last event, which is logged once; the next answer is complete',
    async (_name, fault, status, code) => {
      const serving = await inFunctions();
      try {
        model.answer = { tokens: TOKENS, stopReason: 'end_turn', usage: USAGE };
        model.faults.push(
          ...Array.from({ length: fault.kind === 'status' && fault.status === 429 ? 20 : 1 }, () => fault),
        );
        const events = await (await Reading.start(serving.url)).rest();
        model.faults.splice(0);
        const last = events.at(-1);
        expect(last).toMatchObject({ event: 'error', data: { status, code: expect.stringMatching(code) } });
        await vi.waitFor(() =>
          expect(
            serving.logs?.filter(
              (line) => line.includes(last?.data.requestId) && /"level":"(ERROR|WARN)"/.test(line),
            ),
          ).toHaveLength(1),
        );
        expect((await (await Reading.start(serving.url)).rest()).at(-1)).toMatchObject({ event: 'done' });
      } finally {
        await serving.stop();
      }
    },
  );
});
